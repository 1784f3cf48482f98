"""Where imports came from: a source is a name under which one export, also taken again later, is found again."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import now
from portal.database.types import Base


class ImportRun(Base):
    """That this content was imported under this source. What was imported before there were sources has no content."""

    __tablename__ = "import_run"
    __table_args__ = (UniqueConstraint("source", "content"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(String(64), default="")
    started_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
