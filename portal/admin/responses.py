"""Staff publish the official response to an idea, and with the same press move it on and say who has it in hand."""

from collections.abc import Iterator

from flask import abort, request
from werkzeug.wrappers import Response

from portal import permissions
from portal.activity.models import Action
from portal.admin.idea_tools import (
    Answer,
    again,
    complain,
    find_idea,
    heard,
    is_theirs_to_write,
    lives_here,
    onward,
    tell,
)
from portal.admin.response_form import ResponseForm
from portal.admin.status import cannot_follow
from portal.admin.triaging import said_whose
from portal.admin.views import bp
from portal.extensions import db
from portal.i18n import _, sentences
from portal.ideas.models import Idea
from portal.ideas.pictures import change_pictures
from portal.ideas.statuses import TransitionRefused
from portal.permissions import me
from portal.pictures import uploads
from portal.triage.acts import Undoable, undoable
from portal.triage.assignments import assign
from portal.web.pages import keeps_text


@bp.post("/ideas/<int:id>/response")
@keeps_text
def respond(id: int) -> Answer:
    """Publish the official response, or a new version of it; it may move the idea, and give it to somebody."""
    request.max_content_length = uploads.MOST_SENT
    idea = find_idea(id, permissions.respond_to_idea)
    form = ResponseForm(thing=idea)
    if form.validate() and is_theirs_to_write(idea, form) and lives_here(idea, form.text):
        published = _publish(idea, form)
        if published:
            return published
    return again(idea, response=form)


def _publish(idea: Idea, form: ResponseForm) -> Response | None:
    """Say it, move it and give it away, as one act; or say at the field why it may not go there."""
    before, done = idea.response.said_at if idea.response else None, Undoable()
    status = form.new_status
    try:
        way = idea.way_to(status) if status and status.id != idea.status_id else None
        with undoable(idea, by=me(), done=done):
            idea.respond(form.text.data or "", by=me(), kind=form.kind.data, anew=form.says_anew, status=status)
            response = idea.response or abort(409)
            is_given = form.gives and assign(idea, form.new_owner, by=me())
            gone = change_pictures(form, idea, by=me(), response_id=response.id)
    except TransitionRefused:
        complain(form.status, cannot_follow(idea, form.new_status))
        return None
    tells = {"tells": str(way.tells)} if way else {}
    db.session.commit()
    if not done.press:  # what may come back keeps its files, which go with the strays of the night
        uploads.delete_all(gone)
    whose = [said_whose(idea, is_given)] if form.gives else []
    tell(idea, sentences(*_said(idea, form, response.said_at != before, tells, whose)), undo=done.press)
    return onward(idea, done=True)


def _said(idea: Idea, form: ResponseForm, is_told: bool, tells: dict[str, str], whose: list[str]) -> Iterator[str]:
    """What was done with one press, and who hears of it."""
    yield _("The official response is published.")
    if tells:
        yield _("Moved to %(status)s.", status=idea.status.name)
    yield from whose
    if is_told:
        yield heard(Action.RESPONSE_POSTED, idea, kind=form.kind.data, **tells)
    else:
        yield heard(Action.STATUS_CHANGED, idea, **tells) if tells else heard(Action.RESPONSE_EDITED, idea)
