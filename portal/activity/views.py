"""What happened, for feed readers: public things only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, request
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.models import User
from portal.activity import feeds
from portal.activity.actions.described import Public
from portal.activity.actions.promises import day_of
from portal.activity.catalogue import PUBLIC
from portal.activity.feeds import Entry
from portal.activity.models import Action, Event
from portal.activity.subjects import Told
from portal.changelog.models import Release
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.boards import Board
from portal.ideas.family import kin_of
from portal.ideas.journey import names_of, of_moves
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse
from portal.ideas.tag_sight import has_tag, tag_seen_at
from portal.ideas.tags import Tag
from portal.ideas.transitions import Tells
from portal.merging.models import Merge
from portal.middleware.caching import kept_for_a_second
from portal.settings import settings
from portal.triage.promises import promises_told
from portal.web.addresses import url_for

bp = Blueprint("activity", __name__)


@bp.get("/feed.atom")
@kept_for_a_second("board", "tag")
def feed() -> Response:
    """New ideas, what became of ideas, official responses and releases; with `?board=` those of one board alone, with
    `?tag=` those with one tag."""
    slug, title = request.args.get("board", ""), _("What happens at %(brand)s", brand=settings().name)
    if not slug and (tag := request.args.get("tag", "")):
        return _feed_of_tag(tag_seen_at(tag, None) or abort(404), title)
    if not slug:
        return feeds.atom(title, url_for("ideas.index"), url_for("activity.feed"), _told(Of()))
    board = Board.now_at(slug) or abort(404)
    page, own = board.url, url_for("activity.feed", board=board.slug)
    return feeds.atom(f"{title} · {board.name}", page, own, _told(Of(board=board)))


def _feed_of_tag(tag: Tag, title: str) -> Response:
    page, own = url_for("ideas.tagged", slug=tag.slug), url_for("activity.feed", tag=tag.slug)
    return feeds.atom(f"{title} · {tag.name}", page, own, _told(Of(tag=tag)))


@bp.get("/ideas/<int:id>/feed.atom")
@kept_for_a_second()
def idea_feed(id: int) -> Response:
    """What became of one idea: every step, the response, the comments, and the release in which it shipped."""
    idea = Idea.find_or_404(id, for_=None)
    return feeds.atom(idea.title, idea.url, url_for("activity.idea_feed", id=id), _told(Of(idea=idea)))


@dataclass(frozen=True)
class Of:
    """What a feed is about: one idea, a board, a tag, or all."""

    idea: Idea | None = None
    board: Board | None = None
    tag: Tag | None = None

    @property
    def ideas(self) -> list[ColumnElement[bool]]:
        """The condition on the ideas that it tells of."""
        if self.idea:
            return [Idea.id == self.idea.id]
        if self.tag:
            return [has_tag(self.tag.id)]
        return [Idea.board_id == self.board.id] if self.board else []

    @property
    def listed(self) -> list[ColumnElement[bool]]:
        """The same of a list: what lives in another idea stands in its own feed alone."""
        return self.ideas if self.idea else [Idea.stands(), *self.ideas]


def _told(of: Of) -> Iterator[Entry]:
    """All that PUBLIC lets this feed tell."""
    for action, public in PUBLIC.items():
        if public == Public.EVERYWHERE or (of.idea and public == Public.ON_ITS_IDEA):
            yield from ENTRIES[action](of)


def _ideas(of: Of) -> Iterator[Entry]:
    newest = Idea.visible_to(None).where(*of.listed).order_by(Idea.created_at.desc(), Idea.id.desc())
    for idea in [of.idea] if of.idea else db.session.scalars(newest.limit(feeds.MOST_ENTRIES)):
        yield Entry(f"idea/{idea.id}", idea.title, idea.url, idea.created_at, _name(idea.author), idea.body)


def _moves(of: Of) -> Iterator[Entry]:
    """The newest changes of status, each with the reason that was given in public.

    The steps that a release brought are told by the release, but to who follows the idea; those that came with a
    response by that; quiet ones by nobody.
    """
    tells, told = Event.facts["tells"].as_string(), Event.facts["told_by_response"].as_boolean()
    found = (
        select(Event, Idea)
        .join(Idea, and_(Event.subject_type == "idea", Event.subject_id == Idea.id))
        .where(*of_moves(), Idea.seen_by(None), *of.listed)
        .where(~_may_be_undone(), tells.is_(None) | (tells != Tells.NOBODY), told.is_not(True))
        .order_by(Event.id.desc())
        .limit(feeds.MOST_ENTRIES)
    )
    if of.idea is None:
        found = found.where(Event.facts["told_by_release"].as_integer().is_(None))
    rows = db.session.execute(found).all()
    names = names_of({move.facts["new"] for move, _idea in rows})
    for move, idea in rows:
        title = _("%(status)s: %(title)s", status=names.get(move.facts["new"], "…"), title=idea.title)
        reason = move.facts.get("reason", "")
        yield Entry(f"step/{move.id}", title, idea.url, move.created_at, settings().name, reason)


def _merges(of: Of) -> Iterator[Entry]:
    """What lives in another idea now, with the reason that was given in public: of both, where everybody sees both."""
    survivor = aliased(Idea)
    which = [Idea.family_of(of.idea.root_id)] if of.idea else of.ideas
    found = (
        select(Merge, Idea, survivor)
        .join(Idea, Idea.id == Merge.idea_id)
        .join(survivor, survivor.id == func.coalesce(Idea.survivor_id, 0))
        .where(Merge.is_open(), Idea.seen_by(None), survivor.seen_by(None), *which)
        .where(~_is_just_merged())
        .order_by(Merge.id.desc())
        .limit(feeds.MOST_ENTRIES)
    )
    for merge, idea, into in db.session.execute(found).unique():
        title = _("%(title)s is now a part of: %(other)s", title=idea.title, other=into.title)
        yield Entry(f"merge/{merge.id}", title, into.url, merge.created_at, settings().name, merge.why)


def _responses(of: Of) -> Iterator[Entry]:
    found = (
        select(OfficialResponse)
        .where(OfficialResponse.idea.has(and_(Idea.seen_by(None), *of.listed)))
        .where(~_is_just_written())
        .options(joinedload(OfficialResponse.idea, innerjoin=True))
        .order_by(OfficialResponse.said_at.desc())
        .limit(feeds.MOST_ENTRIES)
    )
    responses = db.session.scalars(found).all()
    moved = _moved_with([response.idea_id for response in responses])
    for response in responses:
        title = _("%(brand)s answers: %(title)s", brand=settings().name, title=response.idea.title)
        if status := moved.get(response.idea_id):
            title = _("%(said)s · %(status)s", said=title, status=status)
        moment = response.edited_at or response.said_at
        yield Entry(f"response/{response.id}", title, response.idea.url, moment, _name(response.author), response.body)


def _moved_with(ideas: list[int]) -> dict[int, str]:
    """The names of the statuses to which the last responses to these ideas moved them, by the ids of the ideas."""
    posted = Event.action == Action.RESPONSE_POSTED, Event.subject_type == "idea", Event.subject_id.in_(ideas)
    last = select(Event.subject_id, Event.facts["new"].as_integer()).where(*posted).order_by(Event.id)
    moved = {id: status for id, status in db.session.execute(last)}
    names = names_of({status for status in moved.values() if status})
    return {id: names.get(status, "…") for id, status in moved.items() if status}


def _promises(action: Action, words: Any) -> Callable[[Of], Iterator[Entry]]:
    """What was promised, and what became of it, where the portal shows its promises; what a step of the idea settled
    is told by that step."""

    def entries(of: Of) -> Iterator[Entry]:
        found = promises_told(action).where(Idea.seen_by(None), *of.ideas).limit(feeds.MOST_ENTRIES)
        for event, idea, promise, said in db.session.execute(found) if settings().promises_public else ():
            title = str(words) % {"day": day_of(Told(event)), "title": idea.title}
            reason = said.reason if said else promise.reason if action == Action.PROMISE_TAKEN_BACK else ""
            yield Entry(f"promise/{event.id}", title, idea.url, event.created_at, settings().name, reason)

    return entries


def _may_be_undone() -> ColumnElement[bool]:
    """The condition of what staff may still undo: it is told to nobody, and so not to feed readers either."""
    return and_(Event.fanned_out_at.is_(None), Event.attempts == 0, Event.due_at > now())


def _is_just_written() -> ColumnElement[bool]:
    """The condition of a response that may still be undone, or is as it was a moment ago."""
    written = select(Event.id).where(Event.subject_type == "idea", Event.subject_id == OfficialResponse.idea_id)
    written = written.where(Event.action.in_((Action.RESPONSE_POSTED, Action.RESPONSE_EDITED)), _may_be_undone())
    return written.correlate(OfficialResponse).exists()


def _is_just_merged() -> ColumnElement[bool]:
    """The condition of a merge that may still be undone as if it had never been."""
    told = select(Event.id).where(Event.subject_type == "idea", Event.subject_id == Merge.idea_id)
    told = told.where(Event.action == Action.IDEA_MERGED, _may_be_undone())
    return told.correlate(Merge).exists()


def _comments(of: Of) -> Iterator[Entry]:
    """What was said of the one idea of a feed."""
    idea = of.idea
    if idea is None:
        return
    found = Comment.visible_to(None).where(Comment.idea_id.in_(kin_of(idea))).order_by(Comment.created_at.desc())
    for comment in db.session.scalars(found.limit(feeds.MOST_ENTRIES)):
        name = _name(comment.author)
        title = _("%(name)s commented on %(title)s", name=name, title=idea.title)
        yield Entry(f"comment/{comment.id}", title, f"{idea.url}#c{comment.id}", comment.created_at, name, comment.body)


def _releases(of: Of) -> Iterator[Entry]:
    which = [Release.ideas.any(and_(Idea.seen_by(None), *of.ideas))] if of.ideas else []
    newest = Release.visible_to(None).where(*which).order_by(Release.published_at.desc()).limit(feeds.MOST_ENTRIES)
    for release in db.session.scalars(newest):
        if release.published_at:
            name = settings().name
            yield Entry(f"release/{release.id}", release.title, release.url, release.published_at, name, release.story)


# How what is public of an action stands in a feed: each that PUBLIC names anywhere, and no other.
ENTRIES: dict[Action, Callable[[Of], Iterator[Entry]]] = {
    Action.IDEA_PROPOSED: _ideas,
    Action.STATUS_CHANGED: _moves,
    Action.IDEA_MERGED: _merges,
    Action.RESPONSE_POSTED: _responses,
    Action.PROMISE_MADE: _promises(Action.PROMISE_MADE, _l("Promised for %(day)s: %(title)s")),
    Action.PROMISE_MOVED: _promises(Action.PROMISE_MOVED, _l("Promised for %(day)s now: %(title)s")),
    Action.PROMISE_KEPT: _promises(Action.PROMISE_KEPT, _l("Promise kept: %(title)s")),
    Action.PROMISE_TAKEN_BACK: _promises(Action.PROMISE_TAKEN_BACK, _l("Promise taken back: %(title)s")),
    Action.COMMENT_POSTED: _comments,
    Action.RELEASE_PUBLISHED: _releases,
}


def _name(person: User | None) -> str:
    return person.display_name if person and not person.is_former else _("a former member")
