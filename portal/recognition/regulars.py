"""Regulars who went quiet: people who wrote several times and whom nobody has seen lately."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.clock import now
from portal.comments.models import Comment
from portal.ideas.models import Idea

SEVERAL = 3
# Whoever has done nothing here for so long is gone quiet; after another month they have been listed for long enough.
QUIET_FOR, LISTED_FOR = timedelta(days=60), timedelta(days=30)


def gone_quiet(until: Any = None, since: Any = None) -> ColumnElement[bool]:
    """The condition on User of members who wrote several times and last did anything between these moments.

    Without them: 60 to 90 days ago. What counts as doing something is what moves `seen_at`: votes too, reading not.
    """
    until = now() - QUIET_FOR if until is None else until
    since = now() - QUIET_FOR - LISTED_FOR if since is None else since
    return and_(
        User.seen_at <= until,
        User.seen_at > since,
        User.role == Role.MEMBER,
        User.takes_part,
        _wrote(Idea, Idea.hidden_at.is_(None))
        + _wrote(Comment, Comment.hidden_at.is_(None), Comment.deleted_at.is_(None))
        >= SEVERAL,
    )


def span() -> dict[str, datetime]:
    """The moments for a statement that is built once."""
    return {"gone": now() - QUIET_FOR, "lost": now() - QUIET_FOR - LISTED_FOR}


def _wrote(model: Any, *stands: Any) -> Any:
    """How much of this they wrote."""
    return select(func.count(model.id)).where(model.author_id == User.id, *stands).correlate(User).scalar_subquery()
