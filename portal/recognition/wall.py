"""The thanks wall: everyone whom a release names, those with most credits first."""

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from portal.accounts.models import User
from portal.changelog.credits import Name, shown_as
from portal.changelog.models import Credit, CreditRole, Release
from portal.extensions import db
from portal.ideas.models import Idea

PAGE = 60


@dataclass(frozen=True)
class Thanked:
    """Somebody on the wall, and on how many releases they are credited."""

    name: Name
    releases: int


def wall(after: tuple[int, int] | None = None) -> tuple[list[Thanked], str | None]:
    """One page of the wall, and the mark of the next. `after`: the releases and the id that the last page ended with.

    It is the same for everyone: only ideas that the public sees count, and only people who let themselves be shown.
    """
    releases = func.count(Credit.release_id.distinct())
    found = (
        select(User, releases.label("releases"))
        .join(Credit, Credit.user_id == User.id)
        .join(Release, and_(Release.id == Credit.release_id, Release.in_public()))
        .join(Idea, and_(Idea.id == Credit.idea_id, Idea.seen_by(None)))
        .where(
            User.erased_at.is_(None),
            User.featured,
            Credit.stands(),
            User.bears_a_name(),
            or_(Credit.role != CreditRole.SUPPORTER, User.named_as_supporter),
        )
        .group_by(User.id)
        .order_by(releases.desc(), User.id)
        .limit(PAGE + 1)
    )
    if after:
        count, id = after
        found = found.having(or_(releases < count, and_(releases == count, User.id > id)))
    rows = db.session.execute(found).all()
    people = [(shown_as(user), count) for user, count in rows[:PAGE]]
    mark = f"{rows[PAGE - 1].releases}-{rows[PAGE - 1].User.id}" if len(rows) > PAGE else None
    return [Thanked(name, count) for name, count in people if name], mark
