"""How soon ideas are answered that were proposed here: those that wait still count as much as the others."""

from datetime import datetime
from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from portal.clock import now
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.filter import listed
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind
from portal.middleware.caching import for_everybody
from portal.settings import settings
from portal.web.paging import sifted

# So many are looked at, the newest; of fewer than so many nothing can be said.
NEWEST, FEWEST = 500, 5
# A figure holds for three ideas in four, or else for half of them.
MOST, HALF = 0.75, 0.5
A_DAY = 86_400


class Answering(NamedTuple):
    """Within how many days three ideas in four are answered (or `only_half` of them), and what the portal promises.

    `usual` is None where too few were proposed to say, or where so many wait that nothing can be said;
    `kept` tells whether what happened agrees with the promise, or says nothing yet. `median`: within how many days half
    of them are answered, those that still wait counted; None where that cannot be told.
    """

    usual: int | None
    only_half: bool
    promised: int
    kept: bool
    median: int | None = None


@for_everybody
def answering(kind: str = Kind.IDEA, board: str = "") -> Answering:
    """How soon the newest public ideas (or issues) that were proposed here were answered, if they were.

    With the slug of a board, those that stand there.
    """
    promised = _promised(board)
    seen = _seen(kind, board)
    if len(seen) < FEWEST:
        return Answering(None, False, promised, kept=True)
    most, half = within(seen, MOST), within(seen, HALF)
    if most is not None:
        return Answering(most, False, promised, kept=most <= promised, median=half)
    return Answering(half, True, promised, kept=False, median=half)


def within(seen: list[tuple[float, bool]], share: float) -> int | None:
    """Within how many whole days this share is answered; None where that cannot be told."""
    days = days_until(seen, share)
    return None if days is None else max(1, ceil(days))


def days_until(seen: list[tuple[float, bool]], share: float) -> float | None:
    """After how many days this share is answered; None where that cannot be told. `seen`: days, and whether an answer
    came then or the wait goes on.

    Kaplan & Meier, «Nonparametric Estimation from Incomplete Observations», 1958: who waits still is counted for as
    long as they have waited.
    """
    waits = 1.0
    left = len(seen)
    for days, answered in sorted(seen, key=lambda one: (one[0], not one[1])):
        if answered:
            waits *= 1 - 1 / left
            if waits <= 1 - share + 1e-9:
                return days
        left -= 1
    return None


def _promised(slug: str) -> int:
    own = db.session.scalar(select(Board.answer_days).where(Board.slug == slug)) if slug else None
    return own or settings().answer_days


def asked_here(key: Any = Idea.imported_key) -> ColumnElement[bool]:
    """The condition of what was sent to the brand here, and was answered or waits for that: nothing imported.

    `key`: where the rows come by another index, `sifted(Idea.imported_key)`.
    """
    return and_(key.is_(None), or_(Idea.answered_at.is_not(None), Idea.waiting_since.is_not(None)))


def observed(created: datetime, answered: datetime | None) -> tuple[float, bool]:
    """How many days it has waited, and whether an answer came then."""
    return ((answered or now()) - created).total_seconds() / A_DAY, answered is not None


def _seen(kind: str, board: str) -> list[tuple[float, bool]]:
    seen = (
        select(Idea.created_at, Idea.answered_at)
        .where(listed(), Idea.kind == kind, asked_here())
        .order_by(Idea.id.desc())
        .limit(NEWEST)
    )
    if board:
        seen = seen.where(sifted(Idea.board_id).in_(select(Board.id).where(Board.slug == board)))
    return [observed(created, answered) for created, answered in db.session.execute(seen)]
