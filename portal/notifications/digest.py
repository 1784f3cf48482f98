"""The daily digest: from ten in the morning of the reader's own zone, what was not sent at once, one mail a day."""

import logging
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, false, func, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.activity.subjects import NAMES
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.notifications.models import Hears, Notification
from portal.notifications.objections import AT_ONCE, objection
from portal.notifications.posting import post
from portal.notifications.preferences import COMMENTS, LETTER
from portal.notifications.recipients import when
from portal.notifications.subjects import Subjects
from portal.notifications.telling import TELLING, line_of, place_of
from portal.notifications.undoing import without_detours
from portal.notifications.writing.digest import Group, Line
from portal.notifications.writing.shapes import again_url
from portal.recognition.first_answers import is_first_answer
from portal.web.site import public_url

log = logging.getLogger(__name__)
HOUR = 10
CHUNK = 500
WAITING = (
    Notification.mail == MailWhen.DAILY,
    Notification.digest_event_id.is_(None),
    Notification.read_at.is_(None),
)


def send_digests() -> int:
    """Begin the digest of every reader for whom it is past ten, of what waited at ten. Returns how many.

    A job: commits reader by reader, and may run twice, since a digest has one event a reader and local date.
    """
    _turn_over()
    moment, begun = now(), 0
    zones = db.session.scalars(
        select(User.timezone).join(Notification, Notification.user_id == User.id).where(*WAITING).distinct()
    ).all()
    for zone in zones:
        local = moment.astimezone(zone_named(zone))
        if local.hour < HOUR:
            continue
        readers = (
            select(Notification.user_id)
            .join(User, User.id == Notification.user_id)
            .where(User.timezone == zone, Notification.created_at <= _ten(local), *WAITING)
        )
        for user_id in db.session.scalars(readers.distinct()).all():
            begun += _begin(user_id, local)
    return begun


def _turn_over() -> None:
    """What waits for a digest, and is wanted at once or never since, is mailed now or not at all. Commits."""
    of_comments = Event.action.in_([action for action, told in TELLING.items() if told.preference == COMMENTS])
    for_letter = Event.action.in_([action for action, told in TELLING.items() if told.preference == LETTER])
    at_once = func.coalesce(Event.facts["at_once"].as_boolean(), false())
    waits = for_letter & (User.mail_progress != MailWhen.NEVER) & ~at_once
    chosen = case((of_comments, User.mail_comments), (waits, MailWhen.DAILY), else_=User.mail_progress)
    otherwise = select(Notification.id).join(Notification.event).join(Notification.user)
    otherwise = otherwise.where(*WAITING, chosen != MailWhen.DAILY)
    while ids := db.session.scalars(otherwise.limit(CHUNK)).all():
        begin_write()
        for told in db.session.scalars(select(Notification).where(Notification.id.in_(ids), *WAITING)):
            told.mail = when(told.event, told.user, {})
            if told.mail == MailWhen.AT_ONCE:
                post(told.event, [f"user:{told.user_id}"])
        db.session.commit()


def zone_named(name: str) -> tzinfo:
    """The time zone of this name, or UTC for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def collected(event: Event, reader: User) -> list[Group]:
    """What this digest tells, in the language being written: what is unread, still so, and wanted once a day now."""
    events = without_detours(still_wanted(event, reader, MailWhen.DAILY))
    subjects = Subjects(events)
    groups: dict[tuple[str, int], Group] = {}
    for told in events:
        table, thing = subjects.told_together(told)
        key = (table, thing.id)
        if key not in groups:
            url = getattr(thing, "url", "")
            groups[key] = Group(NAMES[table](thing), public_url(url) if url else "")
        place = place_of(told, subjects.of(told), reader)
        if is_first_answer(told, reader):
            groups[key].again = again_url()
        groups[key].lines.append(Line(line_of(told, subjects.known), public_url(place) if place else ""))
    return list(groups.values())


def still_wanted(event: Event, reader: User, going: str) -> list[Event]:
    """What this digest, or morning letter, was begun for, oldest first, as far as it is wanted in it now."""
    waiting = [notification.event for notification in _within(event, reader)]
    return [told for told in waiting if not objection(told, reader, going)]


def wanted_at_once(event: Event, reader: User) -> list[int]:
    """The notifications that this digest or letter leaves out because their reader wants them at once now."""
    if event.action not in (Action.DIGEST_DUE, Action.STAFF_LETTER_DUE):
        return []
    going = Hears.MORNING if event.action == Action.STAFF_LETTER_DUE else MailWhen.DAILY
    return [told.id for told in _within(event, reader) if objection(told.event, reader, going) == AT_ONCE]


def _within(event: Event, reader: User) -> list[Notification]:
    mine = Notification.visible_to(reader).where(
        Notification.digest_event_id == event.id, Notification.read_at.is_(None)
    )
    return list(db.session.scalars(mine.order_by(Notification.id)))


def _ten(local: datetime) -> datetime:
    """Ten this morning: what comes later in the day waits for the next one, so that no digest is sent at night."""
    return at_hour(local, HOUR)


def at_hour(local: datetime, hour: int) -> datetime:
    """The full hour of this local day."""
    return local.replace(hour=hour, minute=0, second=0, microsecond=0)


def _begin(user_id: int, local: datetime) -> int:
    """Record the digest of this reader's day, and give it all that waits for one; 0 where they have had today's."""
    waiting = Notification.mail == MailWhen.DAILY, Notification.created_at <= _ten(local)
    return begin(Action.DIGEST_DUE, user_id, f"digest:{user_id}:{local:%Y-%m-%d}", waiting)


def begin(action: Action, user_id: int, key: str, waiting: tuple[Any, ...], **facts: Any) -> int:
    """Record a digest or a letter under this key, once, and give it what waits; 0 where it was begun. Commits."""
    begin_write()
    if db.session.scalar(select(Event.id).where(Event.dedupe_key == key)):
        db.session.rollback()
        return 0
    try:
        event = record(action, db.session.get_one(User, user_id), by=None, dedupe_key=key, **facts)
    except IntegrityError:  # another worker was quicker
        db.session.rollback()
        return 0
    unread = Notification.digest_event_id.is_(None), Notification.read_at.is_(None)
    db.session.execute(
        update(Notification).where(Notification.user_id == user_id, *unread, *waiting).values(digest_event_id=event.id),
        execution_options={"synchronize_session": False},
    )
    db.session.commit()
    return 1
