"""How well ideas fit some words: BM25 over the postings, in plain SQL on both engines.

The search and the similar ideas rank by it.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, true, union_all

from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.postings import MOST_WEIGHT, STEMMED, Posting, Stem, chunks, stem, words
from portal.middleware.caching import for_everybody

MOST_STEMS = 8
MOST_ENDINGS = 6
# More words of one text are not looked at.
MOST_WORDS = 60
# Nearly all ideas may be shown: so many more than asked are ranked at first, and so many are looked up in one go.
SPARE, LOOKED_UP = 500, 100


class Word(NamedTuple):
    """A word that was asked for, by its stems in each language, and what it says."""

    stems: frozenset[str]
    rarity: float


class Asked(NamedTuple):
    """What a text asks for: its rarest known stems, in order, with their weights.

    `at_best` is what an idea weighs that holds all of its rarest words; `groups` are all words, the rarest first.
    """

    known: dict[str, float]
    at_best: float
    groups: list[Word]


def may_show(user: Any, kind: str | None) -> list[Any]:
    """The conditions of an idea that is shown to this person, itself or by the one in which it lives."""
    return [Idea.seen_by(user), Idea.hidden_at.is_(None), *([Idea.kind == kind] if kind else [])]


def survivors(lives: dict[int, int | None], may: list[Any]) -> list[int]:
    """What stands for these ideas (by id, with that in which they live), each once: an idea that lives in another is
    found as that one, unless that may not be shown."""
    elsewhere = {survivor for survivor in lives.values() if survivor}
    seen = set(db.session.scalars(select(Idea.id).where(Idea.id.in_(elsewhere), *may))) if elsewhere else set[int]()
    return [*dict.fromkeys(into if into in seen else id for id, into in lives.items())]


def shown(
    asked: "Asked", may: list[Any], limit: int, least: float = 0.0, but: int | None = None, merged: bool = False
) -> list[int]:
    """The ideas that may be shown and weigh at least so much, the best first; what lives in another by that one, or
    itself (`merged`)."""
    ranked = _ranked(asked, least, but)
    if ranked is None:
        return []
    most = limit + SPARE
    ids = list(db.session.scalars(ranked.limit(most)))
    found = _first(ids, may, limit, merged)
    if len(found) < limit and len(ids) == most:
        found = _first(list(db.session.scalars(ranked)), may, limit, merged)
    return found


def asked_for(text: str) -> Asked:
    """The words of a text. The last one may still be being typed: where nothing is known of it, it may go on."""
    number, asked = total(), list(dict.fromkeys(words(text)))[:MOST_WORDS]
    groups = [{stem(word, lang) for lang in STEMMED} for word in asked]
    counts = dict(counted(set().union(*groups)))
    if groups and not text[-1:].isspace() and not groups[-1] & counts.keys():
        endings = dict(_begun(asked[-1]))
        groups[-1] |= set(endings)
        counts |= endings
    said = [Word(frozenset(group), rarity(max(counts.get(s, 0) for s in group), number)) for group in groups]
    said.sort(key=lambda word: -word.rarity)
    known = set[str]().union(*[word.stems & counts.keys() for word in said if word.stems & counts.keys()][:MOST_STEMS])
    weights = {s: rarity(counts[s], number) for s in sorted(known, key=counts.__getitem__)}
    return Asked(weights, sum(word.rarity for word in said[:MOST_STEMS]), said)


def rarity(n: int, total: int) -> float:
    """What a stem says that stands in n of so many ideas: ln((N - n + .5) / (n + .5) + 1)."""
    return math.log((max(total - n, 0) + 0.5) / (n + 0.5) + 1)


def counted(stems: set[str]) -> Iterator[tuple[str, int]]:
    """Each of these stems that stands somewhere, and in how many ideas."""
    if not stems:
        return
    for row in db.session.execute(
        select(Stem.stem, Stem.ideas_count).where(Stem.stem.in_(stems), Stem.ideas_count > 0)
    ):
        yield row.stem, row.ideas_count


@for_everybody
def total() -> int:
    """How many ideas there are."""
    return db.session.scalar(select(func.count()).select_from(Idea)) or 0


def _ranked(asked: "Asked", least: float, but: int | None) -> Select[int] | None:
    """The ideas that weigh at least so much, the best first.

    Only the rarer stems are looked through (MaxScore: Turtle & Flood, «Query Evaluation: Strategies and Optimizations»,
    1995): an idea with nothing but the commonest, at their best, weighs too little. None where no idea can be enough.
    """
    rarer, room = list(asked.known), least / MOST_WEIGHT
    while rarer and asked.known[rarer[-1]] <= room:
        room -= asked.known[rarer.pop()]
    if not rarer:
        return None
    candidates = select(Posting.idea_id).where(Posting.stem.in_(rarer)).cte("candidates")
    parts = union_all(
        *[
            select(Posting.idea_id, (Posting.weight * rarity).label("part")).where(
                Posting.stem == found, true() if found in rarer else Posting.idea_id.in_(select(candidates.c.idea_id))
            )
            for found, rarity in asked.known.items()
        ]
    ).subquery()
    added = select(parts.c.idea_id, func.sum(parts.c.part).label("score")).group_by(parts.c.idea_id).subquery()
    return (
        select(added.c.idea_id)
        .where(added.c.score >= least, added.c.idea_id != (but or 0))
        .order_by(added.c.score.desc(), added.c.idea_id.desc())
    )


def _first(ids: list[int], may: list[Any], most: int, merged: bool) -> list[int]:
    """The first of these ideas that may be shown."""
    found: dict[int, None] = {}
    for chunk in chunks(ids, LOOKED_UP):
        rows = db.session.execute(select(Idea.id, Idea.survivor_id).where(Idea.id.in_(chunk), *may))
        seen: dict[int, int | None] = dict(rows.all())
        lives = {id: None if merged else seen[id] for id in chunk if id in seen}
        found |= dict.fromkeys(survivors(lives, may))
        if len(found) >= most:
            break
    return [*found][:most]


def _begun(word: str) -> Iterator[tuple[str, int]]:
    """The stems that begin like a word that may still be being typed."""
    if len(word) < 3:
        return
    for row in db.session.execute(
        select(Stem.stem, Stem.ideas_count)
        .where(Stem.stem.startswith(word[:40], autoescape=True), Stem.ideas_count > 0)
        .order_by(Stem.ideas_count.desc(), Stem.stem)
        .limit(MOST_ENDINGS)
    ):
        yield row.stem, row.ideas_count
