"""What staff change of the ways between statuses, and what they are warned of: where ideas would be stuck."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.extensions import db
from portal.ideas.statuses import TRANSITIONS, Kind, Status, StatusKind
from portal.ideas.transitions import Tells, Transition, leading_on_from, way_between

ALLOWED, FORBIDDEN, CHANGED = "way_allowed", "way_forbidden", "way_changed"


class NoWayOut(Exception):
    """What people send in would stay where it arrives for ever."""


def begin_ways(status: Status) -> None:
    """Give a status that was added the ways of its kind, to and from each other one."""
    for other in Status.all_for(status.for_kind):
        for old, new in ((status, other), (other, status)):
            if other.id != status.id and follows(old, new):
                db.session.merge(_begun(old, new))


def follows(old: Status, new: Status) -> bool:
    """Whether `new` follows where nobody has said otherwise; another name of the same kind always does."""
    return new.kind == old.kind or new.kind in TRANSITIONS[Kind(old.for_kind)][StatusKind(old.kind)]


def owes_always(new: Status) -> bool:
    """Whether whoever goes there says why in public, whatever the way says: to decline."""
    return new.kind == StatusKind.DECLINED


def allow(old: Status, new: Status, by: User) -> bool:
    """Open a way, with what it owed and told when it was forbidden last. False where it is open already."""
    if old.id == new.id or old.for_kind != new.for_kind or way_between(old.id, new.id) is not None:
        return False
    way, was = _begun(old, new), _when_forbidden(old, new)
    way.owes_reason = owes_always(new) or bool(was.get("owes_reason"))
    way.tells = was.get("tells", Tells.EVERYONE)
    db.session.add(way)
    _record(ALLOWED, old, new, by, names=old.names)
    return True


def forbid(old: Status, new: Status, by: User) -> bool:
    """Close a way; False where it is closed already. Raises NoWayOut."""
    way = way_between(old.id, new.id)
    if way is None:
        return False
    db.session.delete(way)
    db.session.flush()
    require_way_out(old.for_kind)
    _record(FORBIDDEN, old, new, by, names=old.names, owes_reason=way.owes_reason, tells=way.tells)
    return True


def change(way: Transition, owes_reason: bool, tells: str, by: User) -> None:
    """Say what a way owes and whom it tells, from now on."""
    old, new = (db.session.get_one(Status, id) for id in (way.from_status_id, way.to_status_id))
    owes = owes_reason or owes_always(new)
    if (owes, tells) != (way.owes_reason, way.tells):
        was = {"owes_reason": way.owes_reason, "tells": way.tells}
        way.owes_reason, way.tells = owes, tells
        _record(CHANGED, old, new, by, names=old.names, was=was, owes_reason=owes, tells=tells)


def require_way_out(for_kind: str) -> None:
    """Raise NoWayOut where nothing leads on from the status in which ideas, or issues, arrive."""
    if not leading_on_from(Status.first(for_kind).id):
        raise NoWayOut


def stuck(statuses: Iterable[Status], ways: Collection[tuple[int, int]]) -> list[Status]:
    """The statuses that are no end and that nothing leaves."""
    left = {old for old, _new in ways}
    return [status for status in statuses if not status.is_closed and status.id not in left]


def traps(statuses: Collection[Status], ways: Collection[tuple[int, int]]) -> list[Status]:
    """The statuses from which no end can be reached, by whatever way: neither shipped nor declined."""
    saved = {status.id for status in statuses if status.is_closed}
    while more := {old for old, new in ways if new in saved} - saved:
        saved |= more
    return [status for status in statuses if status.id not in saved]


def _begun(old: Status, new: Status) -> Transition:
    return Transition(from_status_id=old.id, to_status_id=new.id, owes_reason=owes_always(new), tells=Tells.EVERYONE)


def _when_forbidden(old: Status, new: Status) -> dict[str, Any]:
    """What the way owed and told when it was forbidden last."""
    of_it = Event.subject_type == "status", Event.subject_id == old.id, Event.action == Action.STATUS_EDITED
    said = select(Event.facts).where(*of_it, Event.facts["to"].as_integer() == new.id)
    said = said.where(Event.facts["what"].as_string() == FORBIDDEN).order_by(Event.id.desc()).limit(1)
    return db.session.scalar(said) or {}


def _record(what: str, old: Status, new: Status, by: User, **facts: Any) -> None:
    record(Action.STATUS_EDITED, old, by=by, what=what, to=new.id, to_names=new.names, **facts)
