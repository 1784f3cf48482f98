"""Every recurring job, one line each; a row a slot decides that it runs once, whoever runs it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module

from sqlalchemy import String, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import now
from portal.extensions import Base, begin_write, db

log = logging.getLogger(__name__)
KEPT = timedelta(days=30)


class ScheduleRun(Base):
    """That a recurring job was taken for a slot of time."""

    __tablename__ = "schedule_run"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[str] = mapped_column(String(40), default=lambda: now().isoformat())


@dataclass(frozen=True)
class Recurring:
    """A job without arguments, and the slot that a moment falls into. It may run twice, and commits by itself."""

    name: str
    job: str
    slot: Callable[[datetime], str]


def every_ten_minutes(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:}{moment.minute // 10}0"


def hourly(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H}:00"


def weekly_on_monday_at_six(moment: datetime) -> str:
    """The ISO week whose Monday, 06:00 UTC, was last."""
    return f"{moment - timedelta(hours=6):%G-W%V}"


SCHEDULE = (
    Recurring("digests", "portal.notifications.digest.send_digests", every_ten_minutes),
    Recurring("partners", "portal.recognition.partners.pick_partners", weekly_on_monday_at_six),
    Recurring("purge", "portal.accounts.jobs.purge_pending", hourly),
)


def run_due(jobs: tuple[Recurring, ...] = SCHEDULE) -> list[str]:
    """Run every job whose present slot nobody has taken; returns the names of those that ran.

    A slot that was missed while no worker ran is not made up for: the present one does what there is to do.
    """
    ran = []
    for recurring in jobs:
        if _take(recurring.name, recurring.slot(now())):
            try:
                _function(recurring.job)()
                ran.append(recurring.name)
            except Exception:  # its slot is spent; the next one, and every other job, goes on
                log.exception("the recurring job %s failed", recurring.name)
            finally:
                db.session.rollback()
    return ran


def _take(name: str, slot: str) -> bool:
    """True for the one who puts the row of this slot down."""
    if db.session.get(ScheduleRun, (name, slot)) is not None:
        return False
    begin_write()
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    taken = db.session.execute(
        dialect.insert(ScheduleRun)
        .values(name=name, slot=slot, started_at=now().isoformat())
        .on_conflict_do_nothing()
        .returning(ScheduleRun.name)
    ).first()
    if taken:
        db.session.execute(delete(ScheduleRun).where(ScheduleRun.started_at < (now() - KEPT).isoformat()))
    db.session.commit()
    return taken is not None


def _function(path: str) -> Callable[[], object]:
    module, _, name = path.rpartition(".")
    found: Callable[[], object] = getattr(import_module(module), name)
    return found
