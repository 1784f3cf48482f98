"""Examples of the mails about another e-mail address: `address.py` has their words."""

from collections.abc import Callable

from sqlalchemy import select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.accounts.moving import AddressChange, Side
from portal.activity.models import Action, Event, record
from portal.extensions import db
from portal.i18n import _, _l
from portal.mail.sending import Message
from portal.notifications.writing.address import compose
from portal.notifications.writing.example import NOBODY, Example, World

TO_THE_OLD = _l("At once, to the old address.")
TO_THE_NEW = _l("At once, to the new address.")
TO_BOTH = _l("At once, to both addresses.")
TO_ADMINS = _l("To every other admin.")
Act = Callable[[World], Message]


def _asked(side: Side, lost: bool = False, taken: bool = False) -> Act:
    """Somebody asked for another address: a lost one's successor, or one that another account has."""

    def act(world: World) -> Message:
        change = AddressChange.ask(_person(world), str(world.staff.email) if taken else NOBODY, lost)
        return _to(side, Action.ADDRESS_ASKED, change)

    return act


def _changed(side: Side) -> Act:
    """Both addresses agreed."""
    return lambda world: _to(side, Action.ADDRESS_CHANGED, _moved(world))


def _taken_back(side: Side) -> Act:
    """The old address took the account back."""

    def act(world: World) -> Message:
        change = _moved(world)
        change.take_back()
        return _to(side, Action.ADDRESS_TAKEN_BACK, change)

    return act


def _refused(world: World) -> Message:
    """An admin did not let the address through."""
    change = AddressChange.ask(_person(world), NOBODY, lost_old=True)
    change.refuse(by=world.staff, reason=_("We called the number that we have, and nobody there knew of it."))
    return _to(Side.NEW, Action.ADDRESS_KEPT, change)


def _ready(world: World) -> Action:
    """The week of a lost address is over."""
    world.reader.role = Role.ADMIN
    change = AddressChange.ask(world.staff, NOBODY, lost_old=True)
    record(Action.ADDRESS_READY, change.user, by=None, change=change.id)
    return Action.ADDRESS_READY


def _objected(world: World) -> Action:
    """The address that was said to be lost is read."""
    world.reader.role = Role.ADMIN
    AddressChange.ask(world.staff, NOBODY, lost_old=True).stop(Side.OLD, by=world.staff)
    return Action.ADDRESS_OBJECTED


def _person(world: World) -> User:
    """Whoever looks, reached at an address."""
    person = world.reader
    person.email = person.email or NOBODY
    return person


def _moved(world: World) -> AddressChange:
    person = _person(world)
    change = AddressChange.ask(person, NOBODY)
    for side in (Side.OLD, Side.NEW):
        change.confirm(side, by=person)
    return change


def _to(side: Side, action: Action, change: AddressChange) -> Message:
    db.session.flush()
    event = db.session.scalars(select(Event).where(Event.action == action).order_by(Event.id.desc()).limit(1)).one()
    message = compose(event, change, side)
    if message is None:
        raise LookupError(f"nothing is written about {action}")
    return message


EXAMPLES = {
    "address-asked": Example(_l("Another address: the old one is asked"), TO_THE_OLD, _asked(Side.OLD)),
    "address-new": Example(_l("Another address: the new one is asked"), TO_THE_NEW, _asked(Side.NEW)),
    "address-lost": Example(_l("Another address: the old one may object"), TO_THE_OLD, _asked(Side.OLD, lost=True)),
    "address-in-use": Example(
        _l("Another address: it has an account already"), TO_THE_NEW, _asked(Side.NEW, taken=True)
    ),
    "address-changed": Example(_l("An address was changed"), TO_THE_OLD, _changed(Side.OLD)),
    "address-welcome": Example(_l("An address is the account’s"), TO_THE_NEW, _changed(Side.NEW)),
    "address-kept": Example(_l("An address stays as it is"), TO_BOTH, _refused),
    "address-back": Example(_l("An address was taken back"), TO_THE_OLD, _taken_back(Side.OLD)),
    "address-gone": Example(_l("An address opens nothing more"), TO_THE_NEW, _taken_back(Side.NEW)),
    "address-ready": Example(_l("An admin decides on an address"), TO_ADMINS, _ready),
    "address-objected": Example(_l("An old address objected"), TO_ADMINS, _objected),
}
