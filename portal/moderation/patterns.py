"""Hints that votes may not be from as many people as they seem: many new members of one domain, or of one network.

A hint is no verdict: colleagues have one domain, and a household, an office or a train has one network.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from portal.accounts.mailboxes import OF_MANY, is_of_many
from portal.accounts.models import User
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.networks import KEPT, VoteNetwork
from portal.moderation.trust import NEW_FOR
from portal.voting.models import Vote
from portal.web.paging import sifted

# A couple, or three friends who tell each other, join together every day.
FEWEST = 4
NAMED = 8
SHOWN = 50


@dataclass(frozen=True)
class Pattern:
    """So many new members of one domain (or, where it is empty, of one network) whose votes for an idea count.

    `people` are the first of them, the latest vote first; any of them leads to the rest.
    """

    idea: Idea
    domain: str
    number: int
    latest: datetime
    people: list[User]


def patterns() -> list[Pattern]:
    """What staff may want to look at, the latest vote first."""
    found = [(domains, row) for domains in (True, False) for row in _groups(domains)]
    found = sorted(found, key=lambda one: one[1].latest, reverse=True)[:SHOWN]
    ids = {row.idea_id for _domains, row in found}
    ideas = {idea.id: idea for idea in db.session.scalars(select(Idea).where(Idea.id.in_(ids)))}
    named = _first_people(True, found) | _first_people(False, found)
    return [
        Pattern(
            ideas[row.idea_id], row.shared if domains else "", row.number, row.latest, named[row.idea_id, row.shared]
        )
        for domains, row in found
        if named[row.idea_id, row.shared]
    ]


def count_patterns() -> int:
    """How many of them there are."""
    return sum(len(_groups(domains)) for domains in (True, False))


def of_domain(domain: str) -> Any:
    """The condition of the people whose address is of this domain."""
    return _domain() == domain.lower()


def near(idea: Idea, person_id: int) -> Any:
    """The condition of the people who voted for the idea from the network of this one, as far as it is remembered."""
    theirs = select(VoteNetwork.network).where(VoteNetwork.idea_id == idea.id, VoteNetwork.user_id == person_id)
    same = select(VoteNetwork.user_id).where(VoteNetwork.idea_id == idea.id, VoteNetwork.network.in_(theirs))
    return User.id.in_(same.where(VoteNetwork.created_at > now() - KEPT))


def new_voters() -> Any:
    """The condition of the votes that count and are those of people who are new here."""
    return Vote.counted() & (User.created_at > now() - NEW_FOR) & User.is_here


def _cast(domains: bool) -> Select[Any]:
    """The votes of new members, each with what it may share with others: its domain, or else its network."""
    shared = _domain() if domains else VoteNetwork.network
    voted = select(Vote.idea_id, shared.label("shared"), Vote.user_id, Vote.created_at).where(new_voters())
    if domains:
        # SQLite would go through all votes and look each voter up: the few who are new come first.
        return voted.join(User, Vote.user_id == sifted(User.id)).where(_domain().not_in(OF_MANY))
    noted = (VoteNetwork.idea_id == Vote.idea_id) & (VoteNetwork.user_id == Vote.user_id)
    return (
        voted.join(User, Vote.user_id == User.id).join(VoteNetwork, noted).where(VoteNetwork.created_at > now() - KEPT)
    )


def _groups(domains: bool) -> list[Any]:
    cast = _cast(domains).subquery()
    latest = func.max(cast.c.created_at).label("latest")
    many = select(cast.c.idea_id, cast.c.shared, func.count().label("number"), latest)
    many = many.group_by(cast.c.idea_id, cast.c.shared).having(func.count() >= FEWEST)
    rows = db.session.execute(many.order_by(latest.desc()).limit(SHOWN))
    return [row for row in rows if not (domains and is_of_many(row.shared))]


def _first_people(domains: bool, found: list[tuple[bool, Any]]) -> dict[tuple[int, str], list[User]]:
    """The first people of each of these patterns, by idea and what they share."""
    keys = [(row.idea_id, row.shared) for of_domains, row in found if of_domains == domains]
    cast = _cast(domains).subquery()
    group = cast.c.idea_id, cast.c.shared
    place = func.row_number().over(partition_by=group, order_by=(cast.c.created_at.desc(), cast.c.user_id))
    ranked = select(*group, cast.c.user_id, place.label("place")).where(tuple_(*group).in_(keys)).subquery()
    rows = select(ranked.c.idea_id, ranked.c.shared, User).join(User, User.id == ranked.c.user_id)
    named: dict[tuple[int, str], list[User]] = defaultdict(list)
    for idea_id, shared, person in db.session.execute(rows.where(ranked.c.place <= NAMED).order_by(ranked.c.place)):
        named[idea_id, shared].append(person)
    return named


def _domain() -> Any:
    """What stands after the @ of the address that we write to."""
    at = func.strpos if db.engine.dialect.name == "postgresql" else func.instr
    return func.substr(User.email, at(User.email, "@") + 1)
