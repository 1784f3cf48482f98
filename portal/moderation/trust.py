"""Whom the portal knows: how much a report counts, and who is new here."""

from datetime import timedelta

from sqlalchemy import func, or_, select

from portal.accounts.models import User
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status, StatusKind
from portal.moderation.models import Flag, Judgement

# Hundredths of a member.
MEMBER, NEWCOMER, CONTRIBUTOR, STAFF = 100, 25, 150, 200
KNOWN_AFTER = timedelta(days=7)
NEW_FOR = timedelta(days=30)
FIRST_TEXTS = 3
ACCEPTED = (StatusKind.PLANNED, StatusKind.STARTED, StatusKind.TESTING, StatusKind.SHIPPED)


def weight_of(user: User) -> int:
    """How much this person's report counts, in hundredths of a member.

    What they are by age and contributions, times (right + 2) / (right + wrong + 2) for what staff made of their earlier
    reports: a first mistake costs a third, and being right wins it back.
    """
    if user.is_staff:
        return STAFF
    base = CONTRIBUTOR if has_contributed(user) else MEMBER if user.created_at < now() - KNOWN_AFTER else NEWCOMER
    right, wrong = _judged(user)
    return round(base * (right + 2) / (right + wrong + 2))


def is_newcomer(user: User) -> bool:
    """Whether what this person writes are their first texts here. Never staff, nor who has contributed."""
    if user.is_staff or user.created_at < now() - NEW_FOR or has_contributed(user):
        return False
    ideas = select(Idea.id).where(Idea.author_id == user.id, Idea.seen_by(None)).limit(FIRST_TEXTS)
    said = Comment.visible_to(None).where(Comment.author_id == user.id).with_only_columns(Comment.id).limit(FIRST_TEXTS)
    texts = sum(len(db.session.scalars(found).all()) for found in (ideas, said))
    return texts < FIRST_TEXTS


def has_contributed(user: User) -> bool:
    """Whether staff accepted something of theirs: an idea that moved on, a comment that shaped one, a text kept."""
    moved = select(Idea.id).join(Status, Status.id == Idea.status_id).where(Idea.author_id == user.id)
    moved = moved.where(Idea.hidden_at.is_(None), Status.kind.in_(ACCEPTED))
    shaped = select(Comment.id).where(Comment.author_id == user.id, Comment.shaped_by_staff)
    approved = select(Flag.id).where(Flag.author_id == user.id, Flag.user_id.is_(None))
    approved = approved.where(Flag.judgement == Judgement.KEPT)
    any_ = or_(moved.exists(), shaped.where(Comment.hidden_at.is_(None)).exists(), approved.exists())
    return bool(db.session.scalar(select(any_)))


def _judged(user: User) -> tuple[int, int]:
    """How many of this person's reports staff found right, and how many wrong."""
    right, wrong = db.session.execute(
        select(
            func.count().filter(Flag.judgement == Judgement.HIDDEN),
            func.count().filter(Flag.judgement == Judgement.KEPT),
        ).where(Flag.user_id == user.id)
    ).one()
    return right, wrong
