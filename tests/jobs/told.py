"""What tests of telling share: an idea that moves, and who was told of it."""

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.notifications.models import Notification
from tests.conftest import act
from tests.mailbox import Mailbox


def plan(idea: Idea, by: User, kind: str = "planned", reason: str = "") -> None:
    with act():
        idea.change_status(Status.first(idea.kind, kind), by=by, reason=reason)


def last_event() -> int:
    """The newest event, which is then worked without letting its mail go."""
    id = db.session.scalar(select(func.max(Event.id)))
    db.session.rollback()
    assert id
    return id


def told(action: Action) -> set[str]:
    """Who was told of this in the portal, by handle's first word."""
    rows = select(User.handle).join(Notification, Notification.user_id == User.id).join(Notification.event)
    return {handle.split("-")[0] for handle in db.session.scalars(rows.where(Event.action == action))}


def mailed(mailbox: Mailbox) -> list[str]:
    return sorted(message["To"].addresses[0].username for message in mailbox.messages)
