"""Who is named on what shipped: each as they chose, and everyone else counted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Subquery, and_, case, func, select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.changelog.models import Credit, CreditRole, Release
from portal.extensions import db
from portal.i18n import _, _n, num
from portal.ideas.cards import Author, Card
from portal.ideas.models import Idea
from portal.ideas.statuses import StatusKind
from portal.middleware.caching import for_everybody

ROLES = list(CreditRole)
FACES = 3
MOST_NAMED = 300


@dataclass(frozen=True)
class Name:
    """How a credit shows somebody: the seed of a face, and a page of their own unless they chose a pseudonym."""

    name: str
    seed: str
    handle: str | None
    is_staff: bool


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


@dataclass
class Roll:
    """Everyone whom a release credits, under their highest role: the names, and the number of those without."""

    named: dict[CreditRole, list[Name]]
    unnamed: dict[CreditRole, int]

    @property
    def total(self) -> int:
        return sum(map(len, self.named.values())) + sum(self.unnamed.values())


def shown_as(user: User) -> Name | None:
    """How this person chose to be credited; None where they chose not to be named."""
    name = user.credited_name
    if name is None:
        return None
    openly = user.is_credited_openly
    return Name(name, user.avatar_seed if openly else name, user.handle if openly else None, openly and user.is_of_team)


def roll(release: Release, for_: Any) -> Roll:
    """The full credits, as far as this reader may see the ideas behind them."""
    best = _best([release.id], for_)
    totals = db.session.execute(select(best.c.rank, func.count()).group_by(best.c.rank))
    counted: dict[int, int] = {rank: total for rank, total in totals}
    people = db.session.execute(
        select(User, best.c.rank)
        .join(best, best.c.user_id == User.id)
        .where(_nameable(best))
        .order_by(best.c.rank, best.c.first)
        .limit(MOST_NAMED)
    )
    named: dict[CreditRole, list[Name]] = {role: [] for role in ROLES}
    for user, rank in people:
        name = shown_as(user)
        if name:
            named[ROLES[rank]].append(name)
    return Roll(named, {role: counted.get(rank, 0) - len(named[role]) for rank, role in enumerate(ROLES)})


def naming(release_ids: list[int], reader: User) -> set[int]:
    """Those of these releases that name them to everybody: not for a part in what only they and staff may see."""
    if reader.credited_name is None or not release_ids:
        return set()
    mine = (
        select(Credit.release_id)
        .join(Idea, Idea.id == Credit.idea_id)
        .where(Credit.release_id.in_(release_ids), Credit.user_id == reader.id, Credit.stands(), Idea.seen_by(None))
        .where(reader.is_named_for(Credit.role != CreditRole.SUPPORTER))
    )
    return set(db.session.scalars(mine))


def strips(releases: list[Release], for_: Any) -> dict[int, Strip]:
    """For each release (by id) its strip of credits, in two queries for all of them."""
    best = _best([release.id for release in releases], for_)
    found: dict[int, Strip] = defaultdict(Strip)
    for release_id, total in db.session.execute(select(best.c.release_id, func.count()).group_by(best.c.release_id)):
        found[release_id].total = total
    place = func.row_number().over(partition_by=best.c.release_id, order_by=(best.c.rank, best.c.first))
    first = (
        select(best.c.release_id, best.c.user_id, place.label("place"))
        .join(User, User.id == best.c.user_id)
        .where(_nameable(best))
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


def _best(release_ids: list[int], for_: Any) -> Subquery:
    """One row a release and person: the rank of their highest role on the ideas that the reader may see."""
    rank = case({role.value: rank for rank, role in enumerate(ROLES)}, value=Credit.role)
    return (
        select(
            Credit.release_id,
            Credit.user_id,
            func.min(rank).label("rank"),
            func.min(Credit.id).label("first"),
        )
        .join(Idea, Idea.id == Credit.idea_id)
        .where(Credit.release_id.in_(release_ids), Credit.stands(), Idea.seen_by(for_))
        .group_by(Credit.release_id, Credit.user_id)
        .subquery()
    )


def _nameable(best: Subquery) -> Any:
    """Who chose a name or a pseudonym; of supporters, only those who chose to be named for a vote."""
    return User.is_named_for(best.c.rank < ROLES.index(CreditRole.SUPPORTER))
