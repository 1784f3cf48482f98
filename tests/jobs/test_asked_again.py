"""What the reader chose now decides, asked when a message is composed: of every kind of message, and of the digest."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from portal import fanout
from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.changelog.models import Release
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.mail import sending
from portal.moderation.models import reinstate, suspend
from portal.notifications.audiences import nobody
from portal.notifications.delivering import deliver
from portal.notifications.digest import send_digests
from portal.notifications.examples import EXAMPLES
from portal.notifications.models import Delivery, Notification, State
from portal.notifications.preferences import Preference
from portal.notifications.stopping import Stop, follow
from portal.notifications.telling import TELLING
from portal.notifications.writing.example import World
from portal.voting.models import Vote
from tests.conftest import act
from tests.jobs.told import plan
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both

Runs = Callable[[], None]

SENT, DIGEST, NOTHING = State.SENT, "in the next digest", "not mailed"
PROGRESS = {MailWhen.AT_ONCE: SENT, MailWhen.DAILY: DIGEST, MailWhen.NEVER: NOTHING}
DIRECT = {MailWhen.AT_ONCE: SENT, MailWhen.DAILY: SENT, MailWhen.NEVER: NOTHING}
# What becomes of a mail that was queued at once, by what decides on it and by what its reader has chosen since.
BECOMES = {
    Preference.PROGRESS: PROGRESS,
    Preference.COMMENTS: PROGRESS,
    Preference.LETTER: PROGRESS,
    Preference.DIRECT: DIRECT,
    Preference.ALWAYS: dict.fromkeys(MailWhen, SENT),
}
COLLECTED = {Action.DIGEST_DUE, Action.STAFF_LETTER_DUE}
# Their examples happen to somebody else than this reader, or are told to who heard of something before: tests/merging
# and tests/notifications/test_closing.py say who hears. What is new on a board is mailed to no follower at once.
OF_OTHERS = {
    Action.IDEA_UNMERGED, Action.MERGE_OBJECTED, Action.MERGE_SETTLED, Action.BOARD_OPENED, Action.IDEA_PROPOSED,
}  # fmt: skip
MAILED = [action for action, told in TELLING.items() if told.who is not nobody and action not in COLLECTED | OF_OTHERS]


def make(action: Action, world: World) -> None:
    """Let it happen to the reader of this small world, by the real verbs."""
    if action in (Action.IDEA_HIDDEN, Action.IDEA_RESTORED):
        world.idea.hide(by=world.staff, reason="It names a customer.")
        if action == Action.IDEA_RESTORED:
            world.idea.restore(by=world.staff)
        return
    mail = TELLING[action].mail
    assert mail
    EXAMPLES[mail.example].act(world)
    if action == Action.RELEASE_RESTORED:
        event = db.session.scalars(select(Event).where(Event.action == Action.RELEASE_HIDDEN)).one()
        db.session.get_one(Release, event.subject_id).restore(by=world.staff)


@pytest.fixture
def sends(app: Flask) -> Callable[[int], Delivery]:
    """Sends this delivery as if for the first time; gives it as it then stands."""

    def send(id: int) -> Delivery:
        with act():
            db.session.execute(update(Delivery).values(state=State.CANCELLED))
            fresh = {"state": State.PENDING, "attempts": 0, "next_attempt_at": now(), "last_error": None}
            db.session.execute(update(Delivery).where(Delivery.id == id).values(fresh))
        with app.app_context():
            assert deliver(id)
        db.session.rollback()
        return db.session.get_one(Delivery, id)

    return send


@pytest.mark.parametrize("action", MAILED)
def test_what_was_chosen_since_decides(
    app: Flask, tom: User, action: Action, run_jobs: Runs, sends: Callable[[int], Delivery]
) -> None:
    with act(), sending.read_by(tom):
        make(action, World(tom, "en"))
    run_jobs()
    event = select(Event.id).where(Event.action == action).order_by(Event.id.desc()).limit(1).scalar_subquery()
    told = select(Delivery.id).where(Delivery.event_id == event, Delivery.recipient == f"user:{tom.id}")
    id = db.session.scalars(told).one()
    for choice, becomes in BECOMES[TELLING[action].preference].items():
        with act():
            tom.mail_progress = tom.mail_comments = choice
        ended = sends(id)
        mine = select(Notification.mail).where(Notification.event_id == ended.event_id, Notification.user_id == tom.id)
        if becomes == SENT:
            assert ended.state == State.SENT, (choice, ended.last_error)
        else:
            assert ended.state == State.SUPPRESSED and ended.last_error, choice
            assert (db.session.scalar(mine) == MailWhen.DAILY) == (becomes == DIGEST), choice
        with act():
            db.session.execute(update(Notification).values(mail=MailWhen.AT_ONCE))


def test_each_kind_asks_its_own_choice(
    app: Flask, tom: User, offline: Idea, yuki: User, lea: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    queue_both(app, tom, offline, yuki, lea)
    with act():
        tom.mail_comments = MailWhen.NEVER
    run_jobs()
    assert [str(message["Subject"])[:7] for message in mailbox.to(tom)] == ["In prog"]


def queue_both(app: Flask, tom: User, offline: Idea, yuki: User, lea: User) -> None:
    """A comment and a status change are on their way to Tom at once."""
    with act():
        tom.mail_comments = tom.mail_progress = MailWhen.AT_ONCE
        Comment.post(offline, "Me too.", by=yuki)
    plan(offline, lea, "started")
    db.session.rollback()
    with app.app_context():
        for id in fanout.waiting():
            fanout.fan_out(id)


@pytest.mark.parametrize("click", ["comments", "progress-and-comments"])
def test_one_click_stops_what_is_on_its_way(
    app: Flask, tom: User, offline: Idea, yuki: User, lea: User, run_jobs: Runs, mailbox: Mailbox, click: str
) -> None:
    queue_both(app, tom, offline, yuki, lea)
    with act():
        Stop(tom, click).perform()
    run_jobs()
    assert len(mailbox.to(tom)) == (1 if click == "comments" else 0)


def test_who_mutes_or_leaves_meanwhile_hears_nothing(
    app: Flask, tom: User, ines: User, sofia: User, offline: Idea, yuki: User, lea: User, run_jobs: Runs,
    mailbox: Mailbox,
) -> None:  # fmt: skip
    with act():
        follow(offline, sofia, "on")
    queue_both(app, tom, offline, yuki, lea)
    with act():
        follow(offline, tom, "muted")
        follow(offline, sofia, "off")
        Vote.withdraw(offline, by=ines)
    run_jobs()
    assert not [*mailbox.to(tom), *mailbox.to(sofia), *mailbox.to(ines)]
    reasons = select(Delivery.last_error).where(Delivery.recipient == f"user:{tom.id}").distinct()
    assert db.session.scalars(reasons).all() == ["The reader is not to hear of this any more."]


@pytest.fixture
def at(app: Flask, run_jobs: Runs) -> Iterator[Callable[..., None]]:
    """Let the digests be begun at this moment (UTC), and the worker after it."""

    def run(*moment: int) -> None:
        db.session.rollback()
        with time_machine.travel(datetime(*moment, tzinfo=UTC), tick=True):  # type: ignore[arg-type, misc]
            with app.app_context():
                send_digests()
            run_jobs()

    yield run


@pytest.fixture
def in_utc(app: Flask) -> None:
    with act():
        db.session.execute(update(User).values(timezone="UTC"))


def test_what_moved_to_daily_is_in_the_next_digest_once(
    app: Flask, in_utc: None, tom: User, offline: Idea, yuki: User, lea: User, run_jobs: Runs, mailbox: Mailbox,
    at: Callable[..., None],
) -> None:  # fmt: skip
    queue_both(app, tom, offline, yuki, lea)
    with act():
        tom.mail_progress = tom.mail_comments = MailWhen.DAILY
    run_jobs()
    assert not mailbox.to(tom)
    at(2027, 3, 1, 10, 0)
    at(2027, 3, 2, 10, 0)
    (digest,) = mailbox.to(tom)
    assert digest["Subject"] == "2 things happened on Marée" and mailbox.text(digest).count("Yuki Tan commented") == 1


def queue_a_digest(app: Flask, tom: User, offline: Idea, yuki: User, lea: User, run_jobs: Runs) -> None:
    """Tom's digest of a comment and a status change was begun, and is not sent yet."""
    with act():
        db.session.execute(update(User).where(User.id != tom.id).values(mail_progress="never", mail_comments="never"))
        tom.mail_comments = tom.mail_progress = MailWhen.DAILY
        Comment.post(offline, "Me too.", by=yuki)
    plan(offline, lea, "started")
    run_jobs()
    with time_machine.travel(datetime(2027, 3, 1, 10, 0, tzinfo=UTC)), app.app_context():
        assert send_digests() == 1


def test_a_digest_on_its_way_leaves_out_what_its_reader_stopped(
    app: Flask, in_utc: None, tom: User, offline: Idea, yuki: User, lea: User, run_jobs: Runs, mailbox: Mailbox,
    at: Callable[..., None],
) -> None:  # fmt: skip
    queue_a_digest(app, tom, offline, yuki, lea, run_jobs)
    with act():
        tom.mail_comments = MailWhen.NEVER
    at(2027, 3, 1, 10, 10)
    (digest,) = mailbox.to(tom)
    assert digest["Subject"] == "1 thing happened on Marée" and "commented" not in mailbox.text(digest)


def test_a_digest_on_its_way_does_not_go_to_who_chose_never_since(
    app: Flask, in_utc: None, tom: User, offline: Idea, yuki: User, lea: User, run_jobs: Runs, mailbox: Mailbox,
    at: Callable[..., None],
) -> None:  # fmt: skip
    queue_a_digest(app, tom, offline, yuki, lea, run_jobs)
    with act():
        Stop(tom, "digest").perform()
    at(2027, 3, 1, 10, 10)
    assert not mailbox.to(tom)
    ended = db.session.execute(
        select(Delivery.state, Delivery.last_error).join(Delivery.event).where(Event.action == Action.DIGEST_DUE)
    ).one()
    assert ended == (State.SUPPRESSED, "Nothing is left of what it was to tell.")


def test_what_its_reader_wants_at_once_now_is_not_in_the_digest_and_not_lost(
    app: Flask, in_utc: None, tom: User, offline: Idea, yuki: User, lea: User, run_jobs: Runs, mailbox: Mailbox,
    at: Callable[..., None],
) -> None:  # fmt: skip
    queue_a_digest(app, tom, offline, yuki, lea, run_jobs)
    with act():
        tom.mail_comments = MailWhen.AT_ONCE
    at(2027, 3, 1, 10, 10)
    at(2027, 3, 1, 10, 20)
    subjects = sorted(str(message["Subject"])[:20] for message in mailbox.to(tom))
    assert subjects == ["1 thing happened on ", "Yuki Tan commented o"]


def test_a_muted_idea_is_left_out_of_a_digest(
    app: Flask, in_utc: None, tom: User, offline: Idea, yuki: User, lea: User, run_jobs: Runs, mailbox: Mailbox,
    at: Callable[..., None],
) -> None:  # fmt: skip
    queue_a_digest(app, tom, offline, yuki, lea, run_jobs)
    with act():
        follow(offline, tom, "muted")
    at(2027, 3, 1, 10, 10)
    assert not mailbox.to(tom)


def test_a_suspension_that_ended_is_not_told(
    app: Flask, tom: User, nora: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        suspend(tom, by=nora, reason="A mistake.")
    with app.app_context():
        for id in fanout.waiting():
            fanout.fan_out(id)
    with act():
        reinstate(tom, by=nora)
    run_jobs()
    assert not mailbox.to(tom)
