"""The roadmap: what is being built now, what comes next and what later, and where the brand chose so what it looks at.

Later is what is planned with a far target: more than two quarters lie between it and the quarter that it is now. What
has no target, or comes when it is ready, stands in Next. Without anything far there is no column for it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select

from portal.database.reading import among, rows
from portal.extensions import db
from portal.i18n import _
from portal.ideas.boards import Board
from portal.ideas.cards import Named
from portal.ideas.filter import NARROWED, Filter, listed
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind, places
from portal.ideas.targets import Changed, Target, earlier_targets, far
from portal.middleware.caching import for_everybody
from portal.settings import settings
from portal.text import slug
from portal.web.addresses import url_for
from portal.web.paging import sifted

LIMIT = 30
EVERYTHING = Filter()
# What narrows the columns: the board and the tag, each by its slug.
Narrowed = tuple[tuple[str, str], ...]
# Ideas as the database gives them: their status, their words, and their target as it is kept.
Rows = Sequence[Any]
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
    board: str = ""
    target: str = ""
    was: str = ""
    is_on_closed_board: bool = False

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


class Wanted(NamedTuple):
    """A column that is to be filled: with which part of what stands at these kinds, and how many that are (`total`)."""

    id: str
    name: Any
    kinds: tuple[StatusKind, ...]
    total: int
    part: Part = Part.ALL
    says: str = ""


def columns(chosen: Filter = EVERYTHING) -> list[Column]:
    """The columns, most votes first: the same for everybody, since no idea is private and hidden ones are on none.

    `chosen`: the board and the tag to which they are narrowed, where they are.
    """
    narrowed = tuple(chosen.narrows.items())
    steps = _steps(narrowed)
    wanted = list(_wanted(steps, _far(narrowed)))
    found = [_most(column, steps, narrowed) for column in wanted]
    earlier = earlier_targets([id for column in found for _status, id, *_words, code in column if code])
    say = partial(_planned, _boards(), earlier)
    return [_filled(*column, steps, narrowed, say) for column in zip(wanted, found, strict=True)]


def _wanted(steps: tuple[Step, ...], later: int) -> Iterator[Wanted]:
    def stand(kinds: tuple[StatusKind, ...]) -> int:
        return sum(step.ideas for step in steps if step.kind in kinds)

    yield Wanted("now", _("Now"), NOW, stand(NOW))
    yield Wanted("next", _("Next"), NEXT, stand(NEXT) - later, Part.NEAR)
    if later:
        yield Wanted("later", _("Later"), NEXT, later, Part.FAR)
    looked_at = next((step.name for step in steps if step.kind == StatusKind.UNDER_REVIEW), None)
    if looked_at and settings().roadmap_shows_review:
        review = (StatusKind.UNDER_REVIEW,)
        yield Wanted("review", looked_at, review, stand(review), says=_("We look at these. Nothing is decided yet."))


def _filled(
    wanted: Wanted, found: Rows, steps: tuple[Step, ...], narrowed: Narrowed, say: Callable[..., Planned]
) -> Column:
    at = {step.id: Named(step.name, step.kind, step.colour) for step in steps if step.kind in wanted.kinds}
    stand = {step.kind for step in steps if step.ideas}
    names = {step.kind: step.name for step in reversed(steps)}
    return Column(
        wanted.id,
        wanted.name,
        [say(at[status], words, code) for status, *words, code in found],
        wanted.total,
        [(names[kind], _list(kind, narrowed)) for kind in wanted.kinds if kind in stand],
        wanted.says,
    )


@for_everybody
def _steps(narrowed: Narrowed) -> tuple[Step, ...]:
    which = listed(), Idea.kind == Kind.IDEA, *_conditions(narrowed)
    counted = select(Idea.status_id, func.count()).where(*which).group_by(Idea.status_id)
    ideas = {status: number for status, number in db.session.execute(counted, dict(narrowed))}
    return tuple(Step(id, kind, name, colour, ideas.get(id, 0)) for id, kind, name, colour in places(Kind.IDEA))


def _conditions(narrowed: Iterable[Any]) -> list[Any]:
    """What narrows the columns, as lists of ideas are narrowed; its values are parameters."""
    return [NARROWED[name](sifted) for name, _value in narrowed]


@for_everybody
def _far(narrowed: Narrowed) -> int:
    """How many planned ideas have a far target."""
    planned = select(Status.id).where(Status.for_kind == Kind.IDEA, Status.kind.in_(NEXT))
    which = listed(), Idea.kind == Kind.IDEA, sifted(Idea.status_id).in_(planned), Idea.target_month >= far()
    counted = select(func.count()).select_from(Idea).where(*which, *_conditions(narrowed))
    return db.session.scalar(counted, dict(narrowed)) or 0


@for_everybody
def _boards() -> dict[int, tuple[str, bool]]:
    """What the boards are called that everybody sees, and whether they are closed."""
    return {board.id: (board.name, board.is_closed) for board in db.session.scalars(Board.visible_to(None))}


def _most(wanted: Wanted, steps: tuple[Step, ...], narrowed: Narrowed) -> Rows:
    part, given = wanted.part, {"statuses": [step.id for step in steps if step.kind in wanted.kinds], **dict(narrowed)}
    asked = given if part == Part.ALL else given | {"far": far()}
    return rows(_most_wanted(part, tuple(name for name, _value in narrowed)), asked).all()


def _planned(
    boards: dict[int, tuple[str, bool]], earlier: dict[int, list[Changed]], status: Named, words: list[Any], code: str
) -> Planned:
    id, title, lang, votes, comments, board = words
    target, before = Target.read(code), earlier.get(id)
    said = target.heading if target else "", before[-1].target.words if before else ""
    name, is_closed = boards.get(board, ("", False))
    return Planned(status, id, title, lang, votes, comments, name, *said, is_closed)


@cache
def _most_wanted(part: Part, narrowed: tuple[str, ...]) -> Any:
    """The first ideas of these `statuses`: all, or those whose target is far, or those whose is not."""
    words = Idea.id, Idea.title, Idea.lang, Idea.votes_count, Idea.comments_count, Idea.board_id
    here = among(sifted(Idea.status_id), "statuses")
    said = select(Idea.status_id, *words, Idea.target).where(listed(), Idea.kind == Kind.IDEA, here)
    shown = said.where(*(NARROWED[name](sifted) for name in narrowed))
    if part == Part.FAR:
        shown = shown.where(Idea.target_month >= bindparam("far"))
    if part == Part.NEAR:
        shown = shown.where(or_(sifted(Idea.target_month).is_(None), sifted(Idea.target_month) < bindparam("far")))
    return shown.order_by(Idea.votes_count.desc(), Idea.id.desc()).limit(LIMIT)


def _list(kind: StatusKind, narrowed: Narrowed) -> str:
    return url_for("ideas.index", sort="top", status=kind.value, kind=Kind.IDEA.value, **dict(narrowed))
