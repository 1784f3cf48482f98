"""A portal that was restored is quiet: it mails nothing old, tells in the portal only, and nobody is signed in."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Update, delete, select, update

from portal.accounts.choices import MailWhen
from portal.accounts.email_tokens import EmailToken
from portal.accounts.moving import AddressChange
from portal.accounts.sessions import SignedIn
from portal.activity.models import Action, Event, record
from portal.clock import now
from portal.comments.splits import Split
from portal.database.writing import insert
from portal.extensions import db
from portal.fanout import TRIES, fan_out_in_portal
from portal.mail import reasons
from portal.merging import settling
from portal.merging.conversions import Conversion
from portal.notifications.models import Delivery, Hears, Notification, State
from portal.notifications.moments import moment
from portal.schedule import SCHEDULE, ScheduleRun
from portal.settings import settings
from portal.triage import obligations, promises
from portal.triage.acts import Act

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """How many of each: messages not sent, events told in the portal only, sessions and sign-in messages voided.

    `at` is the moment of the event that says so.
    """

    messages: int
    events: int
    sessions: int
    tokens: int
    at: datetime


def quieten(made_at: str) -> Outcome:
    """Let nothing of the time before the backup be mailed, and nobody be signed in. The caller commits.

    What was waiting to be told is told in the portal, and pays its points; mail that waited is cancelled, with the
    reason beside it; recurring jobs begin with their next slot. What could be undone then counts by now.
    """
    reason = reasons.RESTORED % {"when": made_at}
    db.session.execute(delete(Act))
    at, events = now(), _tell_in_portal()
    outcome = Outcome(
        at=at,
        messages=_cancel_messages(reason),
        events=events,
        sessions=_count(update(SignedIn).where(SignedIn.revoked_at.is_(None)).values(revoked_at=now()), SignedIn),
        tokens=_void_tokens(),
    )
    _void_address_changes()
    Conversion.end_all()
    Split.end_all(proposed={})
    promises.quieten()
    obligations.quieten()
    settling.quieten()
    _take_the_present_slots()
    told = {"messages": outcome.messages, "events": outcome.events}
    restored = record(Action.PORTAL_RESTORED, settings(), by=None, made_at=made_at, told=told)
    restored.created_at = at
    restored.fanned_out_at = now()  # nobody is told: a portal that has no worker yet waits for nothing
    return outcome


def _tell_in_portal() -> int:
    waiting = select(Event).where(Event.fanned_out_at.is_(None), Event.attempts < TRIES).order_by(Event.id)
    told = 0
    for event in db.session.scalars(waiting).all():
        try:
            with db.session.begin_nested():
                fan_out_in_portal(event)
            told += 1
        except Exception as problem:  # one that cannot be worked is set aside, for staff to see
            log.warning("event %s (%s) was set aside", event.id, event.action, exc_info=True)
            event.attempts, event.error = TRIES, reasons.kind_of(problem)
    return told


def _cancel_messages(reason: str) -> int:
    waits = Notification.mail.in_((MailWhen.DAILY, Hears.MORNING)), Notification.digest_event_id.is_(None)
    _count(update(Notification).where(*waits).values(mail=MailWhen.NEVER), Notification)
    on_its_way = update(Delivery).where(Delivery.state.in_((State.PENDING, State.LEASED)))
    cancelled = {"state": State.CANCELLED, "last_error": reason, "done_at": moment(0.0)}
    return _count(on_its_way.values(**cancelled, lease_token=None, lease_until=None), Delivery)


def _void_tokens() -> int:
    usable = update(EmailToken).where(EmailToken.used_at.is_(None), EmailToken.expires_at > now())
    return _count(usable.values(expires_at=now()), EmailToken)


def _void_address_changes() -> None:
    """What waited for an answer is asked for anew, and no link from before the backup takes anything back."""
    for change in db.session.scalars(select(AddressChange)).all():
        change.void()


def _take_the_present_slots() -> None:
    for recurring in SCHEDULE:
        ran = {"started_at": now(), "finished_at": now()}
        taken = insert(ScheduleRun).values(name=recurring.name, slot=recurring.slot(now()), **ran)
        db.session.execute(taken.on_conflict_do_update(index_elements=["name", "slot"], set_=ran))


def _count(statement: Update, model: Any) -> int:
    """Run it, and give how many rows it changed."""
    quiet = {"synchronize_session": False}
    changed = db.session.execute(statement.returning(*model.__table__.primary_key.columns), execution_options=quiet)
    return len(changed.all())
