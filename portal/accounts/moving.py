"""Another e-mail address for an account: both addresses agree, and for a week the old one can take it back.

Who cannot read the old one any more says so. It is told, and after a week without its objection an admin decides.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from flask import current_app
from sqlalchemy import ForeignKey, Index, String, func, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.carrying import carry, carry_over, waiting_at
from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.holding import hold, hold_all
from portal.database.types import Base
from portal.extensions import db
from portal.middleware.limits import ADDRESS_CHANGES

A_WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)
WAITING = "done_at IS NULL AND ended_at IS NULL"


class Side(StrEnum):
    """Whose link it is: that of the old or the new address, or the one with which the old one takes it back."""

    OLD = "old"
    NEW = "new"
    BACK = "back"


class Ended(StrEnum):
    """Why a change did not come about."""

    CANCELLED = "cancelled"
    REPLACED = "replaced"
    STOPPED = "stopped"
    REFUSED = "refused"
    TAKEN = "taken"
    RESTORED = "restored"


class Standing(StrEnum):
    """How it stands: with the addresses, in its week, with an admin, unanswered for too long, or over."""

    ASKED = "asked"
    RUNNING = "running"
    READY = "ready"
    UNANSWERED = "unanswered"
    ENDED = "ended"
    DONE = "done"
    TAKEN_BACK = "taken_back"


OPEN = (Standing.ASKED, Standing.RUNNING, Standing.READY)


class AddressChange(Base):
    """That a person asked to be reached at another address. The links are HMACs of this row: it holds none of them."""

    __tablename__ = "address_change"
    __table_args__ = (
        Index(
            "ix_address_change_waiting",
            "user_id",
            unique=True,
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
        Index("ix_address_change_user_id", "user_id", "id"),
        Index("ix_address_change_new_email", "new_email", "asked_at"),
        Index("ix_address_change_old_email", "old_email", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    old_email: Mapped[str] = mapped_column(String(254))
    new_email: Mapped[str] = mapped_column(String(254))
    nonce: Mapped[str] = mapped_column(String(40), default=lambda: secrets.token_hex(16))
    lost_old: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    old_confirmed_at: Mapped[datetime | None]
    new_confirmed_at: Mapped[datetime | None]
    ready_told_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str] = mapped_column(String(10), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    carried: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="joined", innerjoin=True)
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    @classmethod
    def ask(cls, user: User, email: str, lost_old: bool = False) -> Self:
        """Ask both addresses. It takes the place of whatever this person asked for before."""
        hold(user)
        change = cls(user_id=user.id, old_email=user.email, new_email=email, lost_old=lost_old)
        for earlier in db.session.scalars(select(cls).where(cls.user_id == user.id, cls.waits())):
            earlier._end(Ended.REPLACED)
        db.session.flush()
        db.session.add(change)
        db.session.flush()
        record(Action.ADDRESS_ASKED, user, by=user, change=change.id, lost_old=lost_old)
        return change

    @classmethod
    def of(cls, user: User) -> Self | None:
        """What this person asked for and what still waits for somebody."""
        found = db.session.scalar(select(cls).where(cls.user_id == user.id, cls.waits()))
        return found if found and found.is_open else None

    @classmethod
    def from_link(cls, side: str, value: str) -> Self | None:
        """The change that a link of this side belongs to; None for one that we never sent."""
        id, _, mac = value.partition(".")
        change = db.session.get(cls, int(id)) if id.isascii() and id.isdigit() and len(id) < 10 else None
        known = change and hmac.compare_digest(change._mac(Side(side)).encode(), mac.encode())
        return change if known else None

    @classmethod
    def held(cls, id: int) -> Self | None:
        """The change as it stands, and nobody else changes anything of it meanwhile; None where it is gone."""
        hold_all(User, User.id == select(cls.user_id).where(cls.id == id).scalar_subquery())
        return db.session.get(cls, id, populate_existing=True)

    @classmethod
    def given_up(cls, email: str) -> Self | None:
        """The change by which this address lost its account, while it can still take it back."""
        done = cls.old_email == email, cls.done_at > now() - A_WEEK, cls.undone_at.is_(None)
        return db.session.scalar(select(cls).where(*done).order_by(cls.id).limit(1))

    @classmethod
    def for_admins(cls) -> list[Self]:
        """What an admin decides on, now or when its week is over; what waits longest comes first."""
        lost = cls.waits(), cls.lost_old.is_(True), cls.new_confirmed_at.is_not(None)
        return list(db.session.scalars(select(cls).where(*lost).order_by(cls.new_confirmed_at, cls.id)))

    @classmethod
    def rests_until(cls, user: User) -> datetime | None:
        """Until when nothing can be asked for: the day after one was taken back."""
        last = db.session.scalar(select(func.max(cls.undone_at)).where(cls.user_id == user.id))
        return last + A_DAY if last and last + A_DAY > now() else None

    @classmethod
    def too_many(cls, user: User, email: str) -> bool:
        """Whether this person, or others for this new address, have asked often enough for a day."""
        today = select(func.count(cls.id)).where(cls.asked_at > now() - ADDRESS_CHANGES.within)
        return any(
            (db.session.scalar(today.where(whose)) or 0) >= ADDRESS_CHANGES.number
            for whose in (cls.user_id == user.id, cls.new_email == email)
        )

    @property
    def standing(self) -> Standing:
        """Where it stands at this moment."""
        if self.done_at:
            return Standing.TAKEN_BACK if self.undone_at else Standing.DONE
        if self.ended_at:
            return Standing.ENDED
        if self.ready_at:
            return Standing.READY if now() >= self.ready_at else Standing.RUNNING
        return Standing.ASKED if now() < self.asked_at + A_WEEK else Standing.UNANSWERED

    @property
    def is_open(self) -> bool:
        return self.standing in OPEN

    @property
    def ready_at(self) -> datetime | None:
        """When an admin may let it through, where the old address is lost and the new one agrees."""
        return self.new_confirmed_at + A_WEEK if self.lost_old and self.new_confirmed_at else None

    @property
    def back_until(self) -> datetime:
        """Until when the old address can take it back; what is not done yet counts from now."""
        return (self.done_at or now()) + A_WEEK

    @property
    def can_be_taken_back(self) -> bool:
        """Whether the old address may still take it back: it is within its week, and nobody else has it since."""
        within = self.standing == Standing.DONE and now() < self.back_until
        return within and self._is_free(self.old_email)

    def link_value(self, side: Side) -> str:
        return f"{self.id}.{self._mac(side)}"

    def confirm(self, side: Side, by: User, session: str = "") -> bool:
        """That the owner of this address agrees; once both have, it is done. False where it is no longer open.

        `session` is the token of the session in which it happens: it stays open.
        """
        if not self.is_open:
            return False
        if side == Side.OLD:
            self.old_confirmed_at = self.old_confirmed_at or now()
        else:
            self.new_confirmed_at = self.new_confirmed_at or now()
        if self.old_confirmed_at and self.new_confirmed_at:
            self._come_about(by, session)
        return True

    def stop(self, side: Side, by: User) -> bool:
        """That the owner of this address objects. False where it is no longer open."""
        if not self.is_open:
            return False
        self._end(Ended.STOPPED)
        objected = self.lost_old and side == Side.OLD
        record(Action.ADDRESS_OBJECTED if objected else Action.ADDRESS_KEPT, self.user, by=by, change=self.id)
        return True

    def cancel(self) -> None:
        """That the person does not want it any more."""
        if self.is_open:
            self._end(Ended.CANCELLED)

    def void(self) -> None:
        """That the portal was restored from a backup: no link from before does anything."""
        self.nonce = secrets.token_hex(16)
        if not self.done_at and not self.ended_at:
            self._end(Ended.RESTORED)

    def let_through(self, by: User, reason: str) -> bool:
        """Do it without the old address, whose week is over. False where it is not, or nothing waits any more."""
        if self.standing != Standing.READY:
            return False
        self.decided_by_id, self.reason = by.id, reason
        self._come_about(by, reason=reason)
        return True

    def refuse(self, by: User, reason: str) -> bool:
        """Leave the address as it is, and say why. False where nothing waits any more."""
        if not self.is_open:
            return False
        self.decided_by_id, self.reason = by.id, reason
        self._end(Ended.REFUSED)
        record(Action.ADDRESS_KEPT, self.user, by=by, change=self.id, reason=reason)
        return True

    def take_back(self) -> bool:
        """Give the old address its account back, whatever was changed since. False where it is too late."""
        if not self.can_be_taken_back:
            return False
        user, later = self.user, AddressChange.user_id == self.user_id
        if not carry_over(user, self.old_email):
            return False
        for change in db.session.scalars(select(AddressChange).where(later, AddressChange.id > self.id)):
            if change.done_at:
                change.undone_at = change.undone_at or now()
            elif not change.ended_at:
                change._end(Ended.REPLACED)
        self.undone_at = now()
        carry(self.carried.get("pending", []), self.old_email)
        record(Action.ADDRESS_TAKEN_BACK, user, by=user, change=self.id)
        return True

    def _come_about(self, by: User, session: str = "", reason: str = "") -> None:
        user = self.user
        waits = waiting_at(self.old_email)
        if (
            user.email != self.old_email
            or not self._is_free(self.new_email)
            or not carry_over(user, self.new_email, session)
        ):
            self._end(Ended.TAKEN)
            record(Action.ADDRESS_KEPT, user, by=by, change=self.id)
            return
        carry(waits, self.new_email)
        self.carried, self.done_at = {"pending": waits}, now()
        record(Action.ADDRESS_CHANGED, user, by=by, change=self.id, **({"reason": reason} if reason else {}))

    def _is_free(self, email: str) -> bool:
        owner = User.with_email(email)
        return owner is None or owner.id == self.user_id

    def _end(self, why: Ended) -> None:
        self.ended_at, self.ended_as = now(), why

    def _mac(self, side: Side) -> str:
        address = self.new_email if side == Side.NEW else self.old_email
        message = f"address:{side}:{self.id}:{self.nonce}:{address}"
        return hmac.new(str(current_app.secret_key).encode(), message.encode(), hashlib.sha256).hexdigest()

    @classmethod
    def waits(cls) -> Any:
        """The condition on those that are neither done nor ended."""
        return cls.done_at.is_(None) & cls.ended_at.is_(None)
