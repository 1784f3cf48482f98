"""The page of one idea, and what it said before."""

from functools import cache
from typing import Any

from flask import Flask, abort, redirect, request
from sqlalchemy import Select, and_, bindparam, select
from werkzeug.wrappers import Response

from portal import permissions
from portal.changelog.news import releases_of
from portal.comments.forms import CommentForm
from portal.comments.shaping import who_shaped
from portal.comments.thread import Thread, discussion
from portal.database.reading import rows
from portal.ideas.asking import asked_id
from portal.ideas.blueprint import bp
from portal.ideas.boards import Tag, idea_tag
from portal.ideas.captured import host_of, noted
from portal.ideas.differences import differences
from portal.ideas.history import history as versions
from portal.ideas.history import lines
from portal.ideas.journey import is_straight, journey
from portal.ideas.models import Idea
from portal.ideas.pictures import pictures_with_response
from portal.ideas.responses import ResponseRevision
from portal.ideas.revisions import Revision
from portal.ideas.severity import SEVERITIES
from portal.ideas.structured import posting
from portal.ideas.targets import earlier_targets
from portal.middleware.caching import kept_for_a_second
from portal.middleware.compression import understood
from portal.notifications.models import Follow
from portal.permissions import me
from portal.text import render_markdown
from portal.triage.shown import of_idea
from portal.voting.growth import growth_of
from portal.voting.models import Vote
from portal.web import paging
from portal.web.pages import page


def init_app(app: Flask) -> None:
    """Give the templates what turns written text into HTML."""
    app.add_template_filter(render_markdown, "markdown")
    app.add_template_filter(lines)
    app.add_template_filter(host_of, "host")
    app.add_template_filter(noted)
    app.jinja_env.globals.update(differences=differences, is_straight=is_straight)


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
    return page("ideas/history.html", idea=idea, history=versions(saved, Revision, fields, after=paging.asked()))


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
    steps = journey(idea)
    understood(c="new")
    thread = discussion(idea, me(), request.args.get("c") == "new", asked_id("from"))
    may_comment = permissions.comment_on_idea(me(), idea)
    release = releases_of([idea]).get(idea.id)
    images, response_images = pictures_with_response(idea)
    return {
        "idea": idea,
        "steps": steps,
        "growth": growth_of(idea, steps),
        "earlier": earlier_targets([idea.id]).get(idea.id, []) if idea.estimate else [],
        "release": release,
        "images": images,
        "response_images": response_images,
        "shapers": who_shaped(idea),
        "promises": of_idea(idea.id),
        "tags": rows(_tags(), {"idea": idea.id}).all(),
        "thread": thread,
        "form": CommentForm() if may_comment else None,
        "severity": SEVERITIES.get(idea.severity),
        "structured": None if me().is_authenticated else posting(idea, _public(thread), release),
        **_own(idea),
    }


def _public(thread: Thread) -> list[Any]:
    comments = [comment for entry in thread.entries for comment in (entry.comment, *entry.replies)]
    return [comment for comment in comments if comment.is_shown_to(None)]


def _own(idea: Idea) -> dict[str, Any]:
    """What the idea is to the reader: their vote, if any, and whether they follow it."""
    if not me().is_authenticated:
        return {"vote": None, "following": "off"}
    own = rows(_vote_and_follow(), {"idea": idea.id, "reader": me().id}).one()
    following = "off" if own.muted is None else "muted" if own.muted else "on"
    return {"vote": own if own.is_counted is not None else None, "following": following}


@cache
def _vote_and_follow() -> Select[str | None, bool | None, bool | None]:
    theirs = Vote.user_id == bindparam("reader"), Follow.user_id == bindparam("reader")
    own = select(Vote.importance, Vote.is_counted, Follow.muted).select_from(Idea).where(Idea.id == bindparam("idea"))
    own = own.outerjoin(Vote, and_(Vote.idea_id == Idea.id, theirs[0]))
    return own.outerjoin(Follow, and_(Follow.idea_id == Idea.id, theirs[1]))


@cache
def _tags() -> Select[str, str]:
    those = select(idea_tag.c.tag_id).where(idea_tag.c.idea_id == bindparam("idea"))
    return select(Tag.slug, Tag.name).where(Tag.id.in_(those)).order_by(Tag.name)
