"""Archives whose hashes are right and whose rows are not: refused with the table and the line, and all is as it was."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import func, select

from portal.extensions import db
from portal.ideas.models import Idea
from tests import archives


def broken_row(saved: Path, target: Path, line: bytes | Callable[[dict[str, Any]], dict[str, Any]]) -> Path:
    """The archive with another second row of the ideas: these bytes, or what the function makes of it."""

    def change(files: archives.Files, said: dict[str, Any]) -> None:
        rows = files["tables/idea.jsonl"].splitlines()
        names = list(said["tables"]["idea"]["columns"])
        if callable(line):
            row = line(dict(zip(names, json.loads(rows[1]), strict=True)))
            rows[1] = json.dumps([row[name] for name in names]).encode()
        else:
            rows[1] = line
        files["tables/idea.jsonl"] = b"\n".join([*rows, b""])

    return archives.forged(saved, target, change)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[1, 2",
        b"[1, 2]",
        b"{}",
        b"\xff\xfe",
        b"[" * 90_000,
        lambda row: row | {"title": "\ud83d"},
        lambda row: row | {"created_at": "yesterday"},
        lambda row: row | {"created_at": "0001-01-01T00:00:00+14:00"},
        lambda row: row | {"created_at": 5},
        lambda row: row | {"created_at": "2026-01-01T00:00:00"},
        lambda row: row | {"votes_count": 10**30},
        lambda row: row | {"votes_count": -1},
        lambda row: row | {"title": ["a list"]},
        lambda row: row | {"title": None},
    ],
    ids=[
        "nothing", "cut off", "too short", "no row", "no UTF-8", "deep", "half an emoji", "no date", "year 1",
        "a number", "no zone", "too large", "below zero", "a list", "missing",
    ],
)  # fmt: skip
def test_a_broken_row_is_refused_with_its_table_and_line(
    flask: Callable[..., Result], saved: Path, tmp_path: Path, line: Any
) -> None:
    before = db.session.scalar(select(func.count()).select_from(Idea))
    result = flask("restore", broken_row(saved, tmp_path / "broken.zip", line), "--replace")
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result.exception
    assert "line 2 of the table idea" in result.stderr, result.stderr
    assert db.session.scalar(select(func.count()).select_from(Idea)) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["tables"]["idea"].update(rows="many"),
        lambda said: said["tables"]["idea"].update(columns=["id"]),
        lambda said: said["tables"]["idea"]["columns"].update(title="poem"),
        lambda said: said["tables"]["idea"]["columns"].update({"no such column": "plain"}),
        lambda said: said.update(made_at=5),
        lambda said: said.update(schema=["0001"]),
        lambda said: said.update(tables=[]),
        lambda said: said.update(format="new"),
    ],
    ids=["rows", "columns", "kind", "unknown column", "made_at", "schema", "tables", "format"],
)
def test_a_list_of_what_it_holds_that_says_nonsense_is_refused_in_words(
    flask: Callable[..., Result], saved: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    files = archives.read(saved)
    said = archives.manifest(files)
    change(said)
    forged = archives.write(tmp_path / "odd.zip", {**files, "manifest.json": json.dumps(said).encode()})
    result = flask("restore", forged, "--replace")
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result.exception
    assert db.session.scalar(select(func.count()).select_from(Idea))
