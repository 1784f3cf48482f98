"""The forms with which staff act on an idea, on its page and in the inbox; refused, they keep what was typed."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Flask, flash, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.admin import acts, asked, queues
from portal.admin.idea_forms import BoardForm, HideForm, NoteForm, StatusForm, TagsForm, TargetForm
from portal.admin.listing import STAFF
from portal.admin.response_form import ResponseForm
from portal.admin.triage_forms import AssignForm, SnoozeForm
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.asking import asked_id
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse, ResponseRevision
from portal.ideas.statuses import places
from portal.ideas.tags import Tag
from portal.ideas.targets import Grain, Target, choices
from portal.ideas.transitions import Tells, ways
from portal.merging.links import linked
from portal.merging.words import SAID, do_it_there
from portal.middleware.caching import for_everybody
from portal.notifications.reach import Reach, reach_about, reach_of_move
from portal.permissions import Rule, me, require
from portal.text import excerpt
from portal.triage.forms import PromiseForm
from portal.triage.ledger import open_of
from portal.triage.obligations import owed_to
from portal.triage.phrases import with_phrase
from portal.web.forms import PortalForm
from portal.web.pages import go, page

Answer = Response | str | tuple[str, int]


def init_app(app: Flask) -> None:
    app.add_template_filter(excerpt)
    known = {"idea_tools": idea_tools, "acts": acts.open_to, "doings": acts.DOINGS, "link_words": SAID}
    app.jinja_env.globals.update(known)


def idea_tools(idea: Idea, **forms: PortalForm) -> SimpleNamespace:
    """The forms of the idea page's staff tools and their choices; a form that was refused is passed by its name."""
    by_most = reach_of_move(idea, me())
    told = by_most.sentence
    status = forms.get("status") or StatusForm(formdata=None, thing=idea)
    status.status.choices = [SelectChoice("", _("Choose a status")), *_choices(_steps_from(idea, status.status.data))]
    answer = _answer_form(idea, forms.get("response"))
    phrase = with_phrase(answer.text, idea)
    board = forms.get("board") or BoardForm(formdata=None, thing=idea)
    board.board.choices = [SelectChoice("", _("No board")), *_choices(_boards_from(idea))]
    return SimpleNamespace(
        status=status,
        response=answer,
        with_phrase=phrase,
        board=board,
        note=forms.get("note") or NoteForm(formdata=None),
        tags=forms.get("tags") or TagsForm(formdata=None, thing=idea),
        promise=forms.get("promise") or PromiseForm(formdata=None, data={"owner": str(me().id)}),
        promised=open_of(idea.id),
        owed=owed_to(idea.id),
        hide=forms.get("hide") or HideForm(formdata=None, hidden="1"),
        assign=forms.get("assign") or AssignForm(formdata=None, thing=idea),
        snooze=forms.get("snooze") or SnoozeForm(formdata=None, thing=idea),
        suggestions=_tags(),
        history=_history(idea.response),
        target=_target_of(idea, forms.get("target")),
        waiting=reach_about(Action.TARGET_CHANGED, idea, me(), slips=True).sentence if idea.target_month else "",
        preview=url_for("ideas.preview"),
        told=told,
        hears=lambda: _hears(idea, by_most),
        waits_for=[one for one in linked(idea.id, me()) if one.holds_up],
        moving=_moving(idea, told),
    )


def _answer_form(idea: Idea, refused: PortalForm | None) -> ResponseForm:
    """The form of an answer; a refused one offers what can be chosen by now."""
    if not isinstance(refused, ResponseForm):
        return ResponseForm(formdata=None, thing=idea)
    refused.offer(idea)
    return refused


def _target_of(idea: Idea, refused: PortalForm | None) -> PortalForm | None:
    """The form of its target, while it is under way."""
    if refused is None and not idea.is_under_way:
        return None
    form = refused or TargetForm(formdata=None, thing=idea)
    stands, typed = Target.read(idea.target), Target.read(form.target.data or "")
    offered = [*choices(), *([Target(Grain.NONE)] if stands else [])]
    others = [each for each in dict.fromkeys((stands, typed)) if each and each not in offered]
    none = [] if stands else [SelectChoice("", _("No estimate yet"))]
    form.target.choices = none + [SelectChoice(each.code, each.heading) for each in others + offered]
    return form


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


def is_theirs_to_write(thing: Any, form: EditForm) -> bool:
    """Begin to write, unless somebody else changed meanwhile what this form changes."""
    begin_write()
    return not form.overtaken(thing)


def lives_here(idea: Idea, field: Any) -> bool:
    """Whether this is done to the idea itself; else it is said at the field where. The write has begun."""
    return not idea.is_merged or complain(field, do_it_there(idea))


def onward(idea: Idea, done: bool = False) -> Response:
    """Back to the idea; or, from the inbox, to the queue: at the next idea once this one is `done`."""
    wanted = _wanted()
    if wanted is None:
        return go(idea.url)
    return go(url_for("admin.inbox", **wanted.args, idea=asked_id("then") if done else idea.id))


def to_the_list() -> Response:
    """Back to the queue, or else to the table of all ideas with its search."""
    queue, line = request.form.get("queue"), request.form.get("list", "")
    if queue in queues.QUEUES:
        return go(url_for("admin.inbox", **(asked.from_line(line) or asked.Asked(queue)).args))
    return go(f"{url_for('admin.ideas')}?{urlencode(parse_qsl(line))}".rstrip("?"))


def again(idea: Idea, **forms: PortalForm) -> tuple[str, int]:
    """The tools with what was typed: in the inbox where it was sent from there, else on a page of their own."""
    db.session.rollback()
    ((name, form),), wanted = forms.items(), _wanted()
    tools = idea_tools(idea, **forms)
    if wanted is not None:
        sent: dict[str, Any] = {"tools": tools, "form": form, "then": asked_id("then"), "place": "admin.inbox"}
        return queues.draw(wanted, idea, doing=acts.FORMS[name], **sent), 422
    return page("admin/idea_tools.html", idea=idea, tools=tools, form=form), 422


def _wanted() -> asked.Asked | None:
    """The list from which the form was sent; None where it was another page."""
    if "list" in request.form:
        return asked.from_line(request.form["list"])
    queue = request.form.get("queue")
    return asked.Asked(queue) if queue in queues.QUEUES else None


def leads() -> dict[str, str]:
    """The list from which this is done, and what comes next in it: every link and form of the page carries it on."""
    return {name: request.values[name] for name in ("list", "then") if request.values.get(name)}


def back(idea: Idea, endpoint: str) -> Response:
    """Back to the idea in the inbox, where this was begun there, else to the page on which it was done."""
    return onward(idea) if _wanted() else go(url_for(endpoint, id=idea.id))


def heard(action: Action, idea: Idea, **facts: Any) -> str:
    """Who is told of what was just done, and how."""
    return reach_about(action, idea, me(), **facts).sentence


def tell(thing: Any, said: str, undo: str = "") -> None:
    """What was done; by who goes on to the next item, it is read of the one before. `undo` is the press that did it."""
    flash(_("“%(title)s” · %(said)s", title=thing.title, said=said), offering(undo))


def offering(press: str) -> str:
    """The kind of a notice that offers to undo what was done with this press, if it can be."""
    return f"undo {press}" if press else "message"


def complain(field: Any, message: str) -> bool:
    """Say at the field what is wrong with it; False, as what was asked for is not done."""
    field.errors = [*field.errors, message]
    return False


def _choices(named: list[tuple[int, str]]) -> list[SelectChoice]:
    return [SelectChoice(str(id), name) for id, name in named]


def _steps_from(idea: Idea, chosen: str | None) -> list[tuple[int, str]]:
    """The statuses that may follow, and after them the one that was chosen and may not."""
    known, open_ways = [(place.id, place.name) for place in places(idea.kind)], ways()
    others = [step for step in known if step[0] != idea.status_id]
    follow = [step for step in others if (idea.status_id, step[0]) in open_ways]
    return follow + [step for step in others if str(step[0]) == chosen and step not in follow]


def _moving(idea: Idea, told_by_most: str) -> SimpleNamespace:
    """What staff read before they move it: where a reason is owed, and whom each way tells; `told_by_most` is said of
    those that tell everyone.
    """
    open_ways = ways()
    leading = ((open_ways.get((idea.status_id, id)), name) for id, _kind, name, _colour in places(idea.kind))
    on = [(way, name) for way, name in leading if way]
    told = {tells: [name for way, name in on if way.tells == tells] for tells in {way.tells for way, _name in on}}
    said = {
        tells: told_by_most if tells == Tells.EVERYONE else reach_of_move(idea, me(), tells).sentence for tells in told
    }
    return SimpleNamespace(
        owed=", ".join(name for way, name in on if way.owes_reason),
        told=[("" if len(said) == 1 else ", ".join(told[tells]), said[tells]) for tells in Tells if tells in said],
    )


def _hears(idea: Idea, by_most: Reach) -> list[tuple[Tells, Reach]]:
    """Who hears of an answer and of the step beside it together: whomever the one that reaches further tells."""
    few, none = (reach_of_move(idea, me(), tells) for tells in (Tells.FOLLOWERS, Tells.NOBODY))
    return [(Tells.EVERYONE, by_most), (Tells.FOLLOWERS, few), (Tells.NOBODY, none)]


def _boards_from(idea: Idea) -> list[tuple[int, str]]:
    boards = dict(_boards())
    if idea.board is not None:
        boards.setdefault(idea.board.id, idea.board.name)
    return [*boards.items()]


@for_everybody
def _boards() -> tuple[tuple[int, str], ...]:
    return tuple((board.id, board.name) for board in Board.in_order(for_=STAFF))


@for_everybody
def _tags() -> tuple[str, ...]:
    return tuple(db.session.scalars(Tag.in_use().with_only_columns(Tag.name).limit(200)))


def boards_for(idea: Idea) -> list[Board]:
    """The boards in use, and the archived one that the idea is on."""
    boards = Board.in_order(for_=me())
    return boards if idea.board is None or idea.board in boards else [*boards, idea.board]


def _history(response: OfficialResponse | None) -> list[ResponseRevision]:
    """What the response said before, newest first."""
    return response.revisions[-2::-1] if response else []
