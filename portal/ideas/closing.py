"""A board closes on a day, for a public reason: what is said of it, and the verbs. What follows goes by the clock.

`Board.is_closed` and `Board.is_over()` say whether the day has come; whatever is proposed, voted for, said or owed asks
one of them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.database.wording import put
from portal.extensions import db
from portal.i18n import _, dated
from portal.ideas.boards import Board, BoardText, today

ABOUT_CLOSING = (Action.BOARD_CLOSING, Action.BOARD_OPENED)


class InThePast(Exception):
    """A board closes today or later: nobody is told of what was over before they could know."""


def close(board: Board, day: date, reasons: Mapping[str, str], by: User) -> bool:
    """Let a board close on this day; True where that is another than was said. Another reason for the same day tells
    nobody anew: it is read where the board is. Raises InThePast. The caller holds the board.
    """
    if day < today() and day != board.closes_on:
        raise InThePast
    old_day, old = board.closes_on, _said(board)
    for lang, reason in reasons.items():
        put(board.texts, BoardText, lang, reason=reason)
    board.closes_on, new = day, _said(board)
    days = {"old_day": old_day.isoformat() if old_day else None, "day": day.isoformat()}
    facts: dict[str, Any] = {**days, "old_reasons": old, "reasons": new, "names": board.names, "slug": board.slug}
    if old_day != day:
        record(Action.BOARD_CLOSING, board, by=by, **facts)
    elif old != new:
        record(Action.BOARD_CHANGED, board, by=by, what="reason", **facts)
    return old_day != day


def open_again(board: Board, by: User) -> None:
    """Take back that it closes, or closed; whoever was told of that is told of this. The caller holds the board."""
    if board.closes_on is None:
        return
    old, board.closes_on = board.closes_on, None
    facts: dict[str, Any] = {
        "old_day": old.isoformat(),
        "names": board.names,
        "slug": board.slug,
        "closings": closings_of(board.id),
    }
    record(Action.BOARD_OPENED, board, by=by, **facts)


def closings_of(board_id: int) -> list[int]:
    """The events by which a board was to close, since it was opened last."""
    here = Event.subject_type == Board.__tablename__, Event.subject_id == board_id
    opened = select(func.coalesce(func.max(Event.id), 0)).where(*here, Event.action == Action.BOARD_OPENED)
    told = select(Event.id).where(*here, Event.action == Action.BOARD_CLOSING, Event.id > opened.scalar_subquery())
    return list(db.session.scalars(told.order_by(Event.id)))


def is_last_word(event: Event) -> bool:
    """Whether nobody said anything else of when this board closes since; of what has not happened yet it is."""
    if event.id is None:
        return True
    here = Event.subject_type == event.subject_type, Event.subject_id == event.subject_id
    later = select(Event.id).where(*here, Event.action.in_(ABOUT_CLOSING), Event.id > event.id)
    return db.session.scalar(later.limit(1)) is None


def closing_said(board: Board) -> str:
    """When it closes, or closed, and why; empty for a board that stays."""
    if board.closes_on is None:
        return ""
    day, reason = dated(board.closes_on), board.reason
    if not reason:
        return _("This board is closed. What stands here stays.") if board.is_closed else ""
    if board.is_closed:
        return _("This board closed on %(day)s: %(reason)s", day=day, reason=reason)
    return _("This board closes on %(day)s: %(reason)s", day=day, reason=reason)


def closing_said_on(idea: Any) -> str:
    """The same of the board on which an idea stands, by its name."""
    board = idea.board
    if board is None or board.closes_on is None:
        return ""
    said = {"board": board.name, "day": dated(board.closes_on), "reason": board.reason}
    if not board.reason:
        return _("The board %(board)s is closed. What stands here stays.", **said) if board.is_closed else ""
    if board.is_closed:
        return _("The board %(board)s closed on %(day)s: %(reason)s", **said)
    return _("The board %(board)s closes on %(day)s: %(reason)s", **said)


def offered_as(board: Board) -> str:
    """Its name where somebody chooses a board, with the day on which it closes."""
    if board.closes_on is None:
        return board.name
    return _("%(board)s (closes on %(day)s)", board=board.name, day=dated(board.closes_on))


def takes_nothing(board: Board) -> str:
    """What is said to whoever would put something on a closed board."""
    return _("The board %(board)s is closed: it takes no ideas and issues any more.", board=board.name)


def _said(board: Board) -> dict[str, str]:
    return {lang: reason for lang, reason in board.reasons.items() if reason}
