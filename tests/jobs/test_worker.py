"""The worker: woken by RQ or by its own watch, it finds all that is due, also after Redis lost everything."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import fanout, jobs, worker
from portal.accounts.models import User
from portal.accounts.pending import ask_by_mail
from portal.activity.models import Action, Event, record
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.notifications.models import Delivery, Notification
from tests.conftest import act
from tests.jobs.conftest import Server
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.jobs, pytest.mark.both]


def plan(idea: Idea, by: User) -> None:
    with act():
        idea.change_status(Status.first(idea.kind, "planned"), by=by)
    db.session.rollback()


def test_the_sweep_finds_what_nobody_rang_for(app: Flask, swap: Idea, lea: User, mailbox: Mailbox) -> None:
    plan(swap, lea)
    bell: jobs.Doorbell | None = app.extensions["doorbell"]
    if bell:
        bell.wait_until_rung()
        bell.redis.flushdb()
    worker.sweep(app)
    assert len(mailbox.messages) == 3


def test_a_redis_that_is_away_loses_rings_and_nothing_else(app: Flask, swap: Idea, lea: User, mailbox: Mailbox) -> None:
    at_home = app.extensions["doorbell"]
    app.extensions["doorbell"] = away = jobs.Doorbell("redis://127.0.0.1:1/0")
    try:
        plan(swap, lea)
        assert away.wait_until_rung()
        worker.sweep(app)
    finally:
        app.extensions["doorbell"] = at_home
    assert len(mailbox.messages) == 3


def test_a_ring_is_a_name_and_a_number_in_json(app: Flask, swap: Idea, lea: User) -> None:
    """Whoever can write to Redis gets no code of theirs run, and whoever reads it learns nothing of anybody."""
    bell: jobs.Doorbell | None = app.extensions["doorbell"]
    plan(swap, lea)
    event = db.session.scalar(select(func.max(Event.id)))
    if bell:
        bell.wait_until_rung()
        (ring,) = bell.queue.job_ids
        held = bell.redis.hget(f"rq:job:{ring}", "data")
        assert json.loads(zlib.decompress(held)) == ["portal.fanout.catch_up", None, [event], {}]


def test_rings_that_were_answered_leave_nothing_in_redis(
    app: Flask, swap: Idea, lea: User, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    plan(swap, lea)
    run_jobs()
    assert len(mailbox.messages) == 3
    bell: jobs.Doorbell | None = app.extensions["doorbell"]
    if bell:
        assert [*bell.redis.scan_iter("rq:job:*"), *bell.redis.scan_iter("rq:results:*")] == []


def test_a_ring_that_failed_is_kept_for_an_hour(app: Flask, swap: Idea, run_jobs: Callable[[], None]) -> None:
    with act():
        jobs.enqueue("portal.no_such_module.work", swap.id)
    run_jobs()
    bell: jobs.Doorbell | None = app.extensions["doorbell"]
    if bell:
        (failed,) = bell.queue.failed_job_registry.get_job_ids()
        assert 3500 < bell.redis.ttl(f"rq:job:{failed}") <= 3600


def test_nobody_rings_for_what_was_not_kept(app: Flask, swap: Idea, lea: User) -> None:
    begin_write()
    swap.change_status(Status.first(swap.kind, "planned"), by=lea)
    db.session.rollback()
    with act():
        swap.title = "Swap shifts, kept without a word"
    bell: jobs.Doorbell | None = app.extensions["doorbell"]
    if bell:
        bell.wait_until_rung()
        assert bell.queue.job_ids == []


def test_what_is_not_due_yet_waits(app: Flask, swap: Idea, lea: User, mailbox: Mailbox) -> None:
    with act():
        swap.change_status(Status.first("idea", "planned"), by=lea)
        event = db.session.get_one(Event, db.session.scalar(select(func.max(Event.id))))
        event.due_at = event.due_at.replace(year=event.due_at.year + 1)
    db.session.rollback()
    worker.work_off(app)
    worker.sweep(app)
    assert not mailbox.messages


def test_an_event_that_cannot_be_worked_holds_up_no_other(
    app: Flask, swap: Idea, offline: Idea, lea: User, mailbox: Mailbox
) -> None:
    with act():
        poison = record(Action.COMMENT_POSTED, offline, by=lea)
        offline.change_status(Status.first("idea", "started"), by=lea)
        id = poison.id
    db.session.rollback()
    worker.work_off(app)
    assert len(mailbox.messages) == 4
    event = db.session.get_one(Event, id)
    assert event.attempts == 1 and "KeyError" in (event.error or "") and event.fanned_out_at is None


def test_tries_of_two_at_the_same_time_count_once(
    app: Flask, offline: Idea, lea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with act():
        id = record(Action.COMMENT_POSTED, offline, by=lea).id
    db.session.rollback()
    sweeps = iter([fanout.fan_out])

    def meanwhile(event: Event) -> None:
        if other := next(sweeps, None):
            with app.app_context():
                other(event.id)

    monkeypatch.setattr(fanout, "REACTIONS", (meanwhile, *fanout.REACTIONS))
    with app.app_context():
        fanout.fan_out(id)
    assert db.session.get_one(Event, id).attempts == 1


def test_after_five_tries_an_event_is_set_aside_until_staff_asks(app: Flask, offline: Idea, lea: User) -> None:
    with act():
        id = record(Action.COMMENT_POSTED, offline, by=lea).id
    for _ in range(6):
        with act():
            event = db.session.get_one(Event, id)
            event.due_at = event.created_at
        db.session.rollback()
        with app.app_context():
            fanout.fan_out(id)
    (event,) = fanout.set_aside()
    assert event.id == id and event.attempts == 5 and id not in fanout.waiting()
    with act():
        event.facts = {"idea": offline.id, "parent": None}
        event.subject_type = "idea"
        fanout.work_again(event)
    db.session.rollback()
    worker.work_off(app)
    assert db.session.get_one(Event, id).fanned_out_at and not fanout.set_aside()


def test_an_event_worked_by_several_at_once_tells_once(app: Flask, swap: Idea, lea: User) -> None:
    plan(swap, lea)
    id = db.session.scalar(select(func.max(Event.id))) or 0
    db.session.rollback()

    def work() -> None:
        with app.app_context():
            fanout.fan_out(id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.session.scalar(select(func.count(Notification.id))) == 3


def sent_to() -> list[str]:
    """Who was mailed, in the order in which it was done."""
    db.session.rollback()
    return list(db.session.scalars(select(Delivery.recipient).order_by(Delivery.done_at)))


def test_a_sign_in_message_goes_before_the_mails_that_wait(app: Flask, swap: Idea, lea: User) -> None:
    plan(swap, lea)
    with act():
        token = ask_by_mail("stranger@example.com")
        first = f"token:{token.id}"
    worker.work_off(app)
    assert len(sent_to()) == 4 and sent_to()[0] == first


def test_nobody_is_told_later_because_of_the_mails_that_wait(app: Flask, swap: Idea, offline: Idea, lea: User) -> None:
    plan(swap, lea)
    with app.app_context():
        fanout.fan_out(fanout.waiting()[0])
    with act():
        offline.change_status(Status.first("idea", "started"), by=lea)
    db.session.rollback()
    worker.work_off(app)
    told = db.session.scalar(select(func.max(Notification.created_at)))
    assert told < db.session.scalar(select(func.min(Delivery.done_at)))


def test_people_are_told_in_the_order_in_which_things_happened(
    app: Flask, swap: Idea, offline: Idea, lea: User
) -> None:
    plan(swap, lea)
    with act():
        offline.change_status(Status.first("idea", "started"), by=lea)
    db.session.rollback()
    worker.work_off(app)
    told = db.session.scalars(select(Notification.event_id).order_by(Notification.id)).all()
    assert told == sorted(told) and len(set(told)) == 2


def test_a_sweep_with_many_mails_to_send_looks_up_for_what_has_just_happened(
    app: Flask, swap: Idea, lea: User, smtp: Server
) -> None:
    asked: list[str] = []

    def ask_once() -> None:
        with app.app_context():
            if not asked:
                begin_write()
                asked.append(f"token:{ask_by_mail('stranger@example.com').id}")
                db.session.commit()

    smtp.on_data = ask_once
    plan(swap, lea)
    worker.sweep(app)
    assert len(sent_to()) == 4 and sent_to()[1] == asked[0]


@contextmanager
def process(app: Flask) -> Iterator[Any]:
    """A worker in a process of its own, as `flask worker` runs it."""
    env = {
        **os.environ,
        "DATA_DIR": str(app.config["DATA_DIR"]),
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "REDIS_URL": app.config["REDIS_URL"] or "none",
        "SECRET_KEY": app.config["SECRET_KEY"],
        "FOLD_SECONDS": "0",
        "UNDO_SECONDS": "0",
        "PYTHONUNBUFFERED": "1",
    }
    code = "from portal import worker; from portal.app import create_app; worker.work(create_app())"
    ran = subprocess.Popen(
        [sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with ran:
        try:
            assert ran.stdout
            yield ran, ran.stdout.readline()
        finally:
            ran.kill()


def until(true: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)
    return true()


def test_flask_worker_says_how_it_works_does_its_work_and_ends_on_sigterm(
    app: Flask, swap: Idea, lea: User, mailbox: Mailbox
) -> None:
    with process(app) as (ran, first_line):
        assert ("RQ" if app.config["REDIS_URL"] else "polling") in first_line
        time.sleep(1.5)
        plan(swap, lea)
        assert until(lambda: len(mailbox.messages) == 3, 12)
        ran.send_signal(signal.SIGTERM)
        assert ran.wait(10) == 0
        assert "stopped" in ran.stdout.read()


def test_a_worker_whose_redis_is_away_keeps_sweeping_and_ends_on_sigterm(
    app: Flask, swap: Idea, lea: User, mailbox: Mailbox
) -> None:
    plan(swap, lea)
    before = app.config["REDIS_URL"]
    app.config["REDIS_URL"] = "redis://127.0.0.1:1/0"
    try:
        with process(app) as (ran, _):
            assert until(lambda: len(mailbox.messages) == 3)
            ran.send_signal(signal.SIGTERM)
            assert ran.wait(10) == 0
    finally:
        app.config["REDIS_URL"] = before


def test_a_redis_that_hangs_holds_up_no_ring_after_the_first(app: Flask) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        bell = jobs.Doorbell(f"redis://127.0.0.1:{listening.getsockname()[1]}/0")
        for number in range(50):
            bell.ring("portal.fanout.fan_out", number)
        assert bell.wait_until_rung(10)
