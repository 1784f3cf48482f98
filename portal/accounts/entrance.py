"""The way in and out: asking for a message, its link, signing out, and the first admin of an empty portal."""

from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_login import logout_user

from portal.accounts.blueprint import bp
from portal.accounts.code import come_in, said, spent_page, typed_name
from portal.accounts.email_tokens import EmailToken
from portal.accounts.forms import BRAND_COLOURS, ConfirmForm, JoinForm, SetUpForm, SignInForm
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.accounts.moving import AddressChange
from portal.accounts.pending import ask_by_mail, await_code, local_path
from portal.accounts.sessions import SignedIn
from portal.accounts.signing_in import needs_setting_up, open_session
from portal.activity.models import Action, record
from portal.brand.colours import oklch_hex
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db, limiter
from portal.i18n import LANGUAGES, _, locale
from portal.ideas.answering import answering
from portal.middleware import limits
from portal.permissions import me, suspended_too
from portal.settings import settings
from portal.web.pages import keeps_text, no_store, page


@bp.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(limits.SIGN_INS.visitors, methods=["POST"])
@keeps_text
@no_store
@suspended_too
def sign_in() -> Any:
    """Ask for the message; the answer is the same whether or not we know the address."""
    if me().is_authenticated:
        return redirect(local_path(request.args.get("next")) or url_for("ideas.index"), 303)
    form = SignInForm(data={"next": local_path(request.args.get("next"))})
    if request.method == "GET":
        return page("accounts/sign_in.html", form=form, answering=answering())
    if not form.validate():
        return page("accounts/sign_in.html", form=form, answering=answering()), 422
    begin_write()
    token = ask_by_mail(form.email.data or "", local_path(form.next.data))
    db.session.commit()
    return await_code(token)


@bp.route("/sign-in/<link_value>", methods=["GET", "POST"])
@limiter.limit(limits.SIGN_INS.visitors, methods=["POST"])
@keeps_text
@no_store
@suspended_too
def confirm(link_value: str) -> Any:
    """The page behind the link: a button, because mail scanners follow links too."""
    token = EmailToken.from_link(link_value)
    if token is None or not token.is_usable:
        return spent_page(token)
    owner = User.with_email(token.email)
    form = ConfirmForm() if owner else JoinForm(data={"display_name": typed_name(token)})
    context: dict[str, Any] = {"form": form, "token": token, "is_new": owner is None, **said(token, owner)}
    context["lost"] = None if owner else AddressChange.given_up(token.email)
    if request.method == "GET":
        return page("accounts/confirm.html", **context)
    if not form.validate():
        return page("accounts/confirm.html", **context), 422
    name = form.display_name.data if isinstance(form, JoinForm) else ""
    return come_in(token, name or "", form.timezone.data)


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
@limiter.limit(limits.SIGN_INS.visitors, methods=["POST"])
@keeps_text
@no_store
def set_up(link_value: str) -> Any:
    """The first page of an empty portal: name it, and become its admin."""
    token = EmailToken.from_link(link_value, purpose="setup")
    if token is None or not token.is_usable or not needs_setting_up():
        return page("accounts/set_up_spent.html", done=not needs_setting_up()), 410 if token else 404
    form = SetUpForm(data={"languages": [*LANGUAGES], "language": locale()})
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
    chosen = settings()
    chosen.name, chosen.changed_at = form.portal_name.data or "", now()
    chosen.speak(form.languages.data, lang)
    hue, _dash, chroma = form.colour.data.partition("-")
    chosen.hue, chosen.chroma = int(hue), float(chroma)
    user = User.with_email(email) or User.join(email, form.display_name.data or "", lang, form.timezone.data or "")
    user.change_role(Role.ADMIN, by=user)
    record(Action.SETTINGS_CHANGED, chosen, by=user)
    open_session(user, request.user_agent.string)
    flash(
        _(
            "%(name)s is yours. Next: name your boards, and propose three ideas before you invite people.",
            name=chosen.name,
        )
    )
