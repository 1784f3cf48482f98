"""Putting mail on its way: one delivery an event and reader; what may be told together waits a little for the rest."""

from typing import Any

from flask import current_app

from portal import jobs
from portal.activity.models import Action, Event
from portal.extensions import db, insert
from portal.notifications.audience import AUDIENCE, Preference
from portal.notifications.models import Delivery
from portal.notifications.moments import moment

DELIVER = "portal.notifications.delivering.deliver"
TOGETHER = (Preference.PROGRESS, Preference.COMMENTS)


def post(event: Event, recipients: list[str], waited: float = 0.0) -> None:
    """Put mail to these on its way, and ring for each that was not on its way already.

    One that has `waited` goes before those that have not: somebody looks at their screen for a sign-in message. One
    that may be told with others about the same idea goes later, and needs no ring: the sweep finds it when it is due.
    """
    thread = thread_of(event)
    due = moment(float(current_app.config["FOLD_SECONDS"]) if thread else -waited)
    rows = [
        {"event_id": event.id, "channel": "mail", "recipient": to, "thread": thread, "next_attempt_at": due}
        for to in recipients
    ]
    for id in insert_new(Delivery, rows, Delivery.id):
        if not thread:
            jobs.enqueue(DELIVER, id, first=waited > 0)


def thread_of(event: Event) -> str | None:
    """What mails about this event are folded under, such as `idea:7`; None where each stands alone."""
    if not current_app.config["FOLD_SECONDS"] or AUDIENCE[Action(event.action)].preference not in TOGETHER:
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
