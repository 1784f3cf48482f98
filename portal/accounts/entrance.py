"""The way in and out: asking for a message, its code, its link, signing out, and the first admin of an empty portal."""

from typing import Any

from flask import abort, flash, redirect, request, session, url_for
from flask_login import current_user, logout_user

from portal.accounts.blueprint import bp
from portal.accounts.forms import BRAND_COLOURS, CodeForm, ConfirmForm, JoinForm, SetUpForm, SignInForm
from portal.accounts.models import EmailToken, Role, SignedIn, User
from portal.accounts.moving import AddressChange
from portal.accounts.pending import ask_again, ask_by_mail, await_code, describe, local_path, shown, too_many_messages
from portal.accounts.signing_in import codes_are_spent, enter, needs_setting_up, open_session
from portal.activity.models import Action, record
from portal.clock import now
from portal.colours import oklch_hex
from portal.extensions import begin_write, db, limiter
from portal.i18n import LANGUAGES, _, _n, locale
from portal.pages import keeps_text, no_store, page
from portal.permissions import suspended_too
from portal.settings import Settings

PER_NETWORK = "30 per 10 minutes"


@bp.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(PER_NETWORK, methods=["POST"])
@keeps_text
@no_store
@suspended_too
def sign_in() -> Any:
    """Ask for the message; the answer is the same whether or not we know the address."""
    if current_user.is_authenticated:
        return redirect(local_path(request.args.get("next")) or url_for("ideas.index"), 303)
    form = SignInForm(data={"next": local_path(request.args.get("next"))})
    if request.method == "GET":
        return page("accounts/sign_in.html", form=form)
    if not form.validate():
        return page("accounts/sign_in.html", form=form), 422
    begin_write()
    token = ask_by_mail(form.email.data or "", local_path(form.next.data))
    db.session.commit()
    return await_code(token)


@bp.route("/sign-in/code", methods=["GET", "POST"])
@limiter.limit(PER_NETWORK, methods=["POST"])
@keeps_text
@no_store
@suspended_too
def enter_code() -> Any:
    """Take the code in the browser that asked for it."""
    token = db.session.get(EmailToken, session.get("token_id", 0))
    if token is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = CodeForm()
    if request.method == "GET":
        return _code_page(token, form) if token.is_usable else _spent_page(token)
    if not form.validate():
        return _code_page(token, form), 422
    if not _code_is_right(token.id, form.code.data or ""):
        return _wrong_code(token, form)
    if User.with_email(token.email) is None:
        return redirect(url_for("accounts.confirm", link_value=token.link_value), 303)
    return _enter(token, "", token.lang, form.timezone.data)


@bp.post("/sign-in/again")
@limiter.limit(PER_NETWORK)
@no_store
@suspended_too
def send_again() -> Any:
    """A new message for one that is spent; what waited for it keeps waiting."""
    link = request.form.get("link", "")
    token = EmailToken.from_link(link) if link else db.session.get(EmailToken, session.get("token_id", 0))
    if token is None or token.used_at:
        return redirect(url_for("accounts.sign_in"), 303)
    if too_many_messages(token.email) and limiter.enabled:
        abort(429)
    begin_write()
    fresh = ask_again(token)
    db.session.commit()
    return await_code(fresh)


@bp.route("/sign-in/<link_value>", methods=["GET", "POST"])
@limiter.limit(PER_NETWORK, methods=["POST"])
@keeps_text
@no_store
@suspended_too
def confirm(link_value: str) -> Any:
    """The page behind the link: a button, because mail scanners follow links too."""
    token = EmailToken.from_link(link_value)
    if token is None or not token.is_usable:
        return _spent_page(token)
    owner = User.with_email(token.email)
    form = ConfirmForm() if owner else JoinForm(data={"language": locale()})
    context: dict[str, Any] = {"form": form, "token": token, "is_new": owner is None, **_said(token, owner)}
    context["lost"] = None if owner else AddressChange.given_up(token.email)
    if request.method == "GET":
        return page("accounts/confirm.html", **context)
    if not form.validate():
        return page("accounts/confirm.html", **context), 422
    if isinstance(form, JoinForm):
        return _enter(token, form.display_name.data or "", form.language.data, form.timezone.data)
    return _enter(token, "", token.lang, form.timezone.data)


@bp.post("/sign-out")
@no_store
@suspended_too
def sign_out() -> Any:
    """Revoke this browser's session."""
    token = session.get("_user_id", "")
    begin_write()
    SignedIn.close(token)
    db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("ideas.index"), 303)


@bp.route("/set-up/<link_value>", methods=["GET", "POST"])
@limiter.limit(PER_NETWORK, methods=["POST"])
@keeps_text
@no_store
def set_up(link_value: str) -> Any:
    """The first page of an empty portal: name it, and become its admin."""
    token = EmailToken.from_link(link_value, purpose="setup")
    if token is None or not token.is_usable or not needs_setting_up():
        return page("accounts/set_up_spent.html", done=not needs_setting_up()), 410 if token else 404
    form = SetUpForm(data={"language": locale()})
    if request.method == "GET":
        return page("accounts/set_up.html", form=form, shades=_shades())
    if not form.validate():
        return page("accounts/set_up.html", form=form, shades=_shades()), 422
    begin_write()
    if EmailToken.spend(token.id) is None or not needs_setting_up():
        db.session.rollback()
        return page("accounts/set_up_spent.html", done=True), 410
    _make_first_admin(form)
    db.session.commit()
    return redirect(url_for("admin.inbox"), 303)


def _shades() -> dict[str, str]:
    """What each colour to choose from looks like."""
    pairs = {value: value.split("-") for value in BRAND_COLOURS}
    return {value: oklch_hex(0.5, float(chroma), float(hue)) for value, (hue, chroma) in pairs.items()}


def _make_first_admin(form: SetUpForm) -> None:
    lang, email = form.language.data, form.email.data or ""
    settings = Settings.current()
    settings.name, settings.default_lang, settings.changed_at = form.portal_name.data or "", lang, now()
    hue, _dash, chroma = form.colour.data.partition("-")
    settings.hue, settings.chroma = int(hue), float(chroma)
    user = User.with_email(email) or User.join(email, form.display_name.data or "", lang, form.timezone.data or "")
    user.change_role(Role.ADMIN, by=user)
    record(Action.SETTINGS_CHANGED, settings, by=user)
    open_session(user, request.user_agent.string)
    flash(
        _(
            "%(name)s is yours. Next: name your boards, and propose three ideas before you invite people.",
            name=settings.name,
        )
    )


def _enter(token: EmailToken, display_name: str, lang: str, zone: str | None) -> Any:
    id, lang = token.id, lang if lang in LANGUAGES else locale()
    entered = enter(id, display_name, lang, request.user_agent.string, zone or "")
    if entered is None:
        return _spent_page(db.session.get(EmailToken, id))
    return redirect(entered, 303)


def _code_is_right(id: int, code: str) -> bool:
    """Compare and count in one transaction, so that no two guesses share a try."""
    begin_write()
    token = db.session.get_one(EmailToken, id, with_for_update=True)
    right = not codes_are_spent(token.email) and token.matches(code)
    db.session.commit()
    return right


def _wrong_code(token: EmailToken, form: CodeForm) -> Any:
    if not token.is_usable:
        return _spent_page(token)
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
    return page("accounts/code.html", form=form, token=token, **_said(token))


def _said(token: EmailToken, owner: User | None = None) -> dict[str, Any]:
    """What waits, named and shown: whoever opened the link owns the address, whoever types a code may not."""
    return {"action": describe(token), "held": shown(token, owner)}


def _spent_page(token: EmailToken | None) -> Any:
    """Why this message does not work any more, and the way on."""
    if token is None:
        return page("accounts/spent.html", why="unknown", token=None), 404
    why = "used" if token.used_at else "tries" if not token.tries_left else "ended" if token.ended_at else "expired"
    mine = current_user.is_authenticated and User.with_email(token.email) == current_user
    return page("accounts/spent.html", why=why, token=token, action=describe(token), mine=mine), 410
