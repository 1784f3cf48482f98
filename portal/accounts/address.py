"""Changing the e-mail address: the page that asks for it, and the pages behind the links to both addresses."""

from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from wtforms import BooleanField, ValidationError

from portal.accounts.blueprint import bp
from portal.accounts.forms import AddressField
from portal.accounts.mailboxes import masked
from portal.accounts.models import User
from portal.accounts.moving import AddressChange, Side
from portal.database.writing import begin_write
from portal.extensions import db, limiter
from portal.i18n import _, _l
from portal.middleware import limits
from portal.permissions import change_address, me, require, suspended_too
from portal.privacy.erasing import is_only_admin
from portal.web.forms import PortalForm
from portal.web.pages import keeps_text, no_store, page

ACTS: dict[str, set[str]] = {Side.OLD: {"confirm", "stop"}, Side.NEW: {"confirm", "stop"}, Side.BACK: {"back"}}


class AddressForm(PortalForm):
    """Where the person is to be reached from now on."""

    email = AddressField(_l("New e-mail address"))
    lost = BooleanField(_l("I can no longer read mail at the old address"))

    def validate_email(self, field: Any) -> None:
        if field.data == me().email:
            raise ValidationError(_("This is your address already. Write the new one."))
        if current_app.config["RATE_LIMITS"] and AddressChange.too_many(me(), field.data):
            raise ValidationError(_("This was asked for several times today. Try again tomorrow."))

    def validate_lost(self, field: Any) -> None:
        if field.data and is_only_admin(me()):
            raise ValidationError(
                _("You are the only admin, so nobody could let it through: both addresses have to agree.")
            )


@bp.route("/settings/address", methods=["GET", "POST"])
@limiter.limit(limits.SIGN_INS.visitors, methods=["POST"])
@keeps_text
@no_store
@suspended_too
def address() -> Any:
    """What was asked for and how it stands, and the form that asks; it answers the same whosever the address is."""
    require(change_address)
    form = AddressForm()
    if request.method == "GET":
        return _address_page(form)
    if not form.validate() or AddressChange.rests_until(me()):
        return _address_page(form), 422
    begin_write()
    AddressChange.ask(me(), form.email.data or "", bool(form.lost.data))
    db.session.commit()
    flash(_("We wrote to both addresses. Each message has a link."))
    return redirect(url_for("accounts.address"), 303)


@bp.post("/settings/address/cancelled")
@no_store
@suspended_too
def cancel_address() -> Any:
    """Leave the address as it is."""
    require(change_address)
    change = AddressChange.of(me()) or abort(404)
    begin_write()
    held = AddressChange.held(change.id)
    if held is not None:
        held.cancel()
    db.session.commit()
    flash(_("Your e-mail address stays as it is."))
    return redirect(url_for("accounts.address"), 303)


@bp.route("/address/<any(old, new, back):side>/<link_value>", methods=["GET", "POST"])
@limiter.limit(limits.SIGN_INS.visitors, methods=["POST"])
@no_store
@suspended_too
def moving(side: str, link_value: str) -> Any:
    """The page behind a link to one of the addresses: it acts by its buttons, because mail scanners follow links."""
    change = AddressChange.from_link(side, link_value)
    if change is None:
        return page("accounts/spent.html", why="unknown", token=None), 404
    if request.method == "GET":
        return _moving_page(change, Side(side))
    act = request.form.get("act", "")
    if act not in ACTS[side]:
        abort(400)
    begin_write()
    held = AddressChange.held(change.id)
    done = held is not None and _do(act, held, Side(side))
    db.session.commit()
    if held is None or not done:
        return _moving_page(held, Side(side)) if held else abort(404), 410
    return redirect(url_for("accounts.moving", side=side, link_value=link_value), 303)


def _do(act: str, change: AddressChange, side: Side) -> bool:
    """What the button says. False where it is too late for it."""
    if act == "back":
        return change.take_back()
    if act == "stop":
        return change.stop(side, by=change.user)
    here = me().get_id() if _is_theirs(change) else ""
    return change.confirm(side, by=change.user, session=here)


def _is_theirs(change: AddressChange) -> bool:
    return bool(me().is_authenticated) and me().id == change.user_id


def _address_page(form: AddressForm) -> str:
    member: User = me()
    return page(
        "accounts/address.html",
        form=form,
        change=AddressChange.of(member),
        rests_until=AddressChange.rests_until(member),
        only_admin=is_only_admin(member),
    )


def _moving_page(change: AddressChange, side: Side) -> str:
    """Who asks, and for what: whoever has the new address sees the old one only where it is theirs."""
    shown = side != Side.NEW or _is_theirs(change) or change.done_at
    old = change.old_email if shown else masked(change.old_email)
    return page("accounts/moving.html", change=change, side=side, old=old)
