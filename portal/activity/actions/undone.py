"""What was undone at once: the act, which never happened for anybody but the audit, and that it was undone."""

from dataclasses import dataclass, replace
from typing import Any

from portal.activity.actions.accounts import ACCOUNTS
from portal.activity.actions.comments import COMMENTS
from portal.activity.actions.conversions import CONVERSIONS
from portal.activity.actions.described import NOWHERE, Described, phrase
from portal.activity.actions.ideas import IDEAS
from portal.activity.actions.links import LINKS
from portal.activity.actions.merging import MERGING
from portal.activity.actions.moderation import MODERATION
from portal.activity.actions.releases import RELEASES
from portal.activity.actions.same import SAME
from portal.activity.actions.splits import SPLITS
from portal.activity.models import Action, Happening
from portal.activity.subjects import Told
from portal.i18n import _, _l

FAMILIES = (
    IDEAS, COMMENTS, MODERATION, RELEASES, ACCOUNTS, LINKS, CONVERSIONS, SPLITS, MERGING, SAME,
)  # fmt: skip


@dataclass(frozen=True)
class Again:
    """The act as it was recorded."""

    action: str
    actor_id: int | None
    subject_type: str
    subject_id: int
    facts: dict[str, Any]

    @classmethod
    def of(cls, event: Happening) -> "Again":
        return cls(event.facts.get("act", ""), event.actor_id, event.subject_type, event.subject_id, event.facts)


def _never_happened(told: Told) -> str:
    was = Again.of(told.event)
    described = next((each[Action(was.action)] for each in FAMILIES if was.action in each), None)
    if was.action == Action.COMMENT_POSTED:  # a comment that was held is announced by whoever approves it
        said = _("%(who)s approved a comment on “%(title)s”", who=told.who, title=told.title)
    else:
        said = described.sentence(replace(told, event=was)) if described else told.who
    return _("%(what)s, and it was undone at once", what=said)


UNDONE: dict[Action, Described] = {
    Action.ACT_UNDONE: Described(
        _l("Undone at once"), phrase(_l("%(who)s undid what they had just done to “%(title)s”")), NOWHERE
    ),
    Action.NEVER_HAPPENED: Described(_l("Done, and undone at once"), _never_happened, NOWHERE),
}
