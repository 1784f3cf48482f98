"""The neutral JSON Lines: each record checked and cleaned, or refused with the reason."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from portal.clock import now
from portal.i18n import LANGUAGES
from portal.importing import reading
from portal.importing.report import Report
from portal.text import clean_line, clean_text

Record = dict[str, Any]
T = TypeVar("T")
TITLE_LONGEST, SOURCE_LONGEST, BODY_LONGEST, NAME_LONGEST = 500, 500, 100_000, 200
ID_LONGEST, MOST_TAGS, MOST_VOTES = 100, 50, 1_000_000_000
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


class Person(NamedTuple):
    """Somebody of an export: a name, and what tells two of one name apart. Where nothing does, it is the name."""

    name: str
    id: str = ""

    @property
    def key(self) -> str:
        return f" {self.id}" if self.id else self.name  # no name begins with a blank


class Unfit(Exception):
    """This record cannot be imported; the message says why and what would do."""


def read(path: Path, check: Callable[[Record], Record], kind: str, report: Report, show: bool) -> Iterator[Record]:
    """Every fit record of a file, in order, with its `file` and `line`; the others are refused in the report."""
    for line in reading.lines(path, show):
        report.lines[kind].read += 1
        record: Record = {}
        try:
            record = _parsed(line)
            fit = check(record)
        except Unfit as reason:
            report.refuse(kind, line.file, line.number, _id_said(record, kind), str(reason))
        else:
            yield fit | {"file": line.file, "line": line.number}


def fit_ideas(path: Path) -> Iterator[Record]:
    """The fit ideas of a file, each id once."""
    seen: set[str] = set()
    for record in read(path, idea, "ideas", Report(), show=False):
        if record["id"] not in seen:
            seen.add(record["id"])
            yield record


def idea(record: Record) -> Record:
    """The fields of an idea, cleaned; raises Unfit."""
    title = clean_line(_text(record, "title"))
    if not title:
        raise Unfit("title is empty: give the idea a title")
    return {
        "id": _id(record, "id"),
        "title": _short(title, "title", TITLE_LONGEST),
        "body": _short(clean_text(_text(record, "body", "")), "body", BODY_LONGEST),
        "author": _person(record, "author") or Person("anonymous"),
        **_moments(record),
        "status": _text(record, "status", "open"),
        "tags": _tags(record),
        "votes_count": _votes_count(record),
        "lang": lang if (lang := _text(record, "lang", "en")) in LANGUAGES else "en",
        "kind": "issue" if _text(record, "kind", "idea") in ("bug", "issue") else "idea",
        "source": _short(clean_line(_text(record, "source", "")), "source", SOURCE_LONGEST),
        "board": board if isinstance(board := record.get("board"), str) else "",
        "fields": _fields(record),
        "given": {name for name, value in record.items() if value is not None},
    }


def comment(record: Record) -> Record:
    """The fields of a comment, cleaned; an empty one is kept. Raises Unfit."""
    official = record.get("official")
    if official is not None and not isinstance(official, bool):
        raise Unfit(f"official is {shown(official)}: write true or false")
    return {
        "idea_id": _id(record, "idea_id"),
        "author": _person(record, "author") or Person("anonymous"),
        "body": _short(clean_text(_text(record, "body", "")), "body", BODY_LONGEST),
        **_moments(record),
        "official": official is True,
    }


def vote(record: Record) -> Record:
    """The fields of a vote; only value 1 is one for us. Raises Unfit."""
    value = record.get("value")
    if isinstance(value, bool) or value not in (1, 0, -1):
        raise Unfit(f"value is {shown(value)}: write 1, 0 or -1")
    return {
        "idea_id": _id(record, "idea_id"),
        "voter": _person(record, "voter"),
        "value": value,
        **_moments(record),
    }


def batches(records: Iterator[T], size: int) -> Iterator[list[T]]:
    """The records in lists of `size`."""
    while batch := list(islice(records, size)):
        yield batch


def _parsed(line: reading.Line) -> Record:
    if line.fault:
        raise Unfit(line.fault)
    try:
        record = _decoder.decode(line.content.decode())
    except UnicodeDecodeError:
        raise Unfit("not UTF-8: save the file as UTF-8") from None
    except ValueError as problem:
        raise Unfit(f"not JSON: {problem}") from None
    except RecursionError:
        raise Unfit("not JSON that anybody wrote: too deep") from None
    if not isinstance(record, dict):
        raise Unfit("a line must hold one object in braces")
    return record


def _each_once(pairs: list[tuple[str, Any]]) -> Record:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unfit(f"{shown(twice)} stands twice in the line: leave the one that counts")
    return record


def _no_number(word: str) -> Any:
    raise Unfit(f"{word} is no number of JSON: leave the field out")


_decoder = json.JSONDecoder(object_pairs_hook=_each_once, parse_constant=_no_number)


def _text(record: Record, name: str, default: str | None = None) -> str:
    value = record.get(name)
    if value is None:
        value = default
    if not isinstance(value, str):
        raise Unfit(f"{name} is missing" if value is None else f"{name} must be text, in quotes")
    return _whole(value, name)


def _whole(value: str, name: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Unfit(
            f"{name} holds half a character (such as \\ud83d without what follows it): write it whole"
        ) from None
    return value


def _short(value: str, name: str, longest: int) -> str:
    if len(value) > longest:
        raise Unfit(f"{name} has {len(value)} characters: shorten it to {longest}")
    return value


def _name(record: Record, name: str) -> str:
    return _short(clean_line(_text(record, name, "")), name, NAME_LONGEST)


def _person(record: Record, role: str) -> Person | None:
    name = _name(record, role)
    id = f"{role}_id"
    return Person(name, _id(record, id) if record.get(id) not in (None, "") else "") if name else None


def _id(record: Record, name: str) -> str:
    value = record.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        raise Unfit(f"{name} is missing: every record names its idea")
    if not isinstance(value, str):
        raise Unfit(f"{name} is {shown(value)}: write text or a whole number")
    value = clean_line(_whole(value, name))
    if not value:
        raise Unfit(f"{name} is empty: every record names its idea")
    return _short(value, name, ID_LONGEST)


def _tags(record: Record) -> list[str]:
    tags = record.get("tags")
    if tags is None:
        return []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Unfit("tags must be a list of words")
    cleaned = list(dict.fromkeys(filter(None, (clean_line(_whole(tag, "tags")) for tag in tags))))
    if len(cleaned) > MOST_TAGS:
        raise Unfit(f"there are {len(cleaned)} tags: leave the {MOST_TAGS} that matter")
    return cleaned


def _fields(record: Record) -> dict[str, Any]:
    fields = record.get("fields")
    if fields is None:
        return {}
    if not isinstance(fields, dict):
        raise Unfit("fields must be an object: what the board asks for, and what the idea says to it")
    told = {name: said for name, said in fields.items() if said not in (None, "")}
    for name, said in told.items():
        _whole(name, "fields")
        _whole(said if isinstance(said, str) else "", f"fields.{name}")
    return told


def _votes_count(record: Record) -> int | None:
    votes = record.get("votes_count")
    if votes is None:
        return None
    if not isinstance(votes, int) or isinstance(votes, bool) or not 0 <= votes <= MOST_VOTES:
        raise Unfit(f"votes_count is {shown(votes)}: write a whole number from 0 to {MOST_VOTES:,}")
    return votes


def _moments(record: Record) -> Record:
    """`dated` is what the record says, or None; `created_at` what counts: nothing was made after now."""
    value = record.get("created_at")
    if value is None:
        return {"dated": None, "created_at": None}
    try:
        moment = datetime.fromisoformat(value)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError):
        raise Unfit(f"created_at is {shown(value)}: write a date such as 2026-05-12T09:30:00Z") from None
    except OverflowError:  # a year 1 or 9999 that another time zone has not
        moment = None
    if moment is None or moment < EARLIEST:
        raise Unfit(f"created_at is {shown(value)}: write a date from 1900 on, or leave it out")
    return {"dated": moment, "created_at": min(moment, now())}


def shown(value: Any) -> str:
    """A value as a reason may quote it: short, and printable anywhere."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    written = ascii(value) if isinstance(value, str) and not value.isprintable() else json.dumps(value)
    return written if len(written) <= 60 else f"{written[:60]}…"


def _id_said(record: Record, kind: str) -> str:
    value = record.get("id" if kind == "ideas" else "idea_id")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return clean_line(str(value).encode(errors="replace").decode())[:ID_LONGEST]
