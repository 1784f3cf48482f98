"""The daily digest: from ten in the morning of the reader's own zone, what was not sent at once, one mail a day."""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import MailWhen, User
from portal.activity.models import Action, Event, record
from portal.activity.sentences import NAMES, sentence, subjects_of
from portal.clock import now
from portal.extensions import begin_write, db
from portal.notifications.models import Notification
from portal.site import public_url

log = logging.getLogger(__name__)
HOUR = 10


@dataclass
class Group:
    """What happened to one idea (or release), oldest first."""

    title: str
    url: str
    sentences: list[str] = field(default_factory=list)


def send_digests() -> int:
    """Begin the digest of every reader for whom it is past ten, of what waited at ten. Returns how many.

    A job: commits reader by reader, and may run twice, since a digest has one event a reader and local date.
    """
    moment, begun = now(), 0
    waiting = (
        Notification.mail == MailWhen.DAILY,
        Notification.digest_event_id.is_(None),
        Notification.read_at.is_(None),
    )
    zones = db.session.scalars(
        select(User.timezone).join(Notification, Notification.user_id == User.id).where(*waiting).distinct()
    ).all()
    for zone in zones:
        local = moment.astimezone(zone_named(zone))
        if local.hour < HOUR:
            continue
        readers = (
            select(Notification.user_id)
            .join(User, User.id == Notification.user_id)
            .where(User.timezone == zone, Notification.created_at <= _ten(local), *waiting)
        )
        for user_id in db.session.scalars(readers.distinct()).all():
            begun += _begin(user_id, local)
    return begun


def zone_named(name: str) -> tzinfo:
    """The time zone of this name, or UTC for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def collected(event: Event, reader: User) -> list[Group]:
    """What this digest tells, in the language being written: only what is still unread and still to be seen."""
    mine = (
        Notification.visible_to(reader)
        .where(Notification.digest_event_id == event.id, Notification.read_at.is_(None))
        .order_by(Notification.id)
    )
    events = [notification.event for notification in db.session.scalars(mine)]
    subjects = subjects_of(events)
    groups: dict[tuple[str, int], Group] = {}
    for told in events:
        subject = subjects.get((told.subject_type, told.subject_id))
        thing: Any = getattr(subject, "idea", subject)
        key = (thing.__tablename__, thing.id)
        if key not in groups:
            url = getattr(thing, "url", "")
            groups[key] = Group(NAMES[key[0]](thing), public_url(url) if url else "")
        groups[key].sentences.append(sentence(told, subject))
    return list(groups.values())


def _ten(local: datetime) -> datetime:
    """Ten this morning: what comes later in the day waits for the next one, so that no digest is sent at night."""
    return local.replace(hour=HOUR, minute=0, second=0, microsecond=0)


def _begin(user_id: int, local: datetime) -> int:
    """Record the digest of this reader's day, and give it all that waits for one; 0 where they have had today's."""
    begin_write()
    key = f"digest:{user_id}:{local:%Y-%m-%d}"
    if db.session.scalar(select(Event.id).where(Event.dedupe_key == key)):
        db.session.rollback()
        return 0
    try:
        event = record(Action.DIGEST_DUE, db.session.get_one(User, user_id), by=None, dedupe_key=key)
    except IntegrityError:  # another worker was quicker
        db.session.rollback()
        return 0
    db.session.execute(
        update(Notification)
        .where(
            Notification.user_id == user_id,
            Notification.mail == MailWhen.DAILY,
            Notification.digest_event_id.is_(None),
            Notification.read_at.is_(None),
            Notification.created_at <= _ten(local),
        )
        .values(digest_event_id=event.id),
        execution_options={"synchronize_session": False},
    )
    db.session.commit()
    return 1
