"""Staff link two ideas, and take the link away again: nobody waits for itself, by whatever way."""

from typing import Any

from sqlalchemy import or_, select

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.database.holding import hold_all
from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.links import Bond, Link, Relation, linked, wait_for

# More than that nobody reads on a page.
MOST = 20


class ToItself(Exception):
    """An idea is no other than itself."""


class LinkedAlready(Exception):
    """These two are linked; `link` says how."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.link = link


class WouldWaitForItself(Exception):
    """What it should wait for waits for it already, if by way of others."""


class TooMany(Exception):
    """One of the two has as many links as a page shows; `idea` says which."""

    def __init__(self, idea: Idea) -> None:
        super().__init__()
        self.idea = idea


def hold_both(idea: Idea, other: Idea, relation: Relation) -> None:
    """Let nobody else link these two meanwhile, nor say what waits for what."""
    ends = (idea.id, other.id)
    hold_all(Idea, Idea.id.in_(ends))
    db.session.expire_all()
    if relation != Relation.THEME:
        hold_links()


def link(idea: Idea, other: Idea, relation: Relation, by: User) -> Link:
    """Say what this idea has to do with another. Raises ToItself, LinkedAlready, WouldWaitForItself, TooMany.

    The caller holds them (`hold_both`).
    """
    if idea.id == other.id:
        raise ToItself
    _require_room(idea, other, by)
    bond, first, second = _ends(idea.id, other.id, relation)
    if bond == Bond.BLOCKS and first in wait_for(second):
        raise WouldWaitForItself
    made = Link(bond=bond, first_id=first, second_id=second)
    db.session.add(made)
    db.session.flush()
    record(Action.IDEA_LINKED, idea, by=by, other=other.id, relation=str(relation))
    return made


def unlink(link: Link, idea: Idea, by: User) -> None:
    """Take a link of this idea away; its other idea is not touched."""
    facts: dict[str, Any] = {"other": link.other_of(idea.id), "relation": str(link.seen_from(idea.id))}
    db.session.delete(link)
    db.session.flush()
    record(Action.IDEA_UNLINKED, idea, by=by, **facts)


def stands_well(idea_id: int) -> bool:
    """Whether the links of this idea may stand as they do in this transaction: none leads back to it, none is there
    twice.
    """
    of_it = db.session.scalars(select(Link).where(or_(Link.first_id == idea_id, Link.second_id == idea_id)))
    others = [link.other_of(idea_id) for link in of_it]
    return len(others) == len(set(others)) and idea_id not in wait_for(idea_id)


def hold_links() -> None:
    """Let nobody else say meanwhile what waits for what: so two links that go well alone close no circle together."""
    hold_all(Link, Link.bond == Bond.BLOCKS)


def _require_room(idea: Idea, other: Idea, by: User) -> None:
    there = Link.between(idea.id, other.id)
    if there is not None:
        raise LinkedAlready(there)
    for each in (idea, other):
        if len(linked(each.id, by)) >= MOST:
            raise TooMany(each)


def _ends(idea_id: int, other_id: int, relation: Relation) -> tuple[Bond, int, int]:
    """How it is kept: what comes first, first."""
    if relation == Relation.THEME:
        return Bond.THEME, min(idea_id, other_id), max(idea_id, other_id)
    return (Bond.BLOCKS, idea_id, other_id) if relation == Relation.BLOCKS else (Bond.BLOCKS, other_id, idea_id)
