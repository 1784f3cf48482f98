"""How the browser's session becomes a person, and what people do with their data: take it along, erase it."""

from typing import Any

from flask import abort, flash, redirect, request, session, url_for
from flask_login import logout_user

from portal.accounts.blueprint import bp
from portal.accounts.forms import EraseForm, erase_word
from portal.accounts.models import User
from portal.accounts.sessions import SignedIn
from portal.database.writing import begin_write
from portal.extensions import db, login_manager
from portal.i18n import _
from portal.middleware import limits
from portal.middleware.limits import too_fast
from portal.permissions import me, require, suspended_too, take_out
from portal.pictures import uploads
from portal.privacy.erasing import erase as erase_person
from portal.privacy.erasing import is_only_admin, what_goes_and_stays
from portal.privacy.exporting import download
from portal.privacy.taking_out import Wishes
from portal.text import excerpt
from portal.web.pages import keeps_text, no_store, page

login_manager.login_view = "accounts.sign_in"
# The basic protection writes to the session while pages are read; ours are rows that are revoked.
login_manager.session_protection = None

bp.add_app_template_filter(excerpt, "words")


@login_manager.user_loader
def person_of(token: str) -> User | None:
    """Whose open session this is; a revoked one reads as a visitor's."""
    person = SignedIn.person_in(token)
    if person is None or person.is_former:
        return None
    person.session_token = token
    return person


@bp.get("/settings/data")
@no_store
def data() -> Any:
    """Everything that we hold of the member, as one file that reads without us."""
    require(take_out)
    if too_fast(limits.EXPORTS, me()):
        abort(429)
    return download(me())


@bp.route("/settings/erase", methods=["GET", "POST"])
@keeps_text
@no_store
@suspended_too
def erase() -> Any:
    """Say in numbers what goes and what stays; a typed word erases the account."""
    require(take_out)
    form = EraseForm()
    only_admin = is_only_admin(me())
    if request.method == "GET" or not form.validate() or only_admin:
        numbers = what_goes_and_stays(me())
        status = 200 if request.method == "GET" else 422
        context: dict[str, Any] = {"form": form, "numbers": numbers, "only_admin": only_admin, "word": erase_word()}
        return page("accounts/erase.html", **context), status
    begin_write()
    keys = erase_person(me(), Wishes(**form.wishes))
    db.session.commit()
    uploads.delete_all(keys)
    logout_user()
    session.clear()
    flash(_("Your account is erased. Thank you for what you gave."))
    return redirect(url_for("ideas.index"), 303)
