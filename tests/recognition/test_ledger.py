"""Points are paid for outcomes, once a person, rule and subject, and taken back with them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Event
from portal.changelog.publishing import publish
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.moderation.models import reinstate, suspend
from portal.recognition.ledger import award
from portal.recognition.models import PointEntry
from portal.recognition.rules import WORTH, Rule
from portal.recognition.sentences import REASONS, RULES, YOURS
from tests.changelog.releases import published, written
from tests.conftest import act

pytestmark = pytest.mark.both


def move(idea: Idea, by: User, *kinds: str) -> None:
    """Change the status step by step, and let the ledger read what happened."""
    for kind in kinds:
        with act():
            idea.change_status(Status.first(idea.kind, kind), by=by, reason="Told in public.")
            award(latest())


def latest() -> Event:
    return db.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()


def points(user: User) -> dict[str, int]:
    """What each rule pays this person by now; rows that were taken back cancel out."""
    rows = db.session.execute(
        select(PointEntry.rule, func.sum(PointEntry.points))
        .where(PointEntry.user_id == user.id)
        .group_by(PointEntry.rule)
    )
    return {rule: int(total) for rule, total in rows if total}


def rows_of(user: User) -> list[PointEntry]:
    return list(db.session.scalars(select(PointEntry).where(PointEntry.user_id == user.id).order_by(PointEntry.id)))


def happens(change: Callable[[], Any]) -> None:
    """Let something happen, and the ledger read it."""
    with act():
        change()
        award(latest())


@pytest.fixture
def remark(dark_mode: Idea, sofia: User) -> Comment:
    """What Sofia says about Yuki's idea."""
    with act():
        return Comment.post(dark_mode, "Dim the logo too.", by=sofia)


def test_the_tables_are_total() -> None:
    assert set(WORTH) == set(REASONS) == set(RULES) == set(YOURS) == set(Rule)


def test_a_planned_idea_pays_its_author(dark_mode: Idea, lea: User, yuki: User) -> None:
    move(dark_mode, lea, "planned")
    assert points(yuki) == {"idea_planned": 20}


def test_a_confirmed_issue_pays_who_reported_it(double_shift: Idea, lea: User, yuki: User) -> None:
    move(double_shift, lea, "planned")
    assert points(yuki) == {"issue_confirmed": 15}


def test_what_ships_pays_its_author_and_its_shapers(
    dark_mode: Idea, remark: Comment, lea: User, yuki: User, sofia: User
) -> None:
    happens(lambda: remark.mark_as_shaping(True, by=lea))
    move(dark_mode, lea, "under_review", "started", "shipped")
    assert points(yuki) == {"idea_shipped": 50}
    assert points(sofia) == {"comment_shaped": 15, "idea_shaped": 30}
    assert points(lea) == {}


def test_a_status_that_goes_back_and_forth_pays_once(dark_mode: Idea, lea: User, yuki: User) -> None:
    move(dark_mode, lea, "planned", "started", "shipped", "started", "planned", "shipped")
    assert points(yuki) == {"idea_shipped": 50, "idea_planned": 20}


def test_a_status_that_is_taken_back_takes_its_points_back(dark_mode: Idea, lea: User, yuki: User) -> None:
    move(dark_mode, lea, "planned", "shipped", "started")
    assert points(yuki) == {"idea_planned": 20}
    move(dark_mode, lea, "declined")
    assert points(yuki) == {}


def test_what_is_taken_back_names_what_it_undoes_and_counts_in_the_same_week(
    dark_mode: Idea, lea: User, yuki: User
) -> None:
    with time_machine.travel(now() - timedelta(days=30)):
        move(dark_mode, lea, "planned")
    move(dark_mode, lea, "under_review")
    paid, undone = rows_of(yuki)
    assert (undone.undoes_id, undone.points, undone.created_at) == (paid.id, -20, paid.created_at)
    assert undone.event.created_at > paid.created_at + timedelta(days=29)


def test_what_returns_is_paid_again_and_counts_from_when_it_was_first_earned(
    dark_mode: Idea, lea: User, yuki: User
) -> None:
    with time_machine.travel(now() - timedelta(days=30)):
        move(dark_mode, lea, "planned")
    move(dark_mode, lea, "under_review", "planned")
    assert points(yuki) == {"idea_planned": 20}
    assert len({row.created_at for row in rows_of(yuki)}) == 1


def test_an_event_that_comes_twice_pays_once(dark_mode: Idea, lea: User, yuki: User) -> None:
    move(dark_mode, lea, "under_review", "started", "shipped")
    with act():
        assert award(latest()) == 0
    assert points(yuki) == {"idea_shipped": 50}


def test_a_mark_by_staff_pays_once_a_person_and_idea(dark_mode: Idea, lea: User, sofia: User) -> None:
    with act():
        said = [Comment.post(dark_mode, f"Reason {n}.", by=sofia) for n in range(3)]
    for comment in said:
        happens(partial(comment.mark_as_shaping, True, by=lea))
    assert points(sofia) == {"comment_shaped": 15}
    happens(partial(said[0].mark_as_shaping, False, by=lea))
    assert points(sofia) == {"comment_shaped": 15}


def test_a_mark_by_the_author_of_the_idea_pays_nothing(
    dark_mode: Idea, remark: Comment, lea: User, yuki: User, sofia: User
) -> None:
    happens(lambda: remark.mark_as_shaping(True, by=yuki))
    move(dark_mode, lea, "under_review", "started", "shipped")
    assert points(sofia) == {}


def test_a_mark_by_the_author_pays_once_staff_let_it_stand_in_a_release(
    dark_mode: Idea, remark: Comment, hugo: User, yuki: User, sofia: User
) -> None:
    with act():
        dark_mode.change_status(Status.first("idea", "planned"), by=hugo)
        remark.mark_as_shaping(True, by=yuki)
    published(hugo, dark_mode)
    with act():
        award(latest())
    assert points(sofia) == {"comment_shaped": 15, "idea_shaped": 30}


def test_a_mark_that_staff_left_out_of_a_release_pays_nothing(
    dark_mode: Idea, remark: Comment, hugo: User, yuki: User, sofia: User
) -> None:
    with act():
        dark_mode.change_status(Status.first("idea", "planned"), by=hugo)
        remark.mark_as_shaping(True, by=yuki)
    release = written(hugo, dark_mode)
    happens(lambda: publish(release, by=hugo, leaving_out=[remark.id]))
    assert points(sofia) == {}
    assert sofia.id not in {credit.user_id for credit in release.credits}


@pytest.mark.parametrize("undo", ["unmarked", "comment hidden", "idea hidden", "suspended"])
def test_what_staff_undo_takes_its_points_back_at_once(
    dark_mode: Idea, remark: Comment, lea: User, sofia: User, undo: str
) -> None:
    happens(lambda: remark.mark_as_shaping(True, by=lea))
    assert points(sofia) == {"comment_shaped": 15}
    undoing: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "unmarked": (lambda: remark.mark_as_shaping(False, by=lea), lambda: remark.mark_as_shaping(True, by=lea)),
        "comment hidden": (lambda: remark.hide(by=lea, reason="Unkind."), lambda: remark.restore(by=lea)),
        "idea hidden": (lambda: dark_mode.hide(by=lea, reason="Spam."), lambda: dark_mode.restore(by=lea)),
        "suspended": (lambda: suspend(sofia, by=lea, reason="Spam."), lambda: reinstate(sofia, by=lea)),
    }
    happens(undoing[undo][0])
    assert points(sofia) == {}
    happens(undoing[undo][1])
    assert points(sofia) == {"comment_shaped": 15}
    assert len(rows_of(sofia)) == 3


def test_what_only_waits_for_staff_keeps_its_points(dark_mode: Idea, remark: Comment, lea: User, sofia: User) -> None:
    happens(lambda: remark.mark_as_shaping(True, by=lea))
    with act():
        remark.hold()
    move(dark_mode, lea, "planned")
    assert points(sofia) == {"comment_shaped": 15}


def test_what_an_older_portal_paid_for_a_comment_stands_and_is_taken_back_with_its_mark(
    dark_mode: Idea, remark: Comment, lea: User, sofia: User
) -> None:
    happens(lambda: remark.mark_as_shaping(True, by=lea))
    with act():
        row = rows_of(sofia)[0]
        row.subject_type, row.subject_id = "comment", remark.id
    move(dark_mode, lea, "planned")
    assert points(sofia) == {"comment_shaped": 15}
    happens(lambda: remark.mark_as_shaping(False, by=lea))
    assert points(sofia) == {}


def test_of_two_workers_at_once_one_pays(app: Flask, dark_mode: Idea, lea: User, yuki: User) -> None:
    with act():
        dark_mode.change_status(Status.first("idea", "planned"), by=lea)
    id, ready = latest().id, threading.Barrier(2)
    db.session.rollback()

    def work(_: int) -> None:
        with app.app_context():
            ready.wait()
            with act():
                award(db.session.get_one(Event, id))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert [row.points for row in rows_of(yuki)] == [20]


def test_nobody_is_paid_for_shaping_their_own_idea(dark_mode: Idea, yuki: User, lea: User) -> None:
    with act():
        Comment.post(dark_mode, "Two days are enough.", by=yuki).mark_as_shaping(True, by=lea)
        award(latest())
    assert points(yuki) == {}


@pytest.mark.parametrize(
    "who", [{"role": "staff"}, {"email": None}, {"email": None, "display_name": "", "erased_at": "now"}]
)
def test_staff_and_who_is_not_here_get_no_points(dark_mode: Idea, lea: User, yuki: User, who: dict[str, Any]) -> None:
    with act():
        for name, value in who.items():
            setattr(yuki, name, now() if value == "now" else value)
    move(dark_mode, lea, "planned")
    assert points(yuki) == {}


def test_points_count_from_when_it_happened(dark_mode: Idea, lea: User) -> None:
    move(dark_mode, lea, "under_review", "started", "shipped")
    entry = db.session.scalars(select(PointEntry)).one()
    assert entry.created_at == latest().created_at


@pytest.mark.jobs
def test_the_fan_out_pays(dark_mode: Idea, lea: User, yuki: User, run_jobs: Any) -> None:
    with act():
        dark_mode.change_status(Status.first("idea", "planned"), by=lea)
    run_jobs()
    run_jobs()
    assert points(yuki) == {"idea_planned": 20}
