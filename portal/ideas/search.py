"""Search, in plain SQL on both engines: a row for each stem of each idea, with its BM25 weight.

Similar ideas look their candidates up here: `similar.py`.
"""

import math
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import snowballstemmer
from sqlalchemy import ForeignKey, PrimaryKeyConstraint, Select, String, delete, func, select, true, union_all
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base, db, insert
from portal.ideas.cards import Card, cards
from portal.ideas.models import Idea
from portal.ideas.stopwords import STOPWORDS
from portal.middleware.caching import for_everybody
from portal.text import plain

TITLE_COUNTS = 3
K1, B = 1.2, 0.75
MOST_WEIGHT = K1 + 1
AVERAGE_LENGTH = 60
MOST_STEMS = 8
MOST_ENDINGS = 6
# More words of one text are not looked at.
MOST_WORDS = 60
CHUNK = 2000
# Nearly all ideas may be shown: so many more than asked are ranked at first, and so many are looked up in one go.
SPARE, LOOKED_UP = 500, 100
_WORD = re.compile(r"[^\W_]+")
_LANGUAGES = {"en": "english", "fr": "french"}
_stemmers = {lang: snowballstemmer.stemmer(name) for lang, name in _LANGUAGES.items()}
_one_at_a_time = threading.Lock()


class Posting(Base):
    """How much a stem says about an idea (its BM25 term weight), for search and similar ideas.

    The postings of a stem lie together with their weights, in the key itself: a common one has tens of thousands.
    """

    __tablename__ = "posting"
    __table_args__ = (
        PrimaryKeyConstraint("stem", "idea_id", postgresql_include=["weight"]),
        {"sqlite_with_rowid": False},
    )

    stem: Mapped[str] = mapped_column(String(40), primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, index=True)
    weight: Mapped[float]


class Stem(Base):
    """In how many ideas a stem stands."""

    __tablename__ = "stem"

    stem: Mapped[str] = mapped_column(String(40), primary_key=True)
    ideas_count: Mapped[int] = mapped_column(default=0)


def words(text: str) -> list[str]:
    """The words that carry meaning, in lower case and without accents."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return [word for word in _WORD.findall(bare) if len(word) > 1 and word not in STOPWORDS]


@lru_cache(maxsize=65536)
def stem(word: str, lang: str) -> str:
    """The stem of a word (Snowball), at most 40 characters."""
    with _one_at_a_time:
        return str(_stemmers.get(lang, _stemmers["en"]).stemWord(word))[:40]


@lru_cache(maxsize=256)
def weights(title: str, body: str, lang: str) -> dict[str, float]:
    """How much each stem says about a text: BM25's saturated term frequency, a word of the title counting three times.

    tf (k1 + 1) / (tf + k1 (1 - b + b length / average)), Robertson & Zaragoza, «The Probabilistic Relevance Framework:
    BM25 and Beyond», 2009, section 3; the average length is held fixed, so that one idea's weights hang on no other.
    """
    counts: Counter[str] = Counter(stem(word, lang) for word in words(plain(body)))
    for word in words(title):
        counts[stem(word, lang)] += TITLE_COUNTS
    room = K1 * (1 - B + B * counts.total() / AVERAGE_LENGTH)
    return {found: tf * MOST_WEIGHT / (tf + room) for found, tf in counts.items()}


def index(idea: Idea) -> None:
    """Make an idea findable by the words it has now."""
    index_many([idea])


def index_many(ideas: Iterable[Idea]) -> None:
    """Make many ideas findable: their old postings go, the new ones and the counts of the stems come."""
    fresh = {idea.id: weights(idea.title, idea.body, idea.lang) for idea in ideas}
    changes = _forget(list(fresh))
    rows = [
        {"stem": found, "idea_id": id, "weight": weight}
        for id, found_in in fresh.items()
        for found, weight in found_in.items()
    ]
    changes.update(found for found_in in fresh.values() for found in found_in)
    for chunk in _chunks(rows):
        db.session.execute(insert(Posting), chunk)
    _count({found: by for found, by in changes.items() if by})


def search(query: str, user: Any, limit: int = 20, kind: str | None = None, skip: int = 0) -> list[Card]:
    """The ideas of every status that this person may see and that fit the query best."""
    page = shown(asked_for(query), may_show(user, kind), skip + limit)[skip:]
    rows = {card.id: card for card in (Card.of(row) for row in db.session.execute(cards().where(Idea.id.in_(page))))}
    return [rows[id] for id in page if id in rows]


def may_show(user: Any, kind: str | None) -> list[Any]:
    """The conditions of an idea that is shown to this person."""
    return [Idea.seen_by(user), Idea.hidden_at.is_(None), *([Idea.kind == kind] if kind else [])]


def shown(asked: "Asked", may: list[Any], limit: int, least: float = 0.0, but: int | None = None) -> list[int]:
    """The ideas that may be shown and weigh at least so much, the best first."""
    ranked = _ranked(asked, least, but)
    if ranked is None:
        return []
    most = limit + SPARE
    ids = list(db.session.scalars(ranked.limit(most)))
    found = _first(ids, may, limit)
    if len(found) < limit and len(ids) == most:
        found = _first(list(db.session.scalars(ranked)), may, limit)
    return found


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


def _first(ids: list[int], may: list[Any], most: int) -> list[int]:
    """The first of these ideas that may be shown."""
    found: list[int] = []
    for chunk in _chunks(ids, LOOKED_UP):
        seen = set(db.session.scalars(select(Idea.id).where(Idea.id.in_(chunk), *may)))
        found += [id for id in chunk if id in seen]
        if len(found) >= most:
            break
    return found[:most]


@for_everybody
def total() -> int:
    """How many ideas there are."""
    return db.session.scalar(select(func.count()).select_from(Idea)) or 0


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


def asked_for(text: str) -> Asked:
    """The words of a text. The last one may still be being typed: where nothing is known of it, it may go on."""
    number, asked = total(), list(dict.fromkeys(words(text)))[:MOST_WORDS]
    groups = [{stem(word, lang) for lang in _LANGUAGES} for word in asked]
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


def _forget(ids: list[int]) -> Counter[str]:
    """Remove the postings of these ideas; the counts by which their stems go down."""
    gone: Counter[str] = Counter()
    for chunk in _chunks(ids):
        gone.subtract(
            db.session.scalars(delete(Posting).where(Posting.idea_id.in_(chunk)).returning(Posting.stem)).all()
        )
    return gone


def _count(changes: dict[str, int]) -> None:
    """Change the counts of stems, in one order, so that two writers never wait for each other in a circle."""
    upsert = insert(Stem)
    upsert = upsert.on_conflict_do_update(
        index_elements=[Stem.stem], set_={"ideas_count": Stem.ideas_count + upsert.excluded.ideas_count}
    )
    rows = [{"stem": found, "ideas_count": changes[found]} for found in sorted(changes)]
    for chunk in _chunks(rows):
        db.session.execute(upsert, chunk)
    # A word that stands nowhere any more is forgotten: it may be a name that somebody took out.
    for some in _chunks([found for found, by in changes.items() if by < 0]):
        unused = delete(Stem).where(Stem.stem.in_(some), Stem.ideas_count <= 0)
        db.session.execute(unused, execution_options={"synchronize_session": False})


def _chunks(rows: list[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk
