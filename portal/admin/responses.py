"""Staff publish the official response to an idea."""

from portal import permissions
from portal.activity.models import Action
from portal.admin.forms import ResponseForm
from portal.admin.idea_tools import Answer, again, find_idea, heard, is_theirs_to_write, onward, tell
from portal.admin.views import bp
from portal.extensions import db
from portal.i18n import _, sentences
from portal.permissions import me
from portal.triage.acts import undoable
from portal.web.pages import keeps_text


@bp.post("/ideas/<int:id>/response")
@keeps_text
def respond(id: int) -> Answer:
    """Publish the official response, or a new version of it."""
    idea = find_idea(id, permissions.respond_to_idea)
    form = ResponseForm()
    if form.validate() and is_theirs_to_write(idea, form):
        first = idea.response is None
        with undoable(idea, by=me()) as done:
            idea.respond(form.text.data or "", by=me())
        db.session.commit()
        told = heard(Action.RESPONSE_POSTED if first else Action.RESPONSE_EDITED, idea)
        tell(idea, sentences(_("The official response is published."), told), undo=done.press)
        return onward(idea, done=True)
    return again(idea, response=form)
