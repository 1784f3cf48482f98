"""The rows of the pictures that people add to ideas, comments and releases."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import now
from portal.extensions import Base
from portal.web.addresses import url_for


class Attachment(Base):
    """An image that somebody added, re-encoded and stored under a random key."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    alt: Mapped[str] = mapped_column(String(200), default="")
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), index=True)
    pending_id: Mapped[int | None] = mapped_column(ForeignKey("pending_action.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def url(self) -> str:
        return url_for("ideas.upload", key=self.key)
