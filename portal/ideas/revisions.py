"""What ideas said before."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.blanking import Version
from portal.clock import now
from portal.database.types import Base


class Revision(Version, Base):
    """What an idea said, each time it was saved. `fields`: what it said to those of boards, by their ids."""

    __tablename__ = "revision"
    words, of = ("title", "body", "expected"), "idea_id"

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    title: Mapped[str] = mapped_column(String(500))
    body: Mapped[str] = mapped_column(Text, default="")
    expected: Mapped[str] = mapped_column(Text, default="")
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    created_at: Mapped[datetime] = mapped_column(default=now)

    editor: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def nothing(cls) -> dict[str, Any]:
        return {**super().nothing(), "fields": {}}

    def text_of(self, name: str) -> str:
        """What it said in one of its texts, or to the field of a board, in words: `told` says those (said_then())."""
        told: dict[str, str] = getattr(self, "told", {})
        return told.get(name, "") if name not in self.words else super().text_of(name)
