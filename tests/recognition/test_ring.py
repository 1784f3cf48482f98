"""Fifty accounts that vote, comment, mark and report for each other gain nothing: no member of staff did anything."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.moderation.flagging import flag
from portal.moderation.models import Reason
from portal.moderation.trust import NEWCOMER, weight_of
from portal.recognition.ledger import points_of
from portal.recognition.models import Partner, PointEntry
from portal.recognition.partners import pick_partners
from portal.recognition.rules import WORTH, Rule
from portal.voting.models import Vote
from tests.conftest import act

PEOPLE = 50


@pytest.fixture
def ring(app: Flask) -> list[User]:
    """New accounts, each with an idea that all the others vote for, and some comment on and are marked for."""
    with act():
        people = [User.join(f"ring-{n}@example.net", f"Ring {n}", "en") for n in range(PEOPLE)]
        board = db.session.scalars(select(Board)).first()
        for n, who in enumerate(people):
            idea = Idea.propose(who, f"Idea of ring {n}", "Words.", "idea", board, "en")
            for step in (1, 2, 3):
                said = Comment.post(idea, f"Well said {step}.", by=people[(n + step) % PEOPLE])
                said.mark_as_shaping(True, by=who)
            for voter in people:
                Vote.cast(idea, by=voter)
    return people


def test_a_ring_gains_nothing_and_costs_nobody_anything(
    ring: list[User], copy_week: Idea, tom: User, lea: User, run_jobs: Callable[[], None]
) -> None:
    said = db.session.scalars(select(Comment).where(Comment.author_id == tom.id, Comment.shaped_by_staff)).one()
    with act():
        said.mark_as_shaping(False, by=lea)
        said.mark_as_shaping(True, by=lea)
        for who in ring:
            flag(said, by=who, reason=Reason.SPAM)
            flag(copy_week, by=who, reason=Reason.SPAM)
    run_jobs()
    pick_partners()
    ids = [who.id for who in ring]
    assert db.session.scalar(select(func.count(PointEntry.id)).where(PointEntry.user_id.in_(ids))) == 0
    assert db.session.scalar(select(func.count(Partner.id)).where(Partner.user_id.in_(ids))) == 0
    assert {weight_of(who) for who in ring} == {NEWCOMER}
    assert said.is_held and copy_week.is_held
    assert points_of(tom) == WORTH[Rule.COMMENT_SHAPED]
