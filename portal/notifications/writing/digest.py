"""The daily digest: how many things happened, and each in a line below the idea or release that it is about."""

from dataclasses import dataclass, field
from typing import NamedTuple

from flask import url_for
from sqlalchemy import select

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.extensions import db
from portal.i18n import _, _l, _n
from portal.ideas.statuses import StatusKind
from portal.mail.sending import Message
from portal.notifications.models import Notification
from portal.notifications.stopping import DIGEST, PROGRESS, PROGRESS_AND_COMMENTS, stop_url
from portal.notifications.writing.comment import comment
from portal.notifications.writing.example import Example, World
from portal.notifications.writing.shapes import Mail
from portal.settings import settings
from portal.web.site import public_url


class Line(NamedTuple):
    """One thing that happened, and where it is seen, where that is another page than the idea’s."""

    said: str
    url: str = ""


@dataclass
class Group:
    """What happened to one idea (or release), oldest first; `again`: where to take part again, below a first answer."""

    title: str
    url: str
    lines: list[Line] = field(default_factory=list)
    again: str = ""


def _due(event: Event, reader: User, collected: list[Group]) -> Message | None:
    if not collected:
        return None
    count, topic = sum(len(group.lines) for group in collected), _what_stops(collected, reader)
    return Message(
        subject=_n(
            "%(num)s thing happened on %(brand)s", "%(num)s things happened on %(brand)s", count, brand=settings().name
        ),
        template="notifications/emails/digest",
        context={
            "groups": collected,
            "url": public_url(url_for("notifications.index")),
            "button": _("See your notifications"),
        },
        preheader=collected[0].lines[0].said,
        reason=_why(topic),
        unsubscribe=stop_url(reader, topic),
    )


def _what_stops(collected: list[Group], reader: User) -> str:
    """What ends such digests: they also tell of changed words to those who hear of all else at once."""
    tells_of_words = any(line.url for group in collected for line in group.lines)
    if not tells_of_words or reader.mail_progress == MailWhen.DAILY:
        return DIGEST
    return PROGRESS_AND_COMMENTS if reader.mail_comments == MailWhen.DAILY else PROGRESS


def _why(topic: str) -> str:
    if topic == PROGRESS:
        return _("You get this because the words of what you support changed: that is told once a day.")
    return _("You get this once a day because you chose a daily digest.")


DUE = Mail(_due, "digest")


def _begin(world: World) -> Action:
    comment(world)
    world.move(world.idea, StatusKind.PLANNED)
    world.reader.mail_progress = world.reader.mail_comments = MailWhen.DAILY
    told = select(Event).where(Event.action.in_((Action.COMMENT_POSTED, Action.STATUS_CHANGED)))
    happened = db.session.scalars(told.order_by(Event.id.desc()).limit(2)).all()
    due = record(Action.DIGEST_DUE, world.reader, by=None)
    for event in reversed(happened):
        db.session.add(Notification(user_id=world.reader.id, event_id=event.id, digest_event_id=due.id))
    return Action.DIGEST_DUE


EXAMPLES = {"digest": Example(_l("The daily digest"), _l("From ten in the morning where the reader lives."), _begin)}
