"""The ground that every package stands on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Timer

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from portal.accounts.models import User
from portal.database.writing import ReadOnly, begin_write, insert
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import ReasonOwed, Status, TransitionRefused
from portal.notifications.models import Follow
from portal.voting.models import Vote, VotingClosed
from tests.conftest import DATABASE, act

pytestmark = pytest.mark.both


def test_a_vote_counts_once(dark_mode: Idea, tom: User) -> None:
    before = dark_mode.votes_count
    with act():
        assert Vote.cast(dark_mode, by=tom)
        assert not Vote.cast(dark_mode, by=tom)
    assert dark_mode.votes_count == before + 1


def test_a_withdrawn_vote_is_gone(dark_mode: Idea, yuki: User) -> None:
    with act():
        assert Vote.withdraw(dark_mode, by=yuki)
        assert not Vote.withdraw(dark_mode, by=yuki)
    assert dark_mode.votes_count == 0


def test_a_fresh_vote_warms_more_than_an_old_one(offline: Idea, dark_mode: Idea, tom: User) -> None:
    cold = dark_mode.heat
    with act():
        Vote.cast(dark_mode, by=tom)
    warm = dark_mode.heat
    with act():
        Vote.withdraw(dark_mode, by=tom)
    assert warm > cold
    assert dark_mode.heat == pytest.approx(cold, abs=1e-6)


def test_what_is_not_planned_takes_no_votes(fax: Idea, tom: User) -> None:
    with pytest.raises(VotingClosed), act():
        Vote.cast(fax, by=tom)


def test_reading_cannot_write(dark_mode: Idea) -> None:
    """Neither by a change of what was loaded, nor by a statement, nor by words of SQL that only the database reads."""
    for statement in (update(Idea).values(title="changed"), insert(Follow).values(user_id=1, idea_id=1)):
        with pytest.raises(ReadOnly):
            db.session.execute(statement)
    with pytest.raises(DBAPIError, match=r"read-?only"):
        db.session.execute(text("UPDATE idea SET title = 'changed'"))
    db.session.rollback()
    dark_mode.title = "changed while reading"
    with pytest.raises(ReadOnly):
        db.session.flush()


def test_reading_cannot_write_on_a_connection_that_wrote(dark_mode: Idea, lea: User) -> None:
    """Nor by the readers after the first of them."""
    for title in ("A darker mode", "The darkest mode"):
        with act():
            dark_mode.edit(title, "", by=lea)
        for _reader in range(2):
            with pytest.raises(DBAPIError, match=r"read-?only"):
                db.session.execute(text("UPDATE idea SET title = 'changed'"))
            db.session.rollback()


def test_what_is_committed_is_on_disk(app: object) -> None:
    """Whatever the server was told: the one of the tests is told not to wait."""
    asked = "PRAGMA synchronous" if DATABASE == "sqlite" else "SHOW synchronous_commit"
    assert db.session.scalar(text(asked)) == (2 if DATABASE == "sqlite" else "on")


def test_an_idea_cannot_skip_its_workflow(dark_mode: Idea, lea: User) -> None:
    with pytest.raises(TransitionRefused), act():
        dark_mode.change_status(Status.first("idea", "shipped"), by=lea)


def test_declining_owes_a_reason(dark_mode: Idea, lea: User) -> None:
    with pytest.raises(ReasonOwed), act():
        dark_mode.change_status(Status.first("idea", "declined"), by=lea, reason="  ")


def test_a_private_issue_is_seen_by_its_author_and_staff(
    salary_leak: Idea, camille: User, lea: User, tom: User
) -> None:
    def sees(user: User | None) -> bool:
        return salary_leak.id in db.session.scalars(Idea.visible_to(user).with_only_columns(Idea.id)).all()

    assert sees(camille) and sees(lea)
    assert not sees(tom) and not sees(None)


def test_the_cast_is_all_there(app: object) -> None:
    assert db.session.scalars(select(User)).all()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_request_that_reads_leaves_nothing_behind(app: Flask, dark_mode: Idea, method: str) -> None:
    with app.test_request_context("/", method=method):
        begin_write()
        db.session.execute(update(Idea).values(title="changed by a link"))
        with pytest.raises(ReadOnly, match="act on a form that is posted"):
            db.session.commit()
        db.session.rollback()
    assert dark_mode.title != "changed by a link"


@contextmanager
def another_process(app: Flask, id: int, patience: float) -> Iterator[sqlite3.Connection | psycopg.Connection]:
    """One that begins to change this idea, and waits at most so many seconds for its turn."""
    if DATABASE == "sqlite":
        file = str(db.engine.url.database)
        with closing(sqlite3.connect(file, timeout=patience, check_same_thread=False, isolation_level=None)) as lite:
            lite.execute("BEGIN IMMEDIATE")
            yield lite
    else:
        url = app.config["SQLALCHEMY_DATABASE_URI"].replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(url, options=f"-c lock_timeout={patience}s") as other:
            other.execute("SELECT id FROM idea WHERE id = %s FOR UPDATE", [id])
            yield other


def test_who_has_begun_to_write_is_not_overtaken(app: Flask, dark_mode: Idea) -> None:
    """SQLite gives its lock to whoever begins; who read first and asked later would lose their vote to «locked»."""
    id = dark_mode.id
    begin_write()
    if DATABASE == "postgresql":
        db.session.execute(update(Idea).where(Idea.id == id).values(title="changed first"))
    too_late = pytest.raises((sqlite3.OperationalError, psycopg.OperationalError), match=r"locked|lock timeout")
    with too_late, another_process(app, id, 0.1):
        pass


def test_a_writer_waits_for_another_process(app: Flask, dark_mode: Idea) -> None:
    id = dark_mode.id
    db.session.rollback()
    with another_process(app, id, 1) as other:
        ending = Timer(0.3, other.rollback)
        ending.start()
        with act():
            db.session.execute(update(Idea).where(Idea.id == id).values(title="changed after all"))
        ending.join()
    assert db.session.get_one(Idea, id, populate_existing=True).title == "changed after all"
