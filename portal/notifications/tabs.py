"""The tabs of notifications: which of them a member looks at, and how many of each wait to be read."""

from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.membership import Somebody
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.comments.models import Comment
from portal.database.reading import rows
from portal.ideas.models import Idea
from portal.notifications.models import Notification

LATELY = timedelta(days=7)
MOST = 100
THANKS = (Action.PARTNER_PICKED, Action.PARTNER_THANKED, Action.MEMBER_WELCOMED, Action.COMMENT_SHAPED)
SHOWN = ("new", "mine", "thanks", "all")


def of_kind(show: str, reader: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions of what this tab shows, of notifications that are joined with their events; `lately` is when what
    is new begins.
    """
    if show == "new":
        return (or_(Notification.read_at.is_(None), Notification.created_at > bindparam("lately")),)
    if show == "thanks":
        return (Event.action.in_(THANKS),)
    return (_concerns(reader),) if show == "mine" else ()


class Waiting(NamedTuple):
    """How many of the newest are unread, are about the reader, and are thanks; and the newest of all."""

    unread: int
    mine: int
    thanks: int
    newest: int | None


def unread_of(reader: User) -> Waiting:
    """What of theirs waits to be read."""
    return Waiting(*rows(_unread_by(reader.is_staff), {"reader": reader.id}).one())


@cache
def _unread_by(is_staff: bool) -> Select[int, int, int, int]:
    """To build this takes longer than to answer it, so it is built once."""
    reader = Somebody(is_staff)
    unread = Notification.visible_to(reader).where(Notification.read_at.is_(None))
    about = unread.with_only_columns(_concerns(reader).label("mine"), Event.action.in_(THANKS).label("thanks"))
    newest = about.order_by(Notification.id.desc()).limit(MOST).subquery()
    last = select(func.max(Notification.id)).where(Notification.user_id == reader.id).scalar_subquery()
    return select(func.count(), func.count().filter(newest.c.mine), func.count().filter(newest.c.thanks), last)


def _concerns(reader: Any) -> ColumnElement[bool]:
    """What is about the reader, their ideas and issues, or answers their comments."""
    parent, theirs = aliased(Comment), reader.id
    idea = select(Idea.id).where(Idea.id == Event.subject_id, Idea.author_id == theirs)
    said = select(Comment.id).join(Idea, Idea.id == Comment.idea_id).outerjoin(parent, parent.id == Comment.parent_id)
    mine = or_(Idea.author_id == theirs, Comment.author_id == theirs, parent.author_id == theirs)
    comment = said.where(Comment.id == Event.subject_id, mine)
    return or_(
        Event.subject_type.in_(("user", "partner", "thank_you")),
        and_(Event.subject_type == "idea", idea.correlate(Event).exists()),
        and_(Event.subject_type == "comment", comment.correlate(Event).exists()),
    )
