"""Every recurring job, one line each; a row a slot decides that it runs once, whoever runs it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module

from sqlalchemy import String, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import now
from portal.database.types import Base
from portal.database.writing import begin_write, insert
from portal.extensions import db

log = logging.getLogger(__name__)
GIVEN_UP_AFTER = timedelta(minutes=10)


class ScheduleRun(Base):
    """That a recurring job was taken for a slot of time, and whether it came to its end."""

    __tablename__ = "schedule_run"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


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
    Recurring("letters", "portal.notifications.staff_letter.send_letters", every_ten_minutes),
    Recurring("partners", "portal.recognition.partners.pick_partners", weekly_on_monday_at_six),
    Recurring("criticism", "portal.moderation.criticism.tell_of_criticism", hourly),
    Recurring("addresses", "portal.accounts.jobs.tell_ready_address_changes", hourly),
    Recurring("words", "portal.ideas.field_words.refresh_all", every_ten_minutes),
    Recurring("fields", "portal.ideas.field_words.forget_unsaid", hourly),
    Recurring("purge", "portal.privacy.purging.purge_all", hourly),
    Recurring("promises", "portal.triage.jobs.tell_of_promises", hourly),
    Recurring("answers", "portal.triage.jobs.chase_answers", hourly),
    Recurring("merges", "portal.merging.settling.settle", hourly),
)


def run_due(jobs: tuple[Recurring, ...] = SCHEDULE) -> list[str]:
    """Run every job whose present slot nobody has taken; returns the names of those that ran.

    A job that failed or was killed is taken up again ten minutes later, within its slot. A slot that was missed while
    no worker ran is not made up for: the present one does what there is to do.
    """
    ran = []
    for recurring in jobs:
        slot = recurring.slot(now())
        if _take(recurring.name, slot):
            try:
                _function(recurring.job)()
                _finish(recurring.name, slot)
                ran.append(recurring.name)
                log.info("recurring job", extra={"job": recurring.name, "slot": slot})
            except Exception:  # every other job goes on, and this one is tried again
                log.exception("the recurring job %s failed", recurring.name)
            finally:
                db.session.rollback()
    return ran


def _take(name: str, slot: str) -> bool:
    """True for the one who puts the row of this slot down, or takes it over from one who never came to an end."""
    run = db.session.get(ScheduleRun, (name, slot))
    if run is not None and (run.finished_at or run.started_at > now() - GIVEN_UP_AFTER):
        return False
    begin_write()
    abandoned = ScheduleRun.finished_at.is_(None) & (ScheduleRun.started_at <= now() - GIVEN_UP_AFTER)
    taken = db.session.execute(
        insert(ScheduleRun)
        .values(name=name, slot=slot, started_at=now())
        .on_conflict_do_update(index_elements=["name", "slot"], set_={"started_at": now()}, where=abandoned)
        .returning(ScheduleRun.name)
    ).first()
    db.session.commit()
    return taken is not None


def _finish(name: str, slot: str) -> None:
    db.session.rollback()
    begin_write()
    db.session.execute(
        update(ScheduleRun).where(ScheduleRun.name == name, ScheduleRun.slot == slot).values(finished_at=now())
    )
    db.session.commit()


def _function(path: str) -> Callable[[], object]:
    module, _, name = path.rpartition(".")
    found: Callable[[], object] = getattr(import_module(module), name)
    return found
