"""What staff agree on among themselves about several ideas at once: who has them in hand, and what may wait."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from portal import permissions
from portal.accounts.models import User
from portal.activity.models import Action
from portal.extensions import db
from portal.i18n import _
from portal.ideas.models import Idea
from portal.triage.assignments import Assignment, assign, assignment_of
from portal.triage.snoozing import Snooze, snooze, snooze_of


@dataclass(frozen=True)
class Assign:
    """Into the hands of somebody of the team, until a day if there is one; nobody's where nobody is chosen."""

    owner: User | None
    due_at: datetime | None = None
    known: Mapping[int, Assignment] | None = None

    rule = staticmethod(permissions.assign_idea)
    told_by = (Action.IDEA_ASSIGNED,)
    tells = None

    def why_not(self, idea: Idea) -> str:
        if self.owner is not None and not (self.owner.is_staff and self.owner.is_here):
            return _("%(name)s is not of the team any more.", name=self.owner.display_name)
        kept = self._kept(idea)
        if kept is None or self.owner is None:
            return _("Nobody has it in hand.") if kept is None and self.owner is None else ""
        if (kept.user_id, kept.due_at) != (self.owner.id, self.due_at):
            return ""
        return _("%(name)s has it in hand already.", name=self.owner.display_name)

    def do(self, idea: Idea, by: User) -> None:
        assign(idea, self.owner, by=by, due_at=self.due_at)

    def stands(self, idea: Idea) -> str:
        kept = self._kept(idea)
        return f"{kept.user_id} {kept.due_at or ''}".strip() if kept else ""

    def looking_at(self, ideas: list[Idea]) -> "Assign":
        """The same, which knows who has these in hand: a page of them asks once."""
        asked = select(Assignment).where(Assignment.idea_id.in_([idea.id for idea in ideas]))
        return replace(self, known={kept.idea_id: kept for kept in db.session.scalars(asked) if kept.stands})

    def _kept(self, idea: Idea) -> Assignment | None:
        return assignment_of(idea) if self.known is None else self.known.get(idea.id)


@dataclass(frozen=True)
class PutOff:
    """Out of the lists until a day, for the whole team."""

    until: datetime | None = None
    known: Mapping[int, Snooze] | None = None

    rule = staticmethod(permissions.snooze_idea)
    told_by = (Action.IDEA_SNOOZED,)
    tells = None

    def why_not(self, idea: Idea) -> str:
        kept = self._kept(idea)
        return _("It is put off until this day already.") if kept and kept.until == self.until else ""

    def do(self, idea: Idea, by: User) -> None:
        snooze(idea, self.until, by=by)

    def stands(self, idea: Idea) -> str:
        kept = self._kept(idea)
        return str(kept.until) if kept else ""

    def looking_at(self, ideas: list[Idea]) -> "PutOff":
        """The same, which knows until when these are put off: a page of them asks once."""
        asked = select(Snooze).where(Snooze.idea_id.in_([idea.id for idea in ideas]))
        return replace(self, known={kept.idea_id: kept for kept in db.session.scalars(asked)})

    def _kept(self, idea: Idea) -> Snooze | None:
        if self.known is None:
            return snooze_of(idea)
        kept = self.known.get(idea.id)
        return kept if kept is not None and kept.holds(idea) else None


class BringBack(PutOff):
    """Back to the lists, before the day."""

    def why_not(self, idea: Idea) -> str:
        return "" if self._kept(idea) else _("It is not put off.")
