"""Who people are."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Self

from flask_login import UserMixin
from slugify import slugify
from sqlalchemy import CheckConstraint, ColumnElement, Index, String, and_, false, or_, select, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from portal.accounts.addressing import tidy_address
from portal.accounts.choices import ZONE, Choices
from portal.accounts.duties import Job
from portal.accounts.email_tokens import EmailToken
from portal.accounts.mailboxes import mailbox_of
from portal.accounts.membership import Membership, Role
from portal.accounts.naming import Naming
from portal.accounts.profile_words import ProfileWords
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.types import Base
from portal.extensions import db

FORMER = "a former member"


# Of accounts that share a mailbox from before, all but the oldest.
TWINS_APART: dict[str, Any] = {
    "sqlite_where": text("is_twin IS 0"),
    "postgresql_where": text("is_twin IS false"),
}


class User(UserMixin, Membership, Naming, Choices, ProfileWords, Base):
    """A member or one of the staff. An imported person has no address; an erased one has no name either.

    `mailbox` follows from the address, which may have several spellings: one mailbox opens one account.
    """

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("role IN ('member', 'staff', 'admin')", name="role"),
        Index("ix_user_created", "created_at", "id"),
        Index("ix_user_mailbox", "mailbox"),
        Index("ix_user_seen", "seen_at"),
        Index("uq_user_mailbox", "mailbox", unique=True, **TWINS_APART),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str | None] = mapped_column(String(254))
    is_twin: Mapped[bool] = mapped_column(default=False, server_default=false())
    handle: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(80), default="")
    bio: Mapped[str] = mapped_column(String(500), default="")
    lang: Mapped[str] = mapped_column(String(2), default="en")
    imported_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime | None]

    session_token = ""

    def get_id(self) -> str:
        """The token of the open session, which is what Flask-Login keeps in the cookie."""
        return self.session_token

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

    def opened_by(self) -> ColumnElement[bool]:
        """The condition of messages that open this account, however its address was spelled; none that opens a twin."""
        twins = select(User.email).where(User.mailbox == self.mailbox, User.id != self.id)
        return and_(EmailToken.mailbox == self.mailbox, EmailToken.email.not_in(twins))

    @property
    def avatar_seed(self) -> str:
        return self.handle

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

    def change_role(self, role: Role, by: "User", jobs: list[str] | None = None) -> None:
        """Make someone staff (with these jobs, or all three) or admin, or a member again; recorded for the audit."""
        if role != self.role:
            old, self.role = self.role, role
            EmailToken.end_open(self.email)
            self.chosen_jobs = _kept(jobs) if role == Role.STAFF else None
            had: dict[str, Any] = {"jobs": self.jobs} if role == Role.STAFF else {}
            record(Action.ROLE_CHANGED, self, by=by, old=old, new=str(role), **had)
        elif jobs is not None and role == Role.STAFF:
            self.change_jobs(jobs, by)

    def change_jobs(self, jobs: list[str], by: "User") -> None:
        """Give one of staff these jobs, and no others; recorded for the audit."""
        before, self.chosen_jobs = self.jobs, _kept(jobs)
        if self.jobs != before:
            record(Action.JOBS_CHANGED, self, by=by, old=before, new=self.jobs)

    def was_here(self) -> None:
        """Remember the visit, to the hour: pages are read without writing, so it moves with what people do."""
        if self.seen_at is None or self.seen_at < now() - timedelta(hours=1):
            self.seen_at = now()


def _kept(jobs: list[str] | None) -> str | None:
    """What the column holds for these jobs; nothing for all three, as for those who never had a choice."""
    chosen = [job for job in Job if jobs is None or job in jobs]
    return None if len(chosen) in (0, len(Job)) else ",".join(chosen)
