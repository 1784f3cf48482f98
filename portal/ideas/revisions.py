"""What ideas said before."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.blanking import Version
from portal.clock import now
from portal.database.types import Base


class Revision(Version, Base):
    """What an idea said, each time it was saved."""

    __tablename__ = "revision"
    words, of = ("title", "body", "expected"), "idea_id"

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    title: Mapped[str] = mapped_column(String(500))
    body: Mapped[str] = mapped_column(Text, default="")
    expected: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    editor: Mapped[User] = relationship(lazy="joined", innerjoin=True)
