"""The pages of the boards. Admins arrange them; the other staff read."""

from typing import Any

from flask import flash, redirect, request, url_for

from portal import permissions
from portal.activity.models import Action
from portal.admin import arranging, rows
from portal.admin.board_form import AnsweringForm, ClosingForm, PageForm
from portal.admin.forms import Names, NamesForm
from portal.admin.idea_tools import offering
from portal.admin.naming import twins
from portal.admin.views import bp
from portal.database.holding import hold
from portal.extensions import db
from portal.i18n import _, _n, dated, num, sentences
from portal.ideas import closing
from portal.ideas.boards import Board, at_last, merged_boards
from portal.notifications.reach import Reach, reach_about
from portal.permissions import me, require
from portal.pictures import uploads
from portal.triage.acts import undoable
from portal.triage.obligations import give_to
from portal.web.idempotency import once
from portal.web.pages import go, keeps_text, page


@bp.get("/boards")
def boards() -> str:
    """Every board, in order."""
    return _boards()


@bp.post("/boards")
@keeps_text
def add_board() -> rows.Answer:
    """A new board at the end."""
    require(permissions.edit_boards)
    form = Names()
    if form.validate():
        rows.begin(permissions.edit_boards)
        with rows.taken_said_at(form):
            once(Board, me(), lambda: arranging.add_board(form.words("name"), by=me()))
            db.session.commit()
            flash(_("Board added."))
            return go(url_for("admin.boards"))
    return _boards(form), 422


@bp.get("/boards/<int:id>")
def board(id: int) -> rows.Answer:
    """One board: its names, its page, how it is answered, and whether it closes; of a merged one, what it became."""
    require(permissions.edit_boards)
    found = rows.find(Board, id)
    now_at = at_last(id, merged_boards())
    return redirect(url_for("admin.board", id=now_at)) if now_at != id else _edit(found)


@bp.post("/boards/<int:id>")
@keeps_text
def rename_board(id: int) -> rows.Answer:
    """Its names in each language; its address stays."""
    require(permissions.edit_boards)
    found = rows.find(Board, id)
    return rows.rename(found, permissions.edit_boards, "admin.boards", lambda form: _edit(found, form))


@bp.post("/boards/<int:id>/page")
@keeps_text
def save_board_page(id: int) -> rows.Answer:
    """What its public page says, and its picture."""
    request.max_content_length = uploads.MOST_SENT
    require(permissions.edit_boards)
    found, form = rows.find(Board, id), PageForm()
    if form.validate():
        rows.begin(permissions.edit_boards)
        if not form.overtaken(found):
            old = found.image
            arranging.describe_board(found, form.words("description"), form.is_other(old), by=me())
            gone = form.put(old, board_id=id)
            db.session.commit()
            uploads.delete_all([gone] if gone else [])
            flash(_("Saved."))
            return go(url_for("admin.board", id=id))
    return _edit(found, telling=form), 422


@bp.post("/boards/<int:id>/answering")
@keeps_text
def answer_on_board(id: int) -> rows.Answer:
    """When an answer on this board is owed, how soon, and who gives it."""
    require(permissions.edit_boards)
    found, form = rows.find(Board, id), AnsweringForm()
    if form.validate():
        rows.begin(permissions.edit_boards)
        if not form.overtaken(found):
            arranging.set_answering(found, form.chosen, by=me())
            given = give_to(found, found.owner_id) if found.owner_id else 0
            db.session.commit()
            flash(sentences(_("Saved."), _given(given)))
            return go(url_for("admin.board", id=id))
    return _edit(found, answering=form), 422


@bp.post("/boards/<int:id>/position")
def move_board(id: int) -> rows.Answer:
    """Its place among the boards."""
    require(permissions.edit_boards)
    return rows.put(rows.find(Board, id), permissions.edit_boards, "admin.boards", _boards)


@bp.post("/boards/<int:id>/close")
@keeps_text
def close_board(id: int) -> rows.Answer:
    """Say on which day a board closes, and why."""
    require(permissions.edit_boards)
    found, form = rows.find(Board, id), ClosingForm()
    if form.validate():
        rows.begin(permissions.edit_boards)
        if not form.overtaken(found):
            with undoable(found, by=me()) as done:
                told = closing.close(found, form.closes_on.day, form.words("reason"), by=me())
            reach = _told_of_closing(found).sentence
            db.session.commit()
            said = _("Closes on %(day)s.", day=dated(form.closes_on.day)) if told else _("Saved.")
            flash(sentences(said, reach if told else ""), offering(done.press))
            return go(url_for("admin.board", id=id))
    return _edit(found, ending=form), 422


@bp.post("/boards/<int:id>/open")
def open_board(id: int) -> rows.Answer:
    """Let a board stay open, or be open again."""
    require(permissions.edit_boards)
    found = rows.find(Board, id)
    rows.begin(permissions.edit_boards)
    hold(found)
    with undoable(found, by=me()) as done:
        closing.open_again(found, by=me())
    db.session.commit()
    flash(_("The board is open. Whoever was told that it closes is told that it stays."), offering(done.press))
    return go(url_for("admin.board", id=id))


def _boards(form: Names | None = None) -> str:
    names = form or Names(formdata=None)
    boards = arranging.all_boards()
    context: dict[str, Any] = {"boards": boards, "twins": twins(boards), "names": names, "form": names}
    return page("admin/boards.html", order_of=arranging.order_of, **context)


def _edit(
    found: Board,
    form: NamesForm | None = None,
    answering: AnsweringForm | None = None,
    telling: PageForm | None = None,
    ending: ClosingForm | None = None,
) -> str:
    names = form or NamesForm(formdata=None, thing=found)
    how = answering or AnsweringForm(formdata=None, thing=found)
    telling_form = telling or PageForm(formdata=None, thing=found)
    ending = ending or ClosingForm(formdata=None, thing=found)
    shown = (ending if ending.errors else None) or answering or telling or names
    forms = {"names": names, "answering": how, "telling": telling_form, "closing": ending, "form": shown}
    return page("admin/board.html", board=found, reach=_told_of_closing(found).sentence, **forms)


def _given(number: int) -> str:
    """What was nobody's and is the owner's now."""
    return (
        _n(
            "%(num)s answer that was nobody’s falls to them now.",
            "%(num)s answers that were nobody’s fall to them now.",
            number,
            num=num(number),
        )
        if number
        else ""
    )


def _told_of_closing(board: Board) -> Reach:
    """Whom it concerns that this board closes."""
    return reach_about(Action.BOARD_CLOSING, board, me())
