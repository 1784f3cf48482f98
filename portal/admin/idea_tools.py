"""The forms with which staff act on an idea, on its page and in the inbox; refused, they keep what was typed."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Flask, flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.admin import queues
from portal.admin.forms import BoardForm, HideForm, NoteForm, ResponseForm, StatusForm, TagsForm
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.asking import asked_id
from portal.ideas.boards import Board, Tag
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse, ResponseRevision
from portal.ideas.statuses import Status
from portal.middleware.caching import for_everybody
from portal.notifications.reach import reach_about, reach_of_move
from portal.permissions import Rule, me, require
from portal.text import excerpt
from portal.web.forms import PortalForm
from portal.web.pages import go, page

Answer = Response | str | tuple[str, int]


def init_app(app: Flask) -> None:
    app.add_template_filter(excerpt)
    app.jinja_env.globals.update(idea_tools=idea_tools)


def idea_tools(idea: Idea, **forms: PortalForm) -> SimpleNamespace:
    """The forms of the idea page's staff tools and their choices; a form that was refused is passed by its name."""
    status = forms.get("status") or StatusForm(formdata=None, thing=idea)
    status.status.choices = [SelectChoice("", _("Choose a status")), *_choices(_steps_from(idea, status.status.data))]
    answer = forms.get("response") or ResponseForm(formdata=None, thing=idea)
    board = forms.get("board") or BoardForm(formdata=None, thing=idea)
    board.board.choices = [SelectChoice("", _("No board")), *_choices(_boards_from(idea))]
    return SimpleNamespace(
        status=status,
        response=answer,
        board=board,
        note=forms.get("note") or NoteForm(formdata=None),
        tags=forms.get("tags") or TagsForm(formdata=None, thing=idea),
        hide=forms.get("hide") or HideForm(formdata=None, hidden="1"),
        suggestions=_tags(),
        history=_history(idea.response),
        preview=url_for("ideas.preview"),
        told=reach_of_move(idea, me()).sentence,
    )


def find_idea(id: int, rule: Rule) -> Idea:
    """The idea, where the staff member may do this to it."""
    idea = Idea.find_or_404(id, for_=me())
    require(rule, idea)
    return idea


@contextmanager
def writing(thing: Any) -> Iterator[None]:
    """A transaction that writes and holds the row, so that of two staff the second sees what the first did."""
    begin_write()
    hold(thing)
    yield
    db.session.rollback()


def is_theirs_to_write(idea: Idea, form: EditForm) -> bool:
    """Begin to write, unless somebody else changed meanwhile what this form changes."""
    begin_write()
    return not form.overtaken(idea)


def onward(idea: Idea, done: bool = False) -> Response:
    """Back to the idea; or, from the inbox, to the queue: at the next idea once this one is `done`."""
    queue = request.form.get("queue")
    if queue not in queues.QUEUES:
        return go(idea.url)
    return go(url_for("admin.inbox", queue=queue, idea=asked_id("then") if done else idea.id))


def to_the_list() -> Response:
    """Back to the queue, or else to the table of all ideas with its search."""
    queue, asked = request.form.get("queue"), parse_qsl(request.form.get("list", ""))
    if queue in queues.QUEUES:
        return go(url_for("admin.inbox", queue=queue))
    return go(f"{url_for('admin.ideas')}?{urlencode(asked)}".rstrip("?"))


def again(idea: Idea, **forms: PortalForm) -> tuple[str, int]:
    """The tools with what was typed: in the inbox where it was sent from there, else on a page of their own."""
    db.session.rollback()
    form, queue = next(iter(forms.values())), request.form.get("queue")
    tools = idea_tools(idea, **forms)
    if queue in queues.QUEUES:
        return queues.draw(queue, idea, tools=tools, form=form, then=asked_id("then"), place="admin.inbox"), 422
    return page("admin/idea_tools.html", idea=idea, tools=tools, form=form), 422


def heard(action: Action, idea: Idea) -> str:
    """Who is told of what was just done, and how."""
    return reach_about(action, idea, me()).sentence


def tell(thing: Any, said: str, undo: str = "") -> None:
    """What was done; by who goes on to the next item, it is read of the one before. `undo` is the press that did it."""
    flash(_("“%(title)s” · %(said)s", title=thing.title, said=said), f"undo {undo}" if undo else "message")


def complain(field: Any, message: str) -> bool:
    """Say at the field what is wrong with it; False, as what was asked for is not done."""
    field.errors = [*field.errors, message]
    return False


def _choices(named: list[tuple[int, str]]) -> list[SelectChoice]:
    return [SelectChoice(str(id), name) for id, name in named]


def _steps_from(idea: Idea, chosen: str | None) -> list[tuple[int, str]]:
    """The statuses that may follow, and after them the one that was chosen and may not."""
    others = [step for step in _steps(idea.kind) if step[0] != idea.status_id]
    follow = [(id, name) for id, kind, name in others if idea.status.leads_to(kind)]
    refused = [(id, name) for id, kind, name in others if str(id) == chosen and not idea.status.leads_to(kind)]
    return follow + refused


@for_everybody
def _steps(for_kind: str) -> tuple[tuple[int, str, str], ...]:
    """Each step of the workflow of ideas, or of issues."""
    return tuple((step.id, step.kind, step.name) for step in Status.all_for(for_kind))


def _boards_from(idea: Idea) -> list[tuple[int, str]]:
    boards = dict(_boards())
    if idea.board is not None:
        boards.setdefault(idea.board.id, idea.board.name)
    return [*boards.items()]


@for_everybody
def _boards() -> tuple[tuple[int, str], ...]:
    return tuple((board.id, board.name) for board in Board.in_order(for_=queues.STAFF))


@for_everybody
def _tags() -> tuple[str, ...]:
    return tuple(db.session.scalars(select(Tag.name).order_by(Tag.name).limit(200)))


def boards_for(idea: Idea) -> list[Board]:
    """The boards in use, and the archived one that the idea is on."""
    boards = Board.in_order(for_=me())
    return boards if idea.board is None or idea.board in boards else [*boards, idea.board]


def _history(response: OfficialResponse | None) -> list[ResponseRevision]:
    """What the response said before, newest first."""
    return response.revisions[-2::-1] if response else []
