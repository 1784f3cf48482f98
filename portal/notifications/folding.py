"""Several messages as one mail: which go along with which, and what becomes of each once that mail has come to its end.

A delivery that is claimed for the first time takes along what waits in its thread. What it took stays with it through
every try, so that a mail that is sent again is the same; it ends with it, in the transaction that says how that went.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import aliased

from portal.accounts.choices import MailWhen
from portal.extensions import db
from portal.notifications.models import Delivery, Hears, Notification, State
from portal.notifications.moments import moment
from portal.notifications.objections import Objection

QUIETLY = {"synchronize_session": False}
ALONG = Delivery.state.in_((State.PENDING, State.FOLDED))
WAITS = (Delivery.state == State.PENDING, Delivery.folded_into.is_(None), Delivery.attempts == 0)


def is_first_of_its_thread() -> ColumnElement[bool]:
    """The condition that nothing older of its thread waits, which would take it along: so it is never the other way."""
    older = aliased(Delivery)
    return ~exists().where(
        older.recipient == Delivery.recipient,
        older.thread == Delivery.thread,
        older.id < Delivery.id,
        older.state == State.PENDING,
        older.folded_into.is_(None),
        older.attempts == 0,
    )


def take_along(id: int) -> None:
    """Let what waits in the thread of this delivery, which is claimed for the first time, go along with it."""
    first = db.session.get_one(Delivery, id, populate_existing=True)
    if first.thread and first.attempts == 1:
        others = select(Delivery.id).where(
            Delivery.recipient == first.recipient, Delivery.thread == first.thread, Delivery.id > id, *WAITS
        )
        taken = Delivery.id.in_(others.with_for_update(skip_locked=True))
        db.session.execute(update(Delivery).where(taken).values(folded_into=id), execution_options=QUIETLY)


def told_by(delivery: Delivery) -> list[Delivery]:
    """This delivery and all that goes along with it, oldest first."""
    along = select(Delivery).where(Delivery.folded_into == delivery.id, ALONG).order_by(Delivery.id)
    return [delivery, *db.session.scalars(along)]


def settle(id: int, state: State, against: Mapping[int, Objection]) -> None:
    """End what goes along with this delivery as it ended: told by it, or going by itself where this one does not go."""
    for other, objection in against.items():
        _leave_out(other, objection, itself=other == id)
    if state in (State.SENT, State.DEAD):
        fold([id])
    if state == State.SUPPRESSED:
        _end(Delivery.folded_into == id, State.PENDING, folded_into=None, done_at=None, next_attempt_at=moment(0.0))


def fold(ids: Collection[int]) -> None:
    """What goes along with these is told by them: they were sent, or wait for staff as dead letters."""
    _end(Delivery.folded_into.in_(ids), State.FOLDED)


def give_up(id: int, reason: str) -> None:
    """What goes along with this is not sent either."""
    _end(Delivery.folded_into == id, State.CANCELLED, last_error=reason)


def take_out(notifications: Sequence[int]) -> None:
    """Let these wait anew, which a digest left out: they are mailed as their reader wants it now."""
    waiting = update(Notification).where(Notification.id.in_(notifications)).values(digest_event_id=None)
    db.session.execute(waiting, execution_options=QUIETLY)


def _leave_out(id: int, objection: Objection, itself: bool) -> None:
    """End this with what speaks against it; what is wanted once a day now waits for the next digest or letter."""
    if not itself:
        _end(Delivery.id == id, State.SUPPRESSED, folded_into=None, last_error=objection.reason)
    if objection.instead in (MailWhen.DAILY, Hears.MORNING):
        left = db.session.get_one(Delivery, id)
        theirs = Notification.user_id == int(left.recipient.partition(":")[2])
        told = update(Notification).where(theirs, Notification.event_id == left.event_id)
        db.session.execute(told.values(mail=objection.instead, digest_event_id=None), execution_options=QUIETLY)


def _end(which: ColumnElement[bool], state: State, **values: Any) -> None:
    ended = {"state": state, "done_at": moment(0.0), **values}
    db.session.execute(update(Delivery).where(which, ALONG).values(**ended), execution_options=QUIETLY)
