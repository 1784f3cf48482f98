"""What staff say of two ideas: that one waits for the other, or that both are about the same thing."""

from portal.activity.actions.described import NOWHERE, Described
from portal.activity.models import Action
from portal.activity.subjects import Told
from portal.i18n import _, _l


def _linked(told: Told) -> str:
    said = {"who": told.who, "title": told.title, "other": told.idea("other")}
    match told.event.facts.get("relation"):
        case "waits":
            return _("%(who)s said that “%(title)s” waits for “%(other)s”", **said)
        case "blocks":
            return _("%(who)s said that “%(other)s” waits for “%(title)s”", **said)
    return _("%(who)s said that “%(title)s” and “%(other)s” are about the same thing", **said)


def _unlinked(told: Told) -> str:
    said = {"who": told.who, "title": told.title, "other": told.idea("other")}
    return _("%(who)s took away the link between “%(title)s” and “%(other)s”", **said)


LINKS: dict[Action, Described] = {
    Action.IDEA_LINKED: Described(_l("Idea linked to another"), _linked, NOWHERE, "link"),
    Action.IDEA_UNLINKED: Described(_l("Link between ideas taken away"), _unlinked, NOWHERE),
}
