"""`flask check` finds what is wrong, and changes nothing."""

import os
import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from portal.accounts.models import User
from portal.activity.models import Event
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.ideas.transitions import Transition
from portal.notifications.models import Delivery, State
from portal.operations import checking
from portal.pictures import uploads
from tests.conftest import act

pytestmark = pytest.mark.both


def test_a_portal_as_it_should_be_has_no_findings(app: Flask) -> None:
    assert checking.findings() == {
        name: []
        for name in (
            "votes",
            "importances",
            "comments",
            "events",
            "messages",
            "files",
            "families",
            "boards",
            "names",
            "ways",
            "tags",
            "fields",
            "kinds",
            "links",
            "suggestions",
            "splits",
            "promises",
            "answers owed",
        )
    }


def test_a_counter_that_disagrees_with_its_rows_is_found(offline: Idea) -> None:
    with act():
        db.session.execute(update(Idea).where(Idea.id == offline.id).values(votes_count=40, comments_count=9))
    assert checking.votes() == [f"idea {offline.id} says 40 votes, its rows give 4"]
    assert checking.comments() == [f"idea {offline.id} says 9 comments, its rows give 0"]


def test_a_board_without_a_name_is_found(app: Flask) -> None:
    with act():
        board = Board(slug="nothing", names={"fr": ""})
        db.session.add(board)
    assert checking.names() == [f"board {board.id} has no name"]


def test_an_event_nobody_was_told_of_is_found(app: Flask) -> None:
    with act():
        event = db.session.get_one(Event, 1)
        event.fanned_out_at, event.due_at = None, now() - timedelta(hours=1)
    assert checking.events() == ["event 1 (member_joined) waits: is a worker running?"]


def test_a_picture_whose_file_is_gone_is_found(offline: Idea) -> None:
    with act():
        db.session.add(Attachment(key="a" * 32 + ".png", width=1, height=1, size=1, idea_id=offline.id))
    assert checking.files() == [f"the file of image {'a' * 32}.png is gone"]


def test_a_file_that_belongs_to_nothing_is_found_after_a_day(app: Flask) -> None:
    keys = [letter * 32 + ".png" for letter in "bc"]
    for key, age in zip(keys, (2 * uploads.DAY, 0), strict=True):
        file = uploads.path(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"picture")
        os.utime(file, (time.time() - age, time.time() - age))
    assert checking.files() == [f"file {keys[0]} belongs to nothing"]


def test_what_is_hidden_is_not_counted(copy_week: Idea, tom: User, lea: User) -> None:
    with act():
        Comment.post(copy_week, "Buy my pills.", by=tom).hide(by=lea, reason="Advertising.")
    assert checking.comments() == []


def test_the_command_fails_where_something_is_wrong(app: Flask, offline: Idea) -> None:
    assert app.test_cli_runner().invoke(args=["check"]).exit_code == 0
    with act():
        db.session.execute(update(Idea).where(Idea.id == offline.id).values(votes_count=40))
    result = app.test_cli_runner().invoke(args=["check", "--json"])
    assert result.exit_code == 1
    assert "says 40 votes" in result.stdout
    db.session.rollback()
    assert db.session.get_one(Idea, offline.id).votes_count == 40


def test_a_message_that_is_told_by_one_that_tells_nothing_is_found(app: Flask, tom: User) -> None:
    ids = db.session.scalars(select(Event.id).limit(2)).all()
    with act():
        telling, told = (Delivery(event_id=id, recipient=f"user:{tom.id}", state=State.FOLDED) for id in ids)
        db.session.add(telling)
        db.session.flush()
        told.folded_into, telling.state = telling.id, State.SENT
        db.session.add(told)
    assert checking.findings()["messages"] == []
    with act():
        telling.state = State.CANCELLED
    assert checking.findings()["messages"] == [f"message {told.id} is folded into {telling.id}, which is cancelled"]


def test_a_beginning_that_nothing_may_leave_is_found(app: Flask) -> None:
    first = Status.first("issue").id
    with act():
        db.session.execute(delete(Transition).where(Transition.from_status_id == first))
    assert checking.ways() == [f"no way leads out of status {first}"]
