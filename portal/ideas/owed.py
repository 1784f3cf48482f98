"""Which ideas wait for an answer, and which for longer than the portal promises: in the inbox, and in mail to staff."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_

from portal.ideas.models import Idea
from portal.settings import settings

WAITS = Idea.waiting_since.is_not(None)


def promised() -> timedelta:
    """Within which time the portal promises an answer."""
    return timedelta(days=settings().answer_days)


def became_late(after: datetime | None, until: datetime) -> ColumnElement[bool]:
    """The condition that an idea waits, in sight, and has for too long since a moment of this span."""
    late = and_(WAITS, Idea.hidden_at.is_(None), Idea.waiting_since < until - promised())
    return late if after is None else late & (Idea.waiting_since >= after - promised())
