"""What the old and the new address of an account are told of a change between them, and what admins are."""

from collections.abc import Callable
from typing import Any

from flask import url_for

from portal.accounts.mailboxes import masked
from portal.accounts.models import User
from portal.accounts.moving import AddressChange, Ended, Side, Standing
from portal.activity.models import Action, Event
from portal.activity.subjects import Told
from portal.i18n import _, _l, day
from portal.mail.sending import Message
from portal.notifications.writing.shapes import TEMPLATE, Mail, quoted, to_the_person
from portal.settings import settings
from portal.web.site import public_url

Write = Callable[[AddressChange], Message | None]


def reader_of(change: AddressChange, side: Side) -> User:
    """Whose language it is in: that of the account, or of whoever has the new address already."""
    owner = User.with_email(change.new_email) if side == Side.NEW else None
    return owner or change.user


def compose(event: Event, change: AddressChange, side: Side) -> Message | None:
    """What this address is told, in the language being written; None where nothing is left to be said."""
    return WRITERS[Action(event.action), side](change)


def page_url(change: AddressChange, side: Side) -> str:
    """The page behind the link of this side."""
    return public_url(url_for("accounts.moving", side=side.value, link_value=change.link_value(side)))


def _ready(event: Event, reader: User) -> Message:
    """To admins: that the week of the old address is over."""
    lines = [
        _("%(name)s cannot read their old address any more, and it has not objected for a week.", name=_who(event)),
        _("Look at what is known of them, and let the new address through or refuse it."),
    ]
    return _to_admins(event, reader, lines, _("Decide"))


def _objected(event: Event, reader: User) -> Message:
    """To admins: that somebody tried to take an account away from its address, or was mistaken."""
    lines = [
        _("Somebody signed in as %(name)s said that the old address was lost. It is read, and it objected.",
          name=_who(event)),
        _("Nothing was changed. If you know them, ask whether anybody else uses their account."),
    ]  # fmt: skip
    return _to_admins(event, reader, lines, _("See the changes of address"))


def _to_admins(event: Event, reader: User, lines: list[str], button: str) -> Message:
    return to_the_person(event, reader, lines, public_url(_addresses()), button)


def _addresses(*_about: Any) -> str:
    """Where admins decide."""
    return url_for("admin.addresses")


def _who(event: Event) -> str:
    return Told(event).title


READY = Mail(_ready, "address-ready", place=_addresses)
OBJECTED = Mail(_objected, "address-objected", place=_addresses)


def _asks_the_old(change: AddressChange) -> Message | None:
    if not change.is_open:
        return None
    url = page_url(change, Side.OLD)
    asked = _("%(name)s asked for their account to open with %(new)s in place of this address.", **_names(change))
    if change.lost_old:
        lost = _("They say that nobody reads this address any more. Without a word from you within a week, our team "
                 "may let it through.")  # fmt: skip
        subject = _("Somebody says that you lost this address")
        return _message(subject, [asked, lost, _("Was it not you? Stop it.")], url, _("Stop it"))
    lines = [asked, _("Both addresses have to agree. If it was not you, say so on the same page.")]
    return _message(_("A new e-mail address for your account?"), lines, url, _("Look at it, and answer"))


def _asks_the_new(change: AddressChange) -> Message | None:
    if not change.is_open:
        return None
    owner = User.with_email(change.new_email)
    if owner is not None and owner.id != change.user_id:
        return _in_use()
    lines = [
        _("%(name)s asked for the account of %(masked)s to open with this address, %(new)s.", **_names(change)),
        _("If it was not you, say so on the same page, or do nothing: then nothing changes."),
    ]
    subject = _("Confirm your new e-mail address")
    return _message(subject, lines, page_url(change, Side.NEW), _("Look at it, and answer"))


def _in_use() -> Message:
    lines = [
        _("Somebody asked for another account to open with this address. It has one already, so nothing changes."),
        _("Was it you? Sign in with this address, or choose another one for the other account."),
    ]
    url = public_url(url_for("accounts.sign_in"))
    return _message(_("Somebody asked to use your address"), lines, url, _("Sign in"))


def _changed_to_the_old(change: AddressChange) -> Message | None:
    if not change.can_be_taken_back:
        return None
    lines = [
        _("The account of %(name)s opens with %(new)s from now on, and no longer with this address.", **_names(change)),
        _("Was it not you? Until %(day)s you can take it back with one press.", day=day(change.back_until)),
    ]
    return _message(_("Your e-mail address was changed"), lines, page_url(change, Side.BACK), _("Take it back"))


def _changed_to_the_new(change: AddressChange) -> Message | None:
    if change.standing != Standing.DONE:
        return None
    lines = [
        _("Your account opens with this address from now on. Other browsers are signed out, and older links ended."),
        _("Until %(day)s the old address can take it back.", day=day(change.back_until)),
    ]
    if change.reason:
        lines.append(_("Our team let it through, and wrote:"))
    url = public_url(url_for("accounts.settings"))
    return _message(_("This is your e-mail address now"), lines, url, _("See your settings"), change.reason)


def _kept(change: AddressChange) -> Message | None:
    say = KEPT_BECAUSE.get(Ended(change.ended_as)) if change.ended_as else None
    if say is None:
        return None
    lines = [_("A change of the address of an account was asked for, and was not made."), str(say)]
    url = public_url(url_for("accounts.sign_in"))
    return _message(_("The e-mail address stays as it is"), lines, url, _("Sign in"), change.reason)


KEPT_BECAUSE = {
    Ended.STOPPED: _l("Whoever reads one of the two addresses stopped it."),
    Ended.REFUSED: _l("Our team did not let it through, and wrote:"),
    Ended.TAKEN: _l("The new address has an account of its own by now."),
}


def _taken_back_to_the_old(change: AddressChange) -> Message | None:
    lines = [
        _("Your account opens with this address again. Every browser is signed out, and every open link ended."),
        _("For a day no other address can be asked for. If somebody else reads your mail, tell us now."),
    ]
    url = public_url(url_for("accounts.sign_in"))
    return _message(_("You took your e-mail address back"), lines, url, _("Sign in"))


def _taken_back_to_the_new(change: AddressChange) -> Message | None:
    lines = [_("The old address took the account back. It no longer opens with this one.")]
    url = public_url(url_for("accounts.sign_in"))
    return _message(_("The e-mail address was taken back"), lines, url, _("Sign in"))


def _names(change: AddressChange) -> dict[str, str]:
    return {"name": change.user.display_name, "new": change.new_email, "masked": masked(change.old_email)}


def _message(subject: str, lines: list[str], url: str, button: str, quote: str = "") -> Message:
    context: dict[str, Any] = {"heading": subject, "lines": lines, **quoted(quote), "url": url, "button": button}
    reason = _("You get this because this address was named for an account on %(brand)s.", brand=settings().name)
    return Message(subject=subject, template=TEMPLATE, context=context, preheader=lines[0], reason=reason)


WRITERS: dict[tuple[Action, Side], Write] = {
    (Action.ADDRESS_ASKED, Side.OLD): _asks_the_old,
    (Action.ADDRESS_ASKED, Side.NEW): _asks_the_new,
    (Action.ADDRESS_OBJECTED, Side.OLD): _kept,
    (Action.ADDRESS_OBJECTED, Side.NEW): _kept,
    (Action.ADDRESS_KEPT, Side.OLD): _kept,
    (Action.ADDRESS_KEPT, Side.NEW): _kept,
    (Action.ADDRESS_CHANGED, Side.OLD): _changed_to_the_old,
    (Action.ADDRESS_CHANGED, Side.NEW): _changed_to_the_new,
    (Action.ADDRESS_TAKEN_BACK, Side.OLD): _taken_back_to_the_old,
    (Action.ADDRESS_TAKEN_BACK, Side.NEW): _taken_back_to_the_new,
}
BETWEEN_ADDRESSES = frozenset(action for action, _side in WRITERS)
