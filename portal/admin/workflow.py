"""The pages of the workflow and of the boards. Admins arrange them; the other staff read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import abort, flash, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from portal import permissions
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.admin import arranging
from portal.admin.arranging import NowhereToGo, StillNeeded
from portal.admin.forms import DeleteStatusForm, Names, NamesForm, NewStatusForm
from portal.admin.naming import NameTaken, twins
from portal.admin.views import bp
from portal.database.holding import hold_all
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.boards import Board
from portal.ideas.statuses import TRANSITIONS, Kind, Status, StatusKind
from portal.permissions import Rule, me, require
from portal.web.forms import InEachLanguage
from portal.web.idempotency import once
from portal.web.pages import go, keeps_text, page

Answer = Response | str | tuple[str, int]
KINDS = {
    StatusKind.OPEN: _l("Just sent"),
    StatusKind.UNDER_REVIEW: _l("Under review"),
    StatusKind.PLANNED: _l("Planned, or confirmed"),
    StatusKind.STARTED: _l("In progress, or being fixed"),
    StatusKind.TESTING: _l("In testing"),
    StatusKind.SHIPPED: _l("Shipped, or fixed"),
    StatusKind.DECLINED: _l("Not planned, or not a defect"),
}


@bp.get("/statuses")
def statuses() -> str:
    """Both workflows, in order, with their transitions."""
    return _statuses()


@bp.post("/statuses")
@keeps_text
def add_status() -> Answer:
    """A new status of a kind."""
    require(permissions.edit_statuses)
    for_kind = request.form.get("for_kind", "")
    if for_kind not in set(Kind):
        abort(400)
    form = _new_status(Kind(for_kind), bound=True)
    if form.validate():
        _begin(permissions.edit_statuses)
        kind = StatusKind(form.kind.data)
        with taken_said_at(form):
            once(Status, me(), lambda: arranging.add_status(Kind(for_kind), kind, form.words("name"), by=me()))
            db.session.commit()
            flash(_("Status added."))
            return go(url_for("admin.statuses"))
    return _statuses(**{for_kind: form}), 422


@bp.get("/statuses/<int:id>")
def status(id: int) -> str:
    """One status: its names, and how to take it away."""
    require(permissions.edit_statuses)
    return _status(_find(Status, id))


@bp.post("/statuses/<int:id>")
@keeps_text
def rename_status(id: int) -> Answer:
    """Its names in each language."""
    require(permissions.edit_statuses)
    return _rename(_find(Status, id), permissions.edit_statuses, "admin.statuses")


@bp.post("/statuses/<int:id>/position")
def move_status(id: int) -> Answer:
    """Its place among the statuses of its kind of idea."""
    require(permissions.edit_statuses)
    return _put(_find(Status, id), permissions.edit_statuses, "admin.statuses")


@bp.post("/statuses/<int:id>/delete")
@keeps_text
def delete_status(id: int) -> Answer:
    """Take a status away; its ideas go where the form says."""
    require(permissions.edit_statuses)
    found = _find(Status, id)
    form = DeleteStatusForm()
    if form.validate():
        _begin(permissions.edit_statuses)
        into = next((step for step in arranging.destinations(found) if str(step.id) == form.into.data), None)
        try:
            arranging.delete_status(found, into, by=me())
            db.session.commit()
            flash(_("Status deleted."))
            return go(url_for("admin.statuses"))
        except StillNeeded:
            problem = _("This is the last status of its kind. Add another first, then delete this one.")
        except NowhereToGo:
            problem = _("It still has ideas. Choose the status that they go to.")
        db.session.rollback()
        form.into.errors = [problem]
    return _status(found, deleting=form), 422


@bp.get("/boards")
def boards() -> str:
    """Every board, in order."""
    return _boards()


@bp.post("/boards")
@keeps_text
def add_board() -> Answer:
    """A new board at the end."""
    require(permissions.edit_boards)
    form = Names()
    if form.validate():
        _begin(permissions.edit_boards)
        with taken_said_at(form):
            once(Board, me(), lambda: arranging.add_board(form.words("name"), by=me()))
            db.session.commit()
            flash(_("Board added."))
            return go(url_for("admin.boards"))
    return _boards(form), 422


@bp.get("/boards/<int:id>")
def board(id: int) -> str:
    """One board: its names, and whether it is in use."""
    require(permissions.edit_boards)
    return _edit(_find(Board, id))


@bp.post("/boards/<int:id>")
@keeps_text
def rename_board(id: int) -> Answer:
    """Its names in each language; its address stays."""
    require(permissions.edit_boards)
    return _rename(_find(Board, id), permissions.edit_boards, "admin.boards")


@bp.post("/boards/<int:id>/position")
def move_board(id: int) -> Answer:
    """Its place among the boards."""
    require(permissions.edit_boards)
    return _put(_find(Board, id), permissions.edit_boards, "admin.boards")


@bp.post("/boards/<int:id>/archived")
def archive_board(id: int) -> Response:
    """Offer a board no more (archived=1), or again."""
    require(permissions.edit_boards)
    found, archived = _find(Board, id), request.form.get("archived") == "1"
    _begin(permissions.edit_boards)
    arranging.archive_board(found, archived, by=me())
    db.session.commit()
    flash(_("Archived. Its ideas keep it.") if archived else _("In use again."))
    return go(url_for("admin.boards"))


def _find(model: Any, id: int) -> Any:
    return db.session.get(model, id) or abort(404)


def _begin(rule: Rule) -> None:
    """Begin to write, one admin at a time: an order is a matter of all its rows."""
    begin_write()
    hold_all(User, User.role == Role.ADMIN)
    require(rule)


def _rename(thing: Board | Status, rule: Rule, back: str) -> Answer:
    form = NamesForm()
    if form.validate() and _is_theirs_to_name(thing, form, rule):
        with taken_said_at(form):
            arranging.rename(thing, form.words("name"), by=me())
            db.session.commit()
            flash(_("Renamed."))
            return go(url_for(back))
    return (_status(thing, naming=form) if isinstance(thing, Status) else _edit(thing, form)), 422


@contextmanager
def taken_said_at(form: Names) -> Iterator[None]:
    """Where another has the name, say so at its field, and write nothing."""
    try:
        yield
    except NameTaken as taken:
        said = {lang: _has_it(other) for lang, other in taken.languages.items()}
        db.session.rollback()
        for lang, problem in said.items():
            field = form[InEachLanguage.name("name", lang)]
            field.errors = [*field.errors, problem]


def _has_it(thing: Board | Status) -> str:
    """Whose name it is, with what that is called in the other languages of the portal."""
    others = ", ".join(name for _lang, name in thing.other_names if name and name != thing.name)
    quoted = _("“%(name)s”", name=thing.name)
    known = f"{quoted} ({others})" if others else quoted
    if isinstance(thing, Board) and thing.archived_at:
        return _("%(names)s is archived. Use it again, or choose another name.", names=known)
    return _("%(names)s has this name. Choose another.", names=known)


def _is_theirs_to_name(thing: Board | Status, form: NamesForm, rule: Rule) -> bool:
    _begin(rule)
    return not form.overtaken(thing)


def _put(thing: Board | Status, rule: Rule, back: str) -> Answer:
    place = request.form.get("position", type=int)
    if place is None:
        abort(400)
    _begin(rule)
    rows = arranging.beside(thing)
    if rows.index(thing) != place and request.form.get("seen") != arranging.order_of(rows):
        db.session.rollback()
        flash(_("The order changed while this page was open. Here it is as it stands now: move once more."), "error")
        return (_statuses() if isinstance(thing, Status) else _boards()), 422
    arranging.put_at(thing, place, by=me())
    db.session.commit()
    return go(url_for(back))


def _new_status(for_kind: Kind, bound: bool = False) -> NewStatusForm:
    form = NewStatusForm() if bound else NewStatusForm(formdata=None)
    form.kind.choices = [SelectChoice(str(kind), str(KINDS[kind])) for kind in TRANSITIONS[for_kind]]
    for field in (*(field for _lang, field in form.each("name")), form.kind):
        field.id = f"{for_kind}-{field.name}"
    return form


def _statuses(**refused: NewStatusForm) -> str:
    workflows = {for_kind: Status.all_for(for_kind) for for_kind in Kind}
    return page(
        "admin/workflow.html",
        workflows=workflows,
        order_of=arranging.order_of,
        counts=arranging.ideas_in([step for steps in workflows.values() for step in steps]),
        forms={for_kind: refused.get(for_kind) or _new_status(for_kind) for for_kind in Kind},
        form=next(iter(refused.values()), None),
        kinds=KINDS,
        twins={for_kind: twins(steps) for for_kind, steps in workflows.items()},
    )


def _status(found: Status, naming: NamesForm | None = None, deleting: DeleteStatusForm | None = None) -> str:
    names = naming or NamesForm(formdata=None, thing=found)
    delete = deleting or DeleteStatusForm(formdata=None)
    steps = [SelectChoice(str(step.id), step.name) for step in arranging.destinations(found)]
    delete.into.choices = [SelectChoice("", _("Choose a status")), *steps]
    count = arranging.ideas_in([found])[found.id]
    form = deleting or naming or names
    return page(
        "admin/workflow_status.html", form=form, status=found, names=names, delete=delete, count=count, kinds=KINDS
    )


def _boards(form: Names | None = None) -> str:
    names = form or Names(formdata=None)
    boards = arranging.all_boards()
    context: dict[str, Any] = {"boards": boards, "twins": twins(boards), "names": names, "form": names}
    return page("admin/boards.html", order_of=arranging.order_of, **context)


def _edit(found: Board, form: NamesForm | None = None) -> str:
    names = form or NamesForm(formdata=None, thing=found)
    return page("admin/board.html", board=found, names=names, form=names)
