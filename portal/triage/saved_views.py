"""Lists that people come back to: what the inbox shows, under a name, for oneself or for the team."""

from datetime import datetime
from functools import cache
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, ForeignKey, Integer, String, bindparam, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.clock import now
from portal.database.reading import rows
from portal.database.types import Base
from portal.extensions import db

NAME_MAX = 40
QUERY_MAX = 500
# Each is counted whenever the inbox is shown.
MOST = 12


class TooMany(Exception):
    """A list of lists that nobody takes in."""


class SavedView(Base):
    """The query of a list of the inbox, as its address has it, under a name; the team's are seen by all of them."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    query: Mapped[str] = mapped_column(String(QUERY_MAX), default="")
    is_shared: Mapped[bool] = mapped_column(default=False, index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    owner: Mapped[User] = relationship()

    @classmethod
    def keep(cls, name: str, query: str, by: User, is_shared: bool = False) -> "SavedView":
        """Save a view under this name. Raises TooMany."""
        own = select(func.count(cls.id)).where(cls.user_id == by.id)
        if (db.session.scalar(own) or 0) >= MOST:
            raise TooMany
        view = cls(user_id=by.id, name=name, query=query[:QUERY_MAX], is_shared=is_shared)
        db.session.add(view)
        db.session.flush()
        return view

    @classmethod
    def seen_by(cls, user: User) -> ColumnElement[bool]:
        """The condition of one's own, and of what others of the team share."""
        return or_(cls.user_id == user.id, cls.is_shared.is_(True))

    @classmethod
    def find_or_404(cls, id: int, for_: User) -> "SavedView":
        found = db.session.scalar(select(cls).where(cls.id == id, cls.seen_by(for_)))
        return found or abort(404)


def views_of(user: User) -> list[Any]:
    """What this person sees of them: their own first, each by its name, as many as are shown. As columns."""
    return list(rows(_seen(), {"me": user.id}))


@cache
def _seen() -> Any:
    me = bindparam("me", type_=Integer)
    seen = select(SavedView.id, SavedView.name, SavedView.is_shared, SavedView.query)
    seen = seen.where(or_(SavedView.user_id == me, SavedView.is_shared.is_(True)))
    return seen.order_by(SavedView.user_id != me, SavedView.name, SavedView.id).limit(MOST * 2)
