"""An issue that becomes an idea, or an idea that becomes an issue, and the question to its author whether it may."""

from portal.activity.actions.described import NOWHERE, Described
from portal.activity.models import Action
from portal.activity.subjects import Told
from portal.i18n import _, _l


def _to_idea(told: Told) -> bool:
    return bool(told.event.facts.get("kind") == "idea")


def _asked(told: Told) -> str:
    said = {"who": told.who, "title": told.title}
    if _to_idea(told):
        return _("%(who)s asked its author whether “%(title)s” may become an idea", **said)
    return _("%(who)s asked its author whether “%(title)s” may become an issue", **said)


def _withdrawn(told: Told) -> str:
    said = {"who": told.who, "title": told.title}
    if _to_idea(told):
        return _("%(who)s took back the question whether “%(title)s” may become an idea", **said)
    return _("%(who)s took back the question whether “%(title)s” may become an issue", **said)


def _answered(told: Told) -> str:
    said, agreed = {"who": told.who, "title": told.title}, told.event.facts.get("agreed")
    if _to_idea(told):
        if agreed:
            return _("%(who)s agreed that “%(title)s” becomes an idea", **said)
        return _("%(who)s wants “%(title)s” to stay an issue", **said)
    if agreed:
        return _("%(who)s agreed that “%(title)s” becomes an issue", **said)
    return _("%(who)s wants “%(title)s” to stay an idea", **said)


def _converted(told: Told) -> str:
    said = {"who": told.who, "title": told.title}
    if _to_idea(told):
        return _("%(who)s made the issue “%(title)s” an idea", **said)
    return _("%(who)s made the idea “%(title)s” an issue", **said)


CONVERSIONS: dict[Action, Described] = {
    Action.CONVERSION_ASKED: Described(_l("Author asked about another kind"), _asked, NOWHERE, "refresh-cw"),
    Action.CONVERSION_WITHDRAWN: Described(_l("Question about another kind taken back"), _withdrawn, NOWHERE),
    Action.CONVERSION_ANSWERED: Described(_l("Question about another kind answered"), _answered, NOWHERE, "refresh-cw"),
    Action.IDEA_CONVERTED: Described(_l("Issue made an idea, or idea an issue"), _converted, NOWHERE, "refresh-cw"),
}
