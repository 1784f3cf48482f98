"""What becomes of a board as a whole, its ideas and its followers together: merged, separated again, split."""

from typing import Any

from sqlalchemy import ColumnElement, and_, select, true

from portal.accounts.models import User
from portal.admin import arranging
from portal.extensions import db
from portal.ideas import board_merging
from portal.ideas.board_asks import asked_by
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.tags import idea_tag
from portal.notifications.board_follows import carry_followers, put_back_followers, share_followers


def merge(board: Board, into: Board, by: User) -> None:
    """Let a board become another, with its ideas and followers. Raises NotMergeable. The caller holds both."""
    board_merging.merge(board, into, by=by)
    carry_followers(board, into)


def separate(board: Board, into: Board, by: User) -> int:
    """Let it be itself again, and give how many ideas it has back. Raises NotMergeable. The caller holds both."""
    back = board_merging.separate(board, by=by)
    put_back_followers(board, into)
    return back


def split(board: Board, names: dict[str, str], those: ColumnElement[bool], by: User) -> Board:
    """A new board with those ideas of this one, whose followers follow both. Raises NameTaken.

    The caller holds the board.
    """
    new = arranging.add_board(names, by=by)
    db.session.flush()
    ids = list(db.session.scalars(select(Idea.id).where(Idea.board_id == board.id, those)))
    board_merging.split(board, new, ids, by=by)
    share_followers(board, new)
    return new


def those_with(tag_id: int | None, words: str) -> ColumnElement[bool]:
    """The condition of ideas with a tag, and with these words in their title."""
    which: list[Any] = []
    if tag_id is not None:
        which.append(Idea.id.in_(select(idea_tag.c.idea_id).where(idea_tag.c.tag_id == tag_id)))
    which += [Idea.title.icontains(word, autoescape=True) for word in words.split()]
    return and_(true(), *which)


def not_asked(board: Board, into: Board) -> list[str]:
    """What the board asks for and the other one does not, by name."""
    asked = {field.name for field in asked_by(into.id)}
    return [field.name for field in asked_by(board.id) if field.name not in asked]
