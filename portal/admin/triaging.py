"""Staff share the work: somebody takes an idea on, and what may wait is put off."""

from portal import permissions
from portal.admin.idea_tools import Answer, again, find_idea, is_theirs_to_write, lives_here, onward, tell, writing
from portal.admin.triage_forms import AssignForm, SnoozeForm, named
from portal.admin.views import bp
from portal.extensions import db
from portal.i18n import _, sentences
from portal.ideas.models import Idea
from portal.merging.words import do_it_there
from portal.notifications.handed import handed
from portal.permissions import me
from portal.triage.acts import undoable
from portal.triage.assignments import assign, assignment_of
from portal.triage.snoozing import snooze
from portal.web.pages import keeps_text


@bp.post("/ideas/<int:id>/owner")
@keeps_text
def assign_idea(id: int) -> Answer:
    """Give an idea to somebody of the team, or to nobody."""
    idea = find_idea(id, permissions.assign_idea)
    form = AssignForm()
    if form.validate() and is_theirs_to_write(idea, form) and lives_here(idea, form.owner):
        with undoable(idea, by=me()) as done:
            is_new = assign(idea, form.chosen, by=me(), due_at=form.due_at)
        db.session.commit()
        tell(idea, said_whose(idea, is_new), undo=done.press)
        return onward(idea)
    return again(idea, assign=form)


@bp.post("/ideas/<int:id>/snooze")
@keeps_text
def snooze_idea(id: int) -> Answer:
    """Put an idea off until a day, for the whole team."""
    idea = find_idea(id, permissions.snooze_idea)
    form = SnoozeForm()
    if form.validate() and is_theirs_to_write(idea, form) and lives_here(idea, form.when):
        with undoable(idea, by=me()) as done:
            snooze(idea, form.until, by=me())
        db.session.commit()
        day = named(form.chosen) if form.chosen else ""
        tell(idea, _("Comes back on %(day)s, or once a member says something new.", day=day), undo=done.press)
        return onward(idea, done=True)
    return again(idea, snooze=form)


@bp.post("/ideas/<int:id>/snooze/end")
def wake_idea(id: int) -> Answer:
    """Bring an idea back before its day."""
    idea = find_idea(id, permissions.snooze_idea)
    with writing(idea):
        if idea.is_merged:
            tell(idea, do_it_there(idea))
            return onward(idea)
        with undoable(idea, by=me()) as done:
            snooze(idea, None, by=me())
        db.session.commit()
    tell(idea, _("Back in the inbox."), undo=done.press)
    return onward(idea)


def said_whose(idea: Idea, is_new: bool) -> str:
    """Whose it is now, and how they hear of it; that it was so before, where nothing `is_new`."""
    kept = assignment_of(idea)
    if kept is None:
        return _("It is nobody’s now.") if is_new else _("It was nobody’s before: nothing was changed.")
    if kept.user_id == me().id:
        return _("It is yours now.") if is_new else _("It was yours before: nothing was changed.")
    name = kept.owner.display_name
    if not is_new:
        return _("%(name)s has it already: nothing was changed, and nobody is told.", name=name)
    return sentences(_("%(name)s takes it on.", name=name), handed(kept.owner, 1, me()).sentence)
