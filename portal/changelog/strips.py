"""The first names on what shipped, and how many more there are: for the lists of releases and of ideas."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, func, select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.changelog.credits import Name, best_of, nameable, shown_as
from portal.changelog.models import Credit, CreditRole, Release
from portal.extensions import db
from portal.i18n import _, _n, num
from portal.ideas.cards import Author, Card
from portal.ideas.statuses import StatusKind
from portal.middleware.caching import for_everybody

FACES = 3


@dataclass
class Strip:
    """The first names on a release, and how many people it credits."""

    names: list[Name] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> int:
        """How many people the faces leave out."""
        return self.total - len(self.names)

    @property
    def sentence(self) -> str:
        """Whom it thanks: at most two names, and a number for the rest."""
        others = self.total - len(self.names[:2])
        if not self.names:
            return _n("Thanks to %(num)s person", "Thanks to %(num)s people", others, num=num(others))
        if len(self.names) == 1:
            name = self.names[0].name
            return (
                _n(
                    "Thanks to %(name)s and %(num)s other",
                    "Thanks to %(name)s and %(num)s others",
                    others,
                    name=name,
                    num=num(others),
                )
                if others
                else _("Thanks to %(name)s", name=name)
            )
        first, second = self.names[0].name, self.names[1].name
        if not others:
            return _("Thanks to %(first)s and %(second)s", first=first, second=second)
        return _n(
            "Thanks to %(first)s, %(second)s and %(num)s other",
            "Thanks to %(first)s, %(second)s and %(num)s others",
            others,
            num=num(others),
            first=first,
            second=second,
        )


def strips(releases: list[Release], for_: Any) -> dict[int, Strip]:
    """For each release (by id) its strip of credits, in two queries for all of them."""
    best = best_of([release.id for release in releases], for_)
    found: dict[int, Strip] = defaultdict(Strip)
    for release_id, total in db.session.execute(select(best.c.release_id, func.count()).group_by(best.c.release_id)):
        found[release_id].total = total
    place = func.row_number().over(partition_by=best.c.release_id, order_by=(best.c.rank, best.c.first))
    first = (
        select(best.c.release_id, best.c.user_id, place.label("place"))
        .join(User, User.id == best.c.user_id)
        .where(nameable(best))
        .subquery()
    )
    rows = db.session.execute(
        select(first.c.release_id, User)
        .join(first, first.c.user_id == User.id)
        .where(first.c.place <= FACES)
        .order_by(first.c.release_id, first.c.place)
    )
    for release_id, user in rows:
        name = shown_as(user)
        if name:
            found[release_id].names.append(name)
    return found


def shapers_of(ideas: Sequence[Card]) -> dict[int, tuple[tuple[Author, ...], int]]:
    """Of those of these ideas that shipped: the first faces of those who shaped them, and how many they are in all."""
    shipped = tuple(idea.id for idea in ideas if idea.status_kind == StatusKind.SHIPPED)
    return _shapers_of(shipped) if shipped else {}


@for_everybody
def _shapers_of(shipped: tuple[int, ...]) -> dict[int, tuple[tuple[Author, ...], int]]:
    """The same for everybody; a vote is not enough."""
    of_these = and_(Credit.idea_id.in_(shipped), Credit.role != CreditRole.SUPPORTER)
    totals = select(Credit.idea_id, func.count(Credit.user_id.distinct())).where(of_these).group_by(Credit.idea_id)
    shown = and_(of_these, User.is_credited_openly)
    place = func.row_number().over(partition_by=Credit.idea_id, order_by=Credit.id).label("place")
    first = select(Credit.idea_id, Credit.user_id, place).join(User, User.id == Credit.user_id).where(shown).subquery()
    faces: dict[int, list[Author]] = {}
    for id, name, handle, role in db.session.execute(
        select(first.c.idea_id, User.display_name, User.handle, User.role)
        .join(first, first.c.user_id == User.id)
        .where(first.c.place <= FACES)
        .order_by(first.c.idea_id, first.c.place)
    ):
        faces.setdefault(id, []).append(Author(name, handle, role != Role.MEMBER, False))
    return {id: (tuple(faces.get(id, ())), total) for id, total in db.session.execute(totals)}
