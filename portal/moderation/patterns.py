"""Hints that votes may not be from as many people as they seem: many new members of one domain, or of one network.

A hint is no verdict: colleagues have one domain, and a household, an office or a train has one network.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from portal.accounts.mailboxes import is_of_many
from portal.accounts.models import User
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.networks import KEPT, VoteNetwork
from portal.moderation.trust import NEW_FOR
from portal.voting.models import Vote

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
    found = [*_by_domain(), *_by_network()]
    return sorted(found, key=lambda pattern: pattern.latest, reverse=True)[:SHOWN]


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
    return Vote.counted() & (User.created_at > now() - NEW_FOR) & User.email.is_not(None)


def _by_domain() -> list[Pattern]:
    domain = _domain().label("domain")
    rows = _many(select(Vote.idea_id, domain, *_numbers()).join(User, User.id == Vote.user_id), Vote.idea_id, domain)
    found = [row for row in rows if not is_of_many(row.domain)]
    return [
        Pattern(idea, row.domain, row.number, row.latest, _voters(idea, of_domain(row.domain)))
        for row in found
        if (idea := db.session.get(Idea, row.idea_id))
    ]


def _by_network() -> list[Pattern]:
    noted = (VoteNetwork.idea_id == Vote.idea_id) & (VoteNetwork.user_id == Vote.user_id)
    voted = select(Vote.idea_id, func.min(Vote.user_id).label("one"), *_numbers()).join(User, User.id == Vote.user_id)
    recent = voted.join(VoteNetwork, noted).where(VoteNetwork.created_at > now() - KEPT)
    return [
        Pattern(idea, "", row.number, row.latest, _voters(idea, near(idea, row.one)))
        for row in _many(recent, Vote.idea_id, VoteNetwork.network)
        if (idea := db.session.get(Idea, row.idea_id))
    ]


def _numbers() -> tuple[Any, Any]:
    return func.count().label("number"), func.max(Vote.created_at).label("latest")


def _many(rows: Select[Any], *together: Any) -> list[Any]:
    many = rows.where(new_voters()).group_by(*together).having(func.count() >= FEWEST)
    return list(db.session.execute(many.order_by(func.max(Vote.created_at).desc()).limit(SHOWN)))


def _voters(idea: Idea, which: Any) -> list[User]:
    voted = select(User).join(Vote, Vote.user_id == User.id).where(Vote.idea_id == idea.id, new_voters(), which)
    return list(db.session.scalars(voted.order_by(Vote.created_at.desc(), User.id).limit(NAMED)))


def _domain() -> Any:
    """What stands after the @ of the address that we write to."""
    at = func.strpos if db.engine.dialect.name == "postgresql" else func.instr
    return func.substr(User.email, at(User.email, "@") + 1)
