"""What the board shows: its order, and what the reader narrowed it to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import raiseload

from portal.extensions import db
from portal.ideas.boards import Board, Tag, idea_tag
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.paging import Slice, slice_of

MOST_TAGS = 200


class Sort(StrEnum):
    TRENDING = "trending"
    TOP = "top"
    NEW = "new"
    FOLLOWING = "following"


ORDER: dict[Sort, Any] = {
    Sort.TRENDING: Idea.heat,
    Sort.TOP: Idea.votes_count,
    Sort.NEW: Idea.created_at,
    Sort.FOLLOWING: Idea.status_since,
}


@dataclass(frozen=True)
class Filter:
    """An order, and slugs and kinds to narrow the board to; empty ones narrow nothing."""

    sort: Sort = Sort.TRENDING
    board: str = ""
    tag: str = ""
    statuses: tuple[str, ...] = ()
    kind: str = ""

    @property
    def narrows(self) -> dict[str, Any]:
        """What is chosen, as it stands in the address."""
        chosen = {"board": self.board, "tag": self.tag, "status": list(self.statuses), "kind": self.kind}
        return {name: value for name, value in chosen.items() if value}

    @property
    def args(self) -> dict[str, Any]:
        """Everything that makes up the address of this list."""
        return {**({"sort": str(self.sort)} if self.sort != Sort.TRENDING else {}), **self.narrows}

    def ideas(self, scope: Any, after: str = "") -> Slice[Idea]:
        """One page of the board; `scope` says which ideas it may hold at all."""
        query = self._narrowed(select(Idea).where(scope)).options(raiseload(Idea.tags))
        return slice_of(query, ORDER[self.sort], Idea.id, after)

    def count(self, scope: Any) -> int:
        """How many ideas the list has in all."""
        return db.session.scalar(self._narrowed(select(func.count()).select_from(Idea).where(scope))) or 0

    def _narrowed(self, query: Select[Any]) -> Select[Any]:
        if self.board:
            query = query.where(Idea.board_id.in_(select(Board.id).where(Board.slug == self.board)))
        if self.tag:
            tagged = select(idea_tag.c.idea_id).join(Tag, Tag.id == idea_tag.c.tag_id).where(Tag.slug == self.tag)
            query = query.where(Idea.id.in_(tagged))
        if self.statuses:
            query = query.where(Idea.status_id.in_(select(Status.id).where(Status.kind.in_(self.statuses))))
        return query.where(Idea.kind == self.kind) if self.kind else query


def listed() -> Any:
    """What the board lists and counts, for whoever reads it: neither private nor hidden."""
    return Idea.seen_by(None)


def shipped_count() -> int:
    """How many public ideas have shipped."""
    return Filter(statuses=(StatusKind.SHIPPED,)).count(listed())


def usual_answer_days() -> int | None:
    """The median of the days that the last 200 answers took, at least 1; None before the first answer."""
    rows = db.session.execute(
        select(Idea.created_at, Idea.answered_at)
        .where(listed(), Idea.answered_at.is_not(None), Idea.imported_key.is_(None))
        .order_by(Idea.id.desc())
        .limit(200)
    )
    took = sorted((answered - created).total_seconds() / 86400 for created, answered in rows if answered)
    return max(1, round(took[len(took) // 2])) if took else None


def tags_in_use(chosen: str = "") -> list[Tag]:
    """The tags of public ideas by name, at most 200, and in any case the chosen one."""
    on_public = exists().where(idea_tag.c.tag_id == Tag.id, idea_tag.c.idea_id == Idea.id, listed())
    tags = list(db.session.scalars(select(Tag).where(on_public).order_by(Tag.name).limit(MOST_TAGS)))
    if chosen and chosen not in {tag.slug for tag in tags}:
        tags += db.session.scalars(select(Tag).where(on_public, Tag.slug == chosen))
    return tags


def status_names(kind: str) -> list[tuple[str, str]]:
    """(kind, name) of each step of the workflow; those of issues where issues are asked for."""
    return list({status.kind: status.name for status in reversed(Status.all_for(kind or Kind.IDEA))}.items())[::-1]
