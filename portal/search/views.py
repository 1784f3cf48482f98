"""The page of the search."""

from flask import Blueprint, abort, request

from portal.changelog.news import releases_of
from portal.changelog.strips import shapers_of
from portal.i18n import _
from portal.ideas.statuses import Kind
from portal.middleware import limits
from portal.middleware.limits import too_fast
from portal.permissions import me
from portal.search.results import search
from portal.text import clean_line
from portal.voting.models import Vote
from portal.web.addresses import url_for
from portal.web.pages import page, wants_fragment
from portal.web.paging import MOST, SIZE

bp = Blueprint("search", __name__)
QUERY_MAX = 200


@bp.get("/search")
def index() -> str:
    """Ideas and issues of every status by their words, the best match first."""
    if too_fast(limits.SEARCHES, me()):
        abort(429)
    query = clean_line(request.args.get("q", ""))[:QUERY_MAX].strip()
    kind = request.args.get("kind", "")
    kind = kind if kind in (Kind.IDEA, Kind.ISSUE) else ""
    begin = _begin(request.args.get("after", ""))
    found = search(query, me(), SIZE + 1, kind or None, skip=begin) if query else []
    ideas = found[:SIZE]
    more = len(found) > SIZE and begin + SIZE < MOST
    return page(
        "search/index.html",
        fragment="results",
        part_only=wants_fragment(),
        query=query,
        kind=kind,
        kinds=[
            (text, url_for("search.index", q=query, kind=value or None), value == kind)
            for value, text in (("", _("Everything")), (Kind.IDEA, _("Ideas")), (Kind.ISSUE, _("Issues")))
        ],
        ideas=ideas,
        next=url_for("search.index", q=query, kind=kind or None, after=begin + SIZE) if more else None,
        voted=Vote.voted_ids(me(), ideas),
        credits=shapers_of(ideas),
        releases=releases_of(ideas),
    )


def _begin(after: str) -> int:
    return min(int(after), MOST) if after.isascii() and after.isdigit() and len(after) < 4 else 0
