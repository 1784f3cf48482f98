"""How well similar ideas are told, with real titles: `python -m tools.bench.likeness FOLDER [OTHER_FOLDER ...]`.

The first folder has `ideas.jsonl` and, where pairs were judged, `duplicates.tsv`; titles of the others are about
something else, so that whatever is found for them is noise.
"""

import argparse
import csv
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask_migrate import upgrade

from portal.accounts.models import User
from portal.app import create_app
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas import similar
from portal.ideas.models import Idea
from portal.ideas.postings import Text, index_many
from portal.ideas.statuses import Status

AMONG = 5


@dataclass
class Likeness:
    """What was found. Shares are of the titles that were asked with."""

    ideas: int = 0
    own_not_first: list[str] = field(default_factory=list)
    asked: int = 0
    hits: int = 0
    pairs: int = 0
    pairs_found: int = 0
    shown: int = 0
    foreign: int = 0
    foreign_answered: int = 0
    foreign_shown: int = 0

    def lines(self) -> Iterator[str]:
        yield f"own title first: {self.ideas - len(self.own_not_first)} of {self.ideas}"
        if self.asked:
            yield f"one of the judged among {AMONG}: {self.hits} of {self.asked} ({self.hits / self.asked:.1%})"
            yield f"pairs found: {self.pairs_found} of {self.pairs} ({self.pairs_found / self.pairs:.1%})"
            judged = self.pairs_found / self.shown if self.shown else 1
            yield f"shown for these: {self.shown / self.asked:.2f} each, of which judged alike {judged:.1%}"
        if self.foreign:
            share, each = self.foreign_answered / self.foreign, self.foreign_shown / self.foreign
            yield f"answered though about something else: {self.foreign_answered} of {self.foreign} ({share:.1%})"
            yield f"shown for these: {each:.2f} each"


def measure(folder: Path, others: list[Path]) -> Likeness:
    """Ask with every title, in a portal of its own."""
    rows = ideas_of(folder)
    with tempfile.TemporaryDirectory() as data:
        app = create_app(SQLALCHEMY_DATABASE_URI=f"sqlite:///{data}/portal.db", DATA_DIR=Path(data), REDIS_URL="")
        with app.app_context():
            upgrade()
            ids = _filled(rows)
            found = Likeness(len(rows))
            _own(rows, ids, found)
            _judged(folder, rows, ids, found)
            _foreign([row["title"] for other in others for row in ideas_of(other)], found)
    return found


def ideas_of(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / "ideas.jsonl").read_text().splitlines()]


def _filled(rows: list[dict[str, str]]) -> dict[str, int]:
    begin_write()
    author = User(display_name="A", handle="a")
    status = Status.first("idea")
    made = [
        Idea(title=row["title"], body=row["body"], lang=row["lang"][:2], author=author, status=status) for row in rows
    ]
    db.session.add_all([author, *made])
    db.session.flush()
    index_many(Text(idea.id, idea.title, idea.body, idea.lang) for idea in made)
    db.session.commit()
    return {row["id"]: idea.id for row, idea in zip(rows, made, strict=True)}


def _own(rows: list[dict[str, str]], ids: dict[str, int], found: Likeness) -> None:
    for row in rows:
        first = similar.similar_to(row["title"], None, limit=1)
        if not first or (first[0].id != ids[row["id"]] and first[0].title != row["title"]):
            found.own_not_first.append(row["title"])


def _judged(folder: Path, rows: list[dict[str, str]], ids: dict[str, int], found: Likeness) -> None:
    alike = defaultdict(set)
    if (folder / "duplicates.tsv").exists():
        for pair in csv.DictReader((folder / "duplicates.tsv").open(), delimiter="\t"):
            alike[pair["id_a"]].add(ids[pair["id_b"]])
            alike[pair["id_b"]].add(ids[pair["id_a"]])
    titles = {row["id"]: row["title"] for row in rows}
    for id, partners in alike.items():
        shown = {card.id for card in similar.similar_to(titles[id], None, limit=AMONG, but=ids[id])}
        found.asked += 1
        found.hits += bool(shown & partners)
        found.pairs += len(partners)
        found.pairs_found += len(shown & partners)
        found.shown += len(shown)


def _foreign(titles: list[str], found: Likeness) -> None:
    for title in titles:
        shown = similar.similar_to(title, None, limit=AMONG)
        found.foreign += 1
        found.foreign_answered += bool(shown)
        found.foreign_shown += len(shown)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("others", type=Path, nargs="*")
    args = parser.parse_args()
    found = measure(args.folder, args.others)
    print(*found.lines(), *(f"  not first: {title}" for title in found.own_not_first[:20]), sep="\n")


if __name__ == "__main__":
    main()
