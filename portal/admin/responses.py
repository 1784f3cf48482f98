"""Staff publish the official response to an idea."""

from flask import abort, request

from portal import permissions
from portal.activity.models import Action
from portal.admin.idea_forms import ResponseForm
from portal.admin.idea_tools import Answer, again, find_idea, is_theirs_to_write, onward, tell
from portal.admin.views import bp
from portal.extensions import db
from portal.i18n import _, sentences
from portal.ideas.pictures import change_pictures
from portal.notifications.reach import reach_about
from portal.permissions import me
from portal.pictures import uploads
from portal.triage.acts import undoable
from portal.web.pages import keeps_text


@bp.post("/ideas/<int:id>/response")
@keeps_text
def respond(id: int) -> Answer:
    """Publish the official response, or a new version of it."""
    request.max_content_length = uploads.MOST_SENT
    idea = find_idea(id, permissions.respond_to_idea)
    form = ResponseForm(thing=idea)
    if form.validate() and is_theirs_to_write(idea, form):
        before = idea.response.said_at if idea.response else None
        with undoable(idea, by=me()) as done:
            idea.respond(form.text.data or "", by=me(), kind=form.kind.data, anew=form.says_anew)
            response = idea.response or abort(409)
            gone = change_pictures(form, idea, by=me(), response_id=response.id)
        db.session.commit()
        if not done.press:  # what may come back keeps its files, which go with the strays of the night
            uploads.delete_all(gone)
        told = Action.RESPONSE_POSTED if response.said_at != before else Action.RESPONSE_EDITED
        heard = reach_about(told, idea, me(), kind=response.kind).sentence
        tell(idea, sentences(_("The official response is published."), heard), undo=done.press)
        return onward(idea, done=True)
    return again(idea, response=form)
