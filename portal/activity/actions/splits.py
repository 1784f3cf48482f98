"""A comment that becomes an idea of its own, and the question to its writer whether it may."""

from portal.activity.actions.described import NOWHERE, Described, phrase
from portal.activity.models import Action
from portal.activity.subjects import Told
from portal.i18n import _, _l


def _answered(told: Told) -> str:
    said = {"who": told.who, "title": told.title}
    if told.event.facts.get("agreed"):
        return _("%(who)s agreed that their comment on “%(title)s” becomes an idea of its own", **said)
    return _("%(who)s wants their comment on “%(title)s” to stay a comment", **said)


SPLITS: dict[Action, Described] = {
    Action.COMMENT_SPLIT: Described(
        _l("Comment made an idea of its own"),
        phrase(_l("%(who)s made a comment on “%(title)s” an idea of its own")),
        NOWHERE,
        "lightbulb",
    ),
    Action.SPLIT_ASKED: Described(
        _l("Writer asked whether their comment may become an idea"),
        phrase(_l("%(who)s asked who wrote a comment on “%(title)s” whether it may become an idea of its own")),
        NOWHERE,
        "lightbulb",
    ),
    Action.SPLIT_WITHDRAWN: Described(
        _l("Question about a comment taken back"),
        phrase(_l("%(who)s took back the question whether a comment on “%(title)s” may become an idea of its own")),
        NOWHERE,
    ),
    Action.SPLIT_ANSWERED: Described(_l("Question about a comment answered"), _answered, NOWHERE, "lightbulb"),
    Action.SPLIT_TAKEN_BACK: Described(
        _l("Comment no longer an idea of its own"),
        phrase(_l("%(who)s took back that a comment on “%(title)s” is an idea of its own")),
        NOWHERE,
    ),
}
