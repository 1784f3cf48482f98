"""What happens close together about one idea is one mail; the others end as folded and name it."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import fanout
from portal.accounts.choices import MailWhen
from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.accounts.pending import ask_by_mail
from portal.activity.models import Action, record
from portal.backups.quieting import quieten
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.notifications import leases
from portal.notifications.delivering import _send, deliver, discard, retry
from portal.notifications.models import Delivery, Notification, State
from portal.notifications.stopping import follow
from portal.privacy.erasing import erase
from portal.worker import poll, sweep
from tests.conftest import act
from tests.jobs.conftest import Server
from tests.jobs.told import plan
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.jobs, pytest.mark.both]


@pytest.fixture(autouse=True)
def folds(app: Flask) -> Iterator[None]:
    """As it is outside of tests: what is about an idea waits for two minutes."""
    app.config["FOLD_SECONDS"] = 120
    yield
    app.config["FOLD_SECONDS"] = 0


def fan_out(app: Flask) -> None:
    db.session.rollback()
    with app.app_context():
        for id in fanout.waiting():
            fanout.fan_out(id)


@pytest.fixture
def later(app: Flask) -> Callable[[], None]:
    """Two minutes later: all that waited is due, and the worker works."""

    def pass_by() -> None:
        fan_out(app)
        make_due()
        with app.app_context():
            leases.take_back()
        while poll(app):
            pass
        db.session.rollback()

    return pass_by


def make_due() -> None:
    with act():
        past = now() - timedelta(minutes=3)
        db.session.execute(update(Delivery).where(Delivery.state == State.PENDING).values(next_attempt_at=past))


@pytest.fixture
def busy(app: Flask, swap: Idea, lea: User, tom: User, yuki: User) -> Idea:
    """Within a minute an idea that Tom supports is answered, planned, and commented on."""
    with act():
        db.session.execute(update(User).where(User.id != tom.id).values(mail_progress="never", mail_comments="never"))
        swap.respond("We start in March.", by=lea)
    plan(swap, lea)
    fan_out(app)
    with act():
        swap.change_status(Status.first("idea", "started"), by=lea)
    fan_out(app)
    return swap


def of(tom: User) -> list[Delivery]:
    db.session.rollback()
    mine = select(Delivery).where(Delivery.recipient == f"user:{tom.id}").order_by(Delivery.id)
    return list(db.session.scalars(mine, execution_options={"populate_existing": True}))


def states(tom: User) -> list[tuple[str, int | None]]:
    return [(one.state, one.folded_into) for one in of(tom)]


def test_before_two_minutes_have_passed_nothing_is_mailed_and_all_is_told_in_the_portal(
    app: Flask, busy: Idea, tom: User, mailbox: Mailbox
) -> None:
    sweep(app)
    assert not mailbox.messages and {state for state, _ in states(tom)} == {State.PENDING}
    told = select(Notification.id).where(Notification.user_id == tom.id)
    assert len(db.session.scalars(told).all()) == 3
    wait = (of(tom)[0].next_attempt_at - now()).total_seconds()
    assert 100 < wait <= 120


def test_one_mail_tells_all_of_it_the_newest_first(
    busy: Idea, tom: User, mailbox: Mailbox, later: Callable[[], None]
) -> None:
    later()
    (message,) = mailbox.to(tom)
    words = mailbox.text(message)
    assert message["Subject"] == f"In progress: {busy.title}" and "3 things happened here" in words
    told = ["We have begun to build this idea", "This idea is planned", "We start in March."]
    places = [words.index(said) for said in told]
    assert places == sorted(places)


def test_the_others_end_as_folded_and_name_the_one_that_was_sent(
    busy: Idea, tom: User, later: Callable[[], None]
) -> None:
    later()
    first = of(tom)[0].id
    assert states(tom) == [(State.SENT, None), (State.FOLDED, first), (State.FOLDED, first)]


def test_other_ideas_and_other_readers_have_mails_of_their_own(
    app: Flask, busy: Idea, offline: Idea, lea: User, tom: User, sofia: User, mailbox: Mailbox,
    later: Callable[[], None],
) -> None:  # fmt: skip
    with act():
        sofia.mail_progress = MailWhen.AT_ONCE
    plan(offline, lea, "started")
    plan(busy, lea, "testing")
    later()
    assert len(mailbox.to(tom)) == 2 and len(mailbox.to(sofia)) == 1


def test_what_comes_after_the_mail_has_left_is_a_mail_of_its_own(
    busy: Idea, lea: User, tom: User, mailbox: Mailbox, later: Callable[[], None]
) -> None:
    later()
    plan(busy, lea, "testing")
    later()
    assert [str(message["Subject"]).partition(":")[0] for message in mailbox.to(tom)] == ["In progress", "In testing"]


def test_what_led_back_to_where_it_stood_is_not_told(
    app: Flask, swap: Idea, lea: User, tom: User, mailbox: Mailbox, later: Callable[[], None]
) -> None:
    plan(swap, lea)
    plan(swap, lea, "under_review")
    later()
    assert not mailbox.to(tom)
    assert {one.last_error for one in of(tom)} == {"What it tells has been undone."}


def test_of_a_way_there_and_back_and_on_only_the_last_step_is_told(
    busy: Idea, lea: User, tom: User, mailbox: Mailbox, later: Callable[[], None]
) -> None:
    plan(busy, lea, "planned")
    later()
    (message,) = mailbox.to(tom)
    words = mailbox.text(message)
    assert "2 things happened here" in words and "begun to build" not in words and "is planned" in words


def test_what_is_hidden_meanwhile_is_left_out(
    busy: Idea, nora: User, yuki: User, tom: User, mailbox: Mailbox, app: Flask, later: Callable[[], None]
) -> None:
    with act():
        tom.mail_comments = MailWhen.AT_ONCE
        follow(busy, tom, "on")
        rude = Comment.post(busy, "Rubbish!", by=yuki)
    fan_out(app)
    with act():
        rude.hide(by=nora, reason="rude")
    later()
    assert "Rubbish" not in mailbox.text(mailbox.to(tom)[0])
    assert of(tom)[-1].state == State.SUPPRESSED and of(tom)[-1].folded_into is None


def test_what_is_wanted_daily_now_goes_into_the_digest_and_the_rest_in_the_mail(
    busy: Idea, yuki: User, tom: User, mailbox: Mailbox, app: Flask, later: Callable[[], None]
) -> None:
    with act():
        tom.mail_comments = MailWhen.AT_ONCE
        follow(busy, tom, "on")
        Comment.post(busy, "Me too.", by=yuki)
    fan_out(app)
    with act():
        tom.mail_comments = MailWhen.DAILY
    later()
    assert "Me too." not in mailbox.text(mailbox.to(tom)[0])
    waits = select(Notification.mail).where(Notification.user_id == tom.id).order_by(Notification.id.desc()).limit(1)
    assert db.session.scalar(waits) == MailWhen.DAILY


def test_where_the_first_is_not_told_the_others_go_as_one(
    app: Flask, swap: Idea, lea: User, tom: User, mailbox: Mailbox, later: Callable[[], None]
) -> None:
    with act():
        db.session.execute(update(User).where(User.id != tom.id).values(mail_progress="never"))
        tom.mail_comments = MailWhen.AT_ONCE
        follow(swap, tom, "on")
        Comment.post(swap, "We look into it.", by=lea)
    fan_out(app)
    plan(swap, lea)
    with act():
        swap.respond("We start in March.", by=lea)
    fan_out(app)
    with act():
        tom.mail_comments = MailWhen.NEVER
    later()
    later()
    assert len(mailbox.to(tom)) == 1 and "2 things" in mailbox.text(mailbox.to(tom)[0])
    assert [state for state, _ in states(tom)] == [State.SUPPRESSED, State.SENT, State.FOLDED]


@pytest.mark.parametrize("click", ["progress", "progress-and-comments"])
def test_one_click_stops_each_kind_that_the_mail_told_of(
    busy: Idea, yuki: User, tom: User, mailbox: Mailbox, app: Flask, later: Callable[[], None],
    browser: Callable[..., object], click: str,
) -> None:  # fmt: skip
    if click == "progress-and-comments":
        with act():
            tom.mail_comments = MailWhen.AT_ONCE
            follow(busy, tom, "on")
            Comment.post(busy, "Me too.", by=yuki)
    later()
    stop = str(mailbox.to(tom)[0]["List-Unsubscribe"]).strip("<>").removeprefix("http://127.0.0.1:8000")
    assert browser().get(stop).heading == "Stop these e-mails?"  # type: ignore[attr-defined]
    browser().post(stop, {}, token=False)  # type: ignore[attr-defined]
    db.session.expire_all()
    both = click == "progress-and-comments"
    assert (tom.mail_progress, tom.mail_comments) == (MailWhen.NEVER, MailWhen.NEVER if both else MailWhen.DAILY)


def test_a_worker_killed_after_sending_sends_the_same_again(
    app: Flask, busy: Idea, lea: User, tom: User, smtp: Server, later: Callable[[], None]
) -> None:
    make_due()
    db.session.rollback()
    with app.app_context():
        claimed = leases.claim()
        assert claimed
        _send(claimed)
    plan(busy, lea, "testing")
    with act():
        db.session.execute(
            update(Delivery).where(Delivery.state == State.LEASED).values(lease_until=now() - timedelta(seconds=1))
        )
    later()
    once, again, new = sorted(smtp.taken, key=lambda taken: b"In testing" in taken)
    ids = [re.search(rb"Message-ID: \S+", taken) for taken in (once, again, new)]
    assert ids[0] and ids[1] and ids[2] and ids[0][0] == ids[1][0] != ids[2][0]
    assert b"3 things happened here" in once and b"3 things happened here" in again
    assert [state for state, _ in states(tom)] == [State.SENT, State.FOLDED, State.FOLDED, State.SENT]


def test_a_dead_letter_is_tried_again_with_all_that_it_tells(
    app: Flask, busy: Idea, tom: User, nora: User, smtp: Server, later: Callable[[], None]
) -> None:
    smtp.recipient = "550 no such user"
    later()
    assert [state for state, _ in states(tom)] == [State.DEAD, State.FOLDED, State.FOLDED]
    smtp.recipient = "250 OK"
    dead = of(tom)[0]
    with act():
        retry(dead, by=nora)
    later()
    assert b"3 things happened here" in smtp.taken[0]
    assert [state for state, _ in states(tom)] == [State.SENT, State.FOLDED, State.FOLDED]


def test_a_dead_letter_that_is_discarded_ends_with_all_that_it_tells(
    app: Flask, busy: Idea, tom: User, nora: User, smtp: Server, later: Callable[[], None]
) -> None:
    smtp.recipient = "550 no such user"
    later()
    dead = of(tom)[0]
    with act():
        discard(dead, by=nora, reason="They left.")
    assert [state for state, _ in states(tom)] == [State.CANCELLED] * 3
    assert all("They left." in (one.last_error or "") for one in of(tom))


def test_while_the_server_is_away_what_comes_meanwhile_goes_along(
    app: Flask, busy: Idea, lea: User, tom: User, smtp_away: str, mailbox: Mailbox, later: Callable[[], None]
) -> None:
    later()
    plan(busy, lea, "testing")
    app.config["SMTP_URL"] = None
    app.extensions.pop("smtp_rests_until", None)
    later()
    assert "4 things happened here" in mailbox.text(mailbox.to(tom)[0]) and len(mailbox.to(tom)) == 1


def test_many_workers_send_one_mail(app: Flask, busy: Idea, tom: User, mailbox: Mailbox) -> None:
    make_due()
    db.session.rollback()
    together = Barrier(4)

    def claim_and_send() -> None:
        with app.app_context():
            together.wait(30)
            while deliver():
                pass

    workers = [Thread(target=claim_and_send) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(mailbox.to(tom)) == 1 and "3 things" in mailbox.text(mailbox.to(tom)[0])


def test_who_is_erased_meanwhile_is_sent_nothing(
    busy: Idea, tom: User, mailbox: Mailbox, later: Callable[[], None]
) -> None:
    make_due()
    with act():
        erase(tom)
    later()
    assert not mailbox.messages and {state for state, _ in states(tom)} == {State.CANCELLED}


def test_a_portal_that_is_restored_sends_none_of_them(
    app: Flask, busy: Idea, tom: User, mailbox: Mailbox, later: Callable[[], None]
) -> None:
    make_due()
    db.session.rollback()
    with app.app_context():
        leases.claim()
    with act():
        quieten("2026-11-29")
    later()
    assert not mailbox.messages and {state for state, _ in states(tom)} == {State.CANCELLED}


def test_what_needs_haste_never_waits(
    app: Flask, tom: User, nora: User, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    with act():
        ask_by_mail("stranger@example.com")
        record(Action.MAIL_TESTED, tom, by=None)
    run_jobs()
    assert db.session.scalars(select(EmailToken.id)).all() and len(mailbox.messages) == 2


def test_with_a_setting_of_nought_each_is_a_mail_of_its_own(
    app: Flask, swap: Idea, lea: User, tom: User, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    app.config["FOLD_SECONDS"] = 0
    plan(swap, lea)
    plan(swap, lea, "started")
    run_jobs()
    assert len(mailbox.to(tom)) == 2
