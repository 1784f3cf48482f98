"""What is done for ideas in the background."""

from sqlalchemy import select

from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.pictures import uploads
from portal.settings import settings


def discard_unclaimed_pictures() -> int:
    """Remove the files of pictures that nobody sent in within a day of adding them; return how many. May run twice."""
    old = set(uploads.stored(older_than=uploads.DAY))
    unclaimed = old - set(db.session.scalars(select(Attachment.key))) - set(settings().logos.values())
    for key in unclaimed:
        uploads.delete(key)
    uploads.discard_halves(older_than=uploads.DAY)
    return len(unclaimed)
