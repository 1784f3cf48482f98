"""What waited too long for its confirmation goes, with the images that came with it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from portal.accounts.email_tokens import PENDING_LIFE, EmailToken, PendingAction
from portal.accounts.moving import A_WEEK, AddressChange, Standing
from portal.activity.models import Action, record
from portal.clock import now
from portal.extensions import begin_write, db
from portal.ideas.attachments import Attachment
from portal.pictures import uploads

CHANGES_KEPT = timedelta(days=30)


def purge_pending() -> int:
    """Delete messages older than a day and what waited for them; give how many. Running twice changes nothing."""
    begin_write()
    keys, number = drop_tokens(EmailToken.created_at < now() - PENDING_LIFE)
    db.session.commit()
    for key in keys:
        uploads.delete(key)
    return number


def drop_tokens(condition: Any) -> tuple[list[str], int]:
    """Delete the messages of this condition with what waited for them. Gives the keys of the images that nothing
    shows any more (delete their files after the commit) and the number of messages. No commit."""
    pending = select(PendingAction.id).join(EmailToken).where(condition)
    waited = Attachment.pending_id.in_(pending)
    shown = or_(Attachment.idea_id.is_not(None), Attachment.comment_id.is_not(None), Attachment.release_id.is_not(None))
    quiet = {"synchronize_session": False}
    db.session.execute(update(Attachment).where(waited, shown).values(pending_id=None), execution_options=quiet)
    keys = list(db.session.scalars(select(Attachment.key).where(waited)))
    db.session.execute(delete(Attachment).where(waited), execution_options=quiet)
    db.session.execute(delete(PendingAction).where(PendingAction.id.in_(pending)), execution_options=quiet)
    gone = db.session.scalars(delete(EmailToken).where(condition).returning(EmailToken.id), execution_options=quiet)
    return keys, len(gone.all())


def tend_address_changes() -> int:
    """Tell admins of each change whose week is over, once; delete what is over for a month, or was never answered.

    Gives how many were deleted. Running twice changes nothing.
    """
    begin_write()
    for change in AddressChange.for_admins():
        if change.standing == Standing.READY and not change.ready_told_at:
            change.ready_told_at = now()
            record(Action.ADDRESS_READY, change.user, by=None, change=change.id)
    db.session.flush()
    gone = delete(AddressChange).where(_over()).returning(AddressChange.id)
    number = len(db.session.scalars(gone, execution_options={"synchronize_session": False}).all())
    db.session.commit()
    return number


def _over() -> Any:
    row = AddressChange
    ended = func.coalesce(row.undone_at, row.done_at, row.ended_at) < now() - CHANGES_KEPT
    silent = row.waits() & (row.asked_at < now() - 2 * A_WEEK)
    return or_(ended, silent & ~(row.lost_old.is_(True) & row.new_confirmed_at.is_not(None)))
