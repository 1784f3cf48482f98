"""Who is about to be credited and has not said under which name."""

from typing import Any

from sqlalchemy import Select, case, or_, select

from portal.accounts.choices import CreditAs
from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status, StatusKind

# The nearer to shipping, the later in the list.
UNDER_WAY = (StatusKind.PLANNED, StatusKind.STARTED, StatusKind.TESTING, StatusKind.SHIPPED)


def owes_name(user: User) -> bool:
    """Whether credits would name this person, but for the name that they have not given."""
    return user.is_nameless and user.credit_as == CreditAs.NAME


def awaits_name(user: User, idea: Idea) -> bool:
    """Whether what becomes of this idea would be credited to them as soon as they said what to call them."""
    return owes_name(user) and db.session.scalar(_made_by(user).where(Idea.id == idea.id)) is not None


def next_credit(user: User) -> Idea | None:
    """The idea nearest to its release that somebody without a name proposed or shaped."""
    if not owes_name(user):
        return None
    near = case({kind.value: place for place, kind in enumerate(UNDER_WAY)}, value=Status.kind)
    theirs = _made_by(user).join(Status, Status.id == Idea.status_id).where(Status.kind.in_(UNDER_WAY))
    return db.session.scalars(theirs.order_by(near.desc(), Idea.id).limit(1)).first()


def _made_by(user: User) -> Select[Idea]:
    shaped: Any = select(Comment.idea_id).where(Comment.author_id == user.id, Comment.shaped_at.is_not(None))
    return select(Idea).where(Idea.seen_by(user), or_(Idea.author_id == user.id, Idea.id.in_(shaped)))
