"""The dated steps of an idea: everywhere it was, back and forth, where it is, and where it may go next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from portal.activity.models import Action, Event
from portal.database.reading import rows
from portal.database.types import moment
from portal.database.wording import chosen
from portal.extensions import db
from portal.i18n import _
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Place, Status, StatusKind, places

AHEAD = (StatusKind.UNDER_REVIEW, StatusKind.PLANNED, StatusKind.STARTED, StatusKind.SHIPPED)
ORDER = list(StatusKind)


@dataclass(frozen=True)
class Step:
    """One stop: `state` is done, now or next; a future one has no date. `reason` is what staff said in public when they
    moved it there, and `event` the id of that moving."""

    name: str
    kind: str
    state: str
    when: datetime | None = None
    reason: str = ""
    event: int | None = None


class Stop(NamedTuple):
    """A status, also one that was deleted since, and when the idea came to it."""

    id: int
    name: str
    kind: str
    when: datetime
    reason: str = ""
    event: int | None = None


class Gone(NamedTuple):
    """A status that was deleted: its name, when, and to which its ideas went."""

    name: str
    when: datetime
    into: int | None


class Move(NamedTuple):
    """A change of status: the id of its event, what that says, and when it was."""

    id: int
    facts: dict[str, Any]
    created_at: datetime

    @classmethod
    def all(cls, rows: list[list[Any]] | None) -> "list[Move]":
        """Those of a column of moves()."""
        return [cls(id, facts, moment(when)) for id, facts, when in rows or ()]


def journey(idea: Idea, moved: list[Move] | None = None) -> list[Step]:
    """The idea's steps, oldest first. None is ever left out: who comes later reads the whole way, with its reasons.

    `moved`: every change of its status, where they were read already.
    """
    if moved is None:
        moved = [Move(*row) for row in rows(moves(), {"idea": idea.id})]
    now = idea.status  # which may be newer than what is kept
    own = Place(now.id, now.kind, now.name, now.colour)
    of_kind = {place.id: place for place in places(idea.kind)} | {own.id: own}
    stops = list(_stops(idea, moved, of_kind | _once_another(idea, moved, of_kind)))
    steps = [Step(_name(idea, stop, n), stop.kind, "done", *stop[3:]) for n, stop in enumerate(stops)]
    last = stops[-1]
    steps[-1] = Step(_name(idea, last, len(stops) - 1), last.kind, "now", *last[3:])
    return steps + [Step(ahead.name, ahead.kind, "next") for ahead in _ahead(idea.status, of_kind.values())]


def _once_another(idea: Idea, moved: list[Move], known: dict[int, Place]) -> dict[int, Place]:
    """Where it stood while it was of the other kind, an issue or an idea; asked only where it led elsewhere."""
    if all(id in known for move in moved for id in (move.facts["old"], move.facts["new"])):
        return {}
    return {place.id: place for kind in Kind if kind != idea.kind for place in places(kind.value)}


def is_straight(steps: list[Step]) -> bool:
    """Whether the way led on at every step, has no reason to tell but the last, and fits on a line."""
    been = [ORDER.index(StatusKind(step.kind)) for step in steps if step.state != "next"]
    told = any(step.reason for step in steps if step.state == "done")
    return been == sorted(been) and not told and len(steps) <= 6


def names_of(ids: set[int]) -> dict[int, str]:
    """The names of these statuses in the reader's language, also of those that were deleted since."""
    found = {status.id: status.name for status in db.session.scalars(select(Status).where(Status.id.in_(ids)))}
    return found | {id: gone.name for id, gone in _gone(ids - found.keys()).items()}


@cache
def moves() -> Select[int, dict[str, Any], datetime]:
    """Every step of the `idea` to another status, oldest first."""
    about = Event.subject_type == "idea", Event.subject_id == bindparam("idea"), *of_steps()
    return select(Event.id, Event.facts, Event.created_at).where(*about).order_by(Event.id)


def of_steps() -> tuple[Any, ...]:
    """The conditions of all that brought an idea to another status: a move, or that it became an issue, or back."""
    _moved, *told = of_moves()
    return (Event.action.in_((Action.STATUS_CHANGED, Action.IDEA_CONVERTED)), *told)


def of_moves() -> tuple[Any, ...]:
    """The conditions of events that say from which status something came and to which: any other is no step."""
    told = Event.facts["old"].as_integer().is_not(None), Event.facts["new"].as_integer().is_not(None)
    return (Event.action == Action.STATUS_CHANGED, *told)


def _stops(idea: Idea, moves: list[Move], statuses: dict[int, Place]) -> Iterator[Stop]:
    gone = _gone({id for move in moves for id in (move.facts["old"], move.facts["new"])} - statuses.keys())
    stop = _first(idea, moves, statuses, gone)
    yield stop
    for move in moves:
        if move.facts["old"] != stop.id:
            yield _moved_together(stop, move, statuses, gone)
        reason = move.facts.get("reason", "")
        stop = _stop(move.facts["new"], move.facts.get("new_kind"), move.created_at, statuses, gone)
        stop = stop._replace(reason=reason, event=move.id)
        yield stop
    if stop.id != idea.status_id:
        when = gone[stop.id].when if stop.id in gone else idea.status_since
        yield _stop(idea.status_id, idea.status.kind, when, statuses, gone)


def _first(idea: Idea, moves: list[Move], statuses: dict[int, Place], gone: dict[int, Gone]) -> Stop:
    if moves:
        facts = moves[0].facts
        return _stop(facts["old"], facts.get("old_kind"), idea.created_at, statuses, gone)
    first = next((place for place in places(idea.kind) if place.kind == StatusKind.OPEN), idea.status)
    return _stop(first.id, first.kind, idea.created_at, statuses, gone)


def _moved_together(stop: Stop, move: Move, statuses: dict[int, Place], gone: dict[int, Gone]) -> Stop:
    """The step that no event of the idea tells: its status was deleted, and all its ideas went to another."""
    when = gone[stop.id].when if stop.id in gone else move.created_at
    return _stop(move.facts["old"], move.facts.get("old_kind"), when, statuses, gone)


def _stop(id: int, kind: str | None, when: datetime, statuses: dict[int, Place], gone: dict[int, Gone]) -> Stop:
    status = statuses.get(id)
    if status is not None:
        return Stop(id, status.name, status.kind, when)
    kind = kind or StatusKind.OPEN
    like = next((status.name for status in statuses.values() if status.kind == kind), "…")
    return Stop(id, gone[id].name if id in gone else like, kind, when)


def _gone(ids: set[int]) -> dict[int, Gone]:
    """What the deletion of these statuses said of them."""
    if not ids:
        return {}
    deleted = Event.action == Action.STATUS_EDITED, Event.facts["what"].as_string() == "deleted"
    edits = select(Event).where(*deleted, Event.subject_id.in_(ids)).order_by(Event.id)
    return {event.subject_id: _told(event.facts, event.created_at) for event in db.session.scalars(edits)}


def _told(facts: dict[str, Any], when: datetime) -> Gone:
    return Gone(chosen(facts["names"]), when, facts.get("into"))


def _ahead(status: Status, statuses: Iterable[Place]) -> list[Place]:
    if status.is_closed:
        return []
    found: dict[str, Place] = {}
    for other in statuses:
        if other.kind in AHEAD and ORDER.index(StatusKind(other.kind)) > ORDER.index(StatusKind(status.kind)):
            found.setdefault(other.kind, other)
    return [found[kind] for kind in AHEAD if kind in found]


def _name(idea: Idea, stop: Stop, number: int) -> str:
    """Everyone knows that what was just proposed is new; the journey says that we have it."""
    if number or stop.kind != StatusKind.OPEN:
        return stop.name
    return _("Reported") if idea.kind == Kind.ISSUE else _("Received")
