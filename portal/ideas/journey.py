"""The dated steps of an idea: where it was, where it is, where it may go next."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.activity.models import Action, Event
from portal.extensions import db
from portal.i18n import _
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind

AHEAD = (StatusKind.UNDER_REVIEW, StatusKind.PLANNED, StatusKind.STARTED, StatusKind.SHIPPED)
ORDER = list(StatusKind)


@dataclass(frozen=True)
class Step:
    """One stop: `state` is done, now or next; a future one has no date."""

    name: str
    kind: str
    state: str
    when: datetime | None = None
    note: str = ""


def journey(idea: Idea) -> list[Step]:
    """The idea's steps, oldest first; going back to an earlier status forgets what came between."""
    statuses = Status.all_for(idea.kind)
    path = _path(idea, {status.id: status for status in statuses})
    steps = [Step(_name(status, number), status.kind, "done", when) for number, (status, when) in enumerate(path)]
    status, when = path[-1]
    steps[-1] = Step(_name(status, len(path) - 1), status.kind, "now", when)
    return steps + [Step(ahead.name, ahead.kind, "next") for ahead in _ahead(status, statuses)]


def _path(idea: Idea, statuses: dict[int, Status]) -> list[tuple[Status, datetime]]:
    changes = db.session.execute(
        select(Event.facts, Event.created_at)
        .where(Event.subject_type == "idea", Event.subject_id == idea.id, Event.action == Action.STATUS_CHANGED)
        .order_by(Event.id)
    ).all()
    start = statuses.get(changes[0].facts["old"]) if changes else None
    path = [(start or _first(statuses) or idea.status, idea.created_at)]
    for facts, when in changes:
        if facts["new"] in statuses:
            path = _moved(path, statuses[facts["new"]], when)
    return path if path[-1][0].id == idea.status_id else _moved(path, idea.status, idea.status_since)


def _first(statuses: dict[int, Status]) -> Status | None:
    return next((status for status in statuses.values() if status.kind == StatusKind.OPEN), None)


def _moved(path: list[tuple[Status, datetime]], to: Status, when: datetime) -> list[tuple[Status, datetime]]:
    if to.id == path[0][0].id:
        return path[:1]
    kept = [path[0], *(step for step in path[1:] if _rank(step[0]) < _rank(to))]
    return [*kept, (to, when)]


def _rank(status: Status) -> tuple[int, int]:
    return ORDER.index(StatusKind(status.kind)), status.position


def _ahead(status: Status, statuses: list[Status]) -> list[Status]:
    if status.is_closed:
        return []
    found: dict[str, Status] = {}
    for other in statuses:
        if other.kind in AHEAD and ORDER.index(StatusKind(other.kind)) > ORDER.index(StatusKind(status.kind)):
            found.setdefault(other.kind, other)
    return [found[kind] for kind in AHEAD if kind in found]


def _name(status: Status, number: int) -> str:
    """Everyone knows that what was just proposed is new; the journey says that we have it."""
    if number or status.kind != StatusKind.OPEN:
        return status.name
    return _("Reported") if status.for_kind == Kind.ISSUE else _("Received")
