"""Answers that are owed: for support, or for a wait that is too long; once, by whom, and until somebody answers."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.activity.models import Action
from portal.backups.quieting import quieten
from portal.clock import now
from portal.comments.models import Comment
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.answering import answering
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.owed import became_late, promised
from portal.ideas.statuses import Status
from portal.moderation.models import suspend
from portal.operations.checking import answers_owed
from portal.privacy.erasing import erase
from portal.settings import Settings
from portal.triage import obligations
from portal.triage.jobs import chase_answers
from portal.voting.models import Vote
from portal.voting.setting_aside import put_back, set_aside
from tests.admin.places import at
from tests.browser import Browser
from tests.conftest import act
from tests.triage.vows import Opens, later, owed, owes, told

pytestmark = [pytest.mark.both, pytest.mark.jobs]


@pytest.fixture(autouse=True)
def nothing_is_late(app: Flask) -> None:
    """The cast has waited for some days; here, what is late becomes so by the test."""
    with act():
        Settings.current().answer_days = 60


def let(idea: Idea, **how: Any) -> None:
    """Say how the board of this idea is answered."""
    with act():
        for name, value in how.items():
            setattr(idea.board, name, value.id if isinstance(value, User) else value)


def vote(idea: Idea, *people: User) -> None:
    with act():
        for person in people:
            Vote.cast(idea, by=person)


def test_passing_the_threshold_owes_an_answer_once(
    dark_mode: Idea, lea: User, tom: User, sofia: User, ines: User, run_jobs: Any, mailbox: Any
) -> None:
    let(dark_mode, answer_threshold=3, answer_days=4, owner_id=lea)
    with act():
        lea.mail_progress = "at_once"
    vote(dark_mode, tom)
    assert owed(dark_mode) == []
    vote(dark_mode, sofia)
    (one,) = owed(dark_mode)
    assert (one.why, owes(dark_mode)) == ("support", lea.id)
    assert one.due_at - one.arose_at == timedelta(days=4)
    vote(dark_mode, ines)
    with act():
        Vote.withdraw(dark_mode, by=ines)
        Vote.withdraw(dark_mode, by=sofia)
        Vote.cast(dark_mode, by=sofia)
    assert len(owed(dark_mode)) == 1 and owed(dark_mode)[0].fulfilled_at is None
    run_jobs()
    (mail,) = mailbox.to(lea)
    assert str(mail["Subject"]).startswith("Réponse due") and "3 personnes" in mailbox.text(mail)


def test_without_a_threshold_votes_owe_nothing(dark_mode: Idea, tom: User, sofia: User) -> None:
    vote(dark_mode, tom, sofia)
    assert owed(dark_mode) == []


def test_a_vote_that_is_set_aside_does_not_count_until_it_is_put_back(
    dark_mode: Idea, lea: User, hugo: User, tom: User, sofia: User
) -> None:
    let(dark_mode, answer_threshold=3, owner_id=lea)
    vote(dark_mode, tom)
    with act():
        set_aside(dark_mode, [tom.id], by=hugo, reason="One person.")
    vote(dark_mode, sofia)
    assert owed(dark_mode) == []
    with act():
        put_back(dark_mode, [tom.id], by=hugo)
    assert len(owed(dark_mode)) == 1


@pytest.mark.parametrize("how", ["status", "response", "comment"])
def test_an_answer_fulfils_it(dark_mode: Idea, lea: User, tom: User, how: str) -> None:
    let(dark_mode, answer_threshold=2, owner_id=lea)
    vote(dark_mode, tom)
    with act():
        if how == "status":
            dark_mode.change_status(Status.first("idea", "under_review"), by=lea)
        elif how == "response":
            dark_mode.respond("We look at it.", by=lea)
        else:
            Comment.post(dark_mode, "We look at it.", by=lea)
    assert owed(dark_mode)[0].fulfilled_at is not None and answers_owed() == []


def test_a_note_between_staff_is_no_answer(dark_mode: Idea, lea: User, tom: User) -> None:
    let(dark_mode, answer_threshold=2, owner_id=lea)
    vote(dark_mode, tom)
    with act():
        Comment.note(dark_mode, "Who takes it?", by=lea)
    assert owed(dark_mode)[0].fulfilled_at is None


def test_what_is_decided_is_owed_nothing(offline: Idea, sofia: User, lea: User) -> None:
    let(offline, answer_threshold=5, owner_id=lea)
    vote(offline, sofia)
    assert offline.votes_count == 5 and owed(offline) == []


def test_what_waits_too_long_on_its_board_is_owed_an_answer(
    app: Flask, dark_mode: Idea, rest_warning: Idea, lea: User
) -> None:
    let(rest_warning, answer_days=2, owner_id=lea)
    chase_answers()
    assert owed(dark_mode) == [] and [one.why for one in owed(rest_warning)] == ["late"]
    assert owed(rest_warning)[0].due_at == rest_warning.waiting_since + timedelta(days=2)  # type: ignore[operator]
    chase_answers()
    assert len(owed(rest_warning)) == 1
    assert [event.subject_id for event in told(Action.ANSWER_OWED)].count(rest_warning.id) == 1


def test_the_inbox_and_the_letter_know_the_time_of_each_board(dark_mode: Idea, rest_warning: Idea) -> None:
    let(rest_warning, answer_days=2)
    assert promised(rest_warning.board_id) == timedelta(days=2) and promised(dark_mode.board_id) == timedelta(days=60)
    late = db.session.scalars(select(Idea.id).where(became_late(None, now()))).all()
    assert rest_warning.id in late and dark_mode.id not in late


def test_its_owner_is_reminded_once(app: Flask, dark_mode: Idea, tom: User, lea: User) -> None:
    let(dark_mode, answer_threshold=2, answer_days=4, owner_id=lea)
    vote(dark_mode, tom)
    due = owed(dark_mode)[0].due_at
    for moment, number in ((due - timedelta(minutes=1), 0), (due, 1), (due + timedelta(days=9), 1)):
        with later(app, moment):
            chase_answers()
            assert len(told(Action.ANSWER_REMINDED)) == number


def test_an_issue_that_nobody_answered_in_time_goes_to_support_who_is_told_once(
    app: Flask, double_shift: Idea, lea: User, hugo: User, sofia: User, run_jobs: Any, mailbox: Any
) -> None:
    let(double_shift, answer_threshold=4, answer_days=10, owner_id=lea, support_id=hugo)
    with act():
        hugo.mail_progress = "at_once"
    vote(double_shift, sofia)
    assert owes(double_shift) == lea.id
    with later(app, owed(double_shift)[0].due_at + timedelta(hours=1)):
        chase_answers()
        chase_answers()
        run_jobs()
    assert owes(double_shift) == hugo.id
    assert [m["Subject"] for m in mailbox.to(hugo)] == [f"Owed an answer: {double_shift.title}"]
    assert "you are named as support" in mailbox.text(mailbox.to(hugo)[0])


def test_support_of_the_portal_takes_what_its_board_names_nobody_for(app: Flask, double_shift: Idea, dark_mode: Idea,
                                                                     lea: User, hugo: User) -> None:  # fmt: skip
    let(double_shift, answer_days=1, owner_id=lea)
    let(dark_mode, answer_days=1, owner_id=lea)
    with act():
        Settings.current().support_id = hugo.id
    with later(app, now() + timedelta(days=3)):
        chase_answers()
    assert [owes(double_shift), owes(dark_mode)] == [hugo.id, lea.id]


@pytest.mark.parametrize("gone", ["suspended", "erased", "member"])
def test_who_is_not_at_work_any_more_owes_nothing(
    app: Flask, browser: Opens, dark_mode: Idea, tom: User, lea: User, nora: User, gone: str
) -> None:
    let(dark_mode, answer_threshold=2, owner_id=lea)
    vote(dark_mode, tom)
    with act():
        if gone == "suspended":
            suspend(lea, by=nora, reason="Rude.")
        elif gone == "erased":
            erase(lea)
        else:
            lea.change_role("member", by=nora)
    assert obligations.count(obligations.open_for_nobody()) == 1
    assert "and nobody has it." in browser(nora).get(at(dark_mode)).text
    with later(app, now() + timedelta(days=300)):
        assert obligations.remind() == 0


def test_a_new_owner_of_a_board_takes_what_is_nobodys(
    browser: Opens, nora: User, hugo: User, dark_mode: Idea, tom: User
) -> None:
    let(dark_mode, answer_threshold=2)
    vote(dark_mode, tom)
    assert owes(dark_mode) is None and told(Action.ANSWER_OWED) == []
    admin = browser(nora)
    form = 'form[action$="/answering"]'
    page = admin.submit(admin.get(f"/admin/boards/{dark_mode.board_id}"), form, owner_id=str(hugo.id), answer_days="3")
    assert page.status == 200 and "1 answer that was nobody’s falls to them now." in page.html
    assert obligations.count(obligations.open_for(hugo)) == 1 and dark_mode.board.answer_days == 3
    audit = browser(nora).get("/admin/audit").text
    assert "Hugo Petit" in audit and "Who answers" in audit


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"answer_threshold": "0"}, "Write a whole number from 1 to 100,000"),
        ({"answer_days": "soon"}, "Write a whole number of days from 1 to 60"),
        ({"owner_id": "999999"}, "Choose somebody of the team."),
    ],
)
def test_what_is_wrong_on_the_page_of_a_board_is_said(
    browser: Opens, nora: User, dark_mode: Idea, sent: dict[str, str], said: str
) -> None:
    admin = browser(nora)
    page = admin.submit(admin.get(f"/admin/boards/{dark_mode.board_id}"), 'form[action$="/answering"]', **sent)
    assert page.status == 422 and said in page.text


def test_what_was_imported_waits_for_nobody_until_it_is_touched(dark_mode: Idea, tom: User, lea: User) -> None:
    with act():
        dark_mode.imported_key, dark_mode.here_since, dark_mode.waiting_since = "x:1", None, None
        dark_mode.imported_support, dark_mode.votes_count = 40, 41
    let(dark_mode, answer_threshold=10, answer_days=1, owner_id=lea)
    chase_answers()
    assert owed(dark_mode) == []
    vote(dark_mode, tom)
    chase_answers()
    assert [one.why for one in owed(dark_mode)] == ["support"]


def test_what_is_hidden_is_in_no_lane(dark_mode: Idea, tom: User, lea: User) -> None:
    let(dark_mode, answer_threshold=2, owner_id=lea)
    vote(dark_mode, tom)
    with act():
        dark_mode.hide(by=lea, reason="Rude.")
    assert obligations.count(obligations.owed()) == 0


def test_a_restored_portal_tells_nobody_of_what_became_late(app: Flask, dark_mode: Idea, lea: User) -> None:
    let(dark_mode, answer_days=1, owner_id=lea)
    with later(app, now() + timedelta(days=30)):
        with act():
            quieten("2026-01-01T00:00:00+00:00")
        chase_answers()
        assert told(Action.ANSWER_OWED) == [] and len(owed(dark_mode)) == 1


def test_a_hundred_votes_at_once_owe_one_answer(app: Flask, dark_mode: Idea, lea: User) -> None:
    let(dark_mode, answer_threshold=60, owner_id=lea)
    with act():
        people = [User.join(f"v{n}@example.org", f"Voter {n}", "en") for n in range(100)]
        db.session.flush()
        voters = [person.id for person in people]
    id, start = dark_mode.id, Barrier(10)

    def press(some: list[int]) -> None:
        with app.app_context():
            start.wait()
            for voter in some:
                begin_write()
                Vote.cast(db.session.get_one(Idea, id), by=db.session.get_one(User, voter))
                db.session.commit()

    db.session.rollback()
    threads = [Thread(target=press, args=(voters[n::10],)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.session.get_one(Idea, id, populate_existing=True).votes_count == 101
    assert len(owed(dark_mode)) == 1 and len(told(Action.ANSWER_OWED)) == 1


def test_many_who_let_it_be_owed_at_once_make_one(app: Flask, dark_mode: Idea, lea: User) -> None:
    let(dark_mode, answer_days=1, owner_id=lea)
    with act():
        db.session.execute(update(Idea).where(Idea.id == dark_mode.id).values(waiting_since=now() - timedelta(days=9)))
    start = Barrier(4)

    def chase() -> None:
        with app.app_context():
            start.wait()
            chase_answers()

    db.session.rollback()
    threads = [Thread(target=chase) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(owed(dark_mode)) == 1 and len(told(Action.ANSWER_OWED)) == 1


def test_a_board_says_how_soon_its_first_answers_come(app: Flask, visitor: Browser, tom: User, dark_mode: Idea) -> None:
    board = dark_mode.board
    with act():
        for number in range(8):
            idea = Idea.propose(tom, f"Wish {number}", board=db.session.get_one(Board, board.id))
            idea.created_at = idea.waiting_since = now() - timedelta(days=10)
            if number < 5:
                idea.answered_at, idea.waiting_since = idea.created_at + timedelta(days=2, hours=1), None
    assert answering("idea", board.slug).median == 3
    said = "On this board, half of the ideas have a first answer within 3 days."
    assert said in visitor.get(f"/?board={board.slug}").text and "On this board" not in visitor.get("/").text
