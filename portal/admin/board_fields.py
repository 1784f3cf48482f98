"""The page of what a board asks for, and of each field."""

from typing import Any

from flask import abort, flash, request, url_for
from werkzeug.wrappers import Response

from portal import permissions
from portal.admin import asking_for, rows
from portal.admin.asking_for import AsksEnough
from portal.admin.board_field_form import STAFF, EditFieldForm, NewFieldForm, form_of
from portal.admin.views import bp
from portal.extensions import db
from portal.i18n import _
from portal.ideas.board_asks import has_been_told, times_told
from portal.ideas.boards import Board
from portal.ideas.field_kinds import TYPES
from portal.ideas.fields import MOST_FIELDS, BoardField
from portal.permissions import me, require
from portal.web.idempotency import once
from portal.web.pages import go, keeps_text, page


@bp.get("/boards/<int:id>/fields")
def board_fields(id: int) -> str:
    """What a board asks for, and what it asked for once."""
    require(permissions.edit_boards)
    return _list(rows.find(Board, id))


@bp.post("/boards/<int:id>/fields")
@keeps_text
def add_field(id: int) -> rows.Answer:
    """Ask for one more thing."""
    require(permissions.edit_boards)
    board, form = rows.find(Board, id), NewFieldForm()
    if not form.validate():
        return _list(board, form), 422
    rows.begin(permissions.edit_boards)
    try:
        once(BoardField, me(), lambda: _added(board, form))
    except AsksEnough:
        db.session.rollback()
        form.form_errors.append(_enough())
        return _list(board, form), 422
    db.session.commit()
    flash(_("The board asks for it from now on."))
    return go(url_for("admin.board_fields", id=id))


@bp.get("/boards/<int:id>/fields/<int:field>")
def board_field(id: int, field: int) -> str:
    """One thing that it asks for."""
    require(permissions.edit_boards)
    return _edit(_find(id, field))


@bp.post("/boards/<int:id>/fields/<int:field>")
@keeps_text
def change_field(id: int, field: int) -> rows.Answer:
    """Word it anew. Whatever was said stays."""
    require(permissions.edit_boards)
    found = _find(id, field)
    form = form_of(found, has_been_told(field))
    if not form.validate():
        return _edit(found, form), 422
    rows.begin(permissions.edit_boards)
    if form.overtaken(found):
        return _edit(_find(id, field), form), 422
    place = int(form.place.data) if "place" in form else None
    asking_for.change(
        found, _words(form), form.shown.data == STAFF, place, by=me(),
        renamed=form.renamed, gone=form.gone, choices=form.new_choices if "choices" in form else [],
    )  # fmt: skip
    db.session.commit()
    flash(_("Saved."))
    return go(url_for("admin.board_fields", id=id))


@bp.post("/boards/<int:id>/fields/<int:field>/archived")
def archive_field(id: int, field: int) -> Response:
    """Ask for it no more (archived=1), or again."""
    require(permissions.edit_boards)
    rows.begin(permissions.edit_boards)
    found, archived = _find(id, field), request.form.get("archived") == "1"
    try:
        if archived != (found.archived_at is not None):
            (asking_for.stop if archived else asking_for.ask_again)(found, by=me())
        db.session.commit()
        flash(_("It is asked no more. What was said stays.") if archived else _("It is asked again."))
    except AsksEnough:
        db.session.rollback()
        flash(_enough(), "error")
    return go(url_for("admin.board_fields", id=id))


def _added(board: Board, form: NewFieldForm) -> BoardField:
    for_staff = form.shown.data == STAFF
    return asking_for.add(board, str(form.type.data), _words(form), for_staff, form.new_choices, by=me())


def _words(form: Any) -> dict[str, Any]:
    asked = ("name", "hint") if "unit_en" not in form and "unit_fr" not in form else ("name", "hint", "unit")
    return {"unit": {}, **{field: form.words(field) for field in asked}}


def _find(id: int, field: int) -> BoardField:
    found = db.session.get(BoardField, field)
    return found if found and found.board_id == id else abort(404)


def _enough() -> str:
    return _("A board asks for three things at most. Stop asking for one of them first.")


def _list(board: Board, form: NewFieldForm | None = None) -> str:
    words = form or NewFieldForm(formdata=None)
    asked, before = BoardField.on_board(board.id), BoardField.on_board(board.id, archived=True)
    told = times_told([field.id for field in (*asked, *before)])
    context: dict[str, Any] = {"asked": asked, "before": before, "told": told, "is_full": len(asked) >= MOST_FIELDS}
    return page("admin/board_fields/index.html", board=board, form=words, kinds=TYPES, **context)


def _edit(field: BoardField, form: EditFieldForm | None = None) -> str:
    words = form or form_of(field, has_been_told(field.id), formdata=None)
    board = rows.find(Board, field.board_id)
    return page("admin/board_fields/edit.html", board=board, field=field, form=words, kinds=TYPES)
