"""Staff take an idea or a comment out of sight, or show it again."""

from typing import Any

from flask import Flask

from portal import permissions
from portal.admin.idea_forms import HideForm
from portal.admin.idea_tools import Answer, again, find_idea, onward, tell, writing
from portal.admin.views import bp
from portal.comments.models import Comment
from portal.extensions import db
from portal.i18n import _, sentences
from portal.moderation import judging
from portal.notifications.reach import told_to
from portal.permissions import me, require
from portal.triage.acts import undoable
from portal.web.pages import go, keeps_text, page


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(comment_tools=comment_tools, told_to=told_to)


def comment_tools(comment: Comment, form: HideForm | None = None) -> HideForm:
    """The form that hides one comment of a page of many: its fields have ids of their own."""
    form = form or HideForm(formdata=None, hidden="1")
    form.reason.id = f"hide-comment-{comment.id}"
    return form


@bp.post("/ideas/<int:id>/hidden")
@keeps_text
def hide_idea(id: int) -> Answer:
    """Take an idea out of sight with a reason (hidden=1), or show it again (hidden=0)."""
    idea = find_idea(id, permissions.hide_idea)
    form = HideForm()
    if form.validate():
        with writing(idea):
            set_hidden(idea, form)
        return onward(idea, done=True)
    return again(idea, hide=form)


@bp.post("/comments/<int:id>/hidden")
@keeps_text
def hide_comment(id: int) -> Answer:
    """Take a comment or a note out of sight with a reason (hidden=1), or show it again (hidden=0)."""
    comment = Comment.find_or_404(id, for_=me())
    require(permissions.hide_comment, comment)
    form = HideForm()
    if form.validate():
        with writing(comment):
            set_hidden(comment, form)
        return go(comment.url)
    return page("admin/comment_tools.html", comment=comment, form=comment_tools(comment, form)), 422


def set_hidden(thing: Any, form: HideForm) -> None:
    """Take a text out of sight or show it again, as the form says; commits, and says who is told."""
    hidden = form.hidden.data == "1"
    with undoable(thing, by=me()) as done:
        if hidden:
            judging.hide(thing, by=me(), reason=form.reason.data or "")
        else:
            judging.keep(thing, by=me())
    db.session.commit()
    told = told_to(thing.hidden_as, thing.author, me())
    said = sentences(_("Hidden. Only its author and staff see it."), told) if hidden else _("Shown again.")
    tell(getattr(thing, "idea", thing), said, undo=done.press)
