"""Who of the team takes an idea on, and by when: one person at a time, who owes its answer, and whom all staff see."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, select

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.extensions import db
from portal.ideas.models import Idea
from portal.triage.assigning import Assignment, put_in_hand, take_out_of_hand
from portal.triage.owing import told_with_it


class NotOfTheTeam(Exception):
    """Only people of the team who are at work take something on."""


def owners() -> Select[User]:
    """The people who can take something on."""
    return select(User).where(User.is_staff, User.is_here).order_by(User.own_name, User.id)


def assignment_of(idea: Idea) -> Assignment | None:
    """Who has it in hand, where somebody has: none where that person is not of the team any more."""
    found = db.session.get(Assignment, idea.id)
    return found if found is not None and found.stands else None


def assign(idea: Idea, to: User | None, by: User, due_at: datetime | None = None) -> bool:
    """Give an idea to somebody of the team, who is told unless they took it themselves; None: it is nobody's again.

    Raises NotOfTheTeam, LivesElsewhere. What is so already changes nothing: whether anything was changed.
    """
    if to is not None and not (to.is_staff and to.is_here):
        raise NotOfTheTeam
    kept, due_at = db.session.get(Assignment, idea.id), due_at if to else None
    before = kept.user_id if kept is not None and kept.stands else None
    new = to.id if to else None
    if before == new and (kept is None or kept.due_at == due_at):
        return False
    idea.require_standing()
    if to is None:
        take_out_of_hand(idea.id)
    else:
        put_in_hand(idea.id, to.id, by.id, due_at)
        told_with_it(idea.id)
    due = {"due": due_at.isoformat()} if due_at else {}
    record(Action.IDEA_ASSIGNED, idea, by=by, old=before, new=new, **due)
    return True


def has_an_owner() -> ColumnElement[bool]:
    """The condition on Idea that somebody who is at work has it in hand."""
    theirs = exists().where(Assignment.idea_id == Idea.id, Assignment.user_id == User.id)
    return theirs.where(User.is_staff, User.is_here).correlate(Idea)


def is_owned_by(person: Any = None) -> ColumnElement[bool]:
    """The condition on Idea that this person has it in hand; without one, the parameter `me`."""
    who = bindparam("me") if person is None else person
    return Idea.id.in_(select(Assignment.idea_id).where(Assignment.user_id == who))
