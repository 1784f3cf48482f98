"""Staff say when an idea may be there: an estimate, which everybody reads who sees the idea."""

from portal import permissions
from portal.activity.models import Action
from portal.admin.idea_forms import TargetForm
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
from portal.admin.views import bp
from portal.extensions import db
from portal.i18n import _, sentences
from portal.ideas.models import Idea
from portal.ideas.targets import NotUnderWay, Target, TargetPast
from portal.permissions import me
from portal.triage.acts import Undoable, undoable
from portal.web.pages import keeps_text


@bp.post("/ideas/<int:id>/target")
@keeps_text
def aim(id: int) -> Answer:
    """Say when an idea may be there, or something else than before."""
    idea = find_idea(id, permissions.aim_idea)
    form = TargetForm()
    target, done = Target.read(form.target.data or ""), Undoable()
    if form.validate() and _aims(idea, form, target, done) and target:
        said = (
            _("Said on its page: %(time)s.", time=target.words)
            if idea.is_issue
            else _("Said on its page and on the roadmap: %(time)s.", time=target.words)
        )
        tell(idea, sentences(said, heard(Action.TARGET_CHANGED, idea, slips=form.slips)), undo=done.press)
        return onward(idea)
    return again(idea, target=form)


def _aims(idea: Idea, form: TargetForm, target: Target | None, done: Undoable) -> bool:
    """Change the target, or say at the field why not."""
    if target is None:
        return complain(form.target, _("Choose a month, a quarter, or when it is ready."))
    if not is_theirs_to_write(idea, form) or not lives_here(idea, form.target):
        return False
    form.slips = target.is_slip_of(Target.read(idea.target))
    try:
        with undoable(idea, by=me(), done=done):
            idea.aim(target, by=me())
        db.session.commit()
    except TargetPast:
        past = _("%(time)s is over. Choose a month or a quarter that is still to come.", time=target.name)
        return complain(form.target, past[:1].upper() + past[1:])
    except NotUnderWay:
        return complain(form.target, _("It is not planned, in progress or in testing any more, so it has no target."))
    return True
