"""What’s new: releases newest first, with what they ship and whom they thank."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import lazyload, selectinload

from portal.accounts.models import User
from portal.changelog.models import Credit, CreditRole, Release, release_idea
from portal.changelog.strips import Strip, strips
from portal.extensions import db
from portal.ideas.filter import NARROWED
from portal.ideas.models import Idea
from portal.ideas.statuses import Status, StatusKind
from portal.middleware.caching import for_everybody
from portal.web.paging import Slice, sifted, slice_of

PAGE = 10


@dataclass(frozen=True)
class News:
    """A release with the ideas that its reader may see, and its strip of credits."""

    release: Release
    ideas: list[Idea]
    strip: Strip


def page_of_news(for_: Any, after: str = "") -> Slice[News]:
    """One page of what is published, as this reader may see it, from the token `after` on."""
    found = page_of_releases(after)
    return Slice(_with_ideas(found.rows, for_), found.after)


def page_of_releases(after: str = "") -> Slice[Release]:
    """One page of what is published, newest first, from the token `after` on."""
    published = select(Release).where(Release.in_public()).options(selectinload(Release.image))
    return slice_of(published, Release.published_at, Release.id, after=after, size=PAGE)


def just_shipped(limit: int = 3) -> list[News]:
    """The newest releases as everyone sees them, with their strips, in three queries; for the home page."""
    found = list(
        db.session.scalars(
            select(Release)
            .where(Release.in_public())
            .order_by(Release.published_at.desc(), Release.id.desc())
            .options(lazyload(Release.author))
            .limit(limit)
        )
    )
    if not found:
        return []
    thanked = strips(found, None)
    return [News(release, [], thanked[release.id]) for release in found]


@for_everybody
def shipped_with_names() -> int:
    """How many public ideas shipped in a release that names somebody who proposed or shaped them."""
    named = (
        select(Credit.id)
        .join(Release, and_(Release.id == Credit.release_id, Release.in_public()))
        .join(User, User.id == Credit.user_id)
        .where(
            Credit.idea_id == Idea.id,
            Credit.role.in_((CreditRole.PROPOSER, CreditRole.SHAPER)),
            User.credited_name.is_not(None),
        )
    )
    shipped = Idea.status_id.in_(select(Status.id).where(Status.kind == StatusKind.SHIPPED))
    return (
        db.session.scalar(select(func.count(Idea.id)).where(Idea.seen_by(None), Idea.stands(), shipped, named.exists()))
        or 0
    )


def shipped_ideas(releases: list[Release], for_: Any) -> dict[int, list[Idea]]:
    """For each release (by id) the ideas in it that this reader may see, most votes first."""
    found: dict[int, list[Idea]] = {release.id: [] for release in releases}
    rows = db.session.execute(
        select(release_idea.c.release_id, Idea)
        .join(Idea, Idea.id == release_idea.c.idea_id)
        .where(release_idea.c.release_id.in_(found), Idea.seen_by(for_))
        .order_by(Idea.votes_count.desc(), Idea.id)
    )
    for release_id, idea in rows:
        found[release_id].append(idea)
    return found


class Told(NamedTuple):
    """The release that tells of an idea, as a link names it."""

    title: str
    url: str


def releases_of(ideas: Sequence[Any]) -> dict[int, Told]:
    """For each of these ideas (or cards of ideas) that shipped, the newest release that everybody may see."""
    shipped = tuple(idea.id for idea in ideas if idea.status.kind == StatusKind.SHIPPED)
    return _releases_of(shipped) if shipped else {}


@for_everybody
def _releases_of(shipped: tuple[int, ...]) -> dict[int, Told]:
    rows = db.session.execute(
        select(release_idea.c.idea_id, Release)
        .join(Release, Release.id == release_idea.c.release_id)
        .where(release_idea.c.idea_id.in_(shipped), Release.in_public())
        .order_by(Release.published_at, Release.id)
        .options(lazyload(Release.author))
    )
    return {idea_id: Told(release.title, release.url) for idea_id, release in rows}


def _with_ideas(releases: list[Release], for_: Any) -> list[News]:
    if not releases:
        return []
    ideas, thanked = shipped_ideas(releases, for_), strips(releases, for_)
    return [News(release, ideas[release.id], thanked[release.id]) for release in releases]


class Shipped(NamedTuple):
    """A release as a list of what shipped names it."""

    title: str
    url: str
    when: datetime | None


@for_everybody
def shipped_last(board: str = "", tag: str = "", limit: int = 3) -> tuple[Shipped, ...]:
    """The newest releases that everybody sees; with a board or a tag, those that ship something of it."""
    asked = {name: slug for name, slug in (("board", board), ("tag", tag)) if slug}
    found = select(Release).where(Release.in_public()).options(lazyload(Release.author))
    if asked:
        ships = exists().where(release_idea.c.release_id == Release.id, Idea.id == release_idea.c.idea_id)
        found = found.where(ships.where(Idea.seen_by(None), *(NARROWED[name](sifted) for name in asked)))
    newest = db.session.scalars(found.order_by(Release.published_at.desc(), Release.id.desc()).limit(limit), asked)
    return tuple(Shipped(release.title, release.url, release.published_at) for release in newest)
