"""Who is named on what shipped: each as they chose, and everyone else counted."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Subquery, case, func, select

from portal.accounts.models import User
from portal.changelog.models import Credit, CreditRole, Release
from portal.extensions import db
from portal.ideas.models import Idea

ROLES = list(CreditRole)
MOST_NAMED = 300


@dataclass(frozen=True)
class Name:
    """How a credit shows somebody: the seed of a face, and a page of their own unless they chose a pseudonym."""

    name: str
    seed: str
    handle: str | None
    is_staff: bool


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
    best = best_of([release.id], for_)
    totals = db.session.execute(select(best.c.rank, func.count()).group_by(best.c.rank))
    counted: dict[int, int] = {rank: total for rank, total in totals}
    people = db.session.execute(
        select(User, best.c.rank)
        .join(best, best.c.user_id == User.id)
        .where(nameable(best))
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


def best_of(release_ids: list[int], for_: Any) -> Subquery:
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


def nameable(best: Subquery) -> Any:
    """Who chose a name or a pseudonym; of supporters, only those who chose to be named for a vote."""
    return User.is_named_for(best.c.rank < ROLES.index(CreditRole.SUPPORTER))
