"""What the board shows: its order, and what the reader narrowed it to."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, select

from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.cards import Card, cards
from portal.ideas.field_filters import Wish, is_of_a_field, says
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, places
from portal.ideas.tags import Tag, idea_tag
from portal.middleware.caching import for_everybody
from portal.web.paging import Slice, sifted, slice_of

MOST_TAGS = 200
# The condition of the ideas that a list may hold at all; a function, so that what is built of it can be kept.
Scope = Callable[[], Any]
Column = Callable[[Any], Any]
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

    `statuses` are those of issues where `kind` says so, and else of ideas: the two have no steps in common. `fields`:
    what is to be said to what the board asks for.
    """

    sort: Sort = Sort.TRENDING
    board: str = ""
    tag: str = ""
    statuses: tuple[str, ...] = ()
    kind: str = ""
    fields: tuple[Wish, ...] = ()

    @property
    def narrows(self) -> dict[str, Any]:
        """What is chosen, as it stands in the address."""
        chosen = {"board": self.board, "tag": self.tag, "status": list(self.statuses), "kind": self.kind}
        told = {wish.name: wish.value for wish in self.fields}
        return {**{name: value for name, value in chosen.items() if value}, **told}

    @property
    def known(self) -> dict[str, Any]:
        """The same without what anybody could make up."""
        made_up = {wish.name for wish in self.fields if not wish.is_from_a_list}
        return {name: value for name, value in self.args.items() if name not in made_up}

    @property
    def args(self) -> dict[str, Any]:
        """Everything that makes up the address of this list."""
        return {**({"sort": str(self.sort)} if self.sort != Sort.TRENDING else {}), **self.narrows}

    def ideas(self, scope: Scope, after: str = "", **given: Any) -> Slice[Card]:
        """One page of the board; `scope` says which ideas it may hold at all, with the parameters that are `given`."""
        found = slice_of(
            _list(scope, self._narrowed), ORDER[self.sort], Idea.id, after=after, given=self._values | given
        )
        return Slice([Card.of(row) for row in found.rows], found.after)

    def count(self, scope: Scope, **given: Any) -> int:
        """How many ideas the list has in all."""
        return db.session.scalar(_count(scope, self._narrowed), self._values | given) or 0

    def public_count(self) -> int:
        """How many of the ideas that the board lists for everybody, as of a second ago at most."""
        return int(_public_count(replace(self, sort=Sort.TRENDING)))

    @property
    def _values(self) -> dict[str, Any]:
        """What the parameters of its statements stand for."""
        told = {wish.name: wish.bound for wish in self.fields}
        return {**self.narrows, **told, **({"for_kind": self.kind or Kind.IDEA.value} if self.statuses else {})}

    @property
    def _narrowed(self) -> tuple[str, ...]:
        """What it narrows the board by, which is all that its statements depend on."""
        return tuple(self.narrows)


@lru_cache(maxsize=100)
def _list(scope: Scope, narrowed: tuple[str, ...]) -> Select[Any]:
    """The cards of such a list."""
    return cards().where(scope(), *(_narrowed_by(name, sifted) for name in narrowed))


@lru_cache(maxsize=100)
def _count(scope: Scope, narrowed: tuple[str, ...]) -> Select[int]:
    """How many such a list has."""
    return select(func.count()).select_from(Idea).where(scope(), *(_narrowed_by(name, _plain) for name in narrowed))


def narrows(name: str) -> bool:
    """Whether the board is narrowed by this name of an address."""
    return name in NARROWED or is_of_a_field(name)


def _narrowed_by(name: str, column: Column) -> Any:
    return says(name) if is_of_a_field(name) else NARROWED[name](column)


def _plain(column: Any) -> Any:
    return column


def _on_board(column: Column) -> Any:
    return column(Idea.board_id).in_(select(Board.id).where(Board.slug == bindparam("board")))


def _tagged(column: Column) -> Any:
    tagged = select(idea_tag.c.idea_id).join(Tag, Tag.id == idea_tag.c.tag_id).where(Tag.slug == bindparam("tag"))
    return Idea.id.in_(tagged)


def _at_step(column: Column) -> Any:
    asked = Status.kind.in_(bindparam("status", expanding=True)), Status.for_kind == bindparam("for_kind")
    return column(Idea.status_id).in_(select(Status.id).where(*asked))


# How each choice narrows the list, by its name in the address; `column` may keep an index out of it.
NARROWED: dict[str, Callable[[Column], Any]] = {
    "board": _on_board,
    "tag": _tagged,
    "status": _at_step,
    "kind": lambda column: Idea.kind == bindparam("kind"),
}


def listed() -> Any:
    """What the board lists and counts, for whoever reads it: neither private nor hidden, and living in no other one."""
    return and_(Idea.seen_by(None), Idea.stands())


@for_everybody
def _public_count(chosen: Filter) -> int:
    return chosen.count(listed)


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
def tag_now(slug: str) -> str:
    """The address of the tag that had this one: it may have been renamed, or merged into another."""
    tag = Tag.now_at(slug) if slug else None
    return tag.slug if tag else slug


@for_everybody
def board_now(slug: str) -> str:
    """The address of the board that had this one: it may have become another."""
    board = Board.now_at(slug) if slug else None
    return board.slug if board else slug


def status_names(kind: str) -> Choices:
    """The kind and name of each step of the workflow; those of issues where issues are asked for."""
    return tuple({place.kind: place.name for place in reversed(places(kind or Kind.IDEA))}.items())[::-1]
