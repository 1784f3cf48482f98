"""What happened, for feed readers and search engines: public things only."""

from collections.abc import Iterator

from flask import Blueprint, Response
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.activity import feeds
from portal.activity.feeds import Entry, Place
from portal.addresses import url_for
from portal.changelog.models import Release
from portal.comments.models import Comment
from portal.extensions import db
from portal.i18n import _
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse
from portal.keeping import kept_for_a_second
from portal.site import public_url, settings
from portal.text import slug

bp = Blueprint("activity", __name__)

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


@bp.get("/feed.atom")
@kept_for_a_second()
def feed() -> Response:
    """New ideas, official responses and releases."""
    title = _("What happens at %(brand)s", brand=settings().name)
    return feeds.atom(title, url_for("ideas.index"), url_for("activity.feed"), [*_ideas(), *_responses(), *_releases()])


@bp.get("/ideas/<int:id>/feed.atom")
@kept_for_a_second()
def idea_feed(id: int) -> Response:
    """What became of one idea: the response and the comments."""
    idea = Idea.find_or_404(id, for_=None)
    responses = _responses(OfficialResponse.idea_id == idea.id)
    return feeds.atom(
        idea.title, idea.url, url_for("activity.idea_feed", id=id), [_proposal(idea), *responses, *_comments(idea)]
    )


@bp.get("/sitemap.xml")
@kept_for_a_second()
def sitemap() -> Response:
    """Every public page with its language versions."""
    pages = [url_for(name) for name in ("ideas.index", "roadmap.index", "changelog.index", "recognition.index")]
    boards = [url_for("ideas.index", board=board.slug) for board in Board.in_order()]
    places = [Place(path) for path in pages + boards]
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


def _ideas() -> Iterator[Entry]:
    newest = Idea.visible_to(None).order_by(Idea.created_at.desc(), Idea.id.desc()).limit(feeds.MOST_ENTRIES)
    yield from map(_proposal, db.session.scalars(newest))


def _proposal(idea: Idea) -> Entry:
    return Entry(f"idea/{idea.id}", idea.title, idea.url, idea.created_at, _name(idea.author), idea.body)


def _responses(*which: object) -> Iterator[Entry]:
    found = (
        select(OfficialResponse)
        .where(OfficialResponse.idea.has(Idea.seen_by(None)), *which)  # type: ignore[arg-type]
        .options(joinedload(OfficialResponse.idea, innerjoin=True))
        .order_by(OfficialResponse.created_at.desc())
        .limit(feeds.MOST_ENTRIES)
    )
    for response in db.session.scalars(found):
        title = _("%(brand)s answers: %(title)s", brand=settings().name, title=response.idea.title)
        moment = response.edited_at or response.created_at
        yield Entry(f"response/{response.id}", title, response.idea.url, moment, _name(response.author), response.body)


def _comments(idea: Idea) -> Iterator[Entry]:
    found = Comment.visible_to(None).where(Comment.idea_id == idea.id).order_by(Comment.created_at.desc())
    for comment in db.session.scalars(found.limit(feeds.MOST_ENTRIES)):
        name = _name(comment.author)
        title = _("%(name)s commented on %(title)s", name=name, title=idea.title)
        yield Entry(f"comment/{comment.id}", title, f"{idea.url}#c{comment.id}", comment.created_at, name, comment.body)


def _releases() -> Iterator[Entry]:
    newest = Release.visible_to(None).order_by(Release.published_at.desc()).limit(feeds.MOST_ENTRIES)
    for release in db.session.scalars(newest):
        if release.published_at:
            name = settings().name
            yield Entry(f"release/{release.id}", release.title, release.url, release.published_at, name, release.story)


def _release_places() -> Iterator[Place]:
    for release in db.session.scalars(Release.visible_to(None).order_by(Release.id.desc())):
        yield Place(release.url, feeds.latest(release.published_at, release.edited_at))


def _idea_places() -> Iterator[Place]:
    rows = db.session.execute(
        select(Idea.id, Idea.title, Idea.kind, Idea.created_at, Idea.edited_at, Idea.status_since)
        .where(Idea.seen_by(None))
        .order_by(Idea.id.desc())
        .limit(feeds.MOST_PLACES)
    )
    for row in rows:
        changed = feeds.latest(row.created_at, row.edited_at, row.status_since)
        yield Place(url_for("ideas.show", id=row.id, slug=slug(row.title) or row.kind), changed)


def _name(person: User | None) -> str:
    return person.display_name if person and not person.is_former else _("a former member")
