"""What speaks against a message that is about to leave: it is undone, not for its reader, or wanted otherwise."""

from dataclasses import dataclass

from sqlalchemy import select

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Event
from portal.extensions import db
from portal.notifications.models import Hears
from portal.notifications.recipients import audience, when
from portal.notifications.staff_mail import hearers
from portal.notifications.telling import is_undone


@dataclass(frozen=True)
class Objection:
    """Why a message does not go to its reader as it was meant to; `instead`: how they want to be mailed of it now."""

    reason: str
    instead: str = MailWhen.NEVER


UNDONE = Objection("What it tells has been undone.")
NOT_TOLD = Objection("The reader is not to hear of this any more.")
NEVER = Objection("The reader chose not to be mailed about this.")
DAILY = Objection("The reader chose one message a day for this: it goes into the next one.", MailWhen.DAILY)
MORNING = Objection("The reader chose the morning letter for this: it goes into the next one.", Hears.MORNING)
AT_ONCE = Objection("The reader chose to be mailed about this at once.", MailWhen.AT_ONCE)
INSTEAD = {objection.instead: objection for objection in (NEVER, DAILY, MORNING, AT_ONCE)}


def objection(event: Event, reader: User, going: str = MailWhen.AT_ONCE) -> Objection | None:
    """What speaks against mailing this to this person now, `going` at once or in the digest: asked of every message.

    They may see it, and would be told of it, if it happened now; and they want to be mailed of it in this way.
    """
    if is_undone(event):
        return UNDONE
    if db.session.scalar(select(User.id).where(User.id == reader.id, audience(event))) is None:
        return NOT_TOLD
    wanted = when(event, reader, hearers(event))
    return None if wanted == going else INSTEAD[wanted]
