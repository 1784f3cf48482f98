"""Examples of the mails that tell of several things."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from portal.accounts.models import Role
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.i18n import _, _l, locale
from portal.ideas.models import Idea
from portal.ideas.severity import Severity
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.mail.sending import Message
from portal.moderation.flagging import flag
from portal.moderation.models import Reason
from portal.notifications.staff_letter import about as staff_mail_about
from portal.notifications.together import compose_together

TO_STAFF = _l("To staff, as each of them chose.")


def together(world: Any) -> Message:
    """An idea was answered and planned within two minutes."""
    world.idea.respond(
        _("We like it, and we have begun to draw it. **What should happen to pictures?** Tell us below."), world.staff
    )
    world.idea.change_status(Status.first(Kind.IDEA, StatusKind.PLANNED), by=world.staff)
    return _of_the_newest(2, world)


def role(new: Role) -> Callable[[Any], Message]:
    """An admin gave the reader another role."""

    def write(world: Any) -> Message:
        world.reader.role = Role.MEMBER if new == Role.STAFF else Role.STAFF
        world.reader.change_role(new, by=world.staff)
        return _of_the_newest(1, world)

    return write


def staff_at_once(world: Any) -> Message:
    """A member cannot work any more."""
    world.reader.role = Role.STAFF
    title = _("The export leaves out the last day of the month")
    Idea.propose(world.staff, title, kind=Kind.ISSUE, lang=locale(), severity=Severity.BLOCKING, is_private=True)
    return _of_the_newest(1, world)


def staff_letter(world: Any) -> Message:
    """Somebody proposed and reported something, and an idea waits for an answer."""
    waits = world.idea
    world.reader.role = Role.STAFF
    flag(world.comment, by=world.staff, reason=Reason.OFF_TOPIC)
    Idea.propose(world.staff, _("The schedule on one page"), lang=locale())
    db.session.flush()
    actions = Event.action.in_((Action.FLAGGED, Action.IDEA_PROPOSED)), Event.actor_id == world.staff.id
    message = staff_mail_about(list(db.session.scalars(select(Event).where(*actions))), [waits], world.reader)
    if message is None:
        raise LookupError("nothing waits for staff")
    return message


def _of_the_newest(count: int, world: Any) -> Message:
    db.session.flush()
    newest = db.session.scalars(select(Event).order_by(Event.id.desc()).limit(count)).all()
    message = compose_together(list(newest[::-1]), world.reader)
    if message is None:
        raise LookupError("nothing is written about these")
    return message
