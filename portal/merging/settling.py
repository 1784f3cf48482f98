"""When the days are over in which an author may object: the merge is settled, and those who came along are told."""

from typing import Any

from sqlalchemy import select

from portal.clock import now
from portal.database.holding import hold_all
from portal.database.writing import begin_write
from portal.extensions import db
from portal.merging.models import Merge
from portal.merging.saying import tell_who_said_so


def settle() -> int:
    """Settle every merge to which nobody may object any more. Commits one by one, and may run twice: each is told once.

    Returns how many.
    """
    due = select(Merge.id).where(*_is_due()).order_by(Merge.object_until, Merge.id)
    return sum(_settle(id) for id in db.session.scalars(due).all())


def quieten() -> None:
    """A portal that was restored tells nobody of merges whose days were over while it was away. The write has begun."""
    for merged in hold_all(Merge, *_is_due()):
        merged.settled_at = now()


def _is_due() -> tuple[Any, ...]:
    return Merge.is_open(), Merge.settled_at.is_(None), Merge.object_until <= now()


def _settle(id: int) -> int:
    begin_write()
    settled = hold_all(Merge, Merge.id == id, *_is_due())
    for merged in settled:
        merged.settle()
        tell_who_said_so(merged)
    db.session.commit()
    return len(settled)
