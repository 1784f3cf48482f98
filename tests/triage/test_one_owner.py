"""Whoever has an idea in hand owes its answer: one owner, one message, and none that disagrees."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from portal.accounts.models import User
from portal.activity.models import Action
from portal.app import create_app
from portal.clock import now
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.demo import cast
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import suspend
from portal.notifications.models import Hears, StaffMail
from portal.settings import Settings
from portal.triage import obligations
from portal.triage.assigning import Assignment, in_hand_of
from portal.triage.assignments import assign
from portal.triage.jobs import chase_answers
from portal.voting.models import Vote
from tests.admin.places import at
from tests.conftest import act
from tests.mailbox import Mailbox
from tests.triage.vows import Opens, later, owed, owes, told

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def a_board(dark_mode: Idea, lea: User) -> None:
    """Two supporters are owed an answer, which Léa gives."""
    with act():
        Settings.current().answer_days = 60
        dark_mode.board.answer_threshold, dark_mode.board.answer_days = 2, 4
        dark_mode.board.owner_id = lea.id


def back(idea: Idea, tom: User) -> None:
    with act():
        Vote.cast(idea, by=tom)


def test_what_somebody_has_in_hand_is_theirs_to_answer(
    browser: Opens, dark_mode: Idea, hugo: User, nora: User, lea: User, tom: User
) -> None:
    with act():
        assign(dark_mode, nora, by=hugo)
    back(dark_mode, tom)
    assert owes(dark_mode) == nora.id
    assert [event.facts["owner"] for event in told(Action.ANSWER_OWED)] == [nora.id]
    assert "Nora Klein owes it an answer" in browser(hugo).get(at(dark_mode)).text


def test_what_falls_to_somebody_is_in_their_hands(browser: Opens, dark_mode: Idea, lea: User, tom: User) -> None:
    back(dark_mode, tom)
    mine = browser(lea, lang="en").get("/admin?queue=mine")
    assert [title.get_text(strip=True) for title in mine.soup.select("#waits h3")] == [dark_mode.title]


def test_what_a_colleague_has_who_is_gone_falls_to_who_answers_on_the_board(
    dark_mode: Idea, hugo: User, nora: User, lea: User, tom: User
) -> None:
    with act():
        assign(dark_mode, nora, by=hugo)
        suspend(nora, by=hugo, reason="Away.")
    back(dark_mode, tom)
    assert owes(dark_mode) == lea.id


def test_whoever_is_given_it_owes_the_answer_and_reads_by_when_in_one_mail(
    app: Flask, dark_mode: Idea, hugo: User, nora: User, tom: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    back(dark_mode, tom)
    with act():
        db.session.merge(StaffMail(user_id=nora.id, assigned=Hears.AT_ONCE))
    one, given, giving = dark_mode.id, nora.id, hugo.id
    with later(app, owed(dark_mode)[0].due_at + timedelta(days=2)):
        with act():
            assign(db.session.get_one(Idea, one), db.session.get_one(User, given), by=db.session.get_one(User, giving))
        chase_answers()
        run_jobs()
    (mail,) = mailbox.to(nora)
    assert "In your hands" in mail["Subject"] and "owed an answer" in mailbox.text(mail)
    assert obligations.count(obligations.open_for(nora)) == 1


def test_what_is_given_away_before_the_mail_left_is_told_to_one(
    dark_mode: Idea, lea: User, hugo: User, nora: User, tom: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    with act():
        lea.mail_progress = "at_once"
        db.session.merge(StaffMail(user_id=nora.id, assigned=Hears.AT_ONCE))
    back(dark_mode, tom)
    with act():
        assign(dark_mode, nora, by=hugo)
    run_jobs()
    assert mailbox.to(lea) == [] and len(mailbox.to(nora)) == 1


def test_of_a_vote_and_a_colleague_at_once_neither_is_lost(
    app: Flask, dark_mode: Idea, hugo: User, nora: User, tom: User
) -> None:
    """The vote brings an answer about just as somebody gives the idea away: it has one owner, and is owed once."""
    start, idea, ids = Barrier(2), dark_mode.id, [person.id for person in (hugo, nora, tom)]
    giving, given, voting = ids

    def do(what: Callable[[Idea], None]) -> None:
        with app.app_context():
            start.wait()
            begin_write()
            one = db.session.get_one(Idea, idea)
            hold(one)
            what(one)
            db.session.commit()

    def give(one: Idea) -> None:
        assign(one, db.session.get_one(User, given), by=db.session.get_one(User, giving))

    def vote(one: Idea) -> None:
        Vote.cast(one, by=db.session.get_one(User, voting))

    db.session.rollback()
    threads = [Thread(target=do, args=(what,)) for what in (give, vote)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert owes(dark_mode) == given and len(owed(dark_mode)) == 1


def test_what_is_given_to_nobody_waits_for_the_team(dark_mode: Idea, lea: User, hugo: User, tom: User) -> None:
    back(dark_mode, tom)
    with act():
        assign(dark_mode, None, by=hugo)
    assert obligations.count(obligations.open_for_nobody()) == 1
    assert obligations.count(obligations.open_for(lea)) == 0
    with act():
        assert obligations.give_to(dark_mode.board, hugo.id) == 1
    assert owes(dark_mode) == hugo.id


def test_a_portal_from_before_has_one_owner(tmp_path: Path) -> None:
    """Who owed an answer has the idea in hand, unless a colleague who is at work had it already."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    old = create_app(DATA_DIR=tmp_path, SQLALCHEMY_DATABASE_URI=url, REDIS_URL=None, SECRET_KEY="k" * 32)
    with old.app_context():
        upgrade()
        with act():
            cast.cast()
            lea, hugo, tom = (_named(name) for name in ("lea", "hugo", "tom"))
            ideas = list(db.session.scalars(select(Idea.id).order_by(Idea.id).limit(5)))
            for idea, person in ((ideas[1], hugo), (ideas[2], tom)):
                db.session.add(Assignment(idea_id=idea, user_id=person))
        downgrade(revision="0030")
        with db.engine.execution_options(writes=True).begin() as connection:
            for idea, owner, done in (
                (ideas[0], lea, False), (ideas[1], lea, False), (ideas[2], lea, False), (ideas[3], tom, False),
                (ideas[4], lea, True),
            ):  # fmt: skip
                connection.execute(text(OWED_BEFORE), {"idea": idea, "owner": owner, "done": now() if done else None})
        upgrade()
        assert [in_hand_of(idea) for idea in ideas] == [lea, hugo, lea, None, None]
        assert obligations.count(obligations.owed()) == 4
        downgrade(revision="0030")
        with db.engine.connect() as connection:
            found = connection.execute(text("SELECT idea_id, owner_id FROM obligation WHERE fulfilled_at IS NULL"))
            assert dict(found.all()) == dict(zip(ideas, (lea, hugo, lea, None), strict=False))
        db.session.rollback()
        db.engine.dispose()


OWED_BEFORE = """
    INSERT INTO obligation (idea_id, why, owner_id, arose_at, due_at, remind_at, fulfilled_at)
    VALUES (:idea, 'late', :owner, '2026-01-01', '2026-01-03', '2026-01-03', :done)
"""


def _named(name: str) -> int:
    return db.session.scalars(select(User.id).where(User.handle.startswith(name))).one()
