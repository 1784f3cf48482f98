"""Days that the brand promised: a slip is a row more, which shows for ever, and what became of each is said.

It stands below the ideas, whose steps settle a promise in their own transaction; `promises.py` reads what stands here.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.holding import hold_all
from portal.database.types import Base
from portal.extensions import db

TEXT_MAX = 300
REASON_MAX = 2000
FURTHEST = timedelta(days=5 * 366)
# A step that is taken back within this time never settled anything.
AT_ONCE = timedelta(days=1)


class Outcome(StrEnum):
    """What became of a promise."""

    KEPT = "kept"
    TAKEN_BACK = "taken_back"


# The kinds of status that settle the promise of an idea: what shipped is kept, what will not be built is taken back.
SETTLES = {"shipped": Outcome.KEPT, "declined": Outcome.TAKEN_BACK}


class NoSuchDay(Exception):
    """The day is over, or too far away to mean anything."""


class SameDay(Exception):
    """It is promised for this day already."""


class ReasonOwed(Exception):
    """Who waits for it is told why, in public."""


class Settled(Exception):
    """It was kept or taken back, and is no longer to be changed."""


class AlreadyPromised(Exception):
    """One day is promised for it: that one is moved."""


OPEN_ONLY: dict[str, Any] = {
    "sqlite_where": text("settled_at IS NULL"),
    "postgresql_where": text("settled_at IS NULL"),
}


class Promise(Base):
    """What the brand said in public that it will do, who sees to it, and for which day.

    `first_day` is what was said first and `day` what is said now; both stand in `days`, with all between them. A day
    ends at midnight UTC, for whoever reads it. `text` is empty where the idea itself is promised. `settled_by_status`:
    a step of the idea settled it.
    """

    __tablename__ = "promise"
    __table_args__ = (
        CheckConstraint("outcome IN ('', 'kept', 'taken_back')", name="outcome"),
        Index("uq_promise_open", "idea_id", unique=True, **OPEN_ONLY),
        Index("ix_promise_day", "day", "id", **OPEN_ONLY),
        Index("ix_promise_settled", "settled_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(TEXT_MAX), default="")
    lang: Mapped[str] = mapped_column(String(2), default="en")
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    first_day: Mapped[date] = mapped_column(Date)
    day: Mapped[date] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(String(10), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    settled_at: Mapped[datetime | None]
    settled_on: Mapped[date | None] = mapped_column(Date)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    settled_by_status: Mapped[bool] = mapped_column(default=False)
    soon_told_of: Mapped[date | None] = mapped_column(Date)
    overdue_told_of: Mapped[date | None] = mapped_column(Date)

    idea: Mapped[Any] = relationship("Idea", lazy="joined", innerjoin=True)
    owner: Mapped[User] = relationship(foreign_keys=[owner_id], lazy="joined", innerjoin=True)
    days: Mapped[list["PromiseDay"]] = relationship(order_by="PromiseDay.id")

    @classmethod
    def is_open(cls) -> Any:
        """The condition of those that are neither kept nor taken back."""
        return cls.settled_at.is_(None)

    @classmethod
    def make(cls, idea: Any, day: date, by: User, owner: User | None = None, text: str = "", lang: str = "en") -> Self:
        """Promise the idea, or a part of it, for a day; who waited for an answer has one. Raises NoSuchDay, Settled
        (nothing is left to promise), AlreadyPromised, LivesElsewhere. The caller holds the idea.
        """
        idea.require_standing()
        if idea.status.is_closed:
            raise Settled
        if open_of(idea.id) is not None:
            raise AlreadyPromised
        require_day(day)
        said = {"idea_id": idea.id, "first_day": day, "day": day, "text": text.strip(), "lang": lang}
        promise = cls(**said, owner_id=(owner or by).id, made_by_id=by.id)
        db.session.add(promise)
        db.session.flush()
        promise._say(day, "", by)
        idea.heard_from_staff()
        record(Action.PROMISE_MADE, idea, by=by, promise=promise.id, day=day.isoformat())
        return promise

    def move(self, day: date, reason: str, by: User) -> None:
        """Say another day, and why; what was said stays in sight, and said again changes nothing.

        Raises Settled, NoSuchDay, SameDay, ReasonOwed.
        """
        self._require_open()
        require_day(day)
        if not reason.strip():
            raise ReasonOwed
        if day == self.day and self.days[-1].reason == reason.strip():
            return
        if day == self.day:
            raise SameDay
        old, self.day = self.day, day
        facts: dict[str, Any] = {"promise": self.id, "old": old.isoformat(), "day": day.isoformat()}
        record(Action.PROMISE_MOVED, self.idea, by=by, said=self._say(day, reason.strip(), by), **facts)

    def entrust(self, owner: User, by: User) -> None:
        """Somebody else of the team sees to it from now on."""
        self._require_open()
        if owner.id != self.owner_id:
            old, self.owner_id = self.owner_id, owner.id
            record(Action.PROMISE_ENTRUSTED, self.idea, by=by, promise=self.id, old=old, owner=owner.id)

    def keep(self, by: User | None, by_status: bool = False) -> None:
        """It is done, today. Raises Settled."""
        self._settle(Outcome.KEPT, by, by_status)
        record(Action.PROMISE_KEPT, self.idea, by=by, promise=self.id, by_status=by_status)

    def take_back(self, reason: str, by: User | None, by_status: bool = False) -> None:
        """It will not be done, and why. Raises Settled, ReasonOwed."""
        if not reason.strip():
            raise ReasonOwed
        self._settle(Outcome.TAKEN_BACK, by, by_status)
        self.reason = reason.strip()
        record(Action.PROMISE_TAKEN_BACK, self.idea, by=by, promise=self.id, by_status=by_status)

    def tell_soon(self) -> None:
        """Its day comes near: whoever sees to it is told, once a day that was said."""
        self.soon_told_of = self.day
        self._tell(Action.PROMISE_DUE_SOON, "soon")

    def tell_overdue(self) -> None:
        """Its day is over: whoever sees to it is told, once a day that was said."""
        self.overdue_told_of = self.day
        self._tell(Action.PROMISE_OVERDUE, "overdue")

    def _tell(self, action: Action, what: str) -> None:
        day = self.day.isoformat()
        record(action, self.idea, by=None, dedupe_key=f"promise-{what}:{self.id}:{day}", promise=self.id, day=day)

    def reopen(self, by: User | None) -> None:
        """What settled it was taken back at once."""
        self.outcome, self.reason, self.settled_by_status = "", "", False
        self.settled_at = self.settled_on = self.settled_by_id = None
        record(Action.PROMISE_REOPENED, self.idea, by=by, promise=self.id)

    def _say(self, day: date, reason: str, by: User) -> int:
        said = PromiseDay(promise_id=self.id, day=day, reason=reason, by_id=by.id)
        db.session.add(said)
        db.session.flush()
        return said.id

    def _settle(self, outcome: Outcome, by: User | None, by_status: bool) -> None:
        self._require_open()
        self.outcome, self.settled_by_status = outcome, by_status
        self.settled_at, self.settled_on, self.settled_by_id = now(), today(), by.id if by else None

    def _require_open(self) -> None:
        if self.settled_at is not None:
            raise Settled


class PromiseDay(Base):
    """A day that was said of a promise, and why it is another than before; empty for the first. No row ever changes,
    but that staff take personal words out of a reason."""

    __tablename__ = "promise_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    promise_id: Mapped[int] = mapped_column(ForeignKey("promise.id", ondelete="CASCADE"), index=True)
    day: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)


def today() -> date:
    """The day that it is in UTC, by which promises fall due."""
    return now().date()


def require_day(day: date) -> None:
    """A day that can be promised: today or later, and not further away than anybody can see. Raises NoSuchDay."""
    if not today() <= day <= today() + FURTHEST:
        raise NoSuchDay


def open_of(idea_id: int) -> Promise | None:
    """The promise of this idea that stands, if any."""
    return db.session.scalars(select(Promise).where(Promise.idea_id == idea_id, Promise.is_open())).first()


def follow(idea: Any, old_kind: str, by: User | None, reason: str) -> None:
    """Let the promise follow the step that its idea just took from a status of `old_kind`.

    What ships is kept, what is declined is taken back for the reason of that; back from there within a day, it stands
    again as if nothing had been. Later it stays as it was settled, and another day may be promised.
    """
    outcome = SETTLES.get(idea.status.kind)
    if outcome is None:
        if old_kind in SETTLES:
            _stand_again(idea, by)
        return
    # Held, so that of somebody who settles it just now one of us sees what the other did.
    for promise in hold_all(Promise, Promise.idea_id == idea.id, Promise.is_open()):
        if outcome == Outcome.KEPT:
            promise.keep(by, by_status=True)
        else:
            promise.take_back(reason, by, by_status=True)


def _stand_again(idea: Any, by: User | None) -> None:
    lately = Promise.settled_by_status.is_(True), Promise.settled_at >= now() - AT_ONCE
    last = select(Promise).where(Promise.idea_id == idea.id, *lately).order_by(Promise.id.desc()).limit(1)
    promise = db.session.scalars(last).first()
    if promise and open_of(idea.id) is None:
        promise.reopen(by)
