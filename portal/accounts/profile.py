"""The page of a member's profile."""

from typing import Any

from flask import abort
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.accounts.blueprint import bp
from portal.accounts.models import User
from portal.changelog.models import Credit, CreditRole, Release
from portal.changelog.news import releases_of
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.cards import Card, cards
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.permissions import me
from portal.voting.models import Vote
from portal.web.pages import page

LISTED = 20


@bp.get("/people/<handle>")
def show(handle: str) -> Any:
    """A member's public page. Votes stay private, and so does a name that credits do not show."""
    person = db.session.scalar(select(User).where(User.handle == handle, ~User.is_former)) or abort(404)
    theirs = Idea.visible_to(me()).where(proposed_by(person))
    proposed, reported = theirs.where(Idea.kind == Kind.IDEA), theirs.where(Idea.kind == Kind.ISSUE)
    newest = cards().where(Idea.seen_by(me()), proposed_by(person), Idea.kind == Kind.IDEA)
    rows = db.session.execute(newest.order_by(Idea.created_at.desc(), Idea.id.desc()).limit(LISTED))
    ideas = [Card.of(row) for row in rows]
    last = reported.order_by(Idea.created_at.desc(), Idea.id.desc()).limit(LISTED)
    return page(
        "accounts/profile.html",
        person=person,
        mine=me().is_authenticated and me().id == person.id,
        ideas=ideas,
        ideas_total=_count(proposed),
        reports=db.session.scalars(last).all(),
        reports_total=_count(reported),
        voted=Vote.voted_ids(me(), ideas),
        releases=releases_of(ideas),
        shipped=_count(proposed.join(Status).where(Status.kind == StatusKind.SHIPPED, Idea.moved_here())),
        fixed=_count(reported.join(Status).where(Status.kind == StatusKind.SHIPPED, Idea.moved_here())),
        helped=_helped(person),
        shaping=_shaping(person),
        credits=_credits(person),
    )


def proposed_by(person: User) -> Any:
    """The condition of what they proposed; of what lives in another idea that one, as far as the reader sees both."""
    member = aliased(Idea)
    merged = select(member.survivor_id).where(member.survivor_id.is_not(None), member.author_id == person.id)
    return and_(Idea.stands(), or_(Idea.author_id == person.id, Idea.id.in_(merged.where(member.seen_by(me())))))


def _count(rows: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(rows.with_only_columns(Idea.id).subquery())) or 0


def _helped(person: User) -> int:
    """On how many ideas of others they said something in public here; what was imported is no help that we had."""
    here = Comment.author_id == person.id, Comment.imported_key.is_(None)
    said = Comment.visible_to(None).where(*here, Idea.author_id != person.id)
    return (
        db.session.scalar(
            select(func.count()).select_from(said.with_only_columns(Comment.idea_id).distinct().subquery())
        )
        or 0
    )


def _shaping(person: User) -> list[Comment]:
    rows = Comment.visible_to(me()).where(Comment.author_id == person.id, Comment.shaped_at.is_not(None))
    newest = rows.options(contains_eager(Comment.idea)).order_by(Comment.shaped_at.desc()).limit(LISTED)
    return list(db.session.scalars(newest))


def _credits(person: User) -> list[Credit]:
    """Their credits, where they are credited by name; support is private unless they chose to be named for it."""
    if not person.is_credited_openly:
        return []
    rows = (
        select(Credit)
        .join(Release)
        .join(Idea, Credit.idea_id == Idea.id)
        .where(Credit.user_id == person.id, Credit.stands(), Release.in_public())
        .where(Idea.seen_by(me()), person.is_named_for(Credit.role != CreditRole.SUPPORTER))
        .options(contains_eager(Credit.release).options(joinedload(Release.author)), contains_eager(Credit.idea))
        .order_by(Release.published_at.desc())
        .limit(LISTED)
    )
    return list(db.session.scalars(rows).unique())
