"""Putting mail on its way: one delivery an event and reader; what may be told together waits a little for the rest."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from portal import jobs
from portal.activity.models import Action, Event
from portal.clock import now
from portal.database.writing import insert
from portal.extensions import db
from portal.notifications.models import Delivery, State
from portal.notifications.moments import moment
from portal.notifications.preferences import COMMENTS, LETTER, PROGRESS
from portal.notifications.staff_mail import THREAD as STAFF
from portal.notifications.telling import TELLING

DELIVER = "portal.notifications.delivering.deliver"
PAUSE = timedelta(minutes=10)
TOGETHER = (PROGRESS, COMMENTS, LETTER)


def post(event: Event, recipients: list[str], waited: float = 0.0) -> None:
    """Put mail to these on its way, and ring for each that was not on its way already.

    One that has `waited` goes before those that have not: somebody looks at their screen for a sign-in message. One
    that may be told with others about the same idea goes later, and needs no ring: the sweep finds it when it is due.
    """
    thread = thread_of(event)
    wait = float(current_app.config["FOLD_SECONDS"]) if thread else -waited
    _put({to: wait for to in recipients}, event, thread)


def post_to_staff(event: Event, recipients: list[str]) -> None:
    """Put mail to these of staff on its way: what comes within ten minutes of their last one waits, to be one."""
    sent = select(Delivery.recipient, func.max(Delivery.done_at)).group_by(Delivery.recipient)
    sent = sent.where(Delivery.recipient.in_(recipients), Delivery.thread == STAFF, Delivery.state == State.SENT)
    last = {to: done for to, done in db.session.execute(sent)}
    least = float(current_app.config["FOLD_SECONDS"])
    _put({to: max(least, _left_of(PAUSE, last.get(to))) for to in recipients}, event, STAFF)


def _left_of(pause: timedelta, since: datetime | None) -> float:
    """How many seconds are left of a pause that began then."""
    return (since + pause - now()).total_seconds() if since else 0.0


def _put(waits: dict[str, float], event: Event, thread: str | None) -> None:
    """A delivery for each, due in so many seconds; what waited already goes first."""
    rows = [
        {"event_id": event.id, "channel": "mail", "recipient": to, "thread": thread, "next_attempt_at": moment(wait)}
        for to, wait in waits.items()
    ]
    first = any(wait < 0 for wait in waits.values())
    for id in insert_new(Delivery, rows, Delivery.id):
        if max(waits.values()) <= 0:
            jobs.enqueue(DELIVER, id, first=first)


def thread_of(event: Event) -> str | None:
    """What mails about this event are folded under, such as `idea:7`; None where each stands alone.

    What staff did to several ideas with one press is one mail to each who is concerned.
    """
    if event.facts.get("bulk") and TELLING[Action(event.action)].preference in TOGETHER:
        return f"bulk:{event.facts['bulk']}"
    if not current_app.config["FOLD_SECONDS"] or TELLING[Action(event.action)].preference not in TOGETHER:
        return None
    ideas = {"idea": event.subject_id, "comment": event.facts.get("idea")}
    idea = ideas.get(event.subject_type)
    return f"idea:{idea}" if idea else None


def insert_new(model: Any, rows: list[dict[str, Any]], returning: Any) -> list[int]:
    """Add the rows that are not there yet; returns what `returning` is for those that are new."""
    if not rows:
        return []
    statement = insert(model).values(rows).on_conflict_do_nothing().returning(returning)
    return list(db.session.scalars(statement))
