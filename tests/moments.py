"""Moments that pass in no time, so that no test waits for them."""

from sqlalchemy import select, update

from portal import jobs
from portal.activity.models import Event
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.triage.acts import Act


def let_the_time_to_undo_pass() -> None:
    """Nothing that staff did so far can be undone any more: it is due to be told, and rung for."""
    waiting = [id for act in db.session.scalars(select(Act)) for id in act.kept["events"]]
    db.session.rollback()
    if not waiting:
        return
    begin_write()
    db.session.execute(update(Act).values(until=now()))
    db.session.execute(update(Event).where(Event.id.in_(waiting)).values(due_at=now()))
    for id in waiting:
        jobs.enqueue("portal.fanout.catch_up", id, first=True)
    db.session.commit()
