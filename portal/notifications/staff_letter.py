"""The letter to staff at the start of their day: what they chose to hear of in it, and what waits too long."""

from datetime import datetime

from sqlalchemy import or_, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.owed import became_late
from portal.notifications.digest import at_hour, begin, still_wanted, zone_named
from portal.notifications.models import Hears, Notification, StaffMail, Topic
from portal.notifications.posting import post_to_staff
from portal.notifications.recipients import when
from portal.notifications.staff_mail import WORKING, hearers, may_act_on

HOUR, MOST = 9, 200
WAITING = (
    Notification.mail == Hears.MORNING,
    Notification.digest_event_id.is_(None),
    Notification.read_at.is_(None),
)


def send_letters() -> int:
    """Begin the letter of everybody of staff for whom it is past nine and has something to say. Returns how many.

    A job: commits person by person, and may run twice, since a letter has one event a person and local date.
    """
    _turn_over()
    begun = 0
    for id, zone in db.session.execute(select(User.id, User.timezone).where(*WORKING)).all():
        local = now().astimezone(zone_named(zone))
        if local.hour >= HOUR:
            begun += _begin(id, local)
    return begun


def collected(event: Event, reader: User) -> tuple[list[Event], list[Idea]]:
    """What this letter tells of, oldest first: what is unread, not dealt with, and wanted in it now; and what waits."""
    return still_wanted(event, reader, Hears.MORNING), _late_in(event, reader)


def _late_in(event: Event, reader: User) -> list[Idea]:
    """What has waited too long since the letter before this one, and still waits, longest first."""
    before, until = event.facts.get("since"), event.facts.get("until")
    span = (datetime.fromisoformat(before) if before else None, datetime.fromisoformat(until or now().isoformat()))
    return _late(reader, *span)


def _late(reader: User, after: datetime | None, until: datetime) -> list[Idea]:
    choices = StaffMail.of(reader)
    if choices.waiting != Hears.MORNING or not may_act_on(Topic.WAITING, reader):
        return []
    late = select(Idea).where(became_late(after, until)).order_by(Idea.waiting_since, Idea.id).limit(MOST)
    if choices.boards:
        chosen = Idea.board_id.in_([board.id for board in choices.boards])
        late = late.where(or_(Idea.board_id.is_(None), chosen))
    return list(db.session.scalars(late))


def _begin(user_id: int, local: datetime) -> int:
    reader, nine = db.session.get_one(User, user_id), at_hour(local, HOUR)
    key = f"letter:{user_id}:{local:%Y-%m-%d}"
    if db.session.scalar(select(Event.id).where(Event.dedupe_key == key)):
        return 0
    waiting = *WAITING, Notification.created_at <= nine
    mine = select(Notification.id).where(Notification.user_id == user_id, *waiting).limit(1)
    last = _last(user_id)
    if db.session.scalar(mine) is None and not _late(reader, last, nine):
        return 0
    facts = {"since": last.isoformat() if last else None, "until": nine.isoformat()}
    return begin(Action.STAFF_LETTER_DUE, user_id, key, waiting, **facts)


def _last(user_id: int) -> datetime | None:
    """Until when the last letter of this person looked for what waits."""
    letters = select(Event).where(Event.action == Action.STAFF_LETTER_DUE, Event.subject_id == user_id)
    last = db.session.scalar(letters.order_by(Event.id.desc()).limit(1))
    return datetime.fromisoformat(last.facts["until"]) if last and last.facts.get("until") else None


def _turn_over() -> None:
    """What waits for a letter, and is wanted at once or never since, is mailed now or not at all. Commits."""
    for id in db.session.scalars(select(Notification.id).where(*WAITING)).all():
        told = db.session.get_one(Notification, id)
        wanted = when(told.event, told.user, hearers(told.event)) if told.user.is_staff else Hears.NEVER
        if wanted != Hears.MORNING:
            begin_write()
            db.session.get_one(Notification, id).mail = wanted
            if wanted == Hears.AT_ONCE:
                post_to_staff(told.event, [f"user:{told.user_id}"])
            db.session.commit()
