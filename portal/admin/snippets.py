"""The pages of the ready phrases, which all staff use and write."""

from typing import Any

from flask import abort, flash, request, url_for
from werkzeug.wrappers import Response

from portal import permissions
from portal.admin.arranging import order_of
from portal.admin.views import bp
from portal.database.holding import hold_all
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.permissions import me, require
from portal.triage.filling import FIELDS
from portal.triage.snippet_form import SnippetForm, SnippetWords
from portal.triage.snippets import Snippet
from portal.web.idempotency import once
from portal.web.pages import go, keeps_text, page

Answer = Response | str | tuple[str, int]


@bp.get("/snippets")
def snippets() -> str:
    """Every phrase, in order."""
    require(permissions.use_snippets)
    return _list()


@bp.post("/snippets")
@keeps_text
def add_snippet() -> Answer:
    """A new phrase at the end."""
    require(permissions.edit_snippets)
    form = SnippetWords()
    if not form.validate():
        return _list(form), 422
    begin_write()
    once(Snippet, me(), lambda: Snippet.add(form.words("name"), form.words("text"), by=me()))
    db.session.commit()
    flash(_("The phrase is added."))
    return go(url_for("admin.snippets"))


@bp.get("/snippets/<int:id>")
def snippet(id: int) -> str:
    """One phrase: what it is called, and what it says."""
    require(permissions.edit_snippets)
    return _edit(db.session.get(Snippet, id) or abort(404))


@bp.post("/snippets/<int:id>")
@keeps_text
def save_snippet(id: int) -> Answer:
    """Change a phrase. Where somebody deleted it meanwhile, what was typed can be added as a new one."""
    require(permissions.edit_snippets)
    found, form = db.session.get(Snippet, id), SnippetForm()
    valid = form.validate()
    if not valid and found is not None:
        return _edit(found, form), 422
    begin_write()
    found = next(iter(hold_all(Snippet, Snippet.id == id)), None)
    if found is None:
        return _deleted_meanwhile()
    if form.overtaken(found):
        return _edit(found, form), 422
    found.write(form.words("name"), form.words("text"), by=me())
    db.session.commit()
    flash(_("The phrase is saved. What was answered with it before stays as it is."))
    return go(url_for("admin.snippets"))


@bp.post("/snippets/<int:id>/position")
def move_snippet(id: int) -> Answer:
    """Its place among the phrases."""
    require(permissions.edit_snippets)
    place = request.form.get("position", type=int)
    if place is None:
        abort(400)
    begin_write()
    hold_all(Snippet)
    found, phrases = db.session.get(Snippet, id) or abort(404), Snippet.in_order()
    if phrases.index(found) != place and request.form.get("seen") != order_of(phrases):
        db.session.rollback()
        flash(_("The order changed while this page was open. Here it is as it stands now: move once more."), "error")
        return _list(), 422
    found.put_at(place, by=me())
    db.session.commit()
    return go(url_for("admin.snippets"))


@bp.route("/snippets/<int:id>/delete", methods=["GET", "POST"])
def delete_snippet(id: int) -> Answer:
    """Ask first, then offer it no more."""
    require(permissions.edit_snippets)
    if request.method == "GET":
        return page("admin/snippets/delete.html", snippet=db.session.get(Snippet, id) or abort(404))
    begin_write()
    for found in hold_all(Snippet, Snippet.id == id):
        found.delete(by=me())
    db.session.commit()
    flash(_("The phrase is deleted. What was answered with it stays as it is."))
    return go(url_for("admin.snippets"))


def _deleted_meanwhile() -> Answer:
    """The list, where what was typed stands as a new phrase."""
    db.session.rollback()
    form = SnippetWords()
    form.form_errors.append(
        _("Somebody deleted this phrase meanwhile. What you wrote is kept below: send it again to add it as a new one.")
    )
    return _list(form), 422


def _list(form: SnippetWords | None = None) -> str:
    words = form or SnippetWords(formdata=None)
    phrases = Snippet.in_order()
    context: dict[str, Any] = {"snippets": phrases, "order": order_of(phrases), "words": words, "form": words}
    return page("admin/snippets/index.html", fields=FIELDS, **context)


def _edit(found: Snippet, form: SnippetForm | None = None) -> str:
    words = form or SnippetForm(formdata=None, thing=found)
    return page("admin/snippets/edit.html", snippet=found, words=words, form=words, fields=FIELDS)
