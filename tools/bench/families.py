"""The families of a portal of any size: one idea of a hundred lives in another one, by merges that hold."""

from array import array
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, pairwise
from typing import Any

from portal.ideas import ranking
from portal.ideas.statuses import Kind
from tools.bench.bulk import Row
from tools.bench.shape import DISCUSSED, FAMILY, FAMILY_SIZE, IMPORTANCES, STAFF, Drawn, merges_of

REASON = "Both ask for the same, in other words."
# One family of so many is a chain of three; and merges of the last days may still be objected to.
CHAINS, DAYS_TO_OBJECT = 3, 7


def families(ideas: list[Drawn], today: datetime) -> list[Row]:
    """Let some ideas live in others, as merging would: their rows, and the merges by which they do.

    The one that stands for a family is the oldest of it, and what comes to the largest is the same at every size.
    """
    merges = [_merge(id, *pair, today) for id, pair in enumerate(_pairs(ideas), 1)]
    lives = {merge["idea_id"]: merge["into_id"] for merge in merges}
    members: dict[int, list[Drawn]] = {}
    for id in lives:
        root = lives.get(lives[id], lives[id])
        ideas[id - 1].row["survivor_id"] = root
        members.setdefault(root, []).append(ideas[id - 1])
    for root, those in members.items():
        _count(ideas[root - 1], those)
    return merges


def events(merges: list[Row]) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Each merge with what its event says of it."""
    for merge in merges:
        yield merge, {"merge": merge["id"], "into": merge["into_id"], "reason": merge["reason"]}


def large(ideas: list[Drawn]) -> list[int]:
    """What lives in the large family: the newest that may, which at every size have as many comments."""
    return _free(ideas)[::-1][: min(FAMILY_SIZE - 1, _number(ideas))]


def _pairs(ideas: list[Drawn]) -> Iterator[tuple[int, int]]:
    """Which idea was merged into which: in the large family every fourth by way of another; the rest are small."""
    those = large(ideas)
    for number, id in enumerate(those):
        yield id, those[number - 1] if number % 4 == 3 else FAMILY
    others, left = iter(_free(ideas)), _number(ideas) - len(those)
    for number in count():
        links = min(left, 2 if number % CHAINS == 0 else 1)
        if not links:
            return
        chain = [next(others) for _one in range(links + 1)]
        yield from ((younger, older) for older, younger in pairwise(chain))
        left -= links


def _number(ideas: list[Drawn]) -> int:
    """How many live in another one; of few ideas no more than leave some to stand for themselves."""
    return min(merges_of(len(ideas)), len(_free(ideas)) // 3)


def _free(ideas: list[Drawn]) -> list[int]:
    return [idea.row["id"] for idea in ideas if _may_be_merged(idea)]


def _may_be_merged(idea: Drawn) -> bool:
    """What is open and everybody sees."""
    row = idea.row
    open_ = not idea.path and row["kind"] == Kind.IDEA and row["hidden_at"] is None
    return open_ and row["id"] not in (DISCUSSED, FAMILY)


def _merge(id: int, idea: int, into: int, today: datetime) -> Row:
    moment = today - timedelta(days=id % 90, hours=1)
    until = moment + timedelta(days=DAYS_TO_OBJECT)
    settled = {"object_until": until, "settled_at": until if until < today else None}
    by = {"by_id": 1 + id % STAFF, "created_at": moment}
    return {"id": id, "idea_id": idea, "into_id": into, "reason": REASON, **by, **settled}


def _count(root: Drawn, members: list[Drawn]) -> None:
    """The numbers of a family: each person once, from their first vote on."""
    since: dict[int, datetime] = {}
    for idea in (root, *members):
        for user, after in zip(idea.voters, idea.moments, strict=True):
            moment = idea.born + timedelta(seconds=after)
            since[user] = min(moment, since.get(user, moment))
    row = root.row
    row["merged_count"] = len(members)
    row["votes_count"] = len(since)
    row["heat"] = ranking.heat_of([(moment, 1) for moment in since.values()])
    row["comments_count"] += sum(member.row["comments_count"] for member in members)
    row |= importances(array("L", since))


def importances(voters: array) -> Row:
    """How many of these say how much it would help them, by what they say."""
    return {f"{name}_count": sum(user % 4 == at for user in voters) for at, name in enumerate(IMPORTANCES) if at}
