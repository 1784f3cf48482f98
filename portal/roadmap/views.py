"""The roadmap."""

from flask import Blueprint

from portal.middleware.caching import kept_for_a_second
from portal.permissions import me
from portal.roadmap.columns import columns
from portal.voting.models import Vote
from portal.web.pages import page

bp = Blueprint("roadmap", __name__)


@bp.get("/roadmap")
@kept_for_a_second()
def index() -> str:
    """What is being built now and what comes next."""
    found = columns()
    voted = Vote.voted_ids(me(), [idea for column in found for idea in column.ideas])
    return page("roadmap/index.html", columns=found, voted=voted)
