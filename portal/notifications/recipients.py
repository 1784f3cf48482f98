"""Who is told of an event, and when each of them wants mail of it: never the actor, never who cannot read it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, false, or_, true

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.changelog.models import Release
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.notifications.preferences import Preference, mail_when
from portal.notifications.staff_mail import hearers
from portal.notifications.telling import TELLING


def audience(event: Event) -> ColumnElement[bool]:
    """The condition on User for everyone who is to be told of this event: never the actor, never who cannot read it."""
    condition = concerned(event) & User.is_here
    if not TELLING[Action(event.action)].suspended_too:
        condition &= ~User.is_suspended
    return condition


def concerned(event: Event) -> ColumnElement[bool]:
    """The condition on User for everyone whom this event concerns and who may read of it, also who cannot be told."""
    told, of_staff = TELLING[Action(event.action)], hearers(event)
    who = or_(told.who(event), User.id.in_(of_staff)) if of_staff else told.who(event)
    condition = who & _may_see(event)
    return condition if event.actor_id is None else condition & (User.id != event.actor_id)


def when(event: Event, person: Any, of_staff: Mapping[int, str]) -> str:
    """When this person (a User, or a row of one) wants mail about this event; `of_staff` are its `hearers`."""
    return str(of_staff.get(person.id) or mail_when(preference_of(event), person))


def preference_of(event: Event) -> Preference:
    """Which choice of the reader decides on mail about this event: what staff send at once waits for no letter."""
    preference = TELLING[Action(event.action)].preference
    return Preference.PROGRESS if preference == Preference.LETTER and event.facts.get("at_once") else preference


def _may_see(event: Event) -> ColumnElement[bool]:
    """The scopes of the pages turned round: for one thing, which people; a test keeps them equal."""
    staff: Any = User.is_staff
    if event.subject_type == "release":
        release = db.session.get(Release, event.subject_id)
        return true() if release and release.is_public else staff
    if event.subject_type not in ("idea", "comment"):
        return true()
    comment = db.session.get(Comment, event.subject_id) if event.subject_type == "comment" else None
    idea = comment.idea if comment else db.session.get(Idea, event.subject_id)
    if idea is None or (event.subject_type == "comment" and (comment is None or comment.is_deleted)):
        return false()
    condition = sees_idea(idea.author_id, others_who_see(idea))
    if comment is None or (comment.hidden_at is None and not comment.is_note):
        return condition
    return staff if comment.is_note else condition & or_(User.id == comment.author_id, staff)


def sees_idea(author_id: Any, others: ColumnElement[bool]) -> ColumnElement[bool]:
    """Who may read an idea: its author, staff, and those `others_who_see` it."""
    return or_(User.id == author_id, User.is_staff, others)


def others_who_see(idea: Idea) -> ColumnElement[bool]:
    """Who else may read an idea: while it is in sight, the readers of its board."""
    in_sight = idea.hidden_at is None and not idea.is_private
    return (idea.board.readers if idea.board else true()) if in_sight else false()
