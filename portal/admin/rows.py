"""What the pages of boards and of statuses share: a row is renamed and moved, one admin at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import abort, flash, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.admin import arranging
from portal.admin.forms import Names, NamesForm
from portal.admin.naming import NameTaken
from portal.database.holding import hold_all
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.boards import Board
from portal.ideas.statuses import Kind, Status
from portal.ideas.workflow import NoWayOut
from portal.permissions import Rule, me, require
from portal.web.fields import InEachLanguage
from portal.web.pages import go

Answer = Response | str | tuple[str, int]


def find(model: Any, id: int) -> Any:
    """The board or the status of this page."""
    return db.session.get(model, id) or abort(404)


def begin(rule: Rule) -> None:
    """Begin to write, one admin at a time: an order is a matter of all its rows."""
    begin_write()
    hold_all(User, User.role == Role.ADMIN)
    require(rule)


def rename(thing: Board | Status, rule: Rule, back: str, again: Callable[[NamesForm], str]) -> Answer:
    """Give it the names of the form; `again` draws its page with a form that was refused."""
    form = NamesForm()
    if form.validate() and _is_theirs_to_name(thing, form, rule):
        with taken_said_at(form):
            arranging.rename(thing, form.words("name"), by=me())
            db.session.commit()
            flash(_("Renamed."))
            return go(url_for(back))
    return again(form), 422


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


def no_way_out(for_kind: str) -> str:
    """Why the last way out of the status in which everything arrives has to stay."""
    first = Status.first(for_kind).name
    if for_kind == Kind.ISSUE:
        said = _(
            "Issues arrive in %(status)s, and nothing would lead on from there. Allow another way first.", status=first
        )
    else:
        said = _(
            "Ideas arrive in %(status)s, and nothing would lead on from there. Allow another way first.", status=first
        )
    return said


def _has_it(thing: Board | Status) -> str:
    """Whose name it is, with what that is called in the other languages of the portal."""
    others = ", ".join(name for _lang, name in thing.other_names if name and name != thing.name)
    quoted = _("“%(name)s”", name=thing.name)
    known = f"{quoted} ({others})" if others else quoted
    if isinstance(thing, Board) and thing.is_closed:
        return _("%(names)s is closed. Open it again, or choose another name.", names=known)
    return _("%(names)s has this name. Choose another.", names=known)


def _is_theirs_to_name(thing: Board | Status, form: NamesForm, rule: Rule) -> bool:
    begin(rule)
    return not form.overtaken(thing)


def put(thing: Board | Status, rule: Rule, back: str, again: Callable[[], str]) -> Answer:
    """Put it at the place that is asked for; `again` draws the list where the order changed meanwhile."""
    place = request.form.get("position", type=int)
    if place is None:
        abort(400)
    begin(rule)
    rows = arranging.beside(thing)
    if rows.index(thing) != place and request.form.get("seen") != arranging.order_of(rows):
        db.session.rollback()
        flash(_("The order changed while this page was open. Here it is as it stands now: move once more."), "error")
        return again(), 422
    try:
        arranging.put_at(thing, place, by=me())
    except NoWayOut:
        db.session.rollback()
        flash(no_way_out(getattr(thing, "for_kind", "")), "error")
        return again(), 422
    db.session.commit()
    return go(url_for(back))
