"""Staff change the status of an idea."""

from typing import Any

from portal import permissions
from portal.activity.models import Action
from portal.admin.idea_forms import StatusForm
from portal.admin.idea_tools import Answer, again, complain, find_idea, heard, lives_here, onward, tell, writing
from portal.admin.views import bp
from portal.extensions import db
from portal.i18n import _, sentences
from portal.ideas.models import Idea
from portal.ideas.statuses import ReasonOwed, Status, TransitionRefused
from portal.ideas.transitions import Tells, way_between
from portal.permissions import me
from portal.triage.acts import Undoable, undoable
from portal.web.pages import keeps_text


@bp.post("/ideas/<int:id>/status")
@keeps_text
def change_status(id: int) -> Answer:
    """Move an idea along its workflow."""
    idea = find_idea(id, permissions.change_status)
    form = StatusForm()
    done = Undoable()
    told = _decide(idea, form, done) if form.validate() else None
    if told:
        moved = _("Moved to %(status)s.", status=idea.status.name)
        tell(idea, sentences(moved, heard(Action.STATUS_CHANGED, idea, tells=told)), undo=done.press)
        return onward(idea, done=True)
    return again(idea, status=form)


def _decide(idea: Idea, form: StatusForm, done: Undoable) -> Tells | None:
    """Change the status and give whom that tells, or say at the field why not."""
    if not form.status.data:
        return _refuse(form.status, _("Choose the status to move it to."))
    with writing(idea):
        if form.overtaken(idea) or not lives_here(idea, form.status):
            return None
        status = next((s for s in Status.all_for(idea.kind) if str(s.id) == form.status.data), None)
        if status is None:
            return _refuse(form.status, _("There is no such status. Choose one from the list."))
        if status is idea.status and form.reason.data not in ("", idea.status_reason):
            return _refuse(form.reason, _("It is there already. To say more, publish an official response."))
        way = way_between(idea.status_id, status.id)
        try:
            with undoable(idea, by=me(), done=done):
                idea.change_status(status, by=me(), reason=form.reason.data or "", quietly=form.quietly.data)
        except TransitionRefused:
            return _refuse(form.status, cannot_follow(idea, status))
        except ReasonOwed:
            return _refuse(form.reason, _say_why(idea))
        tells = Tells.NOBODY if form.quietly.data or way is None else Tells(way.tells)
        db.session.commit()
    return tells


def cannot_follow(idea: Idea, status: Status | None) -> str:
    """That no way leads there."""
    new = status.name if status else "…"
    return _("%(new)s cannot follow %(old)s. Choose a status from the list.", new=new, old=idea.status.name)


def _refuse(field: Any, problem: str) -> Tells | None:
    """Say at the field what is wrong; nothing, as nobody is told of what was not done."""
    complain(field, problem)
    return None


def _say_why(idea: Idea) -> str:
    if idea.is_issue:
        return _("Say why, in public: the people who have it too will read it.")
    return _("Say why, in public: the people who voted for it will read it.")
