"""Examples of the mails that tell of several things."""

from typing import Any

from sqlalchemy import select

from portal.activity.models import Event
from portal.extensions import db
from portal.i18n import _
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.mail import Message
from portal.notifications.together import compose_together


def together(world: Any) -> Message:
    """An idea was answered and planned within two minutes."""
    world.idea.respond(
        _("We like it, and we have begun to draw it. **What should happen to pictures?** Tell us below."), world.staff
    )
    world.idea.change_status(Status.first(Kind.IDEA, StatusKind.PLANNED), by=world.staff)
    return _of_the_newest(2, world)


def _of_the_newest(count: int, world: Any) -> Message:
    db.session.flush()
    newest = db.session.scalars(select(Event).order_by(Event.id.desc()).limit(count)).all()
    message = compose_together(list(newest[::-1]), world.reader)
    if message is None:
        raise LookupError("nothing is written about these")
    return message
