"""The roadmap: what is being built now and what comes next, and where the brand chose so what it looks at."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.cards import Card, cards
from portal.ideas.filter import listed
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.middleware.caching import for_everybody
from portal.settings import settings
from portal.web.paging import sifted

LIMIT = 30
COLUMNS: dict[str, tuple[Any, tuple[StatusKind, ...]]] = {
    "now": (_l("Now"), (StatusKind.STARTED, StatusKind.TESTING)),
    "next": (_l("Next"), (StatusKind.PLANNED,)),
}


@dataclass(frozen=True)
class Column:
    """One column: its first ideas, how many there are, and for each status the list of all (its name, the address).

    `says`: what a reader has to know of it.
    """

    id: str
    name: Any
    ideas: list[Card]
    total: int
    boards: list[tuple[str, str]]
    says: str = ""

    @property
    def rest(self) -> int:
        return self.total - len(self.ideas)


def columns() -> list[Column]:
    """The columns, most votes first: the same for everybody, since no idea is private and hidden ones are on none."""
    steps = Status.all_for(Kind.IDEA)
    ideas_in = dict(_ideas_in_each_status())
    found = [_column(id, name, kinds, steps, ideas_in) for id, (name, kinds) in COLUMNS.items()]
    looked_at = next((step.name for step in steps if step.kind == StatusKind.UNDER_REVIEW), None)
    if looked_at and settings().roadmap_shows_review:
        said = _("We look at these. Nothing is decided yet.")
        found.append(_column("review", looked_at, (StatusKind.UNDER_REVIEW,), steps, ideas_in, said))
    return found


def _column(
    id: str, name: Any, kinds: tuple[StatusKind, ...], steps: list[Status], ideas_in: dict[int, int], says: str = ""
) -> Column:
    totals = {kind: sum(ideas_in.get(step.id, 0) for step in steps if step.kind == kind) for kind in kinds}
    names = {step.kind: step.name for step in reversed(steps)}
    return Column(
        id,
        name,
        _ideas([step.id for step in steps if step.kind in kinds]),
        sum(totals.values()),
        [(names[kind], _board(kind)) for kind in kinds if totals[kind]],
        says,
    )


@for_everybody
def _ideas_in_each_status() -> tuple[tuple[int, int], ...]:
    counted = select(Idea.status_id, func.count()).where(listed(), Idea.kind == Kind.IDEA).group_by(Idea.status_id)
    return tuple((status, number) for status, number in db.session.execute(counted))


def _ideas(statuses: list[int]) -> list[Card]:
    shown = cards().where(listed(), Idea.kind == Kind.IDEA, sifted(Idea.status_id).in_(statuses))
    most_wanted = shown.order_by(Idea.votes_count.desc(), Idea.id.desc()).limit(LIMIT)
    return [Card.of(row) for row in db.session.execute(most_wanted)]


def _board(kind: StatusKind) -> str:
    return url_for("ideas.index", sort="top", status=kind.value, kind=Kind.IDEA.value)
