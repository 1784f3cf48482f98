"""Following a board: who does, hears of its new ideas in the digest, and of its closing.

Where a board becomes another, its followers come along: their rows stay, and each has one of that board besides.
"""

from typing import Any

from sqlalchemy import delete, func, literal, select

from portal.accounts.models import User
from portal.clock import now
from portal.database.writing import insert
from portal.extensions import db
from portal.ideas.boards import Board, and_those_merged_into
from portal.notifications.models import BoardFollow


def follow_board(board: Board, user: User, wanted: bool) -> None:
    """Follow a board, or no more, nor any that became it. The caller begins the write and commits."""
    if wanted:
        row = {"user_id": user.id, "board_id": board.id, "created_at": now(), "came_from_id": None}
        db.session.execute(insert(BoardFollow).values(row).on_conflict_do_nothing())
        return
    these = BoardFollow.board_id.in_(and_those_merged_into(board.id))
    db.session.execute(delete(BoardFollow).where(BoardFollow.user_id == user.id, these))


def follows_board(board: Board, user: Any) -> bool:
    """Whether this person follows it."""
    if not user.is_authenticated:
        return False
    asked = select(BoardFollow.board_id).where(BoardFollow.user_id == user.id, BoardFollow.board_id == board.id)
    return db.session.scalar(asked) is not None


def followers_of(board: Board, but: Board | None = None) -> int:
    """How many follow a board; `but` for those who follow this one."""
    which = [BoardFollow.board_id == board.id]
    if but is not None:
        others = select(BoardFollow.user_id).where(BoardFollow.board_id == but.id)
        which.append(BoardFollow.user_id.not_in(others))
    return db.session.scalar(select(func.count()).select_from(BoardFollow).where(*which)) or 0


def carry_followers(board: Board, into: Board) -> None:
    """Whoever follows the board follows what it became, too. The caller has begun the write."""
    _let_follow(into, board, came_from=board.id)


def put_back_followers(board: Board, into: Board) -> None:
    """Whoever came along follows that one no more; whoever chose it stays."""
    came = BoardFollow.board_id == into.id, BoardFollow.came_from_id == board.id
    db.session.execute(delete(BoardFollow).where(*came), execution_options={"synchronize_session": False})


def share_followers(board: Board, new: Board) -> None:
    """Whoever follows the board follows the one that was split off, too."""
    _let_follow(new, board, came_from=None)


def _let_follow(one: Board, board: Board, came_from: int | None) -> None:
    columns = BoardFollow.user_id, literal(one.id), literal(came_from, BoardFollow.came_from_id.type), literal(now())
    there = select(*columns).where(BoardFollow.board_id == board.id)
    names = ["user_id", "board_id", "came_from_id", "created_at"]
    db.session.execute(insert(BoardFollow).from_select(names, there).on_conflict_do_nothing())
