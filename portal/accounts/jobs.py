"""What is done for accounts in the background: messages go with what waited for them, admins hear of what is due."""

from typing import Any

from sqlalchemy import delete, or_, select, update

from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.moving import AddressChange, Standing
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.attachments import Attachment


def drop_tokens(condition: Any) -> tuple[list[str], int]:
    """Delete the messages of this condition with what waited for them. Gives the keys of the images that nothing
    shows any more (delete their files after the commit) and the number of messages. No commit."""
    pending = select(PendingAction.id).join(EmailToken).where(condition)
    waited = Attachment.pending_id.in_(pending)
    shown = or_(*(column.is_not(None) for column in Attachment.places()))
    quiet = {"synchronize_session": False}
    db.session.execute(update(Attachment).where(waited, shown).values(pending_id=None), execution_options=quiet)
    keys = list(db.session.scalars(select(Attachment.key).where(waited)))
    db.session.execute(delete(Attachment).where(waited), execution_options=quiet)
    db.session.execute(delete(PendingAction).where(PendingAction.id.in_(pending)), execution_options=quiet)
    gone = db.session.scalars(delete(EmailToken).where(condition).returning(EmailToken.id), execution_options=quiet)
    return keys, len(gone.all())


def tell_ready_address_changes() -> int:
    """Tell admins of each change whose week is over, once; give how many. Running twice changes nothing."""
    begin_write()
    ready = [each for each in AddressChange.for_admins() if each.standing == Standing.READY and not each.ready_told_at]
    for change in ready:
        change.ready_told_at = now()
        record(Action.ADDRESS_READY, change.user, by=None, change=change.id)
    db.session.commit()
    return len(ready)
