"""What the board shows: its order, and what the reader narrowed it to."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, exists, func, select

from portal.extensions import db
from portal.ideas.boards import Board, Tag, idea_tag
from portal.ideas.cards import Card, cards
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status
from portal.middleware.caching import for_everybody
from portal.web.paging import Slice, sifted, slice_of

MOST_TAGS = 200
# What a form offers: the value and the words of each choice.
Choices = tuple[tuple[str, str], ...]


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
    """An order, and slugs and kinds to narrow the board to; empty ones narrow nothing.

    `statuses` are those of issues where `kind` says so, and else of ideas: the two have no steps in common.
    """

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

    def ideas(self, scope: Any, after: str = "") -> Slice[Card]:
        """One page of the board; `scope` says which ideas it may hold at all."""
        found = slice_of(self._narrowed(cards().where(scope), sifted), ORDER[self.sort], Idea.id, after=after)
        return Slice([Card.of(row) for row in found.rows], found.after)

    def count(self, scope: Any) -> int:
        """How many ideas the list has in all."""
        return db.session.scalar(self._narrowed(select(func.count()).select_from(Idea).where(scope))) or 0

    def public_count(self) -> int:
        """How many of the ideas that the board lists for everybody, as of a second ago at most."""
        return int(_public_count(replace(self, sort=Sort.TRENDING)))

    def _narrowed(self, query: Select[Any], column: Callable[[Any], Any] = lambda column: column) -> Select[Any]:
        if self.board:
            query = query.where(column(Idea.board_id).in_(select(Board.id).where(Board.slug == self.board)))
        if self.tag:
            tagged = select(idea_tag.c.idea_id).join(Tag, Tag.id == idea_tag.c.tag_id).where(Tag.slug == self.tag)
            query = query.where(Idea.id.in_(tagged))
        if self.statuses:
            steps = select(Status.id).where(Status.kind.in_(self.statuses), Status.for_kind == (self.kind or Kind.IDEA))
            query = query.where(column(Idea.status_id).in_(steps))
        return query.where(Idea.kind == self.kind) if self.kind else query


def listed() -> Any:
    """What the board lists and counts, for whoever reads it: neither private nor hidden."""
    return Idea.seen_by(None)


@for_everybody
def _public_count(chosen: Filter) -> int:
    return chosen.count(listed())


@for_everybody
def boards_in_use(chosen: str = "") -> Choices:
    """The boards that ideas are put on, as staff ordered them, and in any case the chosen one: its ideas stay there."""
    found = Board.in_order(for_=None)
    if chosen and chosen not in {board.slug for board in found}:
        found = [*found, *db.session.scalars(Board.visible_to(None).where(Board.slug == chosen))]
    return tuple((board.slug, board.name) for board in found)


@for_everybody
def tags_in_use(chosen: str = "") -> Choices:
    """The tags of public ideas by name, at most 200, and in any case the chosen one."""
    on_public = exists().where(idea_tag.c.tag_id == Tag.id, idea_tag.c.idea_id == Idea.id, listed())
    tags = select(Tag.slug, Tag.name).where(on_public)
    found = db.session.execute(tags.order_by(Tag.name).limit(MOST_TAGS)).all()
    if chosen and chosen not in {tag.slug for tag in found}:
        found = [*found, *db.session.execute(tags.where(Tag.slug == chosen))]
    return tuple((tag.slug, tag.name) for tag in found)


@for_everybody
def status_names(kind: str) -> Choices:
    """The kind and name of each step of the workflow; those of issues where issues are asked for."""
    return tuple({status.kind: status.name for status in reversed(Status.all_for(kind or Kind.IDEA))}.items())[::-1]
