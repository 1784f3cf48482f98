"""Votes that staff set aside with a reason, and put back: counts and orders leave them out, and nothing is lost."""

from typing import Any

from sqlalchemy import func, select, update

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.holding import hold_all
from portal.extensions import db
from portal.ideas.family import kin_of, members_first
from portal.ideas.models import Idea
from portal.voting.counting import count, count_family
from portal.voting.models import SetAside, Vote

REASON_MAX = 500
ANSWER_MAX = 2000


def set_aside(idea: Idea, voters: list[int], by: User, reason: str) -> int:
    """Let the votes of these people (ids) count no longer; each is told why, once. How many did count until now.

    The caller has begun the write. Votes are locked before the idea, as by those who withdraw.
    """
    votes = _let_count(idea, voters, False)
    asides = [SetAside(idea_id=vote.idea_id, user_id=vote.user_id, reason=reason, by_id=by.id) for vote in votes]
    db.session.add_all(asides)
    db.session.flush()
    for one, vote in members_first(idea, votes):
        count(one, vote.created_at, -1, vote.importance, aside=1)
    count_family(idea)
    if asides:
        told = [aside.id for aside in asides]
        record(Action.VOTES_SET_ASIDE, idea, by=by, reason=reason, asides=told)
    return len({aside.user_id for aside in asides})


def put_back(idea: Idea, voters: list[int], by: User) -> int:
    """Let the votes of these people count again, and tell them. How many were set aside, withdrawn meanwhile or not."""
    open_ = SetAside.idea_id.in_(kin_of(idea)), SetAside.user_id.in_(voters), SetAside.undone_at.is_(None)
    undone = {aside.id: aside.user_id for aside in hold_all(SetAside, *open_)}
    ended = update(SetAside).where(SetAside.id.in_(list(undone))).values(undone_at=now(), undone_by_id=by.id)
    db.session.execute(ended, execution_options={"synchronize_session": False})
    votes = _let_count(idea, list(undone.values()), True)
    for one, vote in members_first(idea, votes):
        count(one, vote.created_at, 1, vote.importance, aside=-1)
    count_family(idea)
    if undone:
        voters = [vote.user_id for vote in votes]
        told = [id for id, whose in undone.items() if whose in voters]
        record(Action.VOTES_PUT_BACK, idea, by=by, asides=told, people=len({*undone.values()}))
    db.session.expire_all()
    return len({*undone.values()})


def answer(aside: SetAside, words: str) -> None:
    """Keep what somebody says about their vote that was set aside: staff read it, and nobody else."""
    if aside.undone_at is None and words != aside.answer:
        aside.answer, aside.answered_at = words, now()
        record(Action.VOTE_ANSWERED, db.session.get_one(Idea, aside.idea_id), by=aside.user)


def latest(idea: Idea, person: User) -> SetAside | None:
    """What staff last decided about this person's vote for the idea, undone or not."""
    theirs = select(SetAside).where(SetAside.idea_id.in_(idea.family_ids), SetAside.user_id == person.id)
    return db.session.scalars(theirs.order_by(SetAside.id.desc()).limit(1)).first()


def answers() -> Any:
    """A select of what people answered about votes that are still set aside, the newest first."""
    open_ = select(SetAside).where(SetAside.undone_at.is_(None), SetAside.answered_at.is_not(None))
    return open_.order_by(SetAside.answered_at.desc(), SetAside.id.desc())


def waiting_answers() -> int:
    """How many of them there are."""
    return db.session.scalar(select(func.count()).select_from(answers().order_by(None).subquery())) or 0


def _let_count(idea: Idea, voters: list[int], counts: bool) -> list[Vote]:
    """Hold those of these votes that do not count so yet, and let them."""
    these = Vote.idea_id.in_(kin_of(idea)), Vote.user_id.in_(voters), Vote.is_counted.is_(not counts)
    votes = hold_all(Vote, *these)
    for vote in votes:
        vote.is_counted = counts
    return votes
