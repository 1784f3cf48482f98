"""Every import that was begun. A source is a name under which one export, also taken again later, is found again."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import now
from portal.database.types import Base


class RunState(StrEnum):
    """How far a run came; one that broke off without a word stays `running`."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    UNDONE = "undone"


class ImportRun(Base):
    """That this content was imported under this source, with which reader, by whom (None: the command), and what
    came of it: `counts` has the numbers, and the tags that it made. What came before there
    were sources has no content.
    """

    __tablename__ = "import_run"
    __table_args__ = (Index("ix_import_run_source", "source", "content"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(String(64), default="")
    tool: Mapped[str] = mapped_column(String(20), default="jsonl", server_default="jsonl")
    state: Mapped[str] = mapped_column(String(10), default=RunState.RUNNING, server_default=RunState.FINISHED)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    started_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
