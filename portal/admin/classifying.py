"""Staff classify an idea: its tags, its board, and whether an issue is private."""

from flask import request

from portal import permissions
from portal.admin.idea_forms import BoardForm, TagsForm
from portal.admin.idea_tools import (
    Answer,
    again,
    boards_for,
    complain,
    find_idea,
    is_theirs_to_write,
    onward,
    tell,
    writing,
)
from portal.admin.views import bp
from portal.extensions import db
from portal.i18n import _
from portal.permissions import me, require
from portal.triage.acts import undoable
from portal.web.pages import keeps_text


@bp.post("/ideas/<int:id>/tags")
@keeps_text
def tag(id: int) -> Answer:
    """Put exactly these tags on an idea."""
    idea = find_idea(id, permissions.tag_idea)
    form = TagsForm()
    if form.validate() and is_theirs_to_write(idea, form):
        with undoable(idea, by=me()) as done:
            idea.tag(form.names, by=me())
        db.session.commit()
        tell(idea, _("Tags saved."), undo=done.press)
        return onward(idea)
    return again(idea, tags=form)


@bp.post("/ideas/<int:id>/board")
@keeps_text
def move(id: int) -> Answer:
    """Put an idea on another board, or on none."""
    idea = find_idea(id, permissions.move_idea)
    form = BoardForm()
    if form.validate():
        chosen = next((board for board in boards_for(idea) if str(board.id) == form.board.data), None)
        if not chosen and form.board.data:
            complain(form.board, _("This board is not in use. Choose one from the list."))
        elif is_theirs_to_write(idea, form):
            with undoable(idea, by=me()) as done:
                idea.move(chosen, by=me())
            db.session.commit()
            said = _("Moved to the board %(board)s.", board=chosen.name) if chosen else _("Taken off its board.")
            tell(idea, said, undo=done.press)
            return onward(idea)
    return again(idea, board=form)


@bp.post("/ideas/<int:id>/private")
def set_private(id: int) -> Answer:
    """Show an issue to everyone (its author only), or only to its author and staff (private=1)."""
    idea = find_idea(id, permissions.publish_issue)
    private = request.form.get("private") == "1"
    with writing(idea):
        require(permissions.publish_issue, idea)
        with undoable(idea, by=me()) as done:
            idea.set_private(private, by=me())
        db.session.commit()
    said = _("Only its author and staff see it now.") if private else _("Everyone sees it now.")
    tell(idea, said, undo=done.press)
    return onward(idea)
