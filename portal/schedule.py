"""Every recurring job, one line each; a row a slot decides that it runs once, whoever runs it."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import now
from portal.extensions import Base


class ScheduleRun(Base):
    """That a recurring job was taken for a slot of time."""

    __tablename__ = "schedule_run"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[str] = mapped_column(String(40), default=lambda: now().isoformat())
