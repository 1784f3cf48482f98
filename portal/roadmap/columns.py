"""The roadmap: what is being built now and what comes next, and where the brand chose so what it looks at."""

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import func, select

from portal.database.reading import among, rows
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.cards import Named
from portal.ideas.filter import listed
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, StatusKind, places
from portal.middleware.caching import for_everybody
from portal.settings import settings
from portal.text import slug
from portal.web.addresses import url_for
from portal.web.paging import sifted

LIMIT = 30
COLUMNS: dict[str, tuple[Any, tuple[StatusKind, ...]]] = {
    "now": (_l("Now"), (StatusKind.STARTED, StatusKind.TESTING)),
    "next": (_l("Next"), (StatusKind.PLANNED,)),
}


class Step(NamedTuple):
    """A step of the workflow, and how many ideas stand there."""

    id: int
    kind: str
    name: str
    ideas: int


class Planned(NamedTuple):
    """One idea, as far as the roadmap says it."""

    status: Named
    id: int
    title: str
    lang: str
    votes_count: int
    comments_count: int

    @property
    def url(self) -> str:
        return url_for("ideas.show", id=self.id, slug=slug(self.title) or Kind.IDEA.value)

    @property
    def is_issue(self) -> bool:
        """Issues are in no column."""
        return False


@dataclass(frozen=True)
class Column:
    """One column: its first ideas, how many there are, and for each status the list of all (its name, the address).

    `says`: what a reader has to know of it.
    """

    id: str
    name: Any
    ideas: list[Planned]
    total: int
    boards: list[tuple[str, str]]
    says: str = ""

    @property
    def rest(self) -> int:
        return self.total - len(self.ideas)


def columns() -> list[Column]:
    """The columns, most votes first: the same for everybody, since no idea is private and hidden ones are on none."""
    steps = _steps()
    found = [_column(id, name, kinds, steps) for id, (name, kinds) in COLUMNS.items()]
    looked_at = next((step.name for step in steps if step.kind == StatusKind.UNDER_REVIEW), None)
    if looked_at and settings().roadmap_shows_review:
        said = _("We look at these. Nothing is decided yet.")
        found.append(_column("review", looked_at, (StatusKind.UNDER_REVIEW,), steps, said))
    return found


def _column(id: str, name: Any, kinds: tuple[StatusKind, ...], steps: tuple[Step, ...], says: str = "") -> Column:
    totals = {kind: sum(step.ideas for step in steps if step.kind == kind) for kind in kinds}
    names = {step.kind: step.name for step in reversed(steps)}
    return Column(
        id,
        name,
        _ideas({step.id: Named(step.name, step.kind) for step in steps if step.kind in kinds}),
        sum(totals.values()),
        [(names[kind], _board(kind)) for kind in kinds if totals[kind]],
        says,
    )


@for_everybody
def _steps() -> tuple[Step, ...]:
    counted = select(Idea.status_id, func.count()).where(listed(), Idea.kind == Kind.IDEA).group_by(Idea.status_id)
    ideas = {status: number for status, number in db.session.execute(counted)}
    return tuple(Step(id, kind, name, ideas.get(id, 0)) for id, kind, name in places(Kind.IDEA))


def _ideas(statuses: dict[int, Named]) -> list[Planned]:
    found = rows(_most_wanted(), {"statuses": [*statuses]})
    return [Planned(statuses[status], *words) for status, *words in found]


@cache
def _most_wanted() -> Any:
    """The first ideas of these `statuses`."""
    said = select(Idea.status_id, Idea.id, Idea.title, Idea.lang, Idea.votes_count, Idea.comments_count)
    here = among(sifted(Idea.status_id), "statuses")
    shown = said.where(listed(), Idea.kind == Kind.IDEA, here)
    return shown.order_by(Idea.votes_count.desc(), Idea.id.desc()).limit(LIMIT)


def _board(kind: StatusKind) -> str:
    return url_for("ideas.index", sort="top", status=kind.value, kind=Kind.IDEA.value)
