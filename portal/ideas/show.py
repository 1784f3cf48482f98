"""The page of one idea, and what it said before."""

from functools import cache
from typing import Any

from flask import Flask, abort, redirect, request
from sqlalchemy import Integer, Select, and_, bindparam, null, select
from werkzeug.wrappers import Response

from portal import permissions
from portal.accounts.membership import Somebody
from portal.accounts.models import User
from portal.changelog.news import releases_of
from portal.comments.both_ends import OtherEnd, began
from portal.comments.forms import CommentForm
from portal.comments.shaping import shaping, who_shaped
from portal.comments.thread import Thread, discussion, wrote
from portal.database.reading import gathered, rows
from portal.extensions import db
from portal.ideas.asking import asked_id
from portal.ideas.attachments import Attachment, Picture
from portal.ideas.blueprint import bp
from portal.ideas.board_asks import brought_along, said_on, teller
from portal.ideas.captured import host_of, noted
from portal.ideas.closing import closing_said, closing_said_on
from portal.ideas.differences import differences
from portal.ideas.family import survivor_seen
from portal.ideas.history import history as versions
from portal.ideas.history import lines
from portal.ideas.journey import Move, is_straight, journey, moves
from portal.ideas.kin import Kin, kin_seen
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse, ResponseRevision, Said
from portal.ideas.revisions import Revision
from portal.ideas.severity import SEVERITIES
from portal.ideas.structured import posting
from portal.ideas.tags import Tag, idea_tag
from portal.ideas.targets import earlier_targets
from portal.merging.conversions import Conversion
from portal.merging.converting import is_new
from portal.merging.families import family
from portal.merging.forms import ObjectionForm
from portal.merging.links import Linked, links
from portal.merging.models import Merge
from portal.merging.said_same import Other, others, others_of
from portal.middleware.caching import kept_for_a_second
from portal.middleware.compression import understood
from portal.notifications.models import Follow
from portal.notifications.stopping import following
from portal.permissions import me
from portal.text import render_markdown
from portal.triage.shown import of_idea
from portal.voting.growth import by_day, growth_of
from portal.voting.models import Vote
from portal.web import paging
from portal.web.pages import page


def init_app(app: Flask) -> None:
    """Give the templates what turns written text into HTML."""
    app.add_template_filter(render_markdown, "markdown")
    app.add_template_filter(lines)
    app.add_template_filter(host_of, "host")
    app.add_template_filter(noted)
    app.jinja_env.globals.update(differences=differences, is_straight=is_straight, is_new=is_new)
    app.jinja_env.globals.update(closing_said=closing_said, closing_said_on=closing_said_on)


@bp.get("/ideas/<int:id>")
@bp.get("/ideas/<int:id>-")
@bp.get("/ideas/<int:id>-<slug>")
@kept_for_a_second("c", "from")
def show(id: int, slug: str = "") -> str | Response:
    """An idea with everything that became of it; any other slug leads to the right one."""
    idea = Idea.find_or_404(id, for_=me())
    if slug != idea.slug:
        asked = request.query_string.decode(errors="replace")
        return redirect(f"{idea.url}?{asked}" if asked else idea.url, 301)
    return page("ideas/show.html", **_about(idea))


@bp.get("/ideas/<int:id>/history")
def history(id: int) -> str:
    """What an idea said each time it was saved, newest first, with what changed."""
    idea = Idea.find_or_404(id, for_=me())
    saved = select(Revision).where(Revision.idea_id == id)
    fields = ("title", "body", "expected") if idea.is_issue else ("title", "body")
    found = versions(saved, Revision, fields, after=paging.asked(), tell=teller(idea, reads_all_of(idea)))
    return page("ideas/history.html", idea=idea, history=found)


@bp.get("/ideas/<int:id>/response/history")
def response_history(id: int) -> str:
    """What the official response said each time it was saved."""
    idea = Idea.find_or_404(id, for_=me())
    if idea.response is None:
        abort(404)
    saved = select(ResponseRevision).where(ResponseRevision.response_id == idea.response.id)
    found = versions(saved, ResponseRevision, ("body",), after=paging.asked())
    return page("ideas/response_history.html", idea=idea, history=found)


def _about(idea: Idea) -> dict[str, Any]:
    beside, reader = _read_beside(idea), me()
    steps = journey(idea, Move.all(beside.moves))
    understood(c="new")
    newest_first, start = request.args.get("c") == "new", asked_id("from")
    thread = discussion(idea, reader, newest_first, start, bool(beside.wrote))
    release, kin = releases_of([idea]).get(idea.id), kin_seen(idea, reader)
    return {
        "idea": idea,
        "steps": steps,
        "growth": growth_of(idea, steps, beside.days or ()),
        "earlier": earlier_targets([idea.id]).get(idea.id, []) if idea.estimate else [],
        "release": release,
        "response": Said.of(*beside[:8]),
        "images": Picture.all(beside.images),
        "response_images": Picture.all(beside.response_images),
        "shapers": who_shaped(idea, beside.shapers or (), kin),
        "promises": of_idea(idea.id),
        "links": Linked.all(beside.links),
        "same": Other.all(beside.same),
        "began": OtherEnd(*beside.began[0]) if beside.began else None,
        "asked": idea.author_id == getattr(reader, "id", None) and Conversion.asked_of(idea.id),
        "tags": beside.tags,
        "says": said_on(idea, beside.said, reads_all_of(idea)),
        "thread": thread,
        "form": CommentForm() if permissions.comment_on_idea(reader, idea) else None,
        "severity": SEVERITIES.get(idea.severity),
        "structured": None if reader.is_authenticated else posting(idea, _public(thread), release),
        "vote": beside if beside.is_counted is not None else None,
        "following": "off" if beside.muted is None else "muted" if beside.muted else "on",
        **(_of_family(idea, steps, kin) if idea.has_family else {}),
    }


def _of_family(idea: Idea, steps: list[Any], kin: list[Kin]) -> dict[str, Any]:
    """What is another for one that has a family, in statements of their own: the reader’s vote and follow, wherever in
    it they stand, how its votes grew, and where it lives now.
    """
    survivor = survivor_seen(idea, me())
    return {
        "growth": growth_of(idea, steps),
        "vote": Vote.of(me(), idea),
        "following": following(idea, me()),
        "family": family(idea, kin),
        "same": others_of(idea, me()) if idea.merged_count else [],
        "survivor": survivor,
        "merge": Merge.of(idea) if survivor else None,
        "objecting": ObjectionForm(None),
    }


def reads_all_of(idea: Idea) -> bool:
    """Whether the reader sees what an idea says to the team alone: they, and whoever wrote it."""
    return me().is_authenticated and (me().is_staff or me().id == idea.author_id)


def _public(thread: Thread) -> list[Any]:
    comments = [comment for entry in thread.entries for comment in (entry.comment, *entry.replies)]
    return [comment for comment in comments if comment.is_shown_to(None)]


def _read_beside(idea: Idea) -> Any:
    """What stands beside an idea and its discussion, and what it is to the reader: their vote, if any, and so on."""
    given = {"idea": idea.id, "reader": getattr(me(), "id", None)}
    return rows(_beside(Somebody.like(me())), given).one()


@cache
def _beside(reader: Somebody | None) -> Select[Any]:
    """One statement for all of it: each has its price, and on PostgreSQL its way there and back."""
    id = bindparam("idea", type_=Integer)
    tags = select(Tag.slug, Tag.name, Tag.colour).join(idea_tag, idea_tag.c.tag_id == Tag.id)
    brought: dict[str, Any] = {
        "images": Picture.those(Attachment.idea_id == id),
        "response_images": Picture.those(Attachment.response_id == OfficialResponse.id),
        "shapers": gathered(shaping()),
        "tags": gathered(tags.where(idea_tag.c.idea_id == id).order_by(Tag.name)),
        "said": brought_along(),
        "moves": gathered(moves()),
        "links": gathered(links(reader)),
        "began": gathered(began(reader)),
        "days": gathered(by_day(db.engine.dialect.name)),
    }
    found = select(Idea.id).outerjoin(OfficialResponse).outerjoin(User, User.id == OfficialResponse.author_id)
    own: tuple[Any, ...] = null(), null(), null(), null(), null()
    if reader:
        own = Vote.importance, Vote.is_counted, Follow.muted, wrote(), gathered(others(reader))
        found = found.outerjoin(Vote, and_(Vote.idea_id == Idea.id, Vote.user_id == bindparam("reader")))
        found = found.outerjoin(Follow, and_(Follow.idea_id == Idea.id, Follow.user_id == bindparam("reader")))
    brought |= zip(("importance", "is_counted", "muted", "wrote", "same"), own, strict=True)
    named = [column.label(name) for name, column in brought.items()]
    return found.where(Idea.id == id).with_only_columns(*Said.columns(), *named, maintain_column_froms=True)
