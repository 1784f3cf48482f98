"""The thanks wall: everyone whom a release names, those with most credits first."""

from dataclasses import dataclass

from sqlalchemy import and_, func, select

from portal.accounts.models import User
from portal.changelog.credits import Name, shown_as
from portal.changelog.models import Credit, CreditRole, Release
from portal.ideas.models import Idea
from portal.web.paging import Slice, slice_of

PAGE = 60


@dataclass(frozen=True)
class Thanked:
    """Somebody on the wall, and on how many releases they are credited."""

    name: Name
    releases: int


def wall(after: str = "") -> Slice[Thanked]:
    """One page of the wall, from the token `after` on.

    It is the same for everyone: only ideas that the public sees count, and only people who let themselves be shown.
    """
    releases = func.count(Credit.release_id.distinct())
    counted = (
        select(Credit.user_id, releases.label("releases"))
        .join(User, User.id == Credit.user_id)
        .join(Release, and_(Release.id == Credit.release_id, Release.in_public()))
        .join(Idea, and_(Idea.id == Credit.idea_id, Idea.seen_by(None)))
        .where(
            User.featured,
            Credit.stands(),
            User.is_named_for(Credit.role != CreditRole.SUPPORTER),
        )
        .group_by(Credit.user_id)
        .subquery()
    )
    fewest_last = (-counted.c.releases).label("fewest_last")
    found = select(User, counted.c.releases, fewest_last, User.id).join(counted, counted.c.user_id == User.id)
    page = slice_of(found, fewest_last, User.id, after=after, size=PAGE, descending=False)
    people = [(shown_as(row.User), row.releases) for row in page.rows]
    return Slice([Thanked(name, count) for name, count in people if name], page.after)
