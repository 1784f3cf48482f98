"""The ways of the workflow: from which status to which an idea or issue may go, what that owes, whom it tells."""

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.database.types import Base
from portal.extensions import db
from portal.middleware.caching import for_everybody


class Tells(StrEnum):
    """Who hears of a change of status: author, followers and supporters; without the supporters; or nobody."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    NOBODY = "nobody"


class Transition(Base):
    """One way, from a status to another; what has no row is forbidden. To decline owes a reason in any case."""

    __tablename__ = "transition"
    __table_args__ = (
        CheckConstraint("tells IN ('everyone', 'followers', 'nobody')", name="tells"),
        CheckConstraint("from_status_id <> to_status_id", name="leads_on"),
    )

    from_status_id: Mapped[int] = mapped_column(ForeignKey("status.id", ondelete="CASCADE"), primary_key=True)
    to_status_id: Mapped[int] = mapped_column(ForeignKey("status.id", ondelete="CASCADE"), primary_key=True, index=True)
    owes_reason: Mapped[bool] = mapped_column(default=False)
    tells: Mapped[str] = mapped_column(String(10), default=Tells.EVERYONE)


class Way(NamedTuple):
    """The same, as pages read it."""

    old: int
    new: int
    owes_reason: bool = False
    tells: str = Tells.EVERYONE


Ways = dict[tuple[int, int], Way]


def way_between(old: int, new: int) -> Transition | None:
    """The way as it stands in this transaction: whoever moves something asks this."""
    return db.session.get(Transition, (old, new))


def leading_on_from(old: int) -> set[int]:
    """The statuses to which this one leads, as it stands in this transaction."""
    return set(db.session.scalars(select(Transition.to_status_id).where(Transition.from_status_id == old)))


@for_everybody
def ways() -> Ways:
    """Every way, by the ids of its ends: what pages show. It may be a second old."""
    return read_ways()


def read_ways() -> Ways:
    """Every way, as it stands in this transaction."""
    asked = select(Transition.from_status_id, Transition.to_status_id, Transition.owes_reason, Transition.tells)
    return {(row[0], row[1]): Way(*row) for row in db.session.execute(asked)}
