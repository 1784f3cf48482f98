"""Following a board, from its page."""

from typing import Any

from flask import abort, request

from portal import permissions
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.boards import Board
from portal.notifications.board_follows import follow_board, follows_board
from portal.notifications.views import bp
from portal.permissions import me, require
from portal.web.pages import changed


@bp.post("/boards/<slug>/follow")
def set_board_follow(slug: str) -> Any:
    """Follow a board (`on`), or no more (`off`)."""
    require(permissions.take_part)
    wanted = request.form.get("follow", "")
    if wanted not in ("on", "off"):
        abort(400)
    begin_write()
    board = Board.now_at(slug) or abort(404)
    follow_board(board, me(), wanted == "on")
    db.session.commit()
    state = follows_board(board, me())
    return changed("notifications/_board_follow.html", back=board.url, board=board, follows=state)
