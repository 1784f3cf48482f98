"""The pages on which a board becomes another, is separated again, or a part of it becomes a board of its own."""

from typing import Any

from flask import abort, flash, request, url_for
from sqlalchemy import select

from portal import permissions
from portal.admin import board_families, rows
from portal.admin.board_family_forms import MergeBoardForm, PartForm, SplitForm
from portal.admin.views import bp
from portal.database.holding import hold_all
from portal.extensions import db
from portal.i18n import _, _n, num, sentences
from portal.ideas.board_merging import NotMergeable, ideas_on, is_merged, merged_into
from portal.ideas.boards import Board, MergedBoard
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind
from portal.notifications.board_follows import followers_of
from portal.permissions import me, require
from portal.web.idempotency import once
from portal.web.pages import go, keeps_text, page

SHOWN = 50


class NotAsShown(Exception):
    """Others moved ideas to or from the board since the preview."""


@bp.get("/boards/<int:id>/merge")
def ask_to_merge_board(id: int) -> rows.Answer:
    """Into which board, and what merging the two would do, in numbers."""
    require(permissions.edit_boards)
    board = _find(id)
    form = MergeBoardForm(board, formdata=request.args)
    if "into" not in request.args:
        return _choose(board, form)
    return _preview(board, form) if form.validate() else (_choose(board, form), 422)


@bp.post("/boards/<int:id>/merge")
def merge_board(id: int) -> rows.Answer:
    """Let a board become another."""
    require(permissions.edit_boards)
    board = _find(id)
    form = MergeBoardForm(board)
    into = form.chosen
    if not form.validate() or into is None:
        return _choose(board, form), 422
    rows.begin(permissions.edit_boards)
    _hold(board.id, into.id)
    name, other = board.name, into.name
    try:
        board_families.merge(board, into, by=me())
    except NotMergeable:
        db.session.rollback()
        flash(_("Somebody changed one of these meanwhile. Look at what stands here now."), "error")
        return go(url_for("admin.boards"))
    db.session.commit()
    flash(_("“%(board)s” is “%(other)s” now. Here you can separate the two again.", board=name, other=other))
    return go(url_for("admin.ask_to_merge_board", id=into.id))


@bp.post("/boards/<int:id>/separate")
def separate_board(id: int) -> rows.Answer:
    """Let a board that became another be itself again."""
    require(permissions.edit_boards)
    board = rows.find(Board, id)
    merged = db.session.get(MergedBoard, id)
    rows.begin(permissions.edit_boards)
    _hold(id, merged.into_id if merged else id)
    try:
        into = db.session.get(Board, merged.into_id) if merged else None
        back = board_families.separate(board, into or board, by=me())
    except NotMergeable:
        db.session.rollback()
        flash(_("These two stand apart already."), "error")
        return go(url_for("admin.boards"))
    db.session.commit()
    told = _n("It has %(num)s idea or issue back.", "It has %(num)s ideas and issues back.", back, num=num(back))
    flash(sentences(_("“%(board)s” is a board of its own again.", board=board.name), told))
    return go(url_for("admin.board", id=id))


@bp.get("/boards/<int:id>/split")
def ask_to_split(id: int) -> rows.Answer:
    """Which ideas would go to a board of their own."""
    require(permissions.edit_boards)
    board, part = _find(id), PartForm(formdata=request.args)
    if "tag" not in request.args and "q" not in request.args:
        return _part(board, part)
    return _part(board, part) if part.validate() else (_part(board, part), 422)


@bp.post("/boards/<int:id>/split")
@keeps_text
def split_board(id: int) -> rows.Answer:
    """Let a part of the ideas of a board stand on a new one."""
    require(permissions.edit_boards)
    board, part, form = _find(id), PartForm(formdata=request.args), SplitForm()
    if not part.validate() or not form.validate():
        return _part(board, part, form), 422
    rows.begin(permissions.edit_boards)
    _hold(board.id)
    try:
        with rows.taken_said_at(form):
            new = once(Board, me(), lambda: _split_as_shown(board, part, form))
            name, id = new.name, new.id
            db.session.commit()
            flash(_("The board “%(board)s” is there, with what you chose. To undo that, merge it back.", board=name))
            return go(url_for("admin.board", id=id))
    except NotAsShown:
        db.session.rollback()
        form.form_errors.append(_("Others changed which ideas these are. Here they are as they stand now."))
    return _part(board, part, form), 422


def _split_as_shown(board: Board, part: PartForm, form: SplitForm) -> Board:
    """The new board, with as many ideas as were shown; raises NotAsShown."""
    those = board_families.those_with(part.tag_id, part.q.data or "")
    found = ideas_on(board, those)
    if is_merged(board) or not found or str(found) != form.number.data:
        raise NotAsShown
    return board_families.split(board, form.words("name"), those, by=me())


def _find(id: int) -> Board:
    """A board that became no other."""
    board: Board = rows.find(Board, id)
    return abort(404) if is_merged(board) else board


def _hold(*ids: int) -> list[Board]:
    return hold_all(Board, Board.id.in_(ids))


def _choose(board: Board, form: MergeBoardForm) -> str:
    return page("admin/boards/merge.html", board=board, form=form, into=None, merged=merged_into(board))


def _preview(board: Board, form: MergeBoardForm) -> str:
    into = form.chosen or abort(404)
    numbers: dict[str, Any] = {
        kind: (ideas_on(board, Idea.kind == kind), ideas_on(into, Idea.kind == kind)) for kind in Kind
    }
    return page(
        "admin/boards/merge.html",
        board=board,
        form=form,
        into=into,
        merged=(),
        ideas=numbers[Kind.IDEA],
        issues=numbers[Kind.ISSUE],
        followers=(followers_of(board), followers_of(into), followers_of(into) + followers_of(board, but=into)),
        not_asked=board_families.not_asked(board, into),
    )


def _part(board: Board, part: PartForm, form: SplitForm | None = None) -> str:
    asks = part.asks and not part.errors
    those = board_families.those_with(part.tag_id, part.q.data or "")
    here = select(Idea).where(Idea.board_id == board.id, those).order_by(Idea.id.desc()).limit(SHOWN)
    found = list(db.session.scalars(here)) if asks else []
    number = ideas_on(board, those) if asks else 0
    names = form or SplitForm(formdata=None)
    names.number.data = str(number)
    shown = form or part
    return page(
        "admin/boards/split.html",
        board=board,
        part=part,
        names=names,
        form=shown,
        ideas=found,
        number=number,
        asks=asks,
    )
