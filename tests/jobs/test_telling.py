"""Who is told of what: each person once, in their language, never of their own act, never of what they may not see."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import fanout
from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.moderation.models import suspend
from portal.notifications.models import Delivery, Follow, Notification, State
from portal.notifications.recipients import _may_see
from portal.notifications.stopping import follow
from portal.recognition.models import PointEntry
from tests.conftest import act
from tests.jobs.told import last_event, mailed, plan, told
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.jobs, pytest.mark.both]
Runs = Callable[[], None]


def test_author_and_supporters_hear_of_a_status(swap: Idea, lea: User, run_jobs: Runs, mailbox: Mailbox) -> None:
    plan(swap, lea)
    run_jobs()
    assert told(Action.STATUS_CHANGED) == {"aicha", "tom", "sofia"}
    assert mailed(mailbox) == ["aicha", "sofia", "tom"]


def test_the_subject_is_the_fact(swap: Idea, lea: User, tom: User, run_jobs: Runs, mailbox: Mailbox) -> None:
    plan(swap, lea, reason="It was asked for often.")
    run_jobs()
    (message,) = mailbox.to(tom)
    assert message["Subject"] == f"Planned: {swap.title}"
    assert "It was asked for often." in mailbox.text(message)


def test_each_reads_their_own_language(swap: Idea, lea: User, aicha: User, run_jobs: Runs, mailbox: Mailbox) -> None:
    plan(swap, lea)
    run_jobs()
    (message,) = mailbox.to(aicha)
    assert str(message["Subject"]).startswith("Prévue")
    html = message.get_body(("html",))
    assert html and '<html lang="fr"' in html.get_content()


def test_told_once_though_the_event_is_worked_twice(
    swap: Idea, lea: User, run_jobs: Runs, mailbox: Mailbox, app: Flask
) -> None:
    plan(swap, lea)
    run_jobs()
    id = last_event()
    with act():
        db.session.get_one(Event, id).fanned_out_at = None
    with app.app_context():
        assert fanout.fan_out(id)
    run_jobs()
    assert len(mailbox.messages) == 3
    assert db.session.scalar(select(func.count(Notification.id))) == 3


def test_nobody_hears_of_their_own_act(offline: Idea, yuki: User, tom: User, run_jobs: Runs, mailbox: Mailbox) -> None:
    with act():
        follow(offline, yuki, "on")
        Comment.post(offline, "Me too.", by=yuki)
    run_jobs()
    assert told(Action.COMMENT_POSTED) == {"tom"}


def test_comments_go_to_followers_and_not_to_supporters(offline: Idea, ines: User, lea: User, run_jobs: Runs) -> None:
    with act():
        follow(offline, ines, "on")
        Comment.post(offline, "We look into it.", by=lea)
    run_jobs()
    assert told(Action.COMMENT_POSTED) == {"ines", "tom"}


def test_who_muted_an_idea_hears_nothing(offline: Idea, tom: User, yuki: User, lea: User, run_jobs: Runs) -> None:
    with act():
        follow(offline, tom, "muted")
        follow(offline, yuki, "muted")
        Comment.post(offline, "We look into it.", by=lea)
        offline.change_status(Status.first("idea", "started"), by=lea)
    run_jobs()
    assert told(Action.COMMENT_POSTED) == set()
    assert told(Action.STATUS_CHANGED) == {"ines", "camille"}


@pytest.mark.parametrize(
    ("wish", "mails", "marked"), [("at_once", ["tom"], "at_once"), ("daily", [], "daily"), ("never", [], "never")]
)
def test_mail_comes_as_preferred(
    rest_warning: Idea, ines: User, tom: User, marc: User, lea: User, run_jobs: Runs, mailbox: Mailbox,
    wish: str, mails: list[str], marked: str,
) -> None:  # fmt: skip
    with act():
        ines.mail_progress = marc.mail_progress = MailWhen.NEVER
        tom.mail_progress = MailWhen(wish)
        follow(rest_warning, tom, "on")
    plan(rest_warning, lea)
    run_jobs()
    assert mailed(mailbox) == mails
    assert db.session.scalars(select(Notification.mail).where(Notification.user_id == tom.id)).all() == [marked]


def test_comments_wait_for_the_digest_unless_chosen_otherwise(
    offline: Idea, tom: User, yuki: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        Comment.post(offline, "Me too.", by=yuki)
    run_jobs()
    assert not mailbox.messages
    with act():
        tom.mail_comments = MailWhen.AT_ONCE
        Comment.post(offline, "And *again*.", by=yuki)
    run_jobs()
    (message,) = mailbox.to(tom)
    assert message["Subject"] == f"Yuki Tan commented on “{offline.title}”"
    assert "And again." in mailbox.text(message)


@pytest.fixture
def crowd(offline: Idea) -> set[int]:
    """So many followers that telling them takes three chunks; the last one has nobody in it but one."""
    with act():
        people = [
            User(email=f"f{n}@example.org", display_name=f"F {n}", handle=f"f-{n}", mail_comments=MailWhen.AT_ONCE)
            for n in range(2 * fanout.CHUNK)
        ]
        db.session.add_all(people)
        db.session.flush()
        db.session.add_all(Follow(user_id=person.id, idea_id=offline.id) for person in people)
    return {person.id for person in people} | {offline.author_id or 0}


def told_of(event: int) -> tuple[list[int], list[str]]:
    """Who was told in the portal, and to whom mail is on its way."""
    people = db.session.scalars(select(Notification.user_id).where(Notification.event_id == event)).all()
    mail = db.session.scalars(select(Delivery.recipient).where(Delivery.event_id == event)).all()
    return sorted(people), sorted(mail)


def test_a_crowd_of_several_chunks_is_told_each_once(app: Flask, offline: Idea, lea: User, crowd: set[int]) -> None:
    with act():
        Comment.post(offline, "We look into it.", by=lea)
    id = last_event()
    with app.app_context():
        assert fanout.fan_out(id)
    people, mail = told_of(id)
    assert people == sorted(crowd)
    assert mail == sorted(f"user:{person}" for person in crowd if person != offline.author_id)


def test_a_crowd_told_in_part_when_the_worker_broke_is_told_each_once(
    app: Flask, offline: Idea, lea: User, crowd: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with act():
        Comment.post(offline, "We look into it.", by=lea)
    id = last_event()
    with app.app_context(), monkeypatch.context() as broken:
        chunks = iter([fanout._next_people])
        broken.setattr(fanout, "_next_people", lambda *args: next(chunks)(*args))
        fanout.fan_out(id)
    assert len(told_of(id)[0]) == fanout.CHUNK, "the first chunk is committed"
    with act():
        db.session.get_one(Event, id).due_at = now()
    with app.app_context():
        assert fanout.fan_out(id)
    assert told_of(id)[0] == sorted(crowd) and len(told_of(id)[1]) == len(crowd) - 1


def test_a_private_issue_is_told_to_its_author_only(
    salary_leak: Idea, tom: User, lea: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        follow(salary_leak, tom, "on")
    plan(salary_leak, lea)
    with act():
        Comment.post(salary_leak, "We found it.", by=lea)
    run_jobs()
    assert told(Action.STATUS_CHANGED) == told(Action.COMMENT_POSTED) == {"camille"}
    assert mailed(mailbox) == ["camille"]


def test_staff_notes_never_leave_staff(offline: Idea, lea: User, nora: User, run_jobs: Runs) -> None:
    with act():
        follow(offline, nora, "on")
        Comment.note(offline, "Sales asked for it too.", by=lea)
    run_jobs()
    assert db.session.scalar(select(func.count(Notification.id))) == 0


def test_hidden_before_it_is_sent_is_silently_dropped(
    swap: Idea, lea: User, nora: User, app: Flask, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        swap.change_status(Status.first("idea", "planned"), by=lea)
    id = last_event()
    with app.app_context():
        fanout.fan_out(id)
    with act():
        swap.hide(by=nora, reason="spam")
    run_jobs()
    states = db.session.execute(select(Delivery.recipient, Delivery.state).where(Delivery.event_id == id)).all()
    assert sorted(states) == sorted(
        (f"user:{person}", State.SENT if person == swap.author_id else State.SUPPRESSED)
        for person in db.session.scalars(select(Notification.user_id).where(Notification.event_id == id))
    )
    assert len(states) == 3


def test_an_author_is_told_that_it_was_hidden_and_why(
    swap: Idea, aicha: User, nora: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        swap.hide(by=nora, reason="It names a colleague.")
    run_jobs()
    assert told(Action.IDEA_HIDDEN) == {"aicha"}
    assert "It names a colleague." in mailbox.text(mailbox.to(aicha)[0])


def test_a_hidden_comment_is_told_to_who_wrote_it(
    offline: Idea, tom: User, yuki: User, nora: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        comment = Comment.post(offline, "Rubbish!", by=yuki)
        comment.hide(by=nora, reason="Please stay kind.")
    run_jobs()
    assert told(Action.COMMENT_HIDDEN) == {"yuki"} and told(Action.COMMENT_POSTED) == set()
    assert "Please stay kind." in mailbox.text(mailbox.to(yuki)[0])


def test_who_shaped_an_idea_is_told(
    offline: Idea, tom: User, yuki: User, lea: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        comment = Comment.post(offline, "Read-only is enough.", by=yuki)
        comment.mark_as_shaping(True, by=lea)
    run_jobs()
    assert mailbox.to(yuki)[0]["Subject"] == f"Your comment shaped “{offline.title}”"
    assert db.session.scalar(select(func.count()).select_from(PointEntry).where(PointEntry.user_id == yuki.id)) == 1


def test_the_official_response_goes_to_supporters_too(
    swap: Idea, lea: User, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        swap.respond("We start **in March**.", by=lea)
    run_jobs()
    (message,) = mailbox.to(tom)
    assert message["Subject"] == f"The team answered: {swap.title}"
    html = message.get_body(("html",))
    assert html and "<strong>in March</strong>" in html.get_content()


def test_a_suspended_member_hears_only_of_the_suspension(
    swap: Idea, tom: User, lea: User, nora: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        suspend(tom, by=nora, reason="Insults in comments.")
    plan(swap, lea)
    run_jobs()
    (message,) = mailbox.to(tom)
    assert message["Subject"] == "Your account is suspended"
    assert "Insults in comments." in mailbox.text(message)
    assert "tom" not in told(Action.STATUS_CHANGED)


def test_imported_and_erased_people_are_told_nothing(
    swap: Idea, tom: User, sofia: User, lea: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        tom.email = None
        sofia.email, sofia.erased_at = None, sofia.created_at
    plan(swap, lea)
    run_jobs()
    assert told(Action.STATUS_CHANGED) == {"aicha"} and mailed(mailbox) == ["aicha"]


def test_twelve_hundred_followers_are_told_in_chunks(offline: Idea, lea: User, app: Flask) -> None:
    with act():
        people = [User(email=f"p{n}@example.com", display_name=f"P {n}", handle=f"p-{n}") for n in range(1200)]
        db.session.add_all(people)
        db.session.flush()
        db.session.add_all(Follow(user_id=person.id, idea_id=offline.id) for person in people)
        offline.change_status(Status.first("idea", "started"), by=lea)
    id = last_event()
    with app.app_context():
        fanout.fan_out(id)
    count = select(func.count(Notification.id)).where(Notification.event_id == id)
    assert db.session.scalar(count) == 1204
    assert db.session.scalar(select(func.count(Delivery.id)).where(Delivery.event_id == id)) == 1204


@pytest.mark.parametrize("state", ["public", "private", "hidden"])
@pytest.mark.parametrize("about", ["idea", "comment", "hidden comment", "note"])
def test_who_is_told_is_who_may_see(
    double_shift: Idea, tom: User, lea: User, nora: User, state: str, about: str
) -> None:
    with act():
        comment = (
            Comment.note(double_shift, "Between us.", by=lea)
            if about == "note"
            else Comment.post(double_shift, "Same here.", by=tom)
        )
        if about == "hidden comment":
            comment.hide(by=nora, reason="rude")
        if state == "private":
            double_shift.set_private(True, by=nora)
        if state == "hidden":
            double_shift.hide(by=nora, reason="spam")
    subject = double_shift if about == "idea" else comment
    event = Event(action=Action.COMMENT_POSTED, subject_type=subject.__tablename__, subject_id=subject.id, facts={})
    allowed = set(db.session.scalars(select(User.id).where(_may_see(event))))
    everyone = db.session.scalars(select(User)).all()
    scope = type(subject)
    assert allowed == {
        user.id for user in everyone if db.session.scalar(scope.visible_to(user).where(scope.id == subject.id))
    }
