"""Where an idea or an issue stands, and where it may go from there."""

from enum import StrEnum
from functools import cache
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, bindparam, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from portal.database.types import Base
from portal.database.wording import Name, Named, each, rows_of
from portal.extensions import db
from portal.middleware.caching import for_everybody


class Kind(StrEnum):
    """What people send in."""

    IDEA = "idea"
    ISSUE = "issue"


class StatusKind(StrEnum):
    OPEN = "open"
    UNDER_REVIEW = "under_review"
    PLANNED = "planned"
    STARTED = "started"
    TESTING = "testing"
    SHIPPED = "shipped"
    DECLINED = "declined"


S = StatusKind
CLOSED = frozenset({S.SHIPPED, S.DECLINED})

# From each kind of status, the kinds that staff may choose next.
TRANSITIONS: dict[Kind, dict[StatusKind, frozenset[StatusKind]]] = {
    Kind.IDEA: {
        S.OPEN: frozenset({S.UNDER_REVIEW, S.PLANNED, S.DECLINED}),
        S.UNDER_REVIEW: frozenset({S.OPEN, S.PLANNED, S.STARTED, S.DECLINED}),
        S.PLANNED: frozenset({S.UNDER_REVIEW, S.STARTED, S.TESTING, S.SHIPPED, S.DECLINED}),
        S.STARTED: frozenset({S.PLANNED, S.TESTING, S.SHIPPED, S.DECLINED}),
        S.TESTING: frozenset({S.STARTED, S.SHIPPED, S.DECLINED}),
        S.SHIPPED: frozenset({S.STARTED, S.TESTING}),
        S.DECLINED: frozenset({S.OPEN, S.UNDER_REVIEW}),
    },
    Kind.ISSUE: {
        S.OPEN: frozenset({S.PLANNED, S.STARTED, S.DECLINED}),
        S.UNDER_REVIEW: frozenset({S.PLANNED, S.DECLINED}),
        S.PLANNED: frozenset({S.OPEN, S.STARTED, S.SHIPPED, S.DECLINED}),
        S.STARTED: frozenset({S.PLANNED, S.TESTING, S.SHIPPED, S.DECLINED}),
        S.TESTING: frozenset({S.STARTED, S.SHIPPED}),
        S.SHIPPED: frozenset({S.PLANNED, S.STARTED}),
        S.DECLINED: frozenset({S.OPEN}),
    },
}


class TransitionRefused(Exception):
    """This status cannot follow the present one."""


class ReasonOwed(Exception):
    """Declining tells people why, in public."""


class StatusName(Name, Base):
    """What a status is called in one language."""

    __tablename__ = "status_name"

    status_id: Mapped[int] = mapped_column(ForeignKey("status.id", ondelete="CASCADE"), primary_key=True)


class Status(Named, Base):
    """A step of the workflow: a name in each language, a fixed kind, an order."""

    __tablename__ = "status"
    __table_args__ = (CheckConstraint("for_kind IN ('idea', 'issue')", name="for_kind"),)
    name_class = StatusName

    id: Mapped[int] = mapped_column(primary_key=True)
    for_kind: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]

    name_rows: Mapped[dict[str, StatusName]] = rows_of("StatusName")
    called: Mapped[dict[str, str]] = column_property(each(StatusName.lang, StatusName.name, StatusName.status_id == id))

    @property
    def is_closed(self) -> bool:
        """Whether it takes no more votes."""
        return self.kind in CLOSED

    def may_become(self, other: "Status") -> bool:
        """Whether the workflow allows `other` after this one."""
        return other.for_kind == self.for_kind and self.leads_to(other.kind)

    def leads_to(self, kind: str) -> bool:
        """Whether one of this kind may follow; another name of the same kind always may."""
        return kind == self.kind or kind in TRANSITIONS[Kind(self.for_kind)][StatusKind(self.kind)]

    @classmethod
    def first(cls, for_kind: str, kind: str = S.OPEN) -> "Status":
        """The first status of this kind, in the order that staff gave."""
        return db.session.scalars(
            select(cls).where(cls.for_kind == for_kind, cls.kind == kind).order_by(cls.position)
        ).first() or cls._missing(for_kind, kind)

    @classmethod
    def all_for(cls, for_kind: str) -> list["Status"]:
        return list(db.session.scalars(_in_order(), {"for_kind": for_kind}))

    @staticmethod
    def _missing(for_kind: str, kind: str) -> "Status":
        raise LookupError(f"no status of kind {kind} for {for_kind}s: add one on the page of statuses")


class Place(NamedTuple):
    """A status by what pages say of it, its name in the reader's language."""

    id: int
    kind: str
    name: str


@for_everybody
def places(for_kind: str) -> tuple[Place, ...]:
    """Where ideas, or issues, may stand, as staff ordered it."""
    return tuple(Place(status.id, status.kind, status.name) for status in Status.all_for(for_kind))


@cache
def _in_order() -> Select[Status]:
    """The steps of one kind of idea, as staff ordered them."""
    return select(Status).where(Status.for_kind == bindparam("for_kind")).order_by(Status.position)
