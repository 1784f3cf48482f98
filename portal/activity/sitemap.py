"""What search engines are told: where the public pages are, and where they need not look."""

from collections.abc import Iterator

from flask import Response
from sqlalchemy import select

from portal.activity import feeds
from portal.activity.feeds import Place
from portal.activity.views import bp
from portal.changelog.models import Release
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.filter import tags_in_use
from portal.ideas.models import Idea
from portal.middleware.caching import kept_for_a_second
from portal.settings import settings
from portal.text import slug
from portal.web.addresses import url_for
from portal.web.site import public_url

NOT_FOR_ROBOTS = (
    "/admin",
    "/ideas/new?",
    "/ideas/similar",
    "/ideas/*/vote",
    "/search",
    "/sign-in",
    "/settings",
    "/notifications",
    "/unsubscribe",
    "/dev",
    "/uploads",
)


@bp.get("/sitemap.xml")
@kept_for_a_second()
def sitemap() -> Response:
    """Every public page with its language versions."""
    pages = [url_for(name) for name in ("ideas.index", "roadmap.index", "changelog.index", "recognition.index")]
    pages += [url_for("triage.index")] if settings().promises_public else []
    boards = [board.url for board in Board.in_order(for_=None)]
    boards += [url_for("ideas.boards")] if boards else []
    tags = [url_for("ideas.tagged", slug=slug) for slug, _name in tags_in_use()]
    places = [Place(path) for path in pages + boards + tags]
    return feeds.sitemap([*places, *_release_places(), *_idea_places()])


@bp.get("/robots.txt")
def robots() -> Response:
    """Where search engines need not look, and where the sitemap is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS),
        f"Sitemap: {public_url('/sitemap.xml')}",
    ]
    response = Response("\n".join(lines) + "\n", mimetype="text/plain")
    response.headers["Cache-Control"] = f"public, max-age={feeds.AN_HOUR}"
    return response


def _release_places() -> Iterator[Place]:
    for release in db.session.scalars(Release.visible_to(None).order_by(Release.id.desc())):
        yield Place(release.url, feeds.latest(release.published_at, release.edited_at))


def _idea_places() -> Iterator[Place]:
    rows = db.session.execute(
        select(Idea.id, Idea.title, Idea.kind, Idea.created_at, Idea.edited_at, Idea.status_since)
        .where(Idea.seen_by(None), Idea.stands())
        .order_by(Idea.id.desc())
        .limit(feeds.MOST_PLACES)
    )
    for row in rows:
        changed = feeds.latest(row.created_at, row.edited_at, row.status_since)
        yield Place(url_for("ideas.show", id=row.id, slug=slug(row.title) or row.kind), changed)
