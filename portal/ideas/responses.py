"""What the brand says of an idea, and what it said before."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.blanking import Version
from portal.clock import now
from portal.database.types import Base

if TYPE_CHECKING:
    from portal.ideas.models import Idea


class OfficialResponse(Base):
    """What the brand says of an idea, pinned above the discussion."""

    __tablename__ = "official_response"

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), unique=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    edited_at: Mapped[datetime | None]

    idea: Mapped["Idea"] = relationship(back_populates="response")
    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    revisions: Mapped[list["ResponseRevision"]] = relationship(order_by="ResponseRevision.id", viewonly=True)


class Spokesperson(NamedTuple):
    """Who speaks for the brand, as far as a response names them."""

    display_name: str
    title: str
    is_former: bool


class Said(NamedTuple):
    """A response as a page shows it."""

    body: str
    created_at: datetime
    edited_at: datetime | None
    author: Spokesperson

    @classmethod
    def columns(cls) -> tuple[Any, ...]:
        """What makes one, of the response and its author."""
        said = OfficialResponse.body, OfficialResponse.created_at, OfficialResponse.edited_at
        return (*said, User.display_name, User.title, User.is_former)

    @classmethod
    def of(cls, body: str | None, created_at: Any, edited_at: Any, *author: Any) -> "Said | None":
        return None if body is None else cls(body, created_at, edited_at, Spokesperson(*author))


class ResponseRevision(Version, Base):
    """What an official response said, each time it was saved."""

    __tablename__ = "response_revision"
    of = "response_id"

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("official_response.id", ondelete="CASCADE"), index=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)

    editor: Mapped[User] = relationship(lazy="joined", innerjoin=True)
