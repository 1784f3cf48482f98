"""Points are paid for outcomes, once a person, rule and subject."""

from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.recognition.ledger import POINTS, WORTH, Rule, award
from portal.recognition.models import PointEntry
from portal.recognition.sentences import REASONS, RULES
from tests.conftest import act


def move(idea: Idea, by: User, *kinds: str) -> None:
    """Change the status step by step, and let the ledger read what happened."""
    for kind in kinds:
        with act():
            idea.change_status(Status.first(idea.kind, kind), by=by, reason="Told in public.")
            award(latest())


def latest() -> Event:
    return db.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()


def points(user: User) -> dict[str, int]:
    rows = db.session.execute(
        select(PointEntry.rule, func.sum(PointEntry.points))
        .where(PointEntry.user_id == user.id)
        .group_by(PointEntry.rule)
    )
    return {rule: int(total) for rule, total in rows}


def test_the_tables_are_total() -> None:
    assert set(POINTS) == set(Action)
    assert set(WORTH) == set(REASONS) == set(RULES) == set(Rule)


def test_a_planned_idea_pays_its_author(dark_mode: Idea, lea: User, yuki: User) -> None:
    move(dark_mode, lea, "planned")
    assert points(yuki) == {"idea_planned": 20}


def test_a_confirmed_issue_pays_who_reported_it(double_shift: Idea, lea: User, yuki: User) -> None:
    move(double_shift, lea, "planned")
    assert points(yuki) == {"issue_confirmed": 15}


def test_what_ships_pays_its_author_and_its_shapers(copy_week: Idea, lea: User, ines: User, tom: User) -> None:
    move(copy_week, lea, "shipped")
    assert points(ines) == {"idea_shipped": 50}
    assert points(tom) == {"idea_shaped": 30}
    assert points(lea) == {}


def test_a_status_that_goes_back_and_forth_pays_once(offline: Idea, lea: User, tom: User) -> None:
    move(offline, lea, "shipped", "started", "shipped", "started", "planned", "shipped")
    assert points(tom) == {"idea_shipped": 50, "idea_planned": 20}


def test_an_event_that_comes_twice_pays_once(offline: Idea, lea: User, tom: User) -> None:
    move(offline, lea, "shipped")
    with act():
        assert award(latest()) == 0
    assert points(tom) == {"idea_shipped": 50}


def test_a_comment_that_shaped_pays_its_author(offline: Idea, lea: User, sofia: User) -> None:
    with act():
        comment = Comment.post(offline, "Two days are enough.", by=sofia)
        comment.mark_as_shaping(True, by=lea)
        award(latest())
    assert points(sofia) == {"comment_shaped": 15}


def test_taking_the_mark_back_keeps_what_was_paid(offline: Idea, lea: User, sofia: User) -> None:
    with act():
        comment = Comment.post(offline, "Two days are enough.", by=sofia)
        for shaped in (True, False, True):
            comment.mark_as_shaping(shaped, by=lea)
            award(latest())
    assert points(sofia) == {"comment_shaped": 15}


def test_nobody_is_paid_for_a_mark_of_their_own(offline: Idea, tom: User) -> None:
    with act():
        Comment.post(offline, "Two days are enough.", by=tom).mark_as_shaping(True, by=tom)
        award(latest())
    assert points(tom) == {}


@pytest.mark.parametrize(
    "who", [{"role": "staff"}, {"email": None}, {"email": None, "display_name": "", "erased_at": "now"}]
)
def test_staff_and_who_is_not_here_get_no_points(dark_mode: Idea, lea: User, yuki: User, who: dict[str, Any]) -> None:
    with act():
        for name, value in who.items():
            setattr(yuki, name, now() if value == "now" else value)
    move(dark_mode, lea, "planned")
    assert points(yuki) == {}


def test_points_count_from_when_it_happened(offline: Idea, lea: User) -> None:
    move(offline, lea, "shipped")
    entry = db.session.scalars(select(PointEntry)).one()
    assert entry.created_at == latest().created_at


@pytest.mark.jobs
def test_the_fan_out_pays(offline: Idea, lea: User, tom: User, run_jobs: Any) -> None:
    with act():
        offline.change_status(Status.first("idea", "shipped"), by=lea)
    run_jobs()
    run_jobs()
    assert points(tom) == {"idea_shipped": 50}
