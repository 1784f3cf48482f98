"""The browsers in which people are signed in."""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ForeignKey, Select, String, bindparam, select, true
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.clock import now
from portal.database.types import Base
from portal.extensions import db
from portal.settings import Settings, came_along

SESSION_LIFE = timedelta(days=60)


class SignedIn(Base):
    """A browser in which somebody is signed in."""

    __tablename__ = "signed_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]

    @classmethod
    def begin(cls, user: User, user_agent: str = "") -> str:
        """Open a session of this person and return its token, which is stored only as a hash."""
        token = secrets.token_urlsafe(32)
        db.session.add(cls(user_id=user.id, token_hash=_hash(token), user_agent=user_agent[:200]))
        user.seen_at = now()
        user.session_token = token
        return token

    @classmethod
    def close(cls, token: str) -> None:
        """Revoke the session of this token."""
        session = db.session.scalar(select(cls).where(cls.token_hash == _hash(token), cls.revoked_at.is_(None)))
        if session:
            session.revoked_at = now()

    @classmethod
    def person_in(cls, token: str) -> User | None:
        """Whose open session this is, or None. The portal's settings come along, for the page."""
        asked = {"token_hash": _hash(token), "since": now() - SESSION_LIFE}
        found = db.session.execute(_open(), asked).first()
        if found is None:
            return None
        came_along(found.Settings)
        return found.User

    @classmethod
    def close_all(cls, user: User, but: str = "") -> None:
        """Revoke every open session but the one of this token, and end the links that would open another."""
        EmailToken.end_open(user.email)
        others = cls.user_id == user.id, cls.revoked_at.is_(None), cls.token_hash != _hash(but)
        for session in db.session.scalars(select(cls).where(*others)):
            session.revoked_at = now()


@cache
def _open() -> Select[User, Settings]:
    """Every page of a member asks this first, so it is built once."""
    theirs = select(User, Settings).join(SignedIn, SignedIn.user_id == User.id).join(Settings, true())
    is_open = SignedIn.token_hash == bindparam("token_hash"), SignedIn.revoked_at.is_(None)
    return theirs.where(*is_open, SignedIn.created_at > bindparam("since"))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
