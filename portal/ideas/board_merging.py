"""Two boards become one and may be separated again; and a part of the ideas of one becomes a board of its own."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Table, delete, exists, func, select, update

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.clock import now
from portal.database.holding import hold_ids
from portal.database.types import Base
from portal.extensions import db
from portal.ideas.boards import Board, MergedBoard
from portal.ideas.fields import BoardField
from portal.ideas.models import Idea

# Which ideas stood on a board when it became another: what separating them puts back.
merged_board_idea = Table(
    "merged_board_idea",
    Base.metadata,
    Column("board_id", ForeignKey("merged_board.board_id", ondelete="CASCADE"), primary_key=True),
    Column("idea_id", ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, index=True),
)
QUIET = {"synchronize_session": False}


class NotMergeable(Exception):
    """Into itself, one of the two became another board already, or the one that stays is closed."""


def merge(board: Board, into: Board, by: User) -> None:
    """Let every idea on this board stand on the other one. Raises NotMergeable. The caller holds both.

    Nobody proposes there or moves an idea there meanwhile: whoever does keeps the board (`Board.keep_at`).
    """
    if board.id == into.id or is_merged(board) or is_merged(into) or into.is_closed:
        raise NotMergeable
    facts = _facts(into, ideas_on(board))
    db.session.add(MergedBoard(board_id=board.id, into_id=into.id, created_at=now()))
    db.session.flush()
    kept = select(MergedBoard.board_id, Idea.id).join(Idea, Idea.board_id == MergedBoard.board_id)
    kept = kept.where(MergedBoard.board_id == board.id)
    db.session.execute(merged_board_idea.insert().from_select(["board_id", "idea_id"], kept))
    _put_on(into, Idea.board_id == board.id)
    _find_anew(board, into)
    record(Action.BOARD_CHANGED, board, by=by, what="merged", names=board.names, **facts)
    db.session.flush()
    db.session.expire_all()


def separate(board: Board, by: User) -> int:
    """Let a board that became another be itself again, with the ideas that were its own and were not moved since; gives
    how many. Raises NotMergeable. The caller holds both.
    """
    merged = db.session.get(MergedBoard, board.id, populate_existing=True)
    into = db.session.get(Board, merged.into_id) if merged else None
    if merged is None or into is None or is_merged(into):
        raise NotMergeable
    own = select(merged_board_idea.c.idea_id).where(merged_board_idea.c.board_id == board.id)
    back = _put_on(board, Idea.id.in_(own), Idea.board_id == into.id, ~_moved_since(merged))
    _find_anew(board, into)
    db.session.execute(delete(MergedBoard).where(MergedBoard.board_id == board.id), execution_options=QUIET)
    record(Action.BOARD_CHANGED, board, by=by, what="separated", names=board.names, **_facts(into, back))
    db.session.flush()
    db.session.expire_all()
    return back


def split(board: Board, new: Board, ideas: list[int], by: User) -> int:
    """Let those of these ideas that stand on this board stand on a new one; gives how many. The caller holds both.

    Merging the new one into this one puts them back.
    """
    moved = _put_on(new, Idea.id.in_(ideas), Idea.board_id == board.id)
    _find_anew(board)
    facts = _facts(board, moved)
    record(Action.BOARD_CHANGED, new, by=by, what="split", names=new.names, **facts)
    db.session.flush()
    db.session.expire_all()
    return moved


def is_merged(board: Board) -> bool:
    """Whether it became another."""
    return db.session.get(MergedBoard, board.id, populate_existing=True) is not None


def merged_into(board: Board) -> list[Board]:
    """The boards that became this one, and can be separated from it."""
    of = select(MergedBoard.board_id).where(MergedBoard.into_id == board.id)
    return list(db.session.scalars(select(Board).where(Board.id.in_(of)).order_by(Board.position, Board.id)))


def ideas_on(board: Board, *which: Any) -> int:
    """How many ideas and issues stand there, those out of sight and in other ones included."""
    return db.session.scalar(select(func.count(Idea.id)).where(Idea.board_id == board.id, *which)) or 0


def _put_on(board: Board, *which: Any) -> int:
    """Let these ideas stand on this board; gives how many."""
    ids = hold_ids(Idea, *which)
    db.session.execute(update(Idea).where(*which).values(board_id=board.id), execution_options=QUIET)
    return len(ids)


def _find_anew(*boards: Board) -> None:
    """What ideas say to these boards is found by other words now, once a job has seen to it: some of it was said to a
    board on which they stood before."""
    fields = update(BoardField).where(BoardField.board_id.in_([board.id for board in boards]))
    db.session.execute(fields.values(stale_since=now()), execution_options=QUIET)


def _moved_since(merged: MergedBoard) -> Any:
    """The condition of ideas that staff moved since, wherever they stand by now; what was undone never happened."""
    moved = Event.action == Action.IDEA_MOVED, Event.created_at >= merged.created_at
    return exists().where(Event.subject_type == "idea", Event.subject_id == Idea.id, *moved).correlate(Idea)


def _facts(into: Board, ideas: int) -> dict[str, Any]:
    return {"into": into.id, "into_names": into.names, "ideas": ideas}
