"""What ideas have to do with each other, as staff said: one waits for another, or both are about the same thing."""

from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    case,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from portal.accounts.membership import Somebody
from portal.clock import now
from portal.database.reading import rows
from portal.database.types import Base
from portal.database.wording import chosen
from portal.extensions import db
from portal.ideas.cards import Named
from portal.ideas.models import Idea
from portal.ideas.statuses import CLOSED, Status
from portal.text import slug
from portal.web.addresses import url_for


class Bond(StrEnum):
    """How a link is kept: the first has to come before the second, or both are about the same thing."""

    BLOCKS = "blocks"
    THEME = "theme"


class Relation(StrEnum):
    """The same, as it is said of one of the two."""

    WAITS = "waits"
    BLOCKS = "blocks"
    THEME = "theme"


class Link(Base):
    """That two ideas belong together. Who said so stands in the audit. Of a theme, the older idea comes first."""

    __tablename__ = "idea_link"
    __table_args__ = (
        CheckConstraint("bond IN ('blocks', 'theme')", name="bond"),
        CheckConstraint("first_id <> second_id", name="of_two"),
        CheckConstraint("bond = 'blocks' OR first_id < second_id", name="theme_in_order"),
        UniqueConstraint("first_id", "second_id"),
        Index("ix_idea_link_second", "second_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bond: Mapped[str] = mapped_column(String(10))
    first_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def between(cls, one: int, other: int) -> "Link | None":
        """What links these two ideas; there is one link at most."""
        ends = (one, other)
        return db.session.scalar(select(cls).where(cls.first_id.in_(ends), cls.second_id.in_(ends)))

    def seen_from(self, idea_id: int) -> Relation:
        """What it says of this one of the two."""
        if self.bond == Bond.THEME:
            return Relation.THEME
        return Relation.BLOCKS if self.first_id == idea_id else Relation.WAITS

    def other_of(self, idea_id: int) -> int:
        return self.second_id if self.first_id == idea_id else self.first_id


class Linked(NamedTuple):
    """The other idea of a link, as pages name it, and what it is to the one that is looked at."""

    link_id: int
    relation: Relation
    id: int
    title: str
    lang: str
    kind: str
    status: Named

    @property
    def url(self) -> str:
        return url_for("ideas.show", id=self.id, slug=slug(self.title) or self.kind)

    @property
    def holds_up(self) -> bool:
        """Whether what is looked at waits for it still: it has not shipped, and is not declined."""
        return self.relation == Relation.WAITS and self.status.kind not in CLOSED

    @classmethod
    def all(cls, found: Any) -> "list[Linked]":
        """Those of a column of links(): what it waits for comes first, then what waits for it."""
        return sorted(map(cls._of, found or ()), key=lambda each: ([*Relation].index(each.relation), each.link_id))

    @classmethod
    def _of(cls, row: Any) -> "Linked":
        link_id, bond, is_first, id, title, lang, kind, names, status, colour = row
        blocks = Relation.BLOCKS if is_first else Relation.WAITS
        relation = blocks if bond == Bond.BLOCKS else Relation.THEME
        return cls(link_id, relation, id, title, lang, kind, Named(chosen(names or {}), status, colour))


@cache
def links(reader: Somebody | None) -> Select[Any]:
    """The links of the `idea` to others that such a reader may see."""
    this: Any = bindparam("idea", type_=Integer)
    other = aliased(Idea)
    ends = case((Link.first_id == this, Link.second_id), else_=Link.first_id)
    said = Link.id, Link.bond, case((Link.first_id == this, 1), else_=0).label("is_first")
    named = other.id, other.title, other.lang, other.kind, Status.called, Status.kind, Status.colour
    found = select(*said, *named).join(other, other.id == ends).join(Status, Status.id == other.status_id)
    return found.where(or_(Link.first_id == this, Link.second_id == this), other.seen_by(reader))


def linked(idea_id: int, reader: Any) -> list[Linked]:
    """What this idea has to do with others that this person may see."""
    given = {"idea": idea_id, "reader": getattr(reader, "id", None)}
    return Linked.all(rows(links(Somebody.like(reader)), given))


def wait_for(idea_id: int) -> set[int]:
    """Every idea that waits for this one, also by way of others, as it stands in this transaction."""
    path = (
        select(Link.second_id.label("id")).where(Link.first_id == idea_id, Link.bond == Bond.BLOCKS).cte(recursive=True)
    )
    further = select(Link.second_id).join(path, Link.first_id == path.c.id).where(Link.bond == Bond.BLOCKS)
    return set(db.session.scalars(select(path.union(further).c.id)))


def checked() -> list[str]:
    """Ideas that would wait for themselves: no way to link them leads there."""
    firsts = db.session.scalars(select(Link.first_id).where(Link.bond == Bond.BLOCKS).distinct())
    return [f"idea {id} waits for itself" for id in sorted(firsts) if id in wait_for(id)]
