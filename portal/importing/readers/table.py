"""Tables: a row an idea, with its official response and its comments where it has columns for them."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.importing.mapping import Mapping as Told_
from portal.importing.readers import columns, dates, html, rows
from portal.importing.readers.items import Item, Told
from portal.importing.readers.opened import Export, File
from portal.importing.readers.persons import person
from portal.importing.reading import NotImported

ENDINGS = (".csv", ".tsv", ".txt")
DATED = ("created_at", "response_at")
TAGS_BETWEEN = re.compile(r"\s*[,;|\n]\s*")
JIRA_COMMENT = re.compile(r"(?P<at>[^;]{6,40});(?P<by>[^;]{1,200});(?P<body>.*)", re.DOTALL)
ISSUES = {"bug", "issue", "incident", "fehler", "problem", "anomalie", "bogue"}


@dataclass(frozen=True)
class Ready:
    """What is known of a tool's table: its documented columns and its own words for statuses."""

    columns: Mapping[str, str | None] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)


def read(export: Export, mapping: Told_, told: Told, ready: Ready = Ready()) -> Iterator[Item]:
    """Every row of every table of the export. Raises NotImported where a table cannot be understood."""
    files = export.ending(*ENDINGS) or ([*export.files] if len(export.files) == 1 else [])
    if not files:
        raise NotImported(f"{export.path} holds no table (.csv, .tsv): name the file itself.")
    for file in files:
        yield from Table(file, mapping, told, ready).items()


def names_of(file: File, encoding: str = "", delimiter: str = "") -> list[str]:
    """What the columns of a table are called; nothing where it is no table."""
    try:
        first = rows.first(file, rows.form_of(file, encoding, delimiter))
    except NotImported:
        return []
    return [cell.strip() for cell in first.cells] if first else []


class Table:
    """One table: its form, its columns and the order of its dates, all known before the first row is read."""

    def __init__(self, file: File, mapping: Told_, told: Told, ready: Ready) -> None:
        self._file, self._told = file, told
        self._form = rows.form_of(file, mapping.encoding, mapping.delimiter)
        self._names = self._first_row()
        self._fields = columns.guessed(self._names, mapping.columns, ready.columns)
        self._refuse_unknown(mapping.columns)
        self._tell()
        self._orders = self._orders_of_dates(mapping.dates)

    def items(self) -> Iterator[Item]:
        for number, row in enumerate(rows.rows(self._file, self._form)):
            if number == 0:
                continue
            fault = row.fault or self._too_wide(row.cells)
            if fault:
                yield Item("ideas", {}, self._file.name, row.line, fault)
            elif any(cell.strip() for cell in row.cells):
                yield from self._of_row(row)

    def _first_row(self) -> list[str]:
        first = rows.first(self._file, self._form)
        if first is None:
            raise NotImported(f"{self._file.name} is empty: there is nothing to import. Check how it was exported.")
        if first.fault:
            raise NotImported(f"The names of the columns of {self._file.name} cannot be read: {first.fault}.")
        if len(first.cells) > rows.MOST_COLUMNS:
            raise NotImported(
                f"{self._file.name} has {len(first.cells):,} columns, and {rows.MOST_COLUMNS} are the most: leave "
                "those that matter, or say with --delimiter what stands between them."
            )
        return [cell.strip() for cell in first.cells]

    def _refuse_unknown(self, told: Mapping[str, str | None]) -> None:
        for name, of_ours in told.items():
            if of_ours is not None and of_ours not in columns.FIELDS:
                raise NotImported(
                    f"The column {name!r} is said to be {of_ours!r}: write one of {_listed(columns.FIELDS)}."
                )
        if "title" not in self._fields:
            raise NotImported(
                f"None of the columns of {self._file.name} is known to be the title ({self._form.said}: "
                f'{_listed(map(repr, self._names[:20]))}). Say it with --map FILE, such as {{"columns": '
                f'{{"{self._names[0] if self._names else "Wish"}": "title"}}}}.'
            )

    def _tell(self) -> None:
        self._told.note(f"{self._file.name}: {len(self._names)} columns, {self._form.said}.")
        self._told.columns.update(zip(self._names, self._fields, strict=True))
        left = [
            name
            for name, of_ours in zip(self._names, self._fields, strict=True)
            if of_ours in (None, "ignored") and name
        ]
        if left:
            self._told.note(f"Left out of {self._file.name}, as nothing here is of their kind: {_listed(left[:50])}.")

    def _orders_of_dates(self, told: str) -> dict[int, str]:
        dated = [at for at, of_ours in enumerate(self._fields) if of_ours in DATED]
        if not dated or told:
            return dict.fromkeys(dated, told)
        seen = {at: dates.Order() for at in dated}
        for number, row in enumerate(rows.rows(self._file, self._form)):
            for at in dated if number else ():
                seen[at].look_at(row.cells[at] if at < len(row.cells) else "")
        orders = {at: order.certain(self._names[at]) for at, order in seen.items()}
        for order in filter(None, {*orders.values()}):
            self._told.note(f"Dates of {self._file.name} are read {order.replace('-', ' ')}, as they show.")
        return orders

    def _too_wide(self, cells: list[str]) -> str:
        if any(cell.strip() for cell in cells[len(self._names) :]):
            return f"it has {len(cells)} cells for {len(self._names)} columns: put quotation marks around its texts"
        return ""

    def _of_row(self, row: rows.Row) -> Iterator[Item]:
        said, comments = self._said(row.cells)
        try:
            idea = self._idea(said)
            response = self._response(said, idea["id"])
            spoken = [_comment(words, idea["id"]) for words in comments]
        except html.TooMuch as reason:
            yield Item("ideas", {}, self._file.name, row.line, str(reason))
            return
        if said.get("original"):
            self._told.duplicate(idea["id"], said["original"])
        yield Item("ideas", idea, self._file.name, row.line)
        for record in [*response, *spoken]:
            yield Item("comments", record, self._file.name, row.line)

    def _said(self, cells: list[str]) -> tuple[dict[str, str], list[str]]:
        """What the row says of each field, and its comments."""
        said, comments, tags = dict[str, str](), list[str](), list[str]()
        for at, (of_ours, cell) in enumerate(zip(self._fields, cells, strict=False)):
            if not of_ours or not cell.strip():
                continue
            if of_ours == "comment":
                comments.append(cell)
            elif of_ours == "tags":
                tags += TAGS_BETWEEN.split(cell.strip())
            else:
                said[of_ours] = dates.read(cell, self._orders.get(at, "")) if of_ours in DATED else _unquoted(cell)
        return said | ({"tags": "\n".join(tags)} if tags else {}), comments

    def _idea(self, said: dict[str, str]) -> dict[str, Any]:
        words = ("title", "body", "created_at", "status", "lang", "board", "source")
        idea: dict[str, Any] = {name: said[name].strip() for name in words if said.get(name, "").strip()}
        idea["body"] = self._text(said.get("body", ""))
        idea |= person("author", said.get("author"), address=said.get("author_address"))
        idea["id"] = said.get("id", "").strip() or _made_id(idea)
        idea["tags"] = [tag for tag in said.get("tags", "").split("\n") if tag]
        idea["kind"] = "issue" if said.get("kind", "").strip().casefold() in ISSUES else "idea"
        if said.get("votes_count", "").strip():
            idea["votes_count"] = _number(said["votes_count"])
        return idea

    def _response(self, said: dict[str, str], idea_id: str) -> list[dict[str, Any]]:
        if not said.get("response", "").strip():
            return []
        by = person("author", said.get("response_author") or "Team")
        at = {"created_at": said["response_at"]} if said.get("response_at") else {}
        return [{"idea_id": idea_id, **by, "body": self._text(said["response"]), "official": True, **at}]

    def _text(self, words: str) -> str:
        if not html.looks_like_html(words):
            return words
        self._told.note(f"Texts of {self._file.name} that begin with a tag are HTML, and become Markdown.")
        return html.to_markdown(words)


def _comment(words: str, idea_id: str) -> dict[str, Any]:
    """A comment from a cell of its own: as Jira writes them (date;person;words), or words alone."""
    found = JIRA_COMMENT.fullmatch(words)
    at = dates.read(found["at"], dates.DAY_FIRST) if found else ""
    if found and at != found["at"].strip():
        return {"idea_id": idea_id, **person("author", found["by"]), "body": found["body"], "created_at": at}
    return {"idea_id": idea_id, "author": "anonymous", "body": words}


def _made_id(idea: dict[str, Any]) -> str:
    """The same for the same row of a table that numbers nothing."""
    words = "\x1f".join(str(idea.get(name, "")) for name in ("title", "author", "created_at"))
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()[:24]


def _number(words: str) -> int | str:
    """The whole number of a cell, however its thousands are parted; what is none comes back to be refused."""
    bare = re.sub(r"\.0+$", "", words.strip())
    bare = re.sub(r"(?<=\d)[ \u00a0\u202f.,'](?=\d{3}(\D|$))", "", bare)
    return int(bare) if re.fullmatch(r"\d{1,12}", bare, re.ASCII) else words.strip()


def _unquoted(cell: str) -> str:
    """A cell without the sign that some exports put before what a spreadsheet would calculate."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@") else cell


def _listed(words: Any) -> str:
    return ", ".join(map(str, words))
