"""The daily digest: from ten in the reader's own morning, once a day, and only where there is something to say."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Event
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.notifications.digest import send_digests, zone_named
from portal.notifications.models import Notification
from tests.conftest import act
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.jobs, pytest.mark.both]
Runs = Callable[[], None]


@pytest.fixture
def commented(offline: Idea, tom: User, yuki: User, run_jobs: Runs) -> Idea:
    """Tom's idea has two comments that wait for his digest."""
    with act():
        db.session.execute(update(User).values(timezone="UTC"))
        Comment.post(offline, "Me too.", by=yuki)
        Comment.post(offline, "Today would be enough.", by=yuki)
    run_jobs()
    return offline


@pytest.fixture
def at(app: Flask, run_jobs: Runs) -> Iterator[Callable[..., int]]:
    """Let the job run at this moment (UTC), and the worker after it."""

    def run(*moment: int) -> int:
        db.session.rollback()
        with time_machine.travel(datetime(*moment, tzinfo=UTC), tick=True):  # type: ignore[arg-type, misc]
            with app.app_context():
                begun = send_digests()
            run_jobs()
        return begun

    yield run


def test_before_ten_nothing_is_sent(commented: Idea, at: Callable[..., int], mailbox: Mailbox) -> None:
    assert at(2027, 3, 1, 9, 59) == 0 and not mailbox.messages


def test_from_ten_one_mail_says_it_all(commented: Idea, tom: User, at: Callable[..., int], mailbox: Mailbox) -> None:
    assert at(2027, 3, 1, 10, 0) == 1
    (message,) = mailbox.messages
    assert message in mailbox.to(tom) or tom.email in str(message["To"])
    assert message["Subject"] == "2 things happened on Marée"
    words = mailbox.text(message)
    assert words.count(commented.title) == 3, "once as the heading, once in each sentence"
    assert "Yuki Tan commented" in words


def test_run_again_it_sends_nothing_more(
    commented: Idea, yuki: User, at: Callable[..., int], mailbox: Mailbox, run_jobs: Runs
) -> None:
    assert at(2027, 3, 1, 10, 0) == 1
    assert at(2027, 3, 1, 10, 10) == 0
    with act():
        Comment.post(commented, "And tomorrow.", by=yuki)
    run_jobs()
    assert at(2027, 3, 1, 18, 0) == 0, "one digest a day"
    assert at(2027, 3, 2, 10, 0) == 1
    assert [message["Subject"][:8] for message in mailbox.messages] == ["2 things", "1 thing "]


def test_what_comes_after_ten_waits_for_the_next_morning(
    offline: Idea, tom: User, yuki: User, run_jobs: Runs, at: Callable[..., int], mailbox: Mailbox
) -> None:
    with time_machine.travel(datetime(2027, 3, 1, 15, 0, tzinfo=UTC), tick=True):
        with act():
            db.session.execute(update(User).values(timezone="UTC"))
            Comment.post(offline, "Me too.", by=yuki)
        run_jobs()
    assert at(2027, 3, 1, 15, 10) == 0 and at(2027, 3, 1, 23, 50) == 0 and not mailbox.messages
    assert at(2027, 3, 2, 10, 0) == 1


def test_after_a_day_without_a_worker_it_comes_late_rather_than_never(
    commented: Idea, at: Callable[..., int], mailbox: Mailbox
) -> None:
    assert at(2027, 3, 1, 23, 30) == 1 and len(mailbox.messages) == 1


def test_a_way_back_hours_later_is_told_as_the_page_shows_it(
    offline: Idea, tom: User, lea: User, at: Callable[..., int], mailbox: Mailbox, run_jobs: Runs
) -> None:
    """Only what was taken back before anybody could be told never happened."""
    with act():
        db.session.execute(update(User).values(timezone="UTC"))
        tom.mail_progress, tom.lang = MailWhen.DAILY, "en"
    for hour, status in ((9, "started"), (14, "planned")):
        with time_machine.travel(datetime(2027, 2, 28, hour, 10, tzinfo=UTC), tick=True):
            with act():
                offline.change_status(Status.first("idea", status), by=lea)
            run_jobs()
    assert at(2027, 3, 1, 10, 0) == 1
    words = mailbox.text(mailbox.to(tom)[0])
    assert "In progress: " in words and "Planned: " in words


def test_what_was_read_in_the_portal_is_not_mailed(commented: Idea, at: Callable[..., int], mailbox: Mailbox) -> None:
    with act():
        db.session.execute(update(Notification).values(read_at=datetime.now(UTC)))
    assert at(2027, 3, 1, 10, 0) == 0 and not mailbox.messages


def test_what_was_hidden_meanwhile_is_not_told(
    commented: Idea, nora: User, at: Callable[..., int], mailbox: Mailbox
) -> None:
    with act():
        for comment in db.session.scalars(select(Comment).where(Comment.idea_id == commented.id)):
            comment.hide(by=nora, reason="rude")
    at(2027, 3, 1, 10, 0)
    assert not [message for message in mailbox.messages if "happened" in message["Subject"]]


@pytest.mark.parametrize(
    ("zone", "too_early", "due"),
    [
        ("Europe/Paris", (2027, 3, 27, 8, 59), (2027, 3, 27, 9, 0)),
        ("Europe/Paris", (2027, 3, 28, 7, 59), (2027, 3, 28, 8, 0)),
        ("Asia/Kathmandu", (2027, 3, 1, 4, 14), (2027, 3, 1, 4, 15)),
        ("Pacific/Kiritimati", (2027, 2, 28, 19, 59), (2027, 2, 28, 20, 0)),
        ("Pacific/Pago_Pago", (2027, 3, 1, 20, 59), (2027, 3, 1, 21, 0)),
        ("Nowhere/Atall", (2027, 3, 1, 9, 59), (2027, 3, 1, 10, 0)),
        ("../etc/passwd", (2027, 3, 1, 9, 59), (2027, 3, 1, 10, 0)),
    ],
)
def test_ten_is_ten_where_the_reader_is(
    commented: Idea, tom: User, at: Callable[..., int], zone: str, too_early: tuple[int, ...], due: tuple[int, ...]
) -> None:
    with act():
        tom.timezone = zone
    assert at(*too_early) == 0
    assert at(*due) == 1


def test_an_unknown_zone_is_utc() -> None:
    assert zone_named("") is UTC and zone_named("Mars/Olympus") is UTC


def test_somebody_who_wants_everything_daily_gets_progress_in_it(
    swap: Idea, tom: User, lea: User, at: Callable[..., int], mailbox: Mailbox, run_jobs: Runs
) -> None:
    from portal.ideas.statuses import Status

    with act():
        db.session.execute(update(User).values(timezone="UTC", mail_progress=MailWhen.NEVER))
        tom.mail_progress = MailWhen.DAILY
        tom.lang = "fr"
        swap.change_status(Status.first("idea", "planned"), by=lea)
    run_jobs()
    assert at(2027, 3, 1, 10, 0) == 1
    (message,) = mailbox.messages
    assert "Prévue" in mailbox.text(message)


def test_two_workers_begin_one_digest(commented: Idea, app: Flask, tom: User) -> None:
    db.session.rollback()
    import threading

    def run() -> None:
        with app.app_context():
            send_digests()

    with time_machine.travel(datetime(2027, 3, 1, 10, 0, tzinfo=UTC)):
        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert db.session.scalar(select(func.count(Event.id)).where(Event.action == "digest_due")) == 1
