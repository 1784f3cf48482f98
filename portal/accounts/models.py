"""Who people are, how they sign in, and what waits for their confirmation."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from flask import current_app
from flask_login import UserMixin
from slugify import slugify
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    and_,
    case,
    false,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.accounts.addressing import tidy_address
from portal.accounts.mailboxes import mailbox_of
from portal.accounts.profile import Profile
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.holding import hold_all
from portal.extensions import Base, db
from portal.i18n import _

LINK_LIFE = timedelta(minutes=30)
PENDING_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(days=60)
WRONG_TRIES = 5
FORMER = "a former member"
ZONE = "Europe/Paris"


class Role(StrEnum):
    MEMBER = "member"
    STAFF = "staff"
    ADMIN = "admin"


class CreditAs(StrEnum):
    """How credits show a person."""

    NAME = "name"
    PSEUDONYM = "pseudonym"
    NOBODY = "nobody"


class MailWhen(StrEnum):
    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"


# What stopping and withdrawing makes of a person's choices.
WITHDRAWN: dict[str, Any] = {
    "mail_progress": MailWhen.NEVER,
    "mail_comments": MailWhen.NEVER,
    "credit_as": CreditAs.NOBODY,
    "named_as_supporter": False,
    "featured": False,
}


class Theme(StrEnum):
    """Which colours a member reads in: the device's choice, or theirs."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Motion(StrEnum):
    """Whether things may move: as the device says, or hardly at all."""

    AUTO = "auto"
    LESS = "less"


# Of accounts that share a mailbox from before, all but the oldest.
TWINS_APART: dict[str, Any] = {
    "sqlite_where": text("is_twin IS 0"),
    "postgresql_where": text("is_twin IS false"),
}


class User(UserMixin, Profile, Base):
    """A member or one of the staff. An imported person has no address; an erased one has no name either.

    `mailbox` follows from the address, which may have several spellings: one mailbox opens one account.
    """

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("role IN ('member', 'staff', 'admin')", name="role"),
        Index("ix_user_created", "created_at", "id"),
        Index("ix_user_mailbox", "mailbox"),
        Index("uq_user_mailbox", "mailbox", unique=True, **TWINS_APART),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    mailbox: Mapped[str | None] = mapped_column(String(254))
    is_twin: Mapped[bool] = mapped_column(default=False, server_default=false())
    own_name: Mapped[str] = mapped_column("display_name", String(80))
    handle: Mapped[str] = mapped_column(String(80), unique=True)
    role: Mapped[str] = mapped_column(String(10), default=Role.MEMBER)
    title: Mapped[str] = mapped_column(String(80), default="")
    bio: Mapped[str] = mapped_column(String(500), default="")
    lang: Mapped[str] = mapped_column(String(2), default="en")
    timezone: Mapped[str] = mapped_column(String(60), default=ZONE)
    zone_chosen: Mapped[bool] = mapped_column(default=False)
    zone_declined: Mapped[str] = mapped_column(String(60), default="")
    credit_as: Mapped[str] = mapped_column(String(10), default=CreditAs.NAME)
    pseudonym: Mapped[str] = mapped_column(String(80), default="")
    named_as_supporter: Mapped[bool] = mapped_column(default=False)
    featured: Mapped[bool] = mapped_column(default=True)
    mail_progress: Mapped[str] = mapped_column(String(10), default=MailWhen.AT_ONCE)
    mail_comments: Mapped[str] = mapped_column(String(10), default=MailWhen.DAILY)
    shortcuts: Mapped[bool] = mapped_column(default=True)
    theme: Mapped[str] = mapped_column(String(5), default=Theme.AUTO)
    motion: Mapped[str] = mapped_column(String(5), default=Motion.AUTO)
    imported_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    suspended_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime | None]

    _session_token = ""

    @hybrid_property
    def display_name(self) -> str:
        """The name that everybody reads wherever this person is named: their own, or the pseudonym that they chose.

        Who gave none is a member, in the reader's language.
        """
        chosen = self.pseudonym if self.credit_as == CreditAs.PSEUDONYM else ""
        return chosen or self.own_name or _("a member")

    @display_name.inplace.setter
    def _set_own_name(self, name: str) -> None:
        self.own_name = name

    @display_name.inplace.expression
    @classmethod
    def _display_name(cls) -> ColumnElement[str]:
        chosen = and_(cls.credit_as == CreditAs.PSEUDONYM, cls.pseudonym != "")
        return case((chosen, cls.pseudonym), (cls.own_name == "", _("a member")), else_=cls.own_name)

    def get_id(self) -> str:
        """The token of the open session, which is what Flask-Login keeps in the cookie."""
        return self._session_token

    @classmethod
    def join(cls, email: str, display_name: str, lang: str, timezone: str = "") -> Self:
        """Make a member whose address was just confirmed, and record that they joined. Without a zone: the portal's.

        The name may be empty: never is it derived from the address.
        """
        user = cls(
            email=email.strip().lower(),
            display_name=display_name,
            handle=cls.free_handle(display_name),
            lang=lang,
            timezone=timezone or ZONE,
            zone_chosen=bool(timezone),
        )
        db.session.add(user)
        db.session.flush()
        record(Action.MEMBER_JOINED, user, by=user)
        return user

    @classmethod
    def free_handle(cls, display_name: str) -> str:
        """A public address nobody has, made from the name (never from the e-mail address)."""
        wanted = slugify(display_name)[:60] or "member"
        handle = wanted
        while db.session.scalar(select(cls.id).where(cls.handle == handle)) is not None:
            handle = f"{wanted}-{secrets.token_hex(3)}"
        return handle

    @classmethod
    def named_like(cls, words: str) -> ColumnElement[bool]:
        """The condition of people with these words in one of their names: for staff, who see both."""
        return or_(*(name.icontains(words, autoescape=True) for name in (cls.own_name, cls.pseudonym)))

    @classmethod
    def with_email(cls, email: str) -> Self | None:
        """The person with this address, or else whose mailbox it is in another spelling: the oldest of them."""
        address = tidy_address(email)
        theirs = select(cls).where(or_(cls.email == address, cls.mailbox == mailbox_of(address)))
        return db.session.scalars(theirs.order_by(cls.email != address, cls.created_at, cls.id).limit(1)).first()

    @validates("email")
    def _find_mailbox(self, _name: str, email: str | None) -> str | None:
        mailbox = mailbox_of(email) if email else None
        if mailbox != self.mailbox:
            self.mailbox, self.is_twin = mailbox, False
        return email

    @property
    def is_of_team(self) -> bool:
        """Whether they have a role in the team, be they suspended or not."""
        return self.role in (Role.STAFF, Role.ADMIN)

    @property
    def is_staff(self) -> bool:
        """Whether they see and do what staff do: while they are suspended, nobody does."""
        return self.is_of_team and not self.is_suspended

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN and not self.is_suspended

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None

    @property
    def is_former(self) -> bool:
        return self.erased_at is not None

    @property
    def is_imported(self) -> bool:
        return self.email is None and self.erased_at is None

    @property
    def avatar_seed(self) -> str:
        return self.handle

    @property
    def is_nameless(self) -> bool:
        """Whether they have not said yet what to call them, not even by a pseudonym."""
        return not (self.own_name or self.credited_name or self.is_former)

    @property
    def gets_mail(self) -> bool:
        """Whether they want mail when something of theirs moves, at once or in the digest."""
        return self.mail_progress != MailWhen.NEVER

    @property
    def credited_name(self) -> str | None:
        """The name under which credits show this person, or None where they chose not to be named, or gave no name."""
        shown: dict[str, str] = {CreditAs.NAME: self.own_name, CreditAs.PSEUDONYM: self.pseudonym}
        return None if self.is_former else shown.get(self.credit_as) or None

    @classmethod
    def bears_a_name(cls) -> ColumnElement[bool]:
        """The condition of those who have a name that credits show: their own, or the pseudonym that they chose."""
        return or_(
            and_(cls.credit_as == CreditAs.NAME, cls.own_name != ""),
            and_(cls.credit_as == CreditAs.PSEUDONYM, cls.pseudonym != ""),
        )

    def take_name(self, name: str) -> None:
        """Be called so from now on. With the first name comes the address of the profile."""
        unnamed, self.own_name = self.is_nameless, name
        if unnamed and name and self.display_name == name:
            self.handle = self.free_handle(name)

    def choose_credit(self, credit_as: str, pseudonym: str) -> None:
        """Be named so from now on, on every page; the address of the profile tells no other name."""
        before = self.display_name
        self.credit_as, self.pseudonym = credit_as, pseudonym
        if self.display_name != before:
            self.handle = self.free_handle(self.display_name)

    def change_role(self, role: Role, by: "User") -> None:
        """Make someone staff or admin, or a member again; recorded for the audit."""
        if role != self.role:
            old, self.role = self.role, role
            EmailToken.end_open(self.email)
            record(Action.ROLE_CHANGED, self, by=by, old=old, new=str(role))

    def live_in(self, zone: str) -> None:
        """Go by the time of this zone, as they chose."""
        self.timezone, self.zone_chosen, self.zone_declined = zone, True, ""

    def stay(self, not_in: str) -> None:
        """Keep their zone though their browser is in another, and be asked about that one no more."""
        self.zone_chosen, self.zone_declined = True, not_in

    @property
    def withdrawable(self) -> list[str]:
        """What they can still stop or withdraw."""
        return [name for name, nothing in WITHDRAWN.items() if getattr(self, name) != nothing]

    def withdraw(self, what: str) -> None:
        """Stop a kind of mail, or take back that one is named or shown."""
        setattr(self, what, WITHDRAWN[what])

    def sign_in(self, user_agent: str = "") -> str:
        """Open a session of this person and return its token, which is stored only as a hash."""
        token = secrets.token_urlsafe(32)
        db.session.add(SignedIn(user_id=self.id, token_hash=_hash(token), user_agent=user_agent[:200]))
        self.seen_at = now()
        self._session_token = token
        return token

    def was_here(self) -> None:
        """Remember the visit, to the hour: pages are read without writing, so it moves with what people do."""
        if self.seen_at is None or self.seen_at < now() - timedelta(hours=1):
            self.seen_at = now()

    def sign_out_everywhere(self, but: str = "") -> None:
        """Revoke every open session but the one of this token, and end the links that would open another."""
        EmailToken.end_open(self.email)
        others = SignedIn.user_id == self.id, SignedIn.revoked_at.is_(None), SignedIn.token_hash != _hash(but)
        for session in db.session.scalars(select(SignedIn).where(*others)):
            session.revoked_at = now()


class SignedIn(Base):
    """A browser in which somebody is signed in."""

    __tablename__ = "signed_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def close(cls, token: str) -> None:
        """Revoke the session of this token."""
        session = cls.open_with(token)
        if session:
            session.revoked_at = now()

    @classmethod
    def open_with(cls, token: str) -> Self | None:
        """The open session of this token, with its user, or None."""
        return db.session.scalar(
            select(cls).where(
                cls.token_hash == _hash(token), cls.revoked_at.is_(None), cls.created_at > now() - SESSION_LIFE
            )
        )


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
    def opens(cls, user: User) -> ColumnElement[bool]:
        """The condition of messages that open this account, however its address was spelled; none that opens a twin."""
        twins = select(User.email).where(User.mailbox == user.mailbox, User.id != user.id)
        return and_(cls.mailbox == user.mailbox, cls.email.not_in(twins))

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


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
