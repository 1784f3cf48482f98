"""Similar ideas: those that say the same wish, judged by the words of both titles. Nothing rather than noise.

`python -m tools.bench.likeness` measures it; docs/performance.md has the figures behind the numbers here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from portal.extensions import db
from portal.ideas.cards import Card, cards
from portal.ideas.models import Idea
from portal.ideas.postings import Posting, stem, words
from portal.ideas.relevance import Asked, asked_for, counted, may_show, rarity, shown, survivors, total

# So many of those with the rarest words in common are compared, and that is what each of them weighs at least.
COMPARED, LEAST = 25, 0.15
# What a word counts that stands in the text of an idea and not in its title.
IN_THE_TEXT = 0.4
ENOUGH = 0.18


class Likeness(NamedTuple):
    """How alike two wishes are, in the order in which they are shown."""

    same: int
    by: float
    id: int


def similar_to(title: str, user: Any, limit: int = 3, kind: str | None = None, but: int | None = None) -> list[Card]:
    """The ideas that may well say the same, those with the very title first; `but` leaves one idea out."""
    asked = asked_for(title)
    ids = shown(asked, may_show(user, kind), COMPARED, least=LEAST * asked.at_best, but=but, merged=True)
    same = select(Idea.id).where(Idea.title.in_(_spelled(title)), Idea.id != (but or 0), *may_show(user, kind))
    found = select(Idea.id, Idea.title, Idea.lang, Idea.survivor_id).where(
        or_(Idea.id.in_(ids), Idea.id.in_(same.order_by(Idea.id.desc()).limit(limit)))
    )
    compared = db.session.execute(found).all()
    judged = _judged(title, asked, [(id, other, lang) for id, other, lang, _into in compared])
    alike = sorted((like for like in judged if like.same or like.by >= ENOUGH), reverse=True)
    lives = {id: into for id, _title, _lang, into in compared}
    standing = survivors({like.id: lives[like.id] for like in alike}, may_show(user, kind))
    ids = [id for id in standing if id != but][:limit]
    rows: Iterable[Any] = db.session.execute(cards().where(Idea.id.in_(ids))) if ids else []
    told = {card.id: card for card in map(Card.of, rows)}
    return [told[id] for id in ids if id in told]


def _spelled(title: str) -> list[str]:
    """A title as it may have been typed at first: found also where none of its words says anything."""
    title = title.strip()
    return [title, title[:1].upper() + title[1:], title[:1].lower() + title[1:]] if title else []


def _judged(title: str, asked: Asked, compared: list[tuple[int, str, str]]) -> Iterator[Likeness]:
    """The likeness of each: 2 (what both say) / (what either says), with what they share n words counted n / (n + 1).

    What a word says is its rarity among all ideas: Dice's coefficient, weighted; Manning, Raghavan & Schütze,
    «Introduction to Information Retrieval», 2008, section 6.2. A single word in common says the less for it.
    """
    titles = {id: {stem(word, lang) for word in words(other)} for id, other, lang in compared}
    weighs, held = _rarities(set().union(*titles.values())), _held(asked, titles)
    for id, other, _lang in compared:
        yield Likeness(_same(title, other), _dice(asked, titles[id], held[id], weighs), id)


def _dice(asked: Asked, title: set[str], held: set[str], weighs: dict[str, float]) -> float:
    shared = number = 0.0
    for word in asked.groups:
        part = 1 if word.stems & title else IN_THE_TEXT if word.stems & held else 0
        shared, number = shared + part * word.rarity, number + part
    either = sum(word.rarity for word in asked.groups) + sum(weighs[found] for found in title)
    return 2 * shared / either * number / (number + 1) if either else 0.0


def _held(asked: Asked, titles: Iterable[int]) -> dict[int, set[str]]:
    """The stems that were asked for and that each of these ideas holds, in its title or its text."""
    held: dict[int, set[str]] = defaultdict(set)
    rows = select(Posting.idea_id, Posting.stem).where(Posting.stem.in_(asked.known), Posting.idea_id.in_(titles))
    for row in db.session.execute(rows):
        held[row.idea_id].add(row.stem)
    return held


def _rarities(stems: set[str]) -> dict[str, float]:
    number, counts = total(), dict(counted(stems))
    return {found: rarity(counts.get(found, 0), number) for found in stems}


def _same(one: str, other: str) -> int:
    """2 for the very title, 1 where only letters' case, spaces and the end of the sentence differ."""
    plain, alike = (" ".join(title.split()).strip(".!?… ").casefold() for title in (one, other))
    return 2 if one.strip() == other else int(plain == alike)
