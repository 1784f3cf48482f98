"""What follows from an event: REACTIONS is all that the portal does when something has happened."""

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from portal import jobs
from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.accounts.moving import Side
from portal.activity.models import Action, Event
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.mail import reasons
from portal.notifications.models import Notification
from portal.notifications.posting import insert_new, post, post_to_staff
from portal.notifications.recipients import audience, when
from portal.notifications.staff_mail import hearers
from portal.notifications.telling import TELLING
from portal.notifications.writing.address import BETWEEN_ADDRESSES
from portal.recognition.ledger import award
from portal.triage.acts import may_be_told

log = logging.getLogger(__name__)

CHUNK = 500
TRIES = 5
SET_ASIDE = Event.fanned_out_at.is_(None), Event.attempts >= TRIES
BACK_OFF = timedelta(minutes=1)
FIRST_IN_LINE = 3600.0


def notify(event: Event) -> None:
    """Tell everyone who is to hear of it, each once, in chunks that are committed one by one."""
    last = 0
    while people := _next_people(event, last):
        begin_write()
        _tell(event, people)
        db.session.commit()
        last = people[-1].id


def mail_the_address(event: Event) -> None:
    """Write to an address that is nobody's yet, with the link and the code, or no longer, with a last word."""
    token = event.facts.get("farewell") if event.action == Action.MEMBER_ERASED else None
    if event.action == Action.SIGN_IN_REQUESTED:
        token = event.subject_id
    if token:
        begin_write()
        post(event, [f"token:{token}"], waited=FIRST_IN_LINE)
        db.session.commit()


def mail_both_addresses(event: Event) -> None:
    """Tell the old and the new address of a change between them: both hear of it, whatever their owners chose."""
    if event.action in BETWEEN_ADDRESSES:
        begin_write()
        post(event, [f"{side}:{event.facts['change']}" for side in (Side.OLD, Side.NEW)], waited=FIRST_IN_LINE)
        db.session.commit()


def award_points(event: Event) -> None:
    """Pay the points that the ledger gives for it."""
    begin_write()
    award(event)
    db.session.commit()


REACTIONS = (notify, mail_the_address, mail_both_addresses, award_points)


def fan_out(id: int) -> bool:
    """Let all follow that follows from this event. May run twice, at the same time too. True when it was due.

    An event that cannot be worked is tried again later, and after five tries set aside: `set_aside` lists those.
    """
    event = db.session.get(Event, id)
    if event is None or event.fanned_out_at or event.due_at > now() or event.attempts >= TRIES:
        return False
    action, tries = event.action, event.attempts
    try:
        if not may_be_told(event):
            return False
        for react in REACTIONS:
            react(event)
    except Exception as problem:  # one event that cannot be worked must not hold up the others
        log.exception("event %s (%s) could not be worked", id, event.action)
        _put_off(id, tries, problem)
    else:
        begin_write()
        event.fanned_out_at, event.error = now(), None
        db.session.commit()
        log.info("event told", extra={"event_id": id, "action": action})
    return True


def fan_out_in_portal(event: Event) -> None:
    """Let all follow but mail, in the caller's transaction: a portal that was restored sends no old news."""
    last = 0
    while people := _next_people(event, last):
        _tell(event, people, by_mail=False)
        last = people[-1].id
    award(event)
    event.fanned_out_at, event.error = now(), None


def catch_up(id: int) -> None:
    """Fan out this event, after those that happened before it: of rings that go first, the last one is heard first."""
    for earlier in waiting():
        fan_out(earlier)
    fan_out(id)


def waiting(limit: int = CHUNK) -> list[int]:
    """The ids of the events that are due and not worked, oldest first. Ids do not commit in order: no cursor."""
    due = select(Event.id).where(Event.fanned_out_at.is_(None), Event.due_at <= now(), Event.attempts < TRIES)
    return list(db.session.scalars(due.order_by(Event.due_at, Event.id).limit(limit)))


def set_aside(limit: int = CHUNK) -> list[Event]:
    """The events that could not be worked in five tries, with their `error`, for staff: the last tried come first."""
    newest = select(Event).where(*SET_ASIDE).order_by(Event.due_at.desc(), Event.id.desc())
    return list(db.session.scalars(newest.limit(limit)))


def count_set_aside() -> int:
    """How many events could not be worked in five tries."""
    return db.session.scalar(select(func.count(Event.id)).where(*SET_ASIDE)) or 0


def work_again(event: Event) -> None:
    """Take an event that was set aside up again. The caller begins the write and commits."""
    event.attempts, event.due_at = 0, now()
    jobs.enqueue("portal.fanout.catch_up", event.id, first=True)


def _next_people(event: Event, after: int) -> list[Any]:
    people = select(User.id, User.mail_progress, User.mail_comments).where(audience(event), User.id > after)
    return list(db.session.execute(people.order_by(User.id).limit(CHUNK)))


def _tell(event: Event, people: list[Any], by_mail: bool = True) -> None:
    told, of_staff = TELLING[Action(event.action)], hearers(event)
    mailed = {person.id: when(event, person, of_staff) if by_mail else MailWhen.NEVER for person in people}
    if told.in_portal:
        rows = [{"user_id": id, "event_id": event.id, "mail": how, "created_at": now()} for id, how in mailed.items()]
        new = set(insert_new(Notification, rows, Notification.user_id))
    else:
        new = set(mailed)
    at_once = [id for id, how in mailed.items() if id in new and how == MailWhen.AT_ONCE]
    post(event, [f"user:{id}" for id in at_once if id not in of_staff])
    post_to_staff(event, [f"user:{id}" for id in at_once if id in of_staff])


def _put_off(id: int, tries: int, problem: Exception) -> None:
    """Try it again later. A sweep that failed at it meanwhile has counted: of two at the same time one try is spent."""
    begin_write()
    event = db.session.get_one(Event, id)
    if event.attempts == tries:
        event.attempts += 1
        event.due_at = now() + BACK_OFF * event.attempts**2
        event.error = reasons.kind_of(problem)
    db.session.commit()
