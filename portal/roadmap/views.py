"""The roadmap."""

from flask import Blueprint, request

from portal.changelog.news import shipped_last
from portal.ideas.filter import Filter
from portal.ideas.narrowing import narrowing
from portal.middleware.caching import kept_for_a_second
from portal.middleware.compression import understood
from portal.permissions import me
from portal.roadmap.columns import columns
from portal.voting.models import Vote
from portal.web.pages import page

bp = Blueprint("roadmap", __name__)
NARROWED_BY = ("board", "tag")


@bp.get("/roadmap")
@kept_for_a_second(*NARROWED_BY)
def index() -> str:
    """What is being built now, what comes next and what shipped last; of one board, or with one tag, where asked."""
    form = narrowing(tuple((name, request.args[name]) for name in NARROWED_BY if request.args.get(name)))
    chosen = Filter(board=form.chosen.get("board", ""), tag=form.chosen.get("tag", ""))
    understood(**chosen.args)
    found = columns(chosen)
    voted = Vote.voted_ids(me(), [idea for column in found for idea in column.ideas])
    return page(
        "roadmap/index.html",
        columns=found,
        voted=voted,
        filter=chosen,
        filters=form,
        offered=tuple(each for each in form.offered if each.id in NARROWED_BY and len(each.choices) > 1),
        shipped=shipped_last(chosen.board, chosen.tag),
    )
