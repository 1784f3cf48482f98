"""Following a board: who does, hears of its new ideas in the digest, and of its closing."""

from typing import Any

from sqlalchemy import delete, select

from portal.accounts.models import User
from portal.clock import now
from portal.database.writing import insert
from portal.extensions import db
from portal.ideas.boards import Board, and_those_merged_into
from portal.notifications.models import BoardFollow


def follow_board(board: Board, user: User, wanted: bool) -> None:
    """Follow a board, or no more, nor any that became it. The caller begins the write and commits."""
    if wanted:
        row = {"user_id": user.id, "board_id": board.id, "created_at": now()}
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
