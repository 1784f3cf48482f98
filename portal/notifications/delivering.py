"""A delivery from its claim to its end: checked again, written for its reader, sent, and its outcome kept."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from flask import current_app
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import OperationalError

from portal import jobs
from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.accounts.moving import AddressChange, Side
from portal.activity.models import Action, Event, record
from portal.extensions import db
from portal.mail import reasons, sending
from portal.notifications import digest, farewell, folding, leases
from portal.notifications.composing import compose_together
from portal.notifications.models import Delivery, State
from portal.notifications.moments import moment
from portal.notifications.objections import UNDONE, Objection, objection
from portal.notifications.undoing import without_detours
from portal.notifications.writing import address, data
from portal.notifications.writing.sign_in import compose_for_token

log = logging.getLogger(__name__)

PAUSE = 0.5
SHOWN = 100
GIVEN_UP = Delivery.state == State.CANCELLED, Delivery.last_error.is_not(None)


USED = Objection("The link and the code were used, or are too old.")
NO_ADDRESS = Objection("The person has no address any more.")
NOTHING_LEFT = Objection("Nothing is left of what it was to tell.")


class NotWanted(Exception):
    """This message is not to be sent; `against` says why, and why not what goes along with it, by delivery.

    `otherwise`: the notifications of a digest that their reader wants to be mailed at once now.
    """

    def __init__(self, against: dict[int, Objection], otherwise: Sequence[int] = ()) -> None:
        super().__init__()
        self.against, self.otherwise = against, otherwise


@dataclass(frozen=True)
class Sent:
    """A message that was handed over, and what it left out: by delivery, and of a digest what is wanted otherwise."""

    message_id: str
    against: dict[int, Objection]
    otherwise: Sequence[int]


def deliver(id: int | None = None) -> bool:
    """Claim this delivery, or the next one that is due, and send it. False where there was none to claim.

    May run twice: only who holds the lease acts. While SMTP is down nothing is claimed, and no try is spent.
    """
    if time.monotonic() < current_app.extensions.get("smtp_rests_until", 0):
        return False
    delivery = leases.claim(id)
    if delivery is None:
        return False
    id, token, tries, recipient = delivery.id, delivery.lease_token, delivery.attempts, delivery.recipient
    try:
        sent = _send(delivery)
    except NotWanted as why:
        reason = why.against[id].reason
        leases.finish(id, token, State.SUPPRESSED, why.against, why.otherwise, last_error=reason)
    except sending.ServerDown as problem:
        current_app.extensions["smtp_rests_until"] = time.monotonic() + current_app.config["SWEEP_SECONDS"]
        log.warning("mail waits, the SMTP server does not serve us: %s", problem)
        leases.finish(
            id, token, State.PENDING, attempts=tries - 1, next_attempt_at=leases.later(1), last_error=str(problem)
        )
    except sending.Refused as problem:
        leases.finish(id, token, State.DEAD, last_error=str(problem))
    except sending.TryLater as problem:
        _try_again(id, token, tries, str(problem))
    except Exception as problem:  # whatever is wrong with one message, the others go on
        log.exception("delivery %s failed", id)
        _try_again(id, token, tries, reasons.of_writing(problem))
    else:
        _keep_that_it_was_sent(id, token, sent)
        farewell.forget_address(recipient)
    return True


def retry(delivery: Delivery, by: User) -> None:
    """Send a dead one again, from its first try. The caller begins the write and commits."""
    _retry(Delivery.id == delivery.id, delivery.event.action, by)


def retry_kind(action: str, by: User) -> int:
    """Send every dead one about this action again, as one act. Returns how many. The caller begins and commits."""
    return _retry(Delivery.event_id.in_(select(Event.id).where(Event.action == action)), action, by)


def _retry(wanted: ColumnElement[bool], action: str, by: User) -> int:
    """In one statement, however many an outage left: everybody's votes wait for it."""
    again = (
        update(Delivery)
        .where(Delivery.state == State.DEAD, wanted)
        .values(state=State.PENDING, attempts=0, done_at=None, next_attempt_at=moment(0.0))
        .returning(Delivery.id)
    )
    ids = sorted(db.session.scalars(again, execution_options={"synchronize_session": "fetch"}))
    if ids:
        first = db.session.get_one(Delivery, ids[0])
        record(Action.DELIVERY_RETRIED, first, by=by, about=action, deliveries=ids)
    for id in ids:
        jobs.enqueue("portal.notifications.delivering.deliver", id)
    return len(ids)


def discard(delivery: Delivery, by: User, reason: str) -> None:
    """Give a dead one up, keeping why."""
    if delivery.state == State.DEAD:
        delivery.state = State.CANCELLED
        discarded = reasons.DISCARDED % {"why": reason}
        delivery.last_error = f"{delivery.last_error or ''}\n{discarded}".strip()
        folding.give_up(delivery.id, discarded)
        record(Action.DELIVERY_DISCARDED, delivery, by=by, about=delivery.event.action, reason=reason)


def _keep_that_it_was_sent(id: int, token: str | None, sent: Sent) -> None:
    """Insist while the lease may last: a database that was away for a moment is to cost nobody a second copy."""
    deadline = time.monotonic() + current_app.config["LEASE_SECONDS"]
    while True:
        try:
            kept = {"message_id": sent.message_id, "last_error": None}
            leases.finish(id, token, State.SENT, sent.against, sent.otherwise, **kept)
            return
        except OperationalError:
            db.session().invalidate()
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE)


def _try_again(id: int, token: str | None, tries: int, error: str) -> None:
    db.session.rollback()
    if tries >= leases.TRIES:
        leases.finish(id, token, State.DEAD, last_error=error)
    else:
        leases.finish(id, token, State.PENDING, next_attempt_at=leases.later(tries), last_error=error)


def _send(delivery: Delivery) -> Sent:
    """Write the message for its recipient and send it. Nothing is locked meanwhile. Raises NotWanted."""
    kind, _, number = delivery.recipient.partition(":")
    message_id = sending.message_id(delivery.id, delivery.created_at)
    sent = Sent(message_id, {}, ())
    if kind == "token":
        written = _to_an_address(delivery, db.session.get(EmailToken, int(number)), message_id)
    elif kind in (Side.OLD, Side.NEW):
        written = _between_addresses(delivery, Side(kind), db.session.get(AddressChange, int(number)), message_id)
    else:
        written, sent = _to_a_person(delivery, db.session.get(User, int(number)), message_id)
    db.session.rollback()
    sending.send(written)
    return sent


def _to_an_address(delivery: Delivery, token: EmailToken | None, message_id: str) -> EmailMessage:
    if token is None or not token.is_usable:
        raise NotWanted({delivery.id: USED})
    with sending.read_by(lang=token.lang):
        leaves = token.purpose == farewell.PURPOSE
        message = data.account_erased(delivery.event) if leaves else compose_for_token(token)
        return sending.build(message, token.email, message_id)


def _between_addresses(delivery: Delivery, side: Side, change: AddressChange | None, message_id: str) -> EmailMessage:
    """To the old or the new address of a change, whichever opens the account by now."""
    if change is None:
        raise NotWanted({delivery.id: NO_ADDRESS})
    with sending.read_by(address.reader_of(change, side)):
        message = address.compose(delivery.event, change, side)
        if message is None:
            raise NotWanted({delivery.id: NOTHING_LEFT})
        return sending.build(message, change.new_email if side == Side.NEW else change.old_email, message_id)


def _to_a_person(delivery: Delivery, user: User | None, message_id: str) -> tuple[EmailMessage, Sent]:
    """The mail that tells of this delivery and all that goes along with it, and what speaks against some of them."""
    if user is None or user.email is None:
        raise NotWanted({delivery.id: NO_ADDRESS})
    told = folding.told_by(delivery)
    against = _against(told, user)
    if delivery.id in against:
        raise NotWanted(against)
    otherwise = digest.wanted_at_once(delivery.event, user)
    with sending.read_by(user):
        message = compose_together([one.event for one in told if one.id not in against], user)
        if message is None:
            raise NotWanted({delivery.id: NOTHING_LEFT}, otherwise)
        name = "" if user.is_nameless else user.display_name
        return sending.build(message, user.email, message_id, name), Sent(message_id, against, otherwise)


def _against(told: list[Delivery], user: User) -> dict[int, Objection]:
    """What speaks against telling each of these: asked of their reader and of what they tell as both stand now."""
    against = {one.id: found for one in told if (found := objection(one.event, user))}
    left = without_detours(one.event for one in told if one.id not in against)
    return against | {one.id: UNDONE for one in told if one.id not in against and one.event not in left}


def cancelled_letters() -> list[Delivery]:
    """The newest of what will not be sent, and why: discarded by staff or cancelled by a restore."""
    newest = select(Delivery).where(*GIVEN_UP).order_by(Delivery.done_at.desc(), Delivery.id.desc())
    return list(db.session.scalars(newest.limit(SHOWN)))


def count_cancelled_letters() -> int:
    """How many will not be sent, for a reason that staff are shown."""
    return db.session.scalar(select(func.count(Delivery.id)).where(*GIVEN_UP)) or 0


def unsent_letters() -> list[Delivery]:
    """The newest that are not sent by themselves, and the ones that tell of them: folded, or not wanted, and why."""
    ended = select(Delivery).where(Delivery.state.in_((State.FOLDED, State.SUPPRESSED)))
    unsent = list(db.session.scalars(ended.order_by(Delivery.id.desc()).limit(SHOWN)))
    telling = select(Delivery).where(Delivery.id.in_({one.folded_into for one in unsent} - {None}))
    return sorted({*unsent, *db.session.scalars(telling)}, key=lambda one: one.id, reverse=True)


def dead_letters() -> list[Delivery]:
    """The newest of what could not be delivered."""
    dead = select(Delivery).where(Delivery.state == State.DEAD)
    return list(db.session.scalars(dead.order_by(Delivery.id.desc()).limit(SHOWN)))


def count_dead_letters() -> dict[Action, int]:
    """How many could not be delivered, by what they tell of, the most frequent first."""
    count = func.count(Delivery.id)
    dead = select(Event.action, count).join(Delivery.event).where(Delivery.state == State.DEAD)
    return {Action(action): n for action, n in db.session.execute(dead.group_by(Event.action).order_by(count.desc()))}
