"""A delivery survives whatever happens to servers and workers, and is sent as often as promised."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread, Timer

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal import fanout
from portal.accounts.choices import MailWhen
from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.accounts.pending import ask_by_mail
from portal.activity.models import Event
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.mail import reasons
from portal.moderation.models import suspend
from portal.notifications import leases
from portal.notifications.delivering import dead_letters, deliver, discard, retry, retry_kind
from portal.notifications.models import Delivery, State
from portal.worker import poll, sweep
from tests.conftest import DATABASE, act
from tests.jobs.conftest import Server
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.jobs, pytest.mark.both]
Finds = Callable[[User], Delivery]


@pytest.fixture
def on_its_way(rest_warning: Idea, ines: User, lea: User, app: Flask) -> int:
    """One message to Inès, not claimed yet: an idea that she supports was planned."""
    with act():
        rest_warning.author.mail_progress = MailWhen.NEVER
        rest_warning.change_status(Status.first("idea", "planned"), by=lea)
        event = db.session.scalar(select(func.max(Event.id)))
    with app.app_context():
        fanout.fan_out(event or 0)
    return db.session.scalars(select(Delivery.id)).one()


def run(app: Flask, job: Callable[[], object]) -> None:
    db.session.rollback()
    with app.app_context():
        job()


def make_due(id: int) -> None:
    with act():
        db.session.execute(update(Delivery).where(Delivery.id == id).values(next_attempt_at=now() - timedelta(days=2)))


def wait(delivery: Delivery) -> float:
    return (delivery.next_attempt_at - now()).total_seconds()


def test_a_server_takes_the_message(app: Flask, on_its_way: int, smtp: Server, ines: User, delivery_to: Finds) -> None:
    run(app, lambda: deliver(on_its_way))
    assert delivery_to(ines).state == State.SENT and len(smtp.taken) == 1
    assert delivery_to(ines).message_id.encode() in smtp.taken[0]


def test_what_is_to_be_sent_later_is_not_sent_now(
    app: Flask, on_its_way: int, smtp: Server, ines: User, delivery_to: Finds
) -> None:
    with act():
        db.session.execute(update(Delivery).values(next_attempt_at=now() + timedelta(minutes=10)))
    run(app, lambda: deliver(on_its_way))
    run(app, deliver)
    assert (delivery_to(ines).state, delivery_to(ines).attempts) == (State.PENDING, 0) and not smtp.taken


def test_a_link_that_was_used_meanwhile_is_not_sent(app: Flask, smtp: Server) -> None:
    with act():
        token = ask_by_mail("stranger@example.com")
        event = db.session.scalar(select(func.max(Event.id)))
    with app.app_context():
        fanout.fan_out(event or 0)
    with act():
        EmailToken.spend(token.id)
    run(app, deliver)
    assert db.session.scalars(select(Delivery.state)).one() == State.SUPPRESSED and not smtp.taken


def test_while_the_server_is_away_no_try_is_spent(
    app: Flask, on_its_way: int, smtp_away: str, ines: User, delivery_to: Finds
) -> None:
    run(app, lambda: deliver(on_its_way))
    waiting = delivery_to(ines)
    assert (waiting.state, waiting.attempts) == (State.PENDING, 0)
    assert 45 < wait(waiting) < 75 and waiting.last_error == f"{reasons.CLOSED} (ECONNREFUSED)"


def test_a_server_that_says_nothing_is_away_too(
    app: Flask, on_its_way: int, smtp_silent: str, ines: User, delivery_to: Finds
) -> None:
    run(app, lambda: deliver(on_its_way))
    assert (delivery_to(ines).state, delivery_to(ines).attempts) == (State.PENDING, 0)


def test_421_to_the_sender_is_the_server_s_trouble(
    app: Flask, on_its_way: int, smtp: Server, ines: User, delivery_to: Finds
) -> None:
    smtp.sender = "421 try again later"
    run(app, lambda: deliver(on_its_way))
    assert (delivery_to(ines).state, delivery_to(ines).attempts) == (State.PENDING, 0)


def test_nothing_is_claimed_while_the_server_rests(
    app: Flask, on_its_way: int, smtp_away: str, ines: User, delivery_to: Finds
) -> None:
    app.config["SWEEP_SECONDS"] = 60
    run(app, lambda: deliver(on_its_way))
    make_due(on_its_way)
    with app.app_context():
        assert not deliver(on_its_way)
    assert delivery_to(ines).state == State.PENDING


@pytest.mark.parametrize("step", ["recipient", "data"])
def test_550_is_dead_at_once(
    app: Flask, on_its_way: int, smtp: Server, ines: User, delivery_to: Finds, step: str
) -> None:
    setattr(smtp, step, "550 no such user ines@example.com")
    run(app, lambda: deliver(on_its_way))
    dead = delivery_to(ines)
    assert (dead.state, dead.attempts) == (State.DEAD, 1)
    assert dead.last_error == "550 no such user …", "no address is kept"


@pytest.mark.parametrize("step", ["recipient", "data", "sender"])
def test_451_is_tried_again_later(
    app: Flask, on_its_way: int, smtp: Server, ines: User, delivery_to: Finds, step: str
) -> None:
    setattr(smtp, step, "451 greylisted")
    run(app, lambda: deliver(on_its_way))
    waiting = delivery_to(ines)
    assert (waiting.state, waiting.attempts) == (State.PENDING, 1) and 45 < wait(waiting) < 75


def test_messages_that_failed_together_are_not_tried_again_together(
    app: Flask, on_its_way: int, smtp: Server, ines: User, delivery_to: Finds
) -> None:
    smtp.recipient = "451 not now"
    waits = []
    for _ in range(8):
        with act():
            db.session.execute(update(Delivery).values(attempts=0))
        make_due(on_its_way)
        run(app, lambda: deliver(on_its_way))
        waits.append(wait(delivery_to(ines)))
    assert max(waits) - min(waits) > 1, "each a little sooner or later than the others"


def test_tries_come_later_and_later_and_end(
    app: Flask, on_its_way: int, smtp: Server, ines: User, delivery_to: Finds
) -> None:
    smtp.recipient = "451 not now"
    for step in leases.BACK_OFF:
        make_due(on_its_way)
        run(app, lambda: deliver(on_its_way))
        seconds = step.total_seconds()
        assert seconds * 0.79 - 5 < wait(delivery_to(ines)) < seconds * 1.21
    make_due(on_its_way)
    run(app, lambda: deliver(on_its_way))
    assert (delivery_to(ines).state, delivery_to(ines).attempts) == (State.DEAD, 8)


def test_a_connection_lost_while_sending_spends_a_try(
    app: Flask, on_its_way: int, smtp: Server, ines: User, delivery_to: Finds
) -> None:
    import time

    smtp.on_data = lambda: time.sleep(1)
    run(app, lambda: deliver(on_its_way))
    assert (delivery_to(ines).state, delivery_to(ines).attempts) == (State.PENDING, 1)


def test_a_message_that_cannot_be_written_holds_up_nobody(
    app: Flask, on_its_way: int, ines: User, delivery_to: Finds
) -> None:
    with act():
        db.session.get_one(Delivery, on_its_way).event.facts = {"new": 1, "old": 1, "reason": 5}
    run(app, lambda: deliver(on_its_way))
    assert delivery_to(ines).state == State.PENDING and delivery_to(ines).last_error


def test_an_address_that_mail_cannot_hold_is_dead(app: Flask, on_its_way: int, ines: User, delivery_to: Finds) -> None:
    with act():
        ines.email = "ines moreau@exa mple.com"
    run(app, lambda: deliver(on_its_way))
    assert delivery_to(ines).state == State.DEAD


def test_a_worker_that_crashed_has_spent_a_try_and_its_message_goes_out(
    app: Flask, on_its_way: int, ines: User, delivery_to: Finds, mailbox: Mailbox
) -> None:
    run(app, lambda: leases.claim(on_its_way))
    run(app, lambda: sweep(app))
    assert delivery_to(ines).state == State.LEASED and not mailbox.messages
    with act():
        db.session.execute(update(Delivery).values(lease_until=now() - timedelta(seconds=1)))
    run(app, lambda: sweep(app))
    assert (delivery_to(ines).state, delivery_to(ines).attempts) == (State.SENT, 2)
    assert len(mailbox.messages) == 1


def test_a_message_that_always_crashes_the_worker_ends_dead(
    app: Flask, on_its_way: int, ines: User, delivery_to: Finds
) -> None:
    with act():
        lost = {"state": State.LEASED, "attempts": leases.TRIES, "lease_until": now() - timedelta(seconds=1)}
        db.session.execute(update(Delivery).values(lost))
    run(app, lambda: sweep(app))
    assert delivery_to(ines).state == State.DEAD


def test_a_lost_lease_changes_nothing(app: Flask, on_its_way: int, ines: User, delivery_to: Finds) -> None:
    with app.app_context():
        slow = leases.claim(on_its_way)
        assert slow
        id, token = slow.id, slow.lease_token
    with act():
        db.session.execute(update(Delivery).values(lease_token="somebody else’s"))
    with app.app_context():
        assert not leases.finish(id, token, State.SENT)
    assert delivery_to(ines).state == State.LEASED


def test_two_workers_never_take_the_same(app: Flask, swap: Idea, lea: User, mailbox: Mailbox) -> None:
    with act():
        swap.change_status(Status.first("idea", "planned"), by=lea)
    db.session.rollback()
    workers = [Thread(target=lambda: poll(app)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    while poll(app):
        pass
    assert len(mailbox.messages) == 3
    assert set(db.session.scalars(select(Delivery.attempts))) == {1}


def test_of_many_workers_one_has_the_message(app: Flask, on_its_way: int) -> None:
    db.session.rollback()
    together, leased = Barrier(8), []

    def claim() -> None:
        with app.app_context():
            db.session.scalar(select(func.count(Delivery.id)))
            together.wait(30)
            claimed = leases.claim(on_its_way)
            leased.extend([claimed.lease_token] if claimed else [])

    workers = [Thread(target=claim) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(leased) == 1 and db.session.scalars(select(Delivery.attempts)).one() == 1


def test_what_was_sent_already_is_not_laid_in_the_outbox_twice(
    app: Flask, on_its_way: int, ines: User, mailbox: Mailbox
) -> None:
    run(app, lambda: deliver(on_its_way))
    with act():
        db.session.execute(update(Delivery).values(state=State.PENDING))
    run(app, lambda: deliver(on_its_way))
    assert len(mailbox.messages) == 1


def test_who_stopped_mail_meanwhile_gets_none(
    app: Flask, on_its_way: int, ines: User, delivery_to: Finds, mailbox: Mailbox
) -> None:
    with act():
        ines.mail_progress = MailWhen.NEVER
    run(app, lambda: deliver(on_its_way))
    assert delivery_to(ines).state == State.SUPPRESSED and not mailbox.messages


def test_who_left_meanwhile_gets_none(app: Flask, on_its_way: int, ines: User, delivery_to: Finds) -> None:
    with act():
        ines.email, ines.erased_at = None, now()
    run(app, lambda: deliver(on_its_way))
    assert delivery_to(ines).state == State.SUPPRESSED


def test_who_was_suspended_meanwhile_gets_none(
    app: Flask, on_its_way: int, ines: User, nora: User, delivery_to: Finds
) -> None:
    with act():
        suspend(ines, by=nora, reason="Insults in comments.")
    run(app, lambda: deliver(on_its_way))
    assert delivery_to(ines).state == State.SUPPRESSED


def test_staff_send_dead_letters_again(
    app: Flask, on_its_way: int, nora: User, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    with act():
        db.session.execute(update(Delivery).values(state=State.DEAD, attempts=8))
    (dead,) = dead_letters()
    with act():
        retry(dead, by=nora)
        discard(dead, by=nora, reason="Pressed a moment later.")
    assert (dead.state, dead.attempts) == (State.PENDING, 0), "all its tries are before it again"
    run_jobs()
    assert len(mailbox.messages) == 1 and not dead_letters()


def test_staff_send_all_of_a_kind_again(app: Flask, on_its_way: int, nora: User) -> None:
    with act():
        db.session.execute(update(Delivery).values(state=State.DEAD, attempts=8))
    with act():
        assert retry_kind("comment_posted", by=nora) == 0
        assert retry_kind("status_changed", by=nora) == 1


def test_staff_discard_a_dead_letter_with_a_reason(app: Flask, on_its_way: int, nora: User) -> None:
    with act():
        db.session.execute(update(Delivery).values(state=State.DEAD))
    (dead,) = dead_letters()
    with act():
        discard(dead, by=nora, reason="They left.")
        retry(dead, by=nora)
    assert dead.state == State.CANCELLED and "They left." in (dead.last_error or "")


def test_a_claim_is_committed_before_anything_is_sent(
    app: Flask, on_its_way: int, smtp: Server, ines: User, delivery_to: Finds
) -> None:
    seen: list[str] = []

    def look() -> None:
        with app.app_context():
            seen.append(db.session.scalars(select(Delivery.state)).one())
            begin_write()
            db.session.rollback()

    smtp.on_data = look
    run(app, lambda: deliver(on_its_way))
    assert seen == [State.LEASED] and delivery_to(ines).state == State.SENT


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_server_without_the_tls_that_was_asked_for_gets_no_mail(
    app: Flask, on_its_way: int, smtp: Server, ines: User, delivery_to: Finds, scheme: str
) -> None:
    app.config["SMTP_URL"] = app.config["SMTP_URL"].replace("smtp", scheme, 1)
    run(app, lambda: deliver(on_its_way))
    assert (delivery_to(ines).state, delivery_to(ines).attempts) == (State.PENDING, 0) and not smtp.taken


def test_a_server_that_knows_no_passwords_gets_none(
    app: Flask, on_its_way: int, smtp: Server, ines: User, delivery_to: Finds
) -> None:
    app.config["SMTP_URL"] = app.config["SMTP_URL"].replace("://", "://portal:se%2Fcret@")
    run(app, lambda: deliver(on_its_way))
    assert (delivery_to(ines).state, delivery_to(ines).attempts) == (State.PENDING, 0) and not smtp.taken


def take_the_database_away(url: str) -> None:
    """Every connection to PostgreSQL is cut once; SQLite is locked for longer than anybody waits for it."""
    if DATABASE == "postgresql":
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute(f"{others} AND pid <> pg_backend_pid()")
        return
    locked = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    locked.execute("BEGIN IMMEDIATE")
    Timer(5.5, locked.close).start()


def test_a_database_that_is_away_when_a_message_has_gone_causes_no_second_copy(
    app: Flask, on_its_way: int, smtp: Server, ines: User, delivery_to: Finds
) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    smtp.on_data = lambda: take_the_database_away(url)
    run(app, lambda: deliver(on_its_way))
    db.engine.dispose()
    assert delivery_to(ines).state == State.SENT and len(smtp.taken) == 1
