"""Whatever stands in the lines, the import comes to its end, and every good line is in."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.extensions import db
from portal.ideas.models import Idea
from portal.importing.jsonl import import_folder
from portal.importing.reading import GZIP_MARK, OTHER_MARKS
from portal.importing.report import Report
from tests.examples import a_quarter
from tests.importing.exports import all_is_well, comment, export, idea, vote

pytestmark = pytest.mark.both

DATES = st.sampled_from(
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30", "2026-05-12", "1969-07-20T20:17:40Z", ""]
)
LETTERS = st.text(st.characters(), max_size=12) | st.sampled_from(["\ud83d", "a\x00b", "\u2028", "e" + "\u0301" * 40])
NUMBERS = st.integers() | st.floats() | st.sampled_from([2**31, 2**63, 10**400, -1, True])
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | LETTERS | DATES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "id", "idea_id", "title", "body", "author", "created_at", "status", "tags", "votes_count", "lang", "kind", "source",
    "official", "voter", "value",
)  # fmt: skip
GOOD = {"ideas": idea("1", "Dark mode"), "comments": comment("1", "Us too"), "votes": vote("1", "Bo")}
# At the beginning of a file they say that all of it is written otherwise: it is refused as a whole.
OF_OTHER_FILES = (*OTHER_MARKS, GZIP_MARK)
NUMBER = itertools.count()


def lines(kind: str) -> st.SearchStrategy[bytes]:
    """Lines that are nearly right, JSON of another shape, and bytes."""
    changes = st.dictionaries(st.sampled_from(FIELDS), ANYTHING, min_size=1, max_size=3)
    records = changes.map(lambda change: json.dumps(GOOD[kind] | change).encode())
    raw = st.binary(max_size=30).filter(lambda line: not line.startswith(OF_OTHER_FILES))
    return records | ANYTHING.map(lambda value: json.dumps(value).encode()) | raw


def mixed(kind: str, id: str) -> st.SearchStrategy[list[bytes]]:
    """Some such lines, with a good one (by an id that no other has) somewhere between."""
    good = json.dumps(GOOD[kind] | {"id" if kind == "ideas" else "idea_id": id, "body": "Good.", "voter": "Good"})
    return st.tuples(st.lists(lines(kind), max_size=6), st.integers(0, 6)).map(
        lambda found: [*found[0][: found[1]], good.encode(), *found[0][found[1] :]]
    )


def content(lines: list[bytes]) -> list[Any]:
    return [line.removeprefix(b"\xef\xbb\xbf").strip() for one in lines for line in one.split(b"\n")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "export"


@a_quarter
@given(mixed("ideas", "the good one"), mixed("comments", "the good one"), mixed("votes", "the good one"))
def test_no_line_ends_an_import_and_every_line_is_accounted_for(
    app: Flask, folder: Path, ideas: list[bytes], comments: list[bytes], votes: list[bytes]
) -> None:
    source = f"source-{next(NUMBER)}"
    export(folder, ideas=ideas, comments=comments, votes=votes)
    first = import_folder(folder, source)
    for kind, raw in (("ideas", ideas), ("comments", comments), ("votes", votes)):
        tally = first.lines[kind]
        assert tally.read == len([line for line in content(raw) if line])
        assert tally.read == tally.new + tally.here + tally.refused + tally.uncounted
    good = db.session.scalars(select(Idea).where(Idea.imported_key == f"{source}:the good one")).one()
    assert (good.body, good.votes_count, good.comments_count) == ("Good.", 1, 1)
    assert [(r.file, r.line) for r in first.refused_lines] == sorted_as_read(first)
    again = import_folder(folder, source)
    assert [again.new_ideas, again.new_comments, again.new_votes] == [0, 0, 0]
    assert (again.refused, again.differs) == (first.refused, 0)
    assert all_is_well()


def sorted_as_read(report: Report) -> list[tuple[str, int]]:
    order = ["ideas.jsonl", "comments.jsonl", "votes.jsonl"]
    found = {(r.file, r.line) for r in report.refused_lines}
    return sorted(found, key=lambda one: (order.index(one[0]), one[1]))
