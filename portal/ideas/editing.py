"""Its author and staff change the words of an idea, and its author who sees an issue."""

from typing import Any

from flask import abort, flash, redirect, request
from werkzeug.wrappers import Response

from portal import permissions
from portal.activity.models import Action, Event
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, day, sentences
from portal.ideas.blueprint import bp
from portal.ideas.forms import words_of
from portal.ideas.models import Idea
from portal.ideas.pictures import change_pictures
from portal.ideas.postings import weights
from portal.ideas.rewriting import next_telling, rewrite
from portal.moderation.flagging import hold_edited
from portal.moderation.spam import signs_in_edit
from portal.notifications.reach import reach_about
from portal.permissions import me, require
from portal.pictures import uploads
from portal.text import render_markdown
from portal.web.pages import keeps_text, page


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
    if "tags" in form:
        idea.tag(form.tags_of(idea), by=me())
    telling = rewrite(idea, form.title.data, form.body.data, by=me(), fields=form.said, **form.telling, **form.details)
    gone = change_pictures(form, idea, by=me(), idea_id=idea.id)
    hold_edited(idea, signs_in_edit(me(), [*idea.said, *form.said.values()]))
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
