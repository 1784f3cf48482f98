"""The roadmap: what is being built now, what comes next, and what may come later."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from portal.extensions import db
from portal.i18n import _l
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind

LIMIT = 30
COLUMNS: dict[str, tuple[Any, tuple[StatusKind, ...]]] = {
    "now": (_l("Now"), (StatusKind.STARTED, StatusKind.TESTING)),
    "next": (_l("Next"), (StatusKind.PLANNED,)),
    "later": (_l("Later"), (StatusKind.UNDER_REVIEW,)),
}


@dataclass(frozen=True)
class Column:
    """One column: its first ideas, how many there are, and for each status the list of all (its name, the address)."""

    id: str
    name: Any
    ideas: list[Idea]
    total: int
    boards: list[tuple[str, str]]

    @property
    def rest(self) -> int:
        return self.total - len(self.ideas)


def columns(for_: Any) -> list[Column]:
    """The columns as this reader may see them, most votes first; hidden ideas are on no one's roadmap."""
    shown = (Idea.kind == Kind.IDEA, Idea.hidden_at.is_(None), Idea.seen_by(for_))
    counted = select(Status.kind, func.count(Idea.id)).join(Status, Idea.status_id == Status.id).where(*shown)
    totals = {kind: number for kind, number in db.session.execute(counted.group_by(Status.kind))}
    names = {status.kind: status.name for status in reversed(Status.all_for(Kind.IDEA))}
    return [
        Column(
            id,
            name,
            _ideas(kinds, shown),
            sum(totals.get(kind, 0) for kind in kinds),
            [(names[kind], _board(kind)) for kind in kinds if kind in totals],
        )
        for id, (name, kinds) in COLUMNS.items()
    ]


def _ideas(kinds: tuple[StatusKind, ...], shown: tuple[Any, ...]) -> list[Idea]:
    return list(
        db.session.scalars(
            select(Idea)
            .join(Status, Idea.status_id == Status.id)
            .where(Status.kind.in_(kinds), *shown)
            .options(lazyload(Idea.author))
            .order_by(Idea.votes_count.desc(), Idea.id)
            .limit(LIMIT)
        )
    )


def _board(kind: StatusKind) -> str:
    return url_for("ideas.index", sort="top", status=kind.value, kind=Kind.IDEA.value)
