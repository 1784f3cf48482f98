"""What staff hear of: each what they chose, at once or in the morning; what is dealt with is left out."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select, update

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Event
from portal.backups.quieting import quieten
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.severity import Severity
from portal.moderation import judging
from portal.moderation.flagging import flag, hold_for
from portal.moderation.models import Reason, Sign, suspend
from portal.notifications.forms import StaffMailForm
from portal.notifications.models import DEFAULTS, Delivery, Hears, Notification, StaffMail, State, Topic
from portal.notifications.staff_letter import send_letters
from portal.notifications.staff_mail import hearers
from portal.notifications.writing.staff import ALONE, TOPICS
from portal.privacy.erasing import erase
from portal.settings import Settings
from portal.worker import poll
from tests.browser import Browser
from tests.conftest import act
from tests.jobs.told import plan
from tests.mailbox import Mailbox
from tests.privacy.held import data_of

Opens = Callable[..., Browser]
Runs = Callable[[], None]


@pytest.fixture(autouse=True)
def only_lea(app: Flask, lea: User) -> None:
    """Léa hears what new staff do; the rest of the cast hears nothing, and nothing is late for a year."""
    with act():
        db.session.execute(delete(StaffMail).where(StaffMail.user_id == lea.id))
        db.session.execute(update(User).values(timezone="UTC"))
        lea.lang = "en"
        Settings.current().answer_days = 365


def propose(by: User, title: str, **details: object) -> Idea:
    with act():
        idea = Idea.propose(by, title, **details)  # type: ignore[arg-type]
    return idea


def blocking(by: User, title: str = "Nobody can sign in") -> Idea:
    return propose(by, title, kind="issue", severity=Severity.BLOCKING, is_private=True)


def report(text: object, by: User) -> None:
    with act():
        flag(text, by=by, reason=Reason.SPAM)


@pytest.fixture
def at(app: Flask, run_jobs: Runs) -> Iterator[Callable[..., int]]:
    """Let the letters be begun at this moment (UTC), and the worker after it."""

    def run(*moment: int) -> int:
        db.session.rollback()
        with time_machine.travel(datetime(*moment, tzinfo=UTC), tick=True):  # type: ignore[arg-type, misc]
            with app.app_context():
                begun = send_letters()
            run_jobs()
        return begun

    yield run


def later(app: Flask) -> None:
    """Ten minutes later: what waited to be told together is due."""
    with act():
        past = now() - timedelta(minutes=1)
        db.session.execute(update(Delivery).where(Delivery.state == State.PENDING).values(next_attempt_at=past))
    while poll(app):
        pass


def only(messages: list[EmailMessage]) -> EmailMessage:
    (message,) = messages
    return message


@pytest.mark.both
def test_a_private_blocking_issue_comes_at_once_and_in_the_portal(
    tom: User, lea: User, run_jobs: Runs, mailbox: Mailbox, browser: Opens
) -> None:
    blocking(tom)
    run_jobs()
    message = only(mailbox.to(lea))
    assert message["Subject"] == "Blocking issue: Nobody can sign in"
    assert "Nobody can sign in" in browser(lea).get("/notifications").text


@pytest.mark.both
def test_a_report_comes_at_once_and_leads_to_where_it_is_decided(
    tom: User, lea: User, offline: Idea, yuki: User, run_jobs: Runs, mailbox: Mailbox, browser: Opens
) -> None:
    report(offline, yuki)
    run_jobs()
    message = only(mailbox.to(lea))
    assert "Yuki Tan reported" in str(message["Subject"])
    assert browser(lea).get(mailbox.link(message, "open=")).find("h1").get_text() == "Moderation"
    opened = browser(lea)
    assert opened.submit(opened.get("/notifications"), ".notes__i form").path == "/admin/moderation"


def test_a_first_text_that_waits_is_told_to_staff_in_their_words_and_to_its_author_in_theirs(
    lea: User, offline: Idea, tom: User, run_jobs: Runs, mailbox: Mailbox, browser: Opens
) -> None:
    with act():
        hold_for(offline, [Sign.LINKS])
    run_jobs()
    assert "is hidden until staff have looked" in " ".join(mailbox.text(only(mailbox.to(lea))).split())
    assert "Our team looks at what you wrote" in mailbox.text(only(mailbox.to(tom)))
    assert "is hidden until staff have looked" in browser(lea).get("/notifications").text
    assert "Our team looks at what you wrote" in browser(tom).get("/notifications").text


def test_several_within_ten_minutes_are_one(
    app: Flask, tom: User, lea: User, offline: Idea, yuki: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    blocking(tom)
    run_jobs()
    report(offline, yuki)
    blocking(yuki, "No schedule is shown")
    run_jobs()
    assert len(mailbox.to(lea)) == 1
    later(app)
    last = mailbox.to(lea)[-1]
    assert len(mailbox.to(lea)) == 2 and last["Subject"] == "2 things wait for your team"
    assert "No schedule is shown" in mailbox.text(last) and "reported" in mailbox.text(last)


def test_a_text_that_several_report_is_one_line(
    app: Flask, lea: User, offline: Idea, yuki: User, sofia: User, mailbox: Mailbox, run_jobs: Runs
) -> None:
    app.config["FOLD_SECONDS"] = 120
    try:
        report(offline, yuki)
        report(offline, sofia)
        run_jobs()
        assert not mailbox.to(lea)
        later(app)
    finally:
        app.config["FOLD_SECONDS"] = 0
    words = mailbox.text(only(mailbox.to(lea)))
    assert words.count("- Sofia Nilsson reported") == 1 and "Yuki" not in words


def test_new_ideas_wait_for_the_morning_letter(
    tom: User, lea: User, run_jobs: Runs, mailbox: Mailbox, at: Callable[..., int]
) -> None:
    propose(tom, "Shifts in colour")
    propose(tom, "A louder bell", kind="issue", severity=Severity.SERIOUS)
    run_jobs()
    assert not mailbox.to(lea)
    assert at(2027, 3, 1, 8, 59) == 0
    assert at(2027, 3, 1, 9, 0) == 1 and at(2027, 3, 1, 9, 10) == 0
    words = mailbox.text(only(mailbox.to(lea)))
    assert "New ideas" in words and "Shifts in colour" in words and "Serious issues" in words


def test_nine_is_nine_where_they_live(tom: User, lea: User, run_jobs: Runs, at: Callable[..., int]) -> None:
    propose(tom, "Shifts in colour")
    run_jobs()
    with act():
        lea.timezone = "America/New_York"
    assert at(2027, 3, 1, 13, 59) == 0 and at(2027, 3, 1, 14, 0) == 1


@pytest.mark.parametrize("done", ["answered", "moved", "hidden", "commented", "read"])
def test_what_was_dealt_with_is_not_in_the_letter_and_an_empty_one_is_not_sent(
    tom: User, lea: User, nora: User, run_jobs: Runs, mailbox: Mailbox, at: Callable[..., int], done: str
) -> None:
    idea = propose(tom, "Shifts in colour")
    run_jobs()
    with act():
        if done == "answered":
            idea.respond("We like it.", by=nora)
        if done == "moved":
            idea.change_status(next(iter(idea.allowed_statuses())), by=nora, reason="A reason.")
        if done == "hidden":
            idea.hide(by=nora, reason="spam")
        if done == "commented":
            Comment.post(idea, "Thank you.", by=nora)
        if done == "read":
            db.session.execute(update(Notification).values(read_at=now()))
    at(2027, 3, 1, 9, 0)
    assert not mailbox.to(lea)


@pytest.mark.both
def test_a_report_that_was_judged_meanwhile_is_not_mailed(
    app: Flask, lea: User, nora: User, offline: Idea, yuki: User, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    blocking(tom)
    run_jobs()
    report(offline, yuki)
    run_jobs()
    with act():
        judging.keep(offline, by=nora)
    later(app)
    assert [str(message["Subject"])[:8] for message in mailbox.to(lea)] == ["Blocking"]


@pytest.mark.both
def test_what_waits_too_long_is_told_once_and_not_what_was_imported(
    tom: User, offline: Idea, swap: Idea, lea: User, mailbox: Mailbox, at: Callable[..., int]
) -> None:
    with act():
        Settings.current().answer_days = 20
        db.session.execute(update(Idea).values(waiting_since=None))
        offline.waiting_since = datetime(2027, 2, 1, tzinfo=UTC)
        swap.created_at, swap.here_since = datetime(2020, 2, 1, tzinfo=UTC), None
        swap.imported_key = "elsewhere:1"
    assert at(2027, 3, 1, 9, 0) == 1 and at(2027, 3, 2, 9, 0) == 0
    words = mailbox.text(only(mailbox.to(lea)))
    assert "What waits too long for an answer" in words and offline.title in words and swap.title not in words


def test_a_letter_that_had_nothing_to_say_does_not_keep_what_became_late_from_the_next(
    offline: Idea, lea: User, mailbox: Mailbox, at: Callable[..., int]
) -> None:
    with act():
        Settings.current().answer_days = 4
        db.session.execute(update(Idea).values(waiting_since=None))
        offline.waiting_since = datetime(2027, 2, 28, 12, tzinfo=UTC)
    assert at(2027, 3, 1, 9, 0) == 0
    assert sum(at(2027, 3, day, 9, 0) for day in range(2, 12)) == 1 and len(mailbox.to(lea)) == 1


@pytest.mark.parametrize("choice", list(Hears))
def test_each_chooses_and_what_they_chose_since_decides(
    tom: User, lea: User, run_jobs: Runs, mailbox: Mailbox, at: Callable[..., int], choice: Hears
) -> None:
    propose(tom, "Shifts in colour")
    run_jobs()
    with act():
        db.session.add(StaffMail(user_id=lea.id, new_ideas=choice))
    at(2027, 3, 1, 8, 0)
    assert len(mailbox.to(lea)) == (choice == Hears.AT_ONCE)
    at(2027, 3, 1, 9, 0)
    assert len(mailbox.to(lea)) == (choice != Hears.NEVER)


@pytest.mark.both
def test_what_was_to_come_at_once_and_is_wanted_in_the_morning_since_is_in_the_letter(
    app: Flask, tom: User, yuki: User, lea: User, run_jobs: Runs, mailbox: Mailbox, at: Callable[..., int]
) -> None:
    blocking(tom)
    run_jobs()
    blocking(yuki, "No schedule is shown")
    run_jobs()
    with act():
        db.session.add(StaffMail(user_id=lea.id, blocking_issues=Hears.MORNING))
    later(app)
    assert len(mailbox.to(lea)) == 1
    at(2027, 3, 1, 9, 0)
    assert "No schedule is shown" in mailbox.text(mailbox.to(lea)[-1]) and len(mailbox.to(lea)) == 2


def test_of_chosen_boards_only_and_of_what_is_on_none(app: Flask, tom: User, lea: User, run_jobs: Runs) -> None:
    planning, mobile = Board.in_order(for_=None)[:2]
    with act():
        db.session.add(StaffMail(user_id=lea.id, boards=[planning]))
    ideas = [propose(tom, f"Idea {n}", board=board) for n, board in enumerate((planning, mobile, None))]
    newest = select(Event).where(Event.action == "idea_proposed").order_by(Event.id.desc()).limit(3)
    heard = {event.subject_id: bool(hearers(event)) for event in db.session.scalars(newest)}
    assert [heard[idea.id] for idea in ideas] == [True, False, True]


def test_who_is_suspended_or_no_longer_staff_hears_nothing_from_then_on(
    app: Flask, tom: User, yuki: User, lea: User, hugo: User, nora: User, run_jobs: Runs, mailbox: Mailbox,
    browser: Opens,
) -> None:  # fmt: skip
    with act():
        db.session.execute(delete(StaffMail))
    blocking(tom)
    run_jobs()
    blocking(yuki, "No schedule is shown")
    run_jobs()
    with act():
        lea.change_role(Role.MEMBER, by=nora)
        suspend(hugo, by=nora, reason="left")
    later(app)
    assert len(mailbox.to(nora)) == 2 and len(mailbox.to(lea)) == 1
    assert "No schedule" not in "".join(mailbox.text(message) for message in mailbox.to(hugo))
    assert "No schedule is shown" not in browser(lea).get("/notifications").text


def test_a_report_is_not_read_by_who_is_no_longer_staff(
    offline: Idea, yuki: User, lea: User, nora: User, run_jobs: Runs, browser: Opens
) -> None:
    report(offline, yuki)
    report(yuki, offline.author)
    run_jobs()
    assert browser(lea).get("/notifications").text.count("reported") == 2
    with act():
        lea.change_role(Role.MEMBER, by=nora)
    page = browser(lea).get("/notifications")
    assert "reported" not in page.text and not page.has(".top .dot")


def test_who_becomes_staff_gets_the_defaults(
    tom: User, yuki: User, nora: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        yuki.change_role(Role.STAFF, by=nora)
    blocking(tom)
    run_jobs()
    assert sorted(message["Subject"] for message in mailbox.to(yuki))[1:] == ["You are one of the team now"]
    assert len(mailbox.to(yuki)) == 2


def test_staff_hear_nothing_of_their_own(lea: User, run_jobs: Runs, mailbox: Mailbox) -> None:
    blocking(lea)
    run_jobs()
    assert not mailbox.to(lea)


def test_members_hear_of_none_of_it(tom: User, yuki: User, offline: Idea, run_jobs: Runs, mailbox: Mailbox) -> None:
    propose(tom, "Shifts in colour")
    report(offline, yuki)
    run_jobs()
    members = select(func.count(Notification.id)).join(Notification.user).where(User.role == Role.MEMBER)
    assert db.session.scalar(members) == 0 and not mailbox.to(tom)


def test_one_click_stops_what_the_mail_told_of_and_nothing_else(
    tom: User, lea: User, run_jobs: Runs, mailbox: Mailbox, browser: Opens
) -> None:
    blocking(tom)
    run_jobs()
    stop = str(only(mailbox.to(lea))["List-Unsubscribe"]).strip("<>").removeprefix("http://127.0.0.1:8000")
    page = browser().get(stop)
    assert "Blocking issues" in page.text and page.has('[name="reports"]')
    assert browser().post(stop, {"List-Unsubscribe": "One-Click"}, token=False).status == 200
    choices = db.session.get_one(StaffMail, lea.id)
    assert (choices.blocking_issues, choices.reports) == (Hears.NEVER, Hears.AT_ONCE)


@pytest.mark.both
def test_the_choices_are_changed_without_signing_in(
    tom: User, lea: User, run_jobs: Runs, mailbox: Mailbox, browser: Opens
) -> None:
    blocking(tom)
    run_jobs()
    stop = str(only(mailbox.to(lea))["List-Unsubscribe"]).strip("<>").removeprefix("http://127.0.0.1:8000")
    visitor = browser()
    assert visitor.submit(visitor.get(stop), "section form", reports="morning").heading == "Saved"
    assert db.session.get_one(StaffMail, lea.id).reports == Hears.MORNING


def test_the_page_keeps_what_is_chosen(lea: User, browser: Opens) -> None:
    board = Board.in_order(for_=None)[1]
    opened = browser(lea)
    assert opened.get("/settings").has('a[href="/settings/team"]')
    assert opened.get("/admin").has('a[href="/settings/team"]')
    page = opened.submit(opened.get("/settings/team"), "main form", new_ideas="at_once", boards=str(board.id))
    assert "Saved." in page.html
    choices = db.session.get_one(StaffMail, lea.id)
    assert choices.new_ideas == Hears.AT_ONCE and [chosen.id for chosen in choices.boards] == [board.id]


def test_what_is_no_choice_is_refused(lea: User, browser: Opens) -> None:
    opened = browser(lea)
    assert opened.submit(opened.get("/settings/team"), "main form", waiting="at_once").status == 422
    assert db.session.get(StaffMail, lea.id) is None


@pytest.mark.both
def test_it_is_handed_over_and_goes_with_its_person(lea: User) -> None:
    with act():
        db.session.add(StaffMail(user_id=lea.id, reports=Hears.NEVER, boards=Board.in_order(for_=None)[:1]))
    held = data_of(lea)
    assert held["team_mail"][0]["reports"] == "never" and len(held["team_mail_boards"]) == 1
    with act():
        erase(lea)
    assert db.session.get(StaffMail, lea.id) is None


@pytest.mark.both
def test_a_portal_that_is_restored_sends_no_old_letter(
    tom: User, lea: User, run_jobs: Runs, mailbox: Mailbox, at: Callable[..., int]
) -> None:
    propose(tom, "Shifts in colour")
    run_jobs()
    with act():
        quieten("2026-11-29")
    assert at(2027, 3, 1, 9, 0) == 0 and not mailbox.to(lea)


@pytest.mark.both
def test_an_idea_that_moved_is_told_to_nobody_of_staff_twice(
    tom: User, lea: User, nora: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    idea = blocking(tom)
    run_jobs()
    plan(idea, nora, "planned")
    run_jobs()
    assert len(mailbox.to(lea)) == 1


def test_every_topic_is_named_chosen_and_kept(app: Flask) -> None:
    named = {str(topic) for topic in Topic}
    assert set(TOPICS) == set(ALONE) == set(DEFAULTS) == named
    with app.test_request_context():
        assert named <= {field.name for field in StaffMailForm(meta={"csrf": False})}
    assert named <= {column.name for column in StaffMail.__table__.columns}
