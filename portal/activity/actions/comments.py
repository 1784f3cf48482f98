"""What happens to comments, and to the versions and pictures of any text."""

from portal.activity.actions.described import NOWHERE, ON_ITS_IDEA, Described, either, phrase
from portal.activity.models import Action
from portal.activity.subjects import Told
from portal.i18n import _, _l


def _comment_posted(told: Told) -> str:
    if told.event.facts.get("source"):
        return _("%(who)s noted what a customer said about “%(title)s”", who=told.who, title=told.title)
    if told.event.facts.get("parent"):
        return _("%(who)s replied to a comment on “%(title)s”", who=told.who, title=told.title)
    return _("%(who)s commented on “%(title)s”", who=told.who, title=told.title)


COMMENTS: dict[Action, Described] = {
    Action.COMMENT_POSTED: Described(_l("Comment written"), _comment_posted, ON_ITS_IDEA, "message-circle"),
    Action.COMMENT_EDITED: Described(
        _l("Comment edited"), phrase(_l("%(who)s edited a comment on “%(title)s”")), NOWHERE
    ),
    Action.COMMENT_HIDDEN: Described(
        _l("Comment hidden"), phrase(_l("%(who)s hid a comment on “%(title)s”")), NOWHERE, "eye-off"
    ),
    Action.COMMENT_RESTORED: Described(
        _l("Comment shown again"), phrase(_l("%(who)s restored a comment on “%(title)s”")), NOWHERE, "eye"
    ),
    Action.COMMENT_SHAPED: Described(
        _l("Comment marked as shaping"),
        either(
            _l("%(who)s marked a comment as having shaped “%(title)s”"),
            _l("%(who)s marked a comment as having helped with “%(title)s”"),
        ),
        NOWHERE,
        "sparkles",
    ),
    Action.COMMENT_UNSHAPED: Described(
        _l("Comment no longer marked as shaping"),
        either(
            _l("%(who)s took back that a comment shaped “%(title)s”"),
            _l("%(who)s took back that a comment helped with “%(title)s”"),
        ),
        NOWHERE,
    ),
    Action.COMMENT_DELETED: Described(
        _l("Comment deleted by its author"), phrase(_l("%(who)s deleted their own comment on “%(title)s”")), NOWHERE
    ),
    Action.VERSION_BLANKED: Described(
        _l("Words taken out of earlier versions"),
        phrase(_l("%(who)s took the words out of earlier versions, for good: %(title)s")),
        NOWHERE,
        "pencil",
    ),
    Action.PICTURES_CHANGED: Described(
        _l("Pictures changed"), phrase(_l("%(who)s changed the pictures of what they wrote: %(title)s")), NOWHERE
    ),
}
