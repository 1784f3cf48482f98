"""Which ideas wait for an answer, and which for longer than is promised there; and what so many support."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from portal.database.reading import rows
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.statuses import Status, StatusKind
from portal.middleware.caching import for_everybody
from portal.settings import settings
from portal.triage.owing import Why, owe

WAITS = Idea.waiting_since.is_not(None)
# What the brand has not decided about.
UNDECIDED = (StatusKind.OPEN, StatusKind.UNDER_REVIEW)


def promised(board_id: int | None = None) -> timedelta:
    """Within which time an answer is promised: on this board, or where it promises none of its own, in the portal."""
    return promises()(board_id)


def promises() -> Callable[[int | None], timedelta]:
    """The same for many boards, read once."""
    own, usual = dict(days_of_boards()), settings().answer_days
    return lambda board_id: timedelta(days=own.get(board_id, usual) if board_id else usual)


@for_everybody
def days_of_boards() -> tuple[tuple[int, int], ...]:
    """The boards that promise days of their own, and how many."""
    return tuple((id, days) for id, days in rows(_with_days(), {}) if days)


@cache
def _with_days() -> Any:
    return select(Board.id, Board.answer_days).where(Board.answer_days.is_not(None))


def became_late(after: datetime | None, until: datetime) -> ColumnElement[bool]:
    """The condition that an idea waits, in sight and in no other one, and has for too long since a moment of this
    span."""
    own = _boards_by_days()
    others = (
        or_(Idea.board_id.is_(None), Idea.board_id.not_in([id for ids in own.values() for id in ids])) if own else None
    )
    late = [_late(after, until, promised(), others)]
    late += [_late(after, until, timedelta(days=days), Idea.board_id.in_(ids)) for days, ids in own.items()]
    return and_(WAITS, Idea.hidden_at.is_(None), Idea.stands(), Board.keeps_open(Idea.board_id), or_(*late))


def owe_its_supporters(idea: Idea) -> bool:
    """So many support it that an answer is owed, unless it is decided about. The caller has its row."""
    kind = db.session.scalar(select(Status.kind).join(Idea, Idea.status_id == Status.id).where(Idea.id == idea.id))
    in_sight = idea.hidden_at is None and not idea.is_on_closed_board
    return kind in UNDECIDED and in_sight and owe(idea, Why.SUPPORT)


def _boards_by_days() -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for id, days in days_of_boards():
        found[days].append(id)
    return found


def _late(after: datetime | None, until: datetime, days: timedelta, where: Any) -> ColumnElement[bool]:
    late = Idea.waiting_since < until - days
    if after is not None:
        late &= Idea.waiting_since >= after - days
    return late if where is None else late & where
