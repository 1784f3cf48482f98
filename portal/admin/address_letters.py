"""Examples of the mails about another e-mail address."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from portal.accounts.models import Role, User
from portal.accounts.moving import AddressChange, Side
from portal.activity.models import Action, Event, record
from portal.extensions import db
from portal.i18n import _, _l
from portal.mail.sending import Message
from portal.notifications.moving import compose

ANOTHER = "somebody@example.com"
TO_THE_OLD = _l("At once, to the old address.")
TO_THE_NEW = _l("At once, to the new address.")
TO_BOTH = _l("At once, to both addresses.")
TO_ADMINS = _l("To every other admin.")
Write = Callable[[Any], Message]


def asked(side: Side, lost: bool = False, taken: bool = False) -> Write:
    """Somebody asked for another address: a lost one's successor, or one that another account has."""

    def write(world: Any) -> Message:
        change = AddressChange.ask(_person(world), str(world.staff.email) if taken else ANOTHER, lost)
        return _to(side, Action.ADDRESS_ASKED, change)

    return write


def changed(side: Side) -> Write:
    """Both addresses agreed."""
    return lambda world: _to(side, Action.ADDRESS_CHANGED, _moved(world))


def taken_back(side: Side) -> Write:
    """The old address took the account back."""

    def write(world: Any) -> Message:
        change = _moved(world)
        change.take_back()
        return _to(side, Action.ADDRESS_TAKEN_BACK, change)

    return write


def refused(world: Any) -> Message:
    """An admin did not let the address through."""
    change = AddressChange.ask(_person(world), ANOTHER, lost_old=True)
    change.refuse(by=world.staff, reason=_("We called the number that we have, and nobody there knew of it."))
    return _to(Side.NEW, Action.ADDRESS_KEPT, change)


def ready(world: Any) -> Message:
    """The week of a lost address is over."""
    world.reader.role = Role.ADMIN
    change = AddressChange.ask(world.staff, ANOTHER, lost_old=True)
    record(Action.ADDRESS_READY, change.user, by=None, change=change.id)
    message: Message = world.told(Action.ADDRESS_READY)
    return message


def objected(world: Any) -> Message:
    """The address that was said to be lost is read."""
    world.reader.role = Role.ADMIN
    AddressChange.ask(world.staff, ANOTHER, lost_old=True).stop(Side.OLD, by=world.staff)
    message: Message = world.told(Action.ADDRESS_OBJECTED)
    return message


def _person(world: Any) -> User:
    """Whoever looks, reached at an address."""
    person: User = world.reader
    person.email = person.email or ANOTHER
    return person


def _moved(world: Any) -> AddressChange:
    person = _person(world)
    change = AddressChange.ask(person, ANOTHER)
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
