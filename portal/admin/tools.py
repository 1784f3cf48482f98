"""What staff do to an idea, each a form of its own; refused, it is shown again with what was typed and why."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from flask import Flask, flash, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from portal import permissions
from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.admin import queues
from portal.admin.forms import BoardForm, HideForm, NoteForm, ResponseForm, StatusForm, TagsForm
from portal.admin.views import bp, me
from portal.comments.models import Comment
from portal.database.holding import hold
from portal.extensions import begin_write, db
from portal.i18n import _, sentences
from portal.ideas.asking import asked_id
from portal.ideas.boards import Board, Tag
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse, ResponseRevision
from portal.ideas.statuses import ReasonOwed, Status, TransitionRefused
from portal.moderation import judging
from portal.notifications.reach import reach_about, told_to
from portal.permissions import Rule, require
from portal.text import excerpt
from portal.web.forms import PortalForm
from portal.web.idempotency import once
from portal.web.pages import go, keeps_text, page

Answer = Response | str | tuple[str, int]


def init_app(app: Flask) -> None:
    app.add_template_filter(excerpt)
    app.jinja_env.globals.update(idea_tools=idea_tools, comment_tools=comment_tools, told_to=told_to)


def idea_tools(idea: Idea, **forms: PortalForm) -> SimpleNamespace:
    """The forms of the idea page's staff tools and their choices; a form that was refused is passed by its name."""
    status = forms.get("status") or StatusForm(formdata=None, thing=idea)
    chosen = [step for step in Status.all_for(idea.kind) if str(step.id) == status.status.data != str(idea.status_id)]
    steps = dict.fromkeys([*idea.allowed_statuses(), *chosen])
    status.status.choices = [SelectChoice("", _("Choose a status")), *_choices([*steps])]
    answer = forms.get("response") or ResponseForm(formdata=None, thing=idea)
    board = forms.get("board") or BoardForm(formdata=None, thing=idea)
    board.board.choices = [SelectChoice("", _("No board")), *_choices(_boards(idea))]
    return SimpleNamespace(
        status=status,
        response=answer,
        board=board,
        note=forms.get("note") or NoteForm(formdata=None),
        tags=forms.get("tags") or TagsForm(formdata=None, thing=idea),
        hide=forms.get("hide") or HideForm(formdata=None, hidden="1"),
        suggestions=db.session.scalars(select(Tag.name).order_by(Tag.name).limit(200)).all(),
        history=_history(idea.response),
        preview=url_for("ideas.preview"),
        told=reach_about(Action.STATUS_CHANGED, idea, current_user).sentence,
    )


def comment_tools(comment: Comment, form: HideForm | None = None) -> HideForm:
    """The form that hides one comment of a page of many: its fields have ids of their own."""
    form = form or HideForm(formdata=None, hidden="1")
    form.reason.id = f"hide-comment-{comment.id}"
    return form


def find_idea(id: int, rule: Rule) -> Idea:
    """The idea, where the staff member may do this to it."""
    idea = Idea.find_or_404(id, for_=current_user)
    require(rule, idea)
    return idea


@bp.post("/ideas/<int:id>/status")
@keeps_text
def change_status(id: int) -> Answer:
    """Move an idea along its workflow."""
    idea = find_idea(id, permissions.change_status)
    form = StatusForm()
    if form.validate() and _decide(idea, form):
        _tell(idea, sentences(_("Moved to %(status)s.", status=idea.status.name), _heard(Action.STATUS_CHANGED, idea)))
        return _onward(idea, done=True)
    return _again(idea, status=form)


@bp.post("/ideas/<int:id>/response")
@keeps_text
def respond(id: int) -> Answer:
    """Publish the official response, or a new version of it."""
    idea = find_idea(id, permissions.respond_to_idea)
    form = ResponseForm()
    if form.validate() and _is_theirs_to_write(idea, form):
        first = idea.response is None
        idea.respond(form.text.data or "", by=me())
        db.session.commit()
        heard = _heard(Action.RESPONSE_POSTED if first else Action.RESPONSE_EDITED, idea)
        _tell(idea, sentences(_("The official response is published."), heard))
        return _onward(idea, done=True)
    return _again(idea, response=form)


@bp.post("/ideas/<int:id>/note")
@keeps_text
def write_note(id: int) -> Answer:
    """Write down something that only staff see."""
    idea = find_idea(id, permissions.write_note)
    form = NoteForm()
    if form.validate():
        begin_write()
        once(Comment, me(), lambda: Comment.note(idea, form.text.data or "", by=me()))
        db.session.commit()
        _tell(idea, _("Staff note added."))
        return _onward(idea)
    return _again(idea, note=form)


@bp.post("/ideas/<int:id>/tags")
@keeps_text
def tag(id: int) -> Answer:
    """Put exactly these tags on an idea."""
    idea = find_idea(id, permissions.tag_idea)
    form = TagsForm()
    if form.validate() and _is_theirs_to_write(idea, form):
        idea.tag(form.names, by=me())
        db.session.commit()
        _tell(idea, _("Tags saved."))
        return _onward(idea)
    return _again(idea, tags=form)


@bp.post("/ideas/<int:id>/board")
@keeps_text
def move(id: int) -> Answer:
    """Put an idea on another board, or on none."""
    idea = find_idea(id, permissions.move_idea)
    form = BoardForm()
    if form.validate():
        chosen = next((board for board in _boards(idea) if str(board.id) == form.board.data), None)
        if not chosen and form.board.data:
            _complain(form.board, _("This board is not in use. Choose one from the list."))
        elif _is_theirs_to_write(idea, form):
            idea.move(chosen, by=me())
            db.session.commit()
            name = chosen.name if chosen else ""
            _tell(idea, _("Moved to the board %(board)s.", board=name) if chosen else _("Taken off its board."))
            return _onward(idea)
    return _again(idea, board=form)


@bp.post("/ideas/<int:id>/private")
def set_private(id: int) -> Answer:
    """Show an issue to everyone (its author only), or only to its author and staff (private=1)."""
    idea = find_idea(id, permissions.publish_issue)
    private = request.form.get("private") == "1"
    with writing(idea):
        require(permissions.publish_issue, idea)
        idea.set_private(private, by=me())
        db.session.commit()
    _tell(idea, _("Only its author and staff see it now.") if private else _("Everyone sees it now."))
    return _onward(idea)


@bp.post("/ideas/<int:id>/hidden")
@keeps_text
def hide_idea(id: int) -> Answer:
    """Take an idea out of sight with a reason (hidden=1), or show it again (hidden=0)."""
    idea = find_idea(id, permissions.hide_idea)
    form = HideForm()
    if form.validate():
        with writing(idea):
            set_hidden(idea, form)
        return _onward(idea, done=True)
    return _again(idea, hide=form)


@bp.post("/comments/<int:id>/hidden")
@keeps_text
def hide_comment(id: int) -> Answer:
    """Take a comment or a note out of sight with a reason (hidden=1), or show it again (hidden=0)."""
    comment = Comment.find_or_404(id, for_=current_user)
    require(permissions.hide_comment, comment)
    form = HideForm()
    if form.validate():
        with writing(comment):
            set_hidden(comment, form)
        return go(comment.url)
    return page("admin/comment_tools.html", comment=comment, form=comment_tools(comment, form)), 422


def _onward(idea: Idea, done: bool = False) -> Response:
    """Back to the idea; or, from the inbox, to the queue: at the next idea once this one is `done`."""
    queue = request.form.get("queue")
    if queue not in queues.QUEUES:
        return go(idea.url)
    return go(url_for("admin.inbox", queue=queue, idea=asked_id("then") if done else idea.id))


@contextmanager
def writing(thing: Any) -> Iterator[None]:
    """A transaction that writes and holds the row, so that of two staff the second sees what the first did."""
    begin_write()
    hold(thing)
    yield
    db.session.rollback()


def _is_theirs_to_write(idea: Idea, form: EditForm) -> bool:
    """Begin to write, unless somebody else changed meanwhile what this form changes."""
    begin_write()
    return not form.overtaken(idea)


def _decide(idea: Idea, form: StatusForm) -> bool:
    """Change the status, or say at the field why not."""
    if not form.status.data:
        return _complain(form.status, _("Choose the status to move it to."))
    with writing(idea):
        if form.overtaken(idea):
            return False
        status = next((s for s in Status.all_for(idea.kind) if str(s.id) == form.status.data), None)
        if status is None:
            return _complain(form.status, _("There is no such status. Choose one from the list."))
        if status is idea.status and form.reason.data not in ("", idea.status_reason):
            return _complain(form.reason, _("It is there already. To say more, publish an official response."))
        try:
            idea.change_status(status, by=me(), reason=form.reason.data or "")
        except TransitionRefused:
            refused = _(
                "%(new)s cannot follow %(old)s. Choose a status from the list.", new=status.name, old=idea.status.name
            )
            return _complain(form.status, refused)
        except ReasonOwed:
            return _complain(form.reason, _say_why(idea))
        db.session.commit()
    return True


def set_hidden(thing: Any, form: HideForm) -> None:
    """Take a text out of sight or show it again, as the form says; commits, and says who is told."""
    hidden = form.hidden.data == "1"
    if hidden:
        judging.hide(thing, by=me(), reason=form.reason.data or "")
    else:
        judging.keep(thing, by=me())
    db.session.commit()
    told = told_to(thing.hidden_as, thing.author, me())
    said = sentences(_("Hidden. Only its author and staff see it."), told) if hidden else _("Shown again.")
    _tell(getattr(thing, "idea", thing), said)


def _heard(action: Action, idea: Idea) -> str:
    """Who is told of what was just done, and how."""
    return reach_about(action, idea, me()).sentence


def _say_why(idea: Idea) -> str:
    if idea.is_issue:
        return _("Say why, in public: the people who have it too will read it.")
    return _("Say why, in public: the people who voted for it will read it.")


def _tell(thing: Any, said: str) -> None:
    """What was done; by who goes on to the next item, it is read of the one before."""
    flash(_("“%(title)s” · %(said)s", title=thing.title, said=said))


def _complain(field: Any, message: str) -> bool:
    field.errors = [*field.errors, message]
    return False


def _again(idea: Idea, **forms: PortalForm) -> tuple[str, int]:
    """The tools with what was typed: in the inbox where it was sent from there, else on a page of their own."""
    db.session.rollback()
    form, queue = next(iter(forms.values())), request.form.get("queue")
    tools = idea_tools(idea, **forms)
    if queue in queues.QUEUES:
        return queues.draw(queue, idea, tools=tools, form=form, then=asked_id("then"), place="admin.inbox"), 422
    return page("admin/idea_tools.html", idea=idea, tools=tools, form=form), 422


def _choices(rows: list[Any]) -> list[SelectChoice]:
    return [SelectChoice(str(row.id), row.name) for row in rows]


def _boards(idea: Idea) -> list[Board]:
    """The boards in use, and the archived one that the idea is on."""
    boards = Board.in_order()
    return boards if idea.board is None or idea.board in boards else [*boards, idea.board]


def _history(response: OfficialResponse | None) -> list[ResponseRevision]:
    """What the response said before, newest first."""
    return response.revisions[-2::-1] if response else []
