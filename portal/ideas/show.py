"""The page of one idea, and what its author and staff change on it."""

from typing import Any

from flask import Flask, abort, flash, redirect, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal import permissions
from portal.activity.models import Action, Event
from portal.changelog.news import releases_of
from portal.clock import now
from portal.comments.forms import CommentForm
from portal.comments.shaping import who_shaped
from portal.comments.thread import Thread, discussion
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, day, sentences
from portal.ideas.asking import asked_id
from portal.ideas.blueprint import bp
from portal.ideas.differences import differences
from portal.ideas.forms import words_of
from portal.ideas.history import history as versions
from portal.ideas.history import lines
from portal.ideas.journey import is_straight, journey
from portal.ideas.models import Idea
from portal.ideas.pictures import change_pictures, pictures_of
from portal.ideas.postings import weights
from portal.ideas.responses import ResponseRevision
from portal.ideas.revisions import Revision
from portal.ideas.rewriting import next_telling, rewrite
from portal.ideas.severity import SEVERITIES
from portal.ideas.structured import posting
from portal.middleware.caching import kept_for_a_second
from portal.middleware.compression import understood
from portal.moderation.flagging import hold_edited
from portal.moderation.spam import signs_in_edit
from portal.notifications.models import Follow
from portal.notifications.reach import reach_about
from portal.permissions import me, require
from portal.pictures import uploads
from portal.text import render_markdown
from portal.voting.growth import growth_of
from portal.voting.models import Vote
from portal.web import paging
from portal.web.pages import keeps_text, page


def init_app(app: Flask) -> None:
    """Give the templates what turns written text into HTML."""
    app.add_template_filter(render_markdown, "markdown")
    app.add_template_filter(lines)
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


@bp.get("/ideas/<int:id>/edit")
def edit(id: int) -> str:
    """The words of an idea, to be changed."""
    idea = Idea.find_or_404(id, for_=me())
    require(permissions.edit_idea, idea)
    return _edit_page(idea, words_of(idea))


@bp.post("/ideas/<int:id>/edit")
@keeps_text
def save(id: int) -> str | Response | tuple[str, int]:
    """Change the words of an idea; what it said before stays in its history."""
    idea = Idea.find_or_404(id, for_=me())
    require(permissions.edit_idea, idea)
    form = words_of(idea)
    if not form.validate():
        return _edit_page(idea, form), 422
    render_markdown(form.body.data)
    weights(form.title.data, form.body.data, idea.lang)  # kept for the index, so that the write stays short
    begin_write()
    if form.overtaken(idea):
        return _edit_page(idea, form), 422
    telling = rewrite(idea, form.title.data, form.body.data, by=me(), **form.telling, **form.details)
    gone = change_pictures(form, idea, by=me(), idea_id=idea.id)
    hold_edited(idea, signs_in_edit(me(), idea.said))
    db.session.commit()
    uploads.delete_all(gone)
    flash(sentences(_("Your changes are saved."), _who_hears(telling, idea)))
    return redirect(idea.url, 303)


@bp.post("/ideas/<int:id>/private")
def make_public(id: int) -> Response:
    """Show an issue to everyone, or only to its author and staff: `private=1|0`."""
    wanted = request.form.get("private")
    if wanted not in ("0", "1"):
        abort(400)
    begin_write()
    idea = Idea.find_or_404(id, for_=me())
    require(permissions.publish_issue, idea)
    idea.set_private(wanted == "1", by=me())
    db.session.commit()
    flash(
        _("Only its author and our team see this issue now.")
        if idea.is_private
        else _("Everyone can see this issue now.")
    )
    return redirect(idea.url, 303)


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


def _edit_page(idea: Idea, form: Any) -> str:
    heard = reach_about(Action.IDEA_REWRITTEN, idea, me())
    again = next_telling(idea)
    return page("ideas/edit.html", idea=idea, form=form, heard=heard, again=again if again > now() else None)


def _who_hears(telling: Event | None, idea: Idea) -> str:
    """Who is told of the change that was saved, and when."""
    if telling is None:
        return ""
    heard = reach_about(Action.IDEA_REWRITTEN, idea, me(), at_once=telling.facts["at_once"])
    if not heard.told:
        return ""
    if idea.is_held:
        return _once_looked_at(idea)
    return _later(idea, day(telling.due_at)) if telling.due_at > now() else heard.sentence


def _once_looked_at(idea: Idea) -> str:
    if idea.is_issue:
        return _("Those who have it are told once our team has looked at it.")
    return _("Those who support it are told once our team has looked at it.")


def _later(idea: Idea, when: str) -> str:
    if idea.is_issue:
        return _("Those who have it are told on %(day)s: once in two weeks at most.", day=when)
    return _("Those who support it are told on %(day)s: once in two weeks at most.", day=when)


def _about(idea: Idea) -> dict[str, Any]:
    steps = journey(idea)
    understood(c="new")
    thread = discussion(idea, me(), request.args.get("c") == "new", asked_id("from"))
    may_comment = permissions.comment_on_idea(me(), idea)
    release = releases_of([idea]).get(idea.id)
    return {
        "idea": idea,
        "steps": steps,
        "growth": growth_of(idea, steps),
        "release": release,
        "images": pictures_of(idea),
        "shapers": who_shaped(idea),
        "vote": Vote.of(me(), idea),
        "following": _following(idea),
        "thread": thread,
        "form": CommentForm() if may_comment else None,
        "severity": SEVERITIES.get(idea.severity),
        "structured": None if me().is_authenticated else posting(idea, _public(thread), release),
    }


def _public(thread: Thread) -> list[Any]:
    comments = [comment for entry in thread.entries for comment in (entry.comment, *entry.replies)]
    return [comment for comment in comments if comment.is_shown_to(None)]


def _following(idea: Idea) -> str:
    if not me().is_authenticated:
        return "off"
    row = db.session.get(Follow, (me().id, idea.id))
    return "off" if row is None else "muted" if row.muted else "on"
