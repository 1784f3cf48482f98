"""The links and codes that go out by mail, and what waits for its confirmation behind one."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Any, Self

from flask import current_app
from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.accounts.mailboxes import mailbox_of
from portal.clock import now
from portal.database.holding import hold_all
from portal.database.types import Base
from portal.extensions import db

LINK_LIFE = timedelta(minutes=30)
PENDING_LIFE = timedelta(hours=24)
WRONG_TRIES = 5


class EmailToken(Base):
    """One message with a link and a code. Both are HMACs of this row: the database holds neither."""

    __tablename__ = "email_token"
    __table_args__ = (Index("ix_email_token_mailbox_created", "mailbox", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    mailbox: Mapped[str] = mapped_column(String(254), default="", server_default="")
    purpose: Mapped[str] = mapped_column(String(20), default="sign_in")
    lang: Mapped[str] = mapped_column(String(2), default="en")
    nonce: Mapped[str] = mapped_column(String(40), default=lambda: secrets.token_hex(16))
    next_url: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(default=lambda: now() + LINK_LIFE)
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    wrong_tries: Mapped[int] = mapped_column(default=0)

    pending: Mapped["PendingAction | None"] = relationship(back_populates="token", uselist=False)

    @validates("email")
    def _find_mailbox(self, _name: str, email: str) -> str:
        self.mailbox = mailbox_of(email)
        return email

    @classmethod
    def from_link(cls, value: str, purpose: str = "sign_in") -> Self | None:
        """The row that a link of this purpose belongs to, used or not; None for one that we never sent."""
        id, _, mac = value.partition(".")
        token = db.session.get(cls, int(id)) if id.isascii() and id.isdigit() and len(id) < 10 else None
        known = token and token.purpose == purpose and hmac.compare_digest(token._mac("link").encode(), mac.encode())
        return token if known else None

    @classmethod
    def spend(cls, id: int) -> Self | None:
        """Use the message up and return it, and end every other that is open for the address; None where it was used,
        expired, ended or tried wrongly too often: one statement decides, so that two clicks make one session."""
        cls._hold_its_mailbox(id)
        open_ = cls.expires_at > now(), cls.ended_at.is_(None), cls.wrong_tries < WRONG_TRIES
        token = cls._use(id, *open_)
        if token is not None:
            cls.end_open(token.email, token.purpose)
        return token

    @classmethod
    def _hold_its_mailbox(cls, id: int) -> None:
        """Hold every message of its mailbox, in one order: of two that are used at once none waits for the other's."""
        mailbox = select(cls.mailbox).where(cls.id == id).scalar_subquery()
        hold_all(cls, cls.mailbox == mailbox)

    @classmethod
    def settle(cls, id: int) -> Self | None:
        """Use up a message for what waits behind it, open or ended, now that its owner is signed in anyway."""
        return cls._use(id)

    @classmethod
    def end_open(cls, email: str | None, purpose: str = "sign_in") -> None:
        """Let no message of this purpose that this mailbox still holds open anything; what waits behind one is kept."""
        theirs = (
            cls.mailbox == mailbox_of(email or ""),
            cls.purpose == purpose,
            cls.used_at.is_(None),
            cls.ended_at.is_(None),
        )
        ended = update(cls).where(*theirs, cls.expires_at > now()).values(ended_at=now())
        db.session.execute(ended, execution_options={"synchronize_session": "fetch"})

    @classmethod
    def _use(cls, id: int, *conditions: Any) -> Self | None:
        used = update(cls).where(cls.id == id, cls.used_at.is_(None), *conditions).values(used_at=now())
        quiet = {"synchronize_session": False}
        spent = db.session.execute(used.returning(cls.id), execution_options=quiet).first()
        return db.session.get(cls, id, populate_existing=True) if spent else None

    @property
    def link_value(self) -> str:
        return f"{self.id}.{self._mac('link')}"

    @property
    def code(self) -> str:
        """Six digits, typed in the browser that asked."""
        return f"{int(self._mac('code'), 16) % 1_000_000:06d}"

    @property
    def is_usable(self) -> bool:
        open_ = self.used_at is None and self.ended_at is None
        return open_ and now() < self.expires_at and self.wrong_tries < WRONG_TRIES

    def matches(self, code: str) -> bool:
        """Whether the typed code is right; a wrong one is counted, and five spend the message."""
        right = self.is_usable and hmac.compare_digest(self.code.encode(), re.sub(r"\D", "", code).encode())
        if not right:
            self.wrong_tries += 1
        return right

    @property
    def tries_left(self) -> int:
        return max(0, WRONG_TRIES - self.wrong_tries)

    def _mac(self, what: str) -> str:
        message = f"{what}:{self.purpose}:{self.id}:{self.nonce}:{self.email}"
        return hmac.new(str(current_app.secret_key).encode(), message.encode(), hashlib.sha256).hexdigest()


class PendingAction(Base):
    """What a visitor did that waits for their confirmation: never counted, never shown, purged after a day."""

    __tablename__ = "pending_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("email_token.id", ondelete="CASCADE"), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)

    token: Mapped[EmailToken] = relationship(back_populates="pending")
