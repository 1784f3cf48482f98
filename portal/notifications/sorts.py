"""The tabs of notifications: which of them a member looks at, and how many of each wait to be read."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.notifications.models import Notification

LATELY = timedelta(days=7)
MOST = 100
THANKS = (Action.PARTNER_PICKED, Action.PARTNER_THANKED, Action.MEMBER_WELCOMED, Action.COMMENT_SHAPED)
SHOWN = ("new", "mine", "thanks", "all")


def of_kind(show: str, reader: User) -> tuple[ColumnElement[bool], ...]:
    """The conditions of what this tab shows: of notifications that are joined with their events."""
    return {
        "new": (or_(Notification.read_at.is_(None), Notification.created_at > now() - LATELY),),
        "mine": (_concerns(reader),),
        "thanks": (Event.action.in_(THANKS),),
    }.get(show, ())


def unread_of(reader: User) -> dict[str, int]:
    """How many of the newest that are unread are about the reader, and are thanks."""
    unread = Notification.visible_to(reader).where(Notification.read_at.is_(None))
    about = unread.with_only_columns(_concerns(reader).label("mine"), Event.action.in_(THANKS).label("thanks"))
    newest = about.order_by(Notification.id.desc()).limit(MOST).subquery()
    columns = (func.count().filter(newest.c.mine), func.count().filter(newest.c.thanks))
    mine, thanks = db.session.execute(select(*columns)).one()
    return {"mine": mine, "thanks": thanks}


def _concerns(reader: User) -> ColumnElement[bool]:
    """What is about the reader, their ideas and issues, or answers their comments."""
    ideas = select(Idea.id).where(Idea.author_id == reader.id)
    parent = aliased(Comment)
    on_mine = select(Comment.id).where(or_(Comment.idea_id.in_(ideas), Comment.author_id == reader.id))
    answers = select(Comment.id).join(parent, parent.id == Comment.parent_id).where(parent.author_id == reader.id)
    return or_(
        Event.subject_type.in_(("user", "partner", "thank_you")),
        and_(Event.subject_type == "idea", Event.subject_id.in_(ideas)),
        and_(Event.subject_type == "comment", or_(Event.subject_id.in_(on_mine), Event.subject_id.in_(answers))),
    )
