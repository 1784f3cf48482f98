"""Recurring jobs run once a slot, whoever runs them, and once more after a slot that was missed."""

from datetime import UTC, datetime
from threading import Thread

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from portal.extensions import db
from portal.schedule import (
    SCHEDULE,
    Recurring,
    ScheduleRun,
    every_ten_minutes,
    hourly,
    run_due,
    weekly_on_monday_at_six,
)

pytestmark = [pytest.mark.jobs, pytest.mark.both]
EVERY = [recurring.name for recurring in SCHEDULE]


def run_at(app: Flask, *moment: int) -> list[str]:
    db.session.rollback()
    with time_machine.travel(datetime(*moment, tzinfo=UTC)), app.app_context():  # type: ignore[arg-type, misc]
        return run_due()


def test_every_job_can_be_found(app: Flask) -> None:
    assert run_at(app, 2027, 3, 1, 6, 0) == EVERY


def test_a_slot_is_taken_once(app: Flask) -> None:
    run_at(app, 2027, 3, 1, 6, 0)
    assert run_at(app, 2027, 3, 1, 6, 9) == []
    assert run_at(app, 2027, 3, 1, 6, 10) == ["digests", "letters", "words"]
    assert run_at(app, 2027, 3, 1, 7, 0) == [name for name in EVERY if name != "partners"]


def test_partners_are_picked_on_monday_at_six(app: Flask) -> None:
    run_at(app, 2027, 3, 7, 23, 0)
    assert "partners" not in run_at(app, 2027, 3, 8, 5, 59)
    assert "partners" in run_at(app, 2027, 3, 8, 6, 0)


def test_a_slot_missed_while_down_runs_once_when_up(app: Flask) -> None:
    run_at(app, 2027, 3, 1, 6, 0)
    assert "partners" in run_at(app, 2027, 3, 24, 15, 0)
    assert "partners" not in run_at(app, 2027, 3, 24, 16, 0)


def test_several_workers_take_a_slot_once(app: Flask) -> None:
    db.session.rollback()
    ran: list[str] = []

    def run() -> None:
        with app.app_context():
            ran.extend(run_due())

    with time_machine.travel(datetime(2027, 3, 1, 6, 0, tzinfo=UTC), tick=False):
        threads = [Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(ran) == sorted(EVERY)


def test_a_job_that_fails_stops_no_other(app: Flask) -> None:
    broken = Recurring("broken", "portal.nowhere.nothing", hourly)
    with app.app_context():
        assert run_due((broken, *SCHEDULE)) == EVERY


def test_a_job_that_failed_is_tried_again_ten_minutes_later_in_its_slot(app: Flask) -> None:
    broken = Recurring("weekly", "portal.nowhere.nothing", weekly_on_monday_at_six)
    mended = Recurring("weekly", "portal.recognition.partners.pick_partners", weekly_on_monday_at_six)
    with app.app_context():
        with time_machine.travel(datetime(2027, 3, 1, 6, 0, tzinfo=UTC), tick=False):
            assert run_due((broken,)) == []
            assert run_due((mended,)) == [], "somebody may still be at it"
        with time_machine.travel(datetime(2027, 3, 1, 6, 10, tzinfo=UTC), tick=False):
            assert run_due((mended,)) == ["weekly"]
            assert run_due((mended,)) == []


def test_old_slots_are_forgotten(app: Flask) -> None:
    run_at(app, 2027, 3, 1, 6, 0)
    run_at(app, 2027, 5, 1, 6, 0)
    assert db.session.scalar(select(func.count()).select_from(ScheduleRun)) == len(EVERY)


def test_slots_have_names_that_people_can_read() -> None:
    moment = datetime(2027, 1, 3, 12, 34, tzinfo=UTC)
    assert every_ten_minutes(moment) == "2027-01-03T12:30"
    assert hourly(moment) == "2027-01-03T12:00"
    assert weekly_on_monday_at_six(moment) == "2026-W53"
