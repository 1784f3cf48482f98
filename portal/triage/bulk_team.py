"""What staff agree on among themselves about several ideas at once: who has them in hand, and what may wait."""

from dataclasses import dataclass
from datetime import datetime

from portal import permissions
from portal.accounts.models import User
from portal.activity.models import Action
from portal.i18n import _
from portal.ideas.models import Idea
from portal.triage.assignments import assign, assignment_of
from portal.triage.snoozing import snooze, snooze_of


@dataclass(frozen=True)
class Assign:
    """Into the hands of somebody of the team, until a day if there is one; nobody's where nobody is chosen."""

    owner: User | None
    due_at: datetime | None = None

    rule = staticmethod(permissions.assign_idea)
    told_by = (Action.IDEA_ASSIGNED,)
    tells = None

    def why_not(self, idea: Idea) -> str:
        if self.owner is not None and not (self.owner.is_staff and self.owner.is_here):
            return _("%(name)s is not of the team any more.", name=self.owner.display_name)
        kept = assignment_of(idea)
        if kept is None or self.owner is None:
            return _("Nobody has it in hand.") if kept is None and self.owner is None else ""
        if (kept.user_id, kept.due_at) != (self.owner.id, self.due_at):
            return ""
        return _("%(name)s has it in hand already.", name=self.owner.display_name)

    def do(self, idea: Idea, by: User) -> None:
        assign(idea, self.owner, by=by, due_at=self.due_at)

    @staticmethod
    def stands(idea: Idea) -> str:
        kept = assignment_of(idea)
        return f"{kept.user_id} {kept.due_at or ''}".strip() if kept else ""


@dataclass(frozen=True)
class PutOff:
    """Out of the lists until a day, for the whole team."""

    until: datetime | None = None

    rule = staticmethod(permissions.snooze_idea)
    told_by = (Action.IDEA_SNOOZED,)
    tells = None

    def why_not(self, idea: Idea) -> str:
        kept = snooze_of(idea)
        return _("It is put off until this day already.") if kept and kept.until == self.until else ""

    def do(self, idea: Idea, by: User) -> None:
        snooze(idea, self.until, by=by)

    @staticmethod
    def stands(idea: Idea) -> str:
        kept = snooze_of(idea)
        return str(kept.until) if kept else ""


class BringBack(PutOff):
    """Back to the lists, before the day."""

    def why_not(self, idea: Idea) -> str:
        return "" if snooze_of(idea) else _("It is not put off.")
