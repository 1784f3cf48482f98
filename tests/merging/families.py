"""What tests of families share: to merge, to part, and what an idea says of itself."""

import pytest

from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.joining import merge
from portal.merging.parting import unmerge
from tests.conftest import act

NUMBERS = ("votes_count", "votes_set_aside", "nice_count", "important_count", "critical_count", "comments_count")
WHY = "Both are the same need."


def join(idea: Idea, into: Idea, by, reason: str = WHY) -> int:
    """Merge them; the id of the merge."""
    with act():
        one, other = db.session.get_one(Idea, idea.id), db.session.get_one(Idea, into.id)
        return merge(one, other, by=by, reason=reason).id


def part(idea: Idea, by) -> None:
    with act():
        unmerge(db.session.get_one(Idea, idea.id), by=by)


def standing(idea: Idea) -> tuple[int | None, int]:
    """Where it lives, and how many live in it."""
    db.session.rollback()
    return db.session.get_one(Idea, idea.id).survivor_id, db.session.get_one(Idea, idea.id).merged_count


def numbers(idea: Idea) -> dict[str, object]:
    """All that it says of its people."""
    db.session.rollback()
    found = db.session.get_one(Idea, idea.id)
    return {name: getattr(found, name) for name in NUMBERS} | {"heat": pytest.approx(found.heat)}
