"""The page that takes the code, and a name where somebody is new; another message, and another address."""

from typing import Any

from flask import flash, redirect, request, session, url_for
from werkzeug.wrappers import Response

from portal.accounts.blueprint import bp
from portal.accounts.email_tokens import EmailToken
from portal.accounts.forms import NAME_MAX, CodeForm, CorrectForm
from portal.accounts.models import User
from portal.accounts.moving import AddressChange
from portal.accounts.pending import ask_again, await_code, describe, press, shown, too_many_messages
from portal.accounts.signing_in import codes_are_spent, enter
from portal.database.holding import hold_all
from portal.database.writing import begin_write
from portal.extensions import db, limiter
from portal.i18n import _, _n, locale
from portal.middleware import limits
from portal.permissions import me, suspended_too
from portal.text import clean_line
from portal.web.pages import go, keeps_text, no_store, page


@bp.route("/sign-in/code", methods=["GET", "POST"])
@limiter.limit(limits.SIGN_INS.visitors, methods=["POST"])
@keeps_text
@no_store
@suspended_too
def enter_code() -> Any:
    """Take the code in the browser that asked for it."""
    token = _asked()
    if token is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = CodeForm(data={"display_name": typed_name(token)})
    if request.method == "GET":
        return _code_page(token, form) if token.is_usable else spent_page(token)
    _keep_name(token)
    if not token.is_usable:
        return spent_page(token)
    if not form.validate():
        return _code_page(token, form), 422
    if not _code_is_right(token.id, form.code.data or ""):
        return _wrong_code(token, form)
    if User.with_email(token.email) is None and AddressChange.given_up(token.email):
        return redirect(url_for("accounts.confirm", link_value=token.link_value), 303)
    return come_in(token, form.display_name.data or "", form.timezone.data)


@bp.post("/sign-in/again")
@limiter.limit(limits.SIGN_INS.visitors)
@no_store
@suspended_too
def send_again() -> Response:
    """A new message in place of the last; what waited for it keeps waiting, and the name that was typed is kept."""
    link = request.form.get("link", "")
    token = EmailToken.from_link(link) if link else _asked()
    if token is None or token.used_at:
        return go(url_for("accounts.sign_in"))
    _keep_name(token)
    if too_many_messages(token.email) and limiter.enabled:
        flash(
            _("We have already sent several messages to this address. Open the latest one, or wait ten minutes."),
            "warning",
        )
        return go(url_for("accounts.confirm", link_value=link) if link else url_for("accounts.enter_code"))
    return _await(token)


@bp.route("/sign-in/address", methods=["GET", "POST"])
@limiter.limit(limits.SIGN_INS.visitors, methods=["POST"])
@keeps_text
@no_store
@suspended_too
def correct_address() -> Any:
    """Send the message to another address: what waits goes with it. The page of the code leads here with its name."""
    token = _asked()
    if token is None or token.used_at:
        return redirect(url_for("accounts.sign_in"), 303)
    form = CorrectForm(data={"email": token.email})
    if request.method == "GET":
        return page("accounts/correct.html", form=form, token=token, action=describe(token))
    _keep_name(token)
    if "email" not in request.form:
        return redirect(url_for("accounts.correct_address"), 303)
    if not form.validate():
        return page("accounts/correct.html", form=form, token=token, action=describe(token)), 422
    return _await(token, form.email.data or "")


def come_in(token: EmailToken, name: str, zone: str | None) -> Any:
    """Use the message up and go where it leads; a new member is called so, and reads the language of this page."""
    id = token.id
    entered = enter(id, name, locale(), request.user_agent.string, zone or "")
    if entered is None:
        return spent_page(db.session.get(EmailToken, id))
    return redirect(entered, 303)


def said(token: EmailToken, owner: User | None = None) -> dict[str, Any]:
    """What waits, named and shown: whoever opened the link owns the address, whoever types a code may not."""
    return {"action": describe(token), "held": shown(token, owner), "press": press(token)}


def spent_page(token: EmailToken | None) -> Any:
    """Why this message does not work any more, and the way on."""
    if token is None:
        return page("accounts/spent.html", why="unknown", token=None), 404
    why = "used" if token.used_at else "tries" if not token.tries_left else "ended" if token.ended_at else "expired"
    mine = me().is_authenticated and User.with_email(token.email) == me()
    return page("accounts/spent.html", why=why, token=token, action=describe(token), mine=mine), 410


def typed_name(token: EmailToken) -> str:
    """The name that was typed in this browser beside the code of this message."""
    id, name = session.get("typed_name", (0, ""))
    return str(name) if id == token.id else ""


def _asked() -> EmailToken | None:
    """The message that this browser asked for last."""
    return db.session.get(EmailToken, session.get("token_id", 0))


def _keep_name(token: EmailToken) -> None:
    if "display_name" in request.form:
        session["typed_name"] = token.id, clean_line(request.form["display_name"])[: NAME_MAX + 1]


def _await(token: EmailToken, email: str = "") -> Response:
    name = typed_name(token)
    begin_write()
    fresh = ask_again(token, email)
    db.session.commit()
    session["typed_name"] = fresh.id, name
    flash(_("A new message is on its way. The one before no longer works."))
    return await_code(fresh)


def _code_is_right(id: int, code: str) -> bool:
    """Compare and count in one transaction, so that no two guesses share a try."""
    begin_write()
    (token,) = hold_all(EmailToken, EmailToken.id == id)
    right = not codes_are_spent(token.email) and token.matches(code)
    db.session.commit()
    return right


def _wrong_code(token: EmailToken, form: CodeForm) -> Any:
    if not token.is_usable:
        return spent_page(token)
    if codes_are_spent(token.email):
        problem = _("Too many wrong codes were typed for this address today. Use the link in the message instead.")
    else:
        problem = _n(
            "This code is not right. You can try %(num)s more time.",
            "This code is not right. You can try %(num)s more times.",
            token.tries_left,
        )
    form.code.errors = [problem]
    return _code_page(token, form), 422


def _code_page(token: EmailToken, form: CodeForm) -> str:
    return page("accounts/code.html", form=form, token=token, **said(token))
