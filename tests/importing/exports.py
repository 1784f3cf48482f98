"""Exports as a test needs them: folders of JSON Lines, and what `flask import` says of them."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.operations import checking
from portal.voting.models import Vote

DATE = "2026-02-03T09:00:00+00:00"


def idea(id: object, title: str, **more: Any) -> dict[str, Any]:
    """An idea as an export has it."""
    return {"id": id, "title": title, "body": f"{title}, please.", "author": "Ada", "created_at": DATE} | more


def comment(idea_id: object, body: str, **more: Any) -> dict[str, Any]:
    return {"idea_id": idea_id, "author": "Bo", "body": body, "created_at": DATE, "official": False} | more


def vote(idea_id: object, voter: str | None, **more: Any) -> dict[str, Any]:
    return {"idea_id": idea_id, "voter": voter, "value": 1, "created_at": DATE} | more


def export(folder: Path, **files: Iterable[dict[str, Any] | bytes | str]) -> Path:
    """Write folder/<name>.jsonl for each of the files; a line is a record, or the text or bytes that stand there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in files.items():
        (folder / f"{name}.jsonl").write_bytes(b"".join(_line(line) + b"\n" for line in lines))
    return folder


def _line(line: dict[str, Any] | bytes | str) -> bytes:
    if isinstance(line, bytes):
        return line
    return (line if isinstance(line, str) else json.dumps(line)).encode()


def run(app: Flask, *arguments: object) -> Result:
    """What `flask import` answers."""
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["import", *map(str, arguments)])


def told(app: Flask, *arguments: object) -> dict[str, Any]:
    """The report of `flask import --json`."""
    result = run(app, *arguments, "--json")
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def said(title: str) -> dict[str, Any]:
    """What the portal holds of an imported idea: its votes, who commented what, and its words."""
    found = db.session.scalars(select(Idea).where(Idea.title == title, Idea.imported_key.is_not(None))).one()
    words = select(Comment.body).where(Comment.idea_id == found.id).order_by(Comment.id)
    return {"votes": found.votes_count, "comments": list(db.session.scalars(words)), "body": found.body}


def held() -> dict[str, int]:
    """How much of imports is in the portal."""
    db.session.rollback()
    voters = select(func.count()).select_from(Vote).join(User).where(User.imported_key.is_not(None))
    return {
        "ideas": db.session.scalar(select(func.count()).where(Idea.imported_key.is_not(None))) or 0,
        "comments": db.session.scalar(select(func.count()).where(Comment.imported_key.is_not(None))) or 0,
        "votes": db.session.scalar(voters) or 0,
        "counted": db.session.scalar(select(func.sum(Idea.votes_count)).where(Idea.imported_key.is_not(None))) or 0,
    }


def all_is_well() -> bool:
    """Whether every count agrees with its rows."""
    db.session.rollback()
    return not any(checking.findings().values())


def only(title: str) -> Idea:
    """The imported idea with this title."""
    return db.session.scalars(select(Idea).where(Idea.title == title, Idea.imported_key.is_not(None))).one()


def written(path: Path, value: Any) -> Path:
    """A file of JSON."""
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def table(path: Path, *rows: list[str], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """A table in a file."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path
