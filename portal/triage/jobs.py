"""What happens by itself, every hour: owners hear of their promises, and answers come to be owed."""

from collections.abc import Callable

from portal.database.holding import hold_all
from portal.database.writing import begin_write
from portal.extensions import db
from portal.triage import obligations
from portal.triage.ledger import Promise, today
from portal.triage.promises import due_to_tell, was_said_early


def tell_of_promises() -> int:
    """Tell whoever sees to a promise that its day comes near, or is over: each once for every day that was said.

    Commits one by one, and may run twice. Returns how many were told.
    """
    soon, over = due_to_tell()
    return sum(_tell(id, _soon) for id in soon) + sum(_tell(id, _over) for id in over)


def chase_answers() -> int:
    """Let answers be owed where they are, hand issues over to support, and remind owners. Returns how many of these."""
    return obligations.bring_about() + obligations.hand_over() + obligations.remind()


def _tell(id: int, tell: Callable[[Promise], bool]) -> int:
    begin_write()
    told = sum(tell(promise) for promise in hold_all(Promise, Promise.id == id, Promise.is_open()))
    db.session.commit()
    return told


def _soon(promise: Promise) -> bool:
    if promise.soon_told_of == promise.day or promise.day < today():
        return False
    if not was_said_early(promise):
        promise.soon_told_of = promise.day
        return False
    promise.tell_soon()
    return True


def _over(promise: Promise) -> bool:
    if promise.overdue_told_of == promise.day or promise.day >= today():
        return False
    promise.tell_overdue()
    return True
