"""The words by which ideas are found: a row for each stem of each idea, with its BM25 weight.

`relevance.py` looks ideas up by them. Nothing here knows what an idea is besides its title, body and language.
"""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import snowballstemmer
from sqlalchemy import ForeignKey, PrimaryKeyConstraint, String, delete
from sqlalchemy.orm import Mapped, mapped_column

from portal.database.types import Base
from portal.database.writing import insert
from portal.extensions import db
from portal.ideas.stopwords import STOPWORDS
from portal.text import plain

TITLE_COUNTS = 3
K1, B = 1.2, 0.75
MOST_WEIGHT = K1 + 1
AVERAGE_LENGTH = 60
CHUNK = 2000
_WORD = re.compile(r"[^\W_]+")
STEMMED = {"en": "english", "fr": "french"}
_stemmers = {lang: snowballstemmer.stemmer(name) for lang, name in STEMMED.items()}
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


class Text(NamedTuple):
    """What an idea is found by."""

    id: int
    title: str
    body: str
    lang: str


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


def joined(body: str, besides: str) -> str:
    """A text with what is said besides it, as both are found together."""
    return f"{body}\n\n{besides}" if besides else body


def index(id: int, title: str, body: str, lang: str) -> None:
    """Make an idea findable by the words it has now."""
    index_many([Text(id, title, body, lang)])


def index_many(texts: Iterable[Text]) -> None:
    """Make many ideas findable: their old postings go, the new ones and the counts of the stems come."""
    fresh = {text.id: weights(text.title, text.body, text.lang) for text in texts}
    changes = _forget(list(fresh))
    rows = [
        {"stem": found, "idea_id": id, "weight": weight}
        for id, found_in in fresh.items()
        for found, weight in found_in.items()
    ]
    changes.update(found for found_in in fresh.values() for found in found_in)
    for chunk in chunks(rows):
        db.session.execute(insert(Posting), chunk)
    _count({found: by for found, by in changes.items() if by})


def _forget(ids: list[int]) -> Counter[str]:
    """Remove the postings of these ideas; the counts by which their stems go down."""
    gone: Counter[str] = Counter()
    for chunk in chunks(ids):
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
    for chunk in chunks(rows):
        db.session.execute(upsert, chunk)
    # A word that stands nowhere any more is forgotten: it may be a name that somebody took out.
    for some in chunks([found for found, by in changes.items() if by < 0]):
        unused = delete(Stem).where(Stem.stem.in_(some), Stem.ideas_count <= 0)
        db.session.execute(unused, execution_options={"synchronize_session": False})


def chunks(rows: list[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """These rows, so many at a time."""
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk
