"""Where an idea or an issue stands, and where it may go from there."""

from enum import StrEnum
from functools import cache
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, bindparam, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from portal.database.types import Base
from portal.database.wording import Name, Named, each, rows_of
from portal.extensions import db
from portal.ideas.transitions import leading_on_from, way_between
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

# From each kind of status, the kinds that follow where nobody has said otherwise: the ways that a new portal and a new
# status begin with. Which there are stands in rows (transitions.py), and staff change them.
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


# The colours that tokens.css gives to statuses, by the kind that has each to begin with, or by a name of its own.
COLOURS = (S.OPEN, S.UNDER_REVIEW, S.PLANNED, S.STARTED, S.TESTING, S.SHIPPED, "rose", "gold")


class TransitionRefused(Exception):
    """This status cannot follow the present one."""


class ReasonOwed(Exception):
    """This way tells people why, in public: to decline always does."""


def colour_of_kind(kind: str) -> str:
    """The colour that a status of this kind begins with."""
    return str(S.OPEN if kind == S.DECLINED else kind)


class StatusName(Name, Base):
    """What a status is called in one language."""

    __tablename__ = "status_name"

    status_id: Mapped[int] = mapped_column(ForeignKey("status.id", ondelete="CASCADE"), primary_key=True)


class Status(Named, Base):
    """A step of the workflow: a name in each language, a fixed kind, an order, a colour of the tokens."""

    __tablename__ = "status"
    __table_args__ = (CheckConstraint("for_kind IN ('idea', 'issue')", name="for_kind"),)
    name_class = StatusName

    id: Mapped[int] = mapped_column(primary_key=True)
    for_kind: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    colour: Mapped[str] = mapped_column(
        String(20), default=lambda row: colour_of_kind(row.get_current_parameters()["kind"])
    )

    name_rows: Mapped[dict[str, StatusName]] = rows_of("StatusName")
    called: Mapped[dict[str, str]] = column_property(each(StatusName.lang, StatusName.name, StatusName.status_id == id))

    @property
    def is_closed(self) -> bool:
        """Whether it takes no more votes."""
        return self.kind in CLOSED

    def may_become(self, other: "Status") -> bool:
        """Whether the workflow allows `other` after this one."""
        return way_between(self.id, other.id) is not None

    def next_ones(self) -> list["Status"]:
        """The statuses that may follow this one, in their order."""
        follow = leading_on_from(self.id)
        return [status for status in Status.all_for(self.for_kind) if status.id in follow]

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
    colour: str


@for_everybody
def places(for_kind: str) -> tuple[Place, ...]:
    """Where ideas, or issues, may stand, as staff ordered it."""
    return tuple(Place(status.id, status.kind, status.name, status.colour) for status in Status.all_for(for_kind))


@cache
def _in_order() -> Select[Status]:
    """The steps of one kind of idea, as staff ordered them."""
    return select(Status).where(Status.for_kind == bindparam("for_kind")).order_by(Status.position)
