"""Staff write down what only staff read."""

from portal import permissions
from portal.admin.idea_forms import NoteForm
from portal.admin.idea_tools import Answer, again, find_idea, onward, tell, writing
from portal.admin.views import bp
from portal.comments.mentions import colleagues_in
from portal.comments.models import Comment
from portal.extensions import db
from portal.i18n import _, sentences
from portal.permissions import me
from portal.triage.acts import undoable
from portal.web.idempotency import once
from portal.web.pages import keeps_text


@bp.post("/ideas/<int:id>/note")
@keeps_text
def write_note(id: int) -> Answer:
    """Write down something that only staff see."""
    idea = find_idea(id, permissions.write_note)
    form = NoteForm()
    if form.validate():
        with writing(idea):
            with undoable(idea, by=me()) as done:
                once(Comment, me(), lambda: Comment.note(idea, form.text.data or "", by=me()))
            db.session.commit()
        tell(idea, _said(form.text.data or ""), undo=done.press)
        return onward(idea)
    return again(idea, note=form)


def _said(words: str) -> str:
    """That it is there, and which colleagues are told."""
    told = ", ".join(colleague.display_name for colleague in colleagues_in(words, me()))
    return sentences(_("Staff note added."), _("Told of it: %(names)s.", names=told) if told else "")
