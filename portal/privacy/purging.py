"""The hourly job that deletes what is older than its period, as `retention.py` says."""

import logging

from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.attachments import keys_in_use
from portal.pictures import uploads
from portal.privacy.retention import RETENTION, Retention

log = logging.getLogger(__name__)


class NotAllPurged(Exception):
    """Something could not be deleted; all else is, and the job is tried again."""


def purge_all(retention: tuple[Retention, ...] = RETENTION) -> None:
    """Delete whatever is older than its period. Running twice changes nothing.

    Each stands for itself: where one fails, the others go on. Raises NotAllPurged.
    """
    failed = []
    for each in retention:
        try:
            purge(each)
        except Exception:
            log.exception("old rows of %s are not deleted", each.model.__tablename__)
            db.session.rollback()
            failed.append(each.model.__tablename__)
    if failed:
        raise NotAllPurged(", ".join(failed))


def purge(retention: Retention) -> int:
    """Delete what is older than this period; give how many. Commits."""
    return _purge_files(retention) if retention.since is None else _purge_rows(retention)


def _purge_rows(retention: Retention) -> int:
    begin_write()
    keys, number = retention.delete_old()
    db.session.commit()
    uploads.delete_all(keys)
    return number


def _purge_files(retention: Retention) -> int:
    """Files of pictures that no row names, and what was being written when its process was killed."""
    seconds = retention.after.total_seconds()
    old = set(uploads.stored(older_than=seconds))
    unclaimed = old - keys_in_use(db.session)
    uploads.delete_all(unclaimed)
    uploads.discard_halves(older_than=seconds)
    return len(unclaimed)
