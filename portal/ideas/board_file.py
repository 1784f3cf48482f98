"""What everybody may see of a board, as a file: a table, or a line of JSON an idea; written in pieces, never whole."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.extensions import db
from portal.i18n import _
from portal.ideas.board_asks import said_in_public
from portal.ideas.boards import Board
from portal.ideas.filter import listed
from portal.ideas.models import Idea
from portal.web.site import public_url
from portal.web.spreadsheet import cell

CHUNK = 200
NAMES = (
    "id", "kind", "title", "body", "lang", "status", "board", "tags", "author", "created_at", "votes_count",
    "comments_count", "response", "fields", "url",
)  # fmt: skip
Row = Mapping[str, Any]


def csv_of(board: Board) -> IO[bytes]:
    """A table for a spreadsheet, at its beginning; no cell of it becomes a formula."""
    return _written("utf-8-sig", lambda out: csv.writer(out).writerows(_cells(board)))


def jsonl_of(board: Board) -> IO[bytes]:
    """An idea a line."""
    return _written(
        "utf-8", lambda out: out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in _rows(board))
    )


def _written(encoding: str, write: Callable[[io.TextIOWrapper], Any]) -> IO[bytes]:
    file = tempfile.TemporaryFile(dir=current_app.config["DATA_DIR"])  # noqa: SIM115 (whoever sends it closes it)
    text = io.TextIOWrapper(file, encoding=encoding, newline="", write_through=True)
    write(text)
    text.detach()
    file.seek(0)
    return file


def _cells(board: Board) -> Iterator[list[Any]]:
    yield [*NAMES]
    for row in _rows(board):
        yield [cell(_plain(row[name])) for name in NAMES]


def _plain(value: Any) -> Any:
    """What is several things, as one cell has it."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {said}" for name, said in value.items())
    return ", ".join(value) if isinstance(value, list) else value


def _rows(board: Board) -> Iterator[Row]:
    for ideas in _chunks(board):
        said = said_in_public(ideas)
        yield from (_row(idea, said[idea.id]) for idea in ideas)
        for idea in ideas:
            db.session.expunge(idea)


def _row(idea: Idea, said: dict[str, str]) -> Row:
    response, author = idea.response, idea.author
    return {
        "id": idea.id,
        "kind": str(idea.kind),
        "title": idea.title,
        "body": idea.body,
        "lang": idea.lang,
        "status": idea.status.name,
        "board": idea.board.slug if idea.board else "",
        "tags": [tag.name for tag in idea.tags],
        "author": _("A former member") if author.is_former else author.display_name,
        "created_at": idea.created_at.isoformat(timespec="seconds"),
        "votes_count": idea.votes_count,
        "comments_count": idea.comments_count,
        "response": response.body if response else "",
        "fields": said,
        "url": public_url(idea.url),
    }


def _chunks(board: Board) -> Iterable[list[Idea]]:
    """Some hundred ideas at a time, oldest first, each beginning after the last of those before."""
    here = select(Idea).where(Idea.board_id == board.id, listed())
    here = here.options(selectinload(Idea.response), selectinload(Idea.tags)).order_by(Idea.id).limit(CHUNK)
    last = 0
    while ideas := list(db.session.scalars(here.where(Idea.id > last)).unique()):
        last = ideas[-1].id
        yield ideas
