"""The roadmap: what is being built now, what comes next and what later, and where the brand chose so what it looks at.

Later is what is planned with a far target: more than two quarters lie between it and the quarter that it is now. What
has no target, or comes when it is ready, stands in Next. Without anything far there is no column for it.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select

from portal.database.reading import among, rows
from portal.extensions import db
from portal.i18n import _
from portal.ideas.cards import Named
from portal.ideas.filter import listed
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind, places
from portal.ideas.targets import Changed, Target, earlier_targets, far
from portal.middleware.caching import for_everybody
from portal.settings import settings
from portal.text import slug
from portal.web.addresses import url_for
from portal.web.paging import sifted

LIMIT = 30
NOW, NEXT = (StatusKind.STARTED, StatusKind.TESTING), (StatusKind.PLANNED,)


class Part(StrEnum):
    """Which of the ideas at a step: all of them, those with a far target, or the others."""

    ALL = "all"
    NEAR = "near"
    FAR = "far"


class Step(NamedTuple):
    """A step of the workflow, and how many ideas stand there."""

    id: int
    kind: str
    name: str
    colour: str
    ideas: int


class Planned(NamedTuple):
    """One idea, as far as the roadmap says it: its target in words, and the one before it."""

    status: Named
    id: int
    title: str
    lang: str
    votes_count: int
    comments_count: int
    target: str = ""
    was: str = ""

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
    steps, later = _steps(), _far()
    found = [_column("now", _("Now"), NOW, steps), _column("next", _("Next"), NEXT, steps, Part.NEAR, less=later)]
    if later:
        found.append(_column("later", _("Later"), NEXT, steps, Part.FAR, number=later))
    looked_at = next((step.name for step in steps if step.kind == StatusKind.UNDER_REVIEW), None)
    if looked_at and settings().roadmap_shows_review:
        said = _("We look at these. Nothing is decided yet.")
        found.append(_column("review", looked_at, (StatusKind.UNDER_REVIEW,), steps, says=said))
    return found


def _column(
    id: str,
    name: str,
    kinds: tuple[StatusKind, ...],
    steps: tuple[Step, ...],
    part: Part = Part.ALL,
    less: int = 0,
    number: int | None = None,
    says: str = "",
) -> Column:
    """A column of what stands at these kinds; `less` of them stand elsewhere, or only this `number` stand here."""
    totals = {kind: sum(step.ideas for step in steps if step.kind == kind) for kind in kinds}
    names = {step.kind: step.name for step in reversed(steps)}
    return Column(
        id,
        name,
        _ideas({step.id: Named(step.name, step.kind, step.colour) for step in steps if step.kind in kinds}, part),
        sum(totals.values()) - less if number is None else number,
        [(names[kind], _board(kind)) for kind in kinds if totals[kind]],
        says,
    )


@for_everybody
def _steps() -> tuple[Step, ...]:
    counted = select(Idea.status_id, func.count()).where(listed(), Idea.kind == Kind.IDEA).group_by(Idea.status_id)
    ideas = {status: number for status, number in db.session.execute(counted)}
    return tuple(Step(id, kind, name, colour, ideas.get(id, 0)) for id, kind, name, colour in places(Kind.IDEA))


@for_everybody
def _far() -> int:
    """How many planned ideas have a far target."""
    planned = select(Status.id).where(Status.for_kind == Kind.IDEA, Status.kind.in_(NEXT))
    which = listed(), Idea.kind == Kind.IDEA, sifted(Idea.status_id).in_(planned), Idea.target_month >= far()
    return db.session.scalar(select(func.count()).select_from(Idea).where(*which)) or 0


def _ideas(statuses: dict[int, Named], part: Part) -> list[Planned]:
    asked = {"statuses": [*statuses]} | ({} if part == Part.ALL else {"far": far()})
    found = rows(_most_wanted(part), asked).all()
    earlier = earlier_targets([id for _status, id, *_words, code in found if code])
    return [_planned(statuses[status], words, code, earlier) for status, *words, code in found]


def _planned(status: Named, words: list[Any], code: str, earlier: dict[int, list[Changed]]) -> Planned:
    id, title, lang, votes, comments = words
    target, before = Target.read(code), earlier.get(id)
    said = target.heading if target else "", before[-1].target.words if before else ""
    return Planned(status, id, title, lang, votes, comments, *said)


@cache
def _most_wanted(part: Part) -> Any:
    """The first ideas of these `statuses`: all, or those whose target is far, or those whose is not."""
    said = select(Idea.status_id, Idea.id, Idea.title, Idea.lang, Idea.votes_count, Idea.comments_count, Idea.target)
    here = among(sifted(Idea.status_id), "statuses")
    shown = said.where(listed(), Idea.kind == Kind.IDEA, here)
    if part == Part.FAR:
        shown = shown.where(Idea.target_month >= bindparam("far"))
    if part == Part.NEAR:
        shown = shown.where(or_(sifted(Idea.target_month).is_(None), sifted(Idea.target_month) < bindparam("far")))
    return shown.order_by(Idea.votes_count.desc(), Idea.id.desc()).limit(LIMIT)


def _board(kind: StatusKind) -> str:
    return url_for("ideas.index", sort="top", status=kind.value, kind=Kind.IDEA.value)
