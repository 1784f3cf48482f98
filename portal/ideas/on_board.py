"""The pages of the boards: all of them, and each with what stands there."""

from flask import abort, redirect
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from portal.changelog.news import releases_of, shipped_last
from portal.changelog.strips import shapers_of
from portal.ideas.answering import answering
from portal.ideas.blueprint import bp
from portal.ideas.boards import Board
from portal.ideas.filter import Filter, Sort, listed
from portal.ideas.standing import ideas_on_boards, stands_of
from portal.ideas.statuses import Kind
from portal.middleware.caching import kept_for_a_second
from portal.notifications.board_follows import follows_board
from portal.permissions import me
from portal.voting.models import Vote
from portal.web.addresses import url_for
from portal.web.pages import page
from portal.web.paging import asked


@bp.get("/boards")
@kept_for_a_second()
def boards() -> str:
    """Every board in use: what it is for, and how many ideas it has."""
    found = Board.in_order(me(), selectinload(Board.texts), selectinload(Board.image))
    return page("ideas/boards.html", boards=found, counts=ideas_on_boards())


@bp.get("/boards/<slug>")
@kept_for_a_second("after")
def on_board(slug: str) -> str | Response:
    """What a board is for, what shipped there last, and its ideas, the most wanted first; one that became another leads
    there."""
    board = Board.now_at(slug) or abort(404)
    if slug != board.slug:
        return redirect(board.url, 301)
    ideas = Filter(Sort.TOP, board=slug).ideas(listed, asked())
    stands = stands_of("board", board.id)
    return page(
        "ideas/on_board.html",
        board=board,
        follows=follows_board(board, me()),
        stands=stands,
        narrowed={"board": slug},
        count=sum(each.number for each in stands),
        ideas=ideas.rows,
        next=url_for("ideas.on_board", slug=slug, after=ideas.after) if ideas.after else None,
        shipped=shipped_last(slug),
        answering_here=answering(Kind.IDEA.value, slug),
        voted=Vote.voted_ids(me(), ideas.rows),
        credits=shapers_of(ideas.rows),
        releases=releases_of(ideas.rows),
    )
