"""Reading the neutral JSON Lines: each record checked, or refused with its line and the reason."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

from portal.clock import now
from portal.importing.report import Report
from portal.text import clean_line, clean_text

Record = dict[str, Any]
T = TypeVar("T")
TITLE_LONGEST = 500


class Unfit(Exception):
    """This record cannot be imported; the message says why and what would do."""


def read(
    folder: Path, name: str, check: Callable[[Record], Record], report: Report, progress: bool
) -> Iterator[Record]:
    """Every fit record of folder/name (or name.gz), in order; the others are refused in the report."""
    path = folder / name if (folder / name).exists() else folder / f"{name}.gz"
    if not path.exists():
        return
    size = path.stat().st_size if path.suffix != ".gz" else None
    with (
        gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines,
        tqdm(total=size, unit="B", unit_scale=True, desc=path.name, disable=None if progress else True) as bar,
    ):
        for number, line in enumerate(lines, 1):
            bar.update(len(line))
            if not line.strip():
                continue
            try:
                yield check(_parsed(line))
            except Unfit as reason:
                report.refuse(path.name, number, str(reason))


def idea(record: Record) -> Record:
    """The fields of an idea, cleaned; raises Unfit."""
    title = clean_line(_text(record, "title"))
    if not title:
        raise Unfit("title is empty: give the idea a title")
    if len(title) > TITLE_LONGEST:
        raise Unfit(f"title has {len(title)} characters: shorten it to {TITLE_LONGEST}")
    tags = record.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Unfit("tags must be a list of words")
    votes = record.get("votes_count") or 0
    if not isinstance(votes, int) or isinstance(votes, bool) or votes < 0:
        raise Unfit("votes_count must be a whole number, 0 or more")
    return {
        "id": _id(record, "id"),
        "title": title,
        "body": clean_text(_text(record, "body", "")),
        "author": clean_line(_text(record, "author", "")) or "anonymous",
        "created_at": _moment(record) or now(),
        "status": _text(record, "status", "open"),
        "tags": [clean_line(tag) for tag in tags if clean_line(tag)],
        "votes_count": votes,
        "lang": "fr" if record.get("lang") == "fr" else "en",
        "kind": "issue" if record.get("kind") in ("bug", "issue") else "idea",
        "source": clean_line(_text(record, "source", ""))[:500],
    }


def comment(record: Record) -> Record:
    """The fields of a comment, cleaned; an empty one is kept. Raises Unfit."""
    return {
        "idea_id": _id(record, "idea_id"),
        "author": clean_line(_text(record, "author", "")) or "anonymous",
        "body": clean_text(_text(record, "body", "")),
        "created_at": _moment(record) or now(),
        "official": record.get("official") is True,
    }


def vote(record: Record) -> Record:
    """The fields of a vote; only value 1 is one for us. Raises Unfit."""
    value = record.get("value")
    if value not in (1, 0, -1) or isinstance(value, bool):
        raise Unfit(f"value is {value!r}: write 1, 0 or -1")
    voter = record.get("voter")
    if voter is not None and not isinstance(voter, str):
        raise Unfit("voter must be a name or null")
    return {
        "idea_id": _id(record, "idea_id"),
        "voter": clean_line(voter) if voter else None,
        "value": value,
        "created_at": _moment(record),
    }


def batches(records: Iterator[T], size: int) -> Iterator[list[T]]:
    """The records in lists of `size`."""
    batch: list[T] = []
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _parsed(line: bytes) -> Record:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise Unfit("not UTF-8: save the file as UTF-8") from None
    except ValueError as problem:
        raise Unfit(f"not JSON: {problem}") from None
    except RecursionError:
        raise Unfit("not JSON that anybody wrote: too deep") from None
    if not isinstance(record, dict):
        raise Unfit("a line must hold one object in braces")
    return record


def _text(record: Record, name: str, default: str | None = None) -> str:
    value = record.get(name)
    if value is None:
        value = default
    if not isinstance(value, str):
        raise Unfit(f"{name} is missing" if value is None else f"{name} must be text")
    return value


def _id(record: Record, name: str) -> str:
    value = record.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > 100:
        raise Unfit(f"{name} is missing: every record names its idea")
    return clean_line(value)


def _moment(record: Record) -> datetime | None:
    value = record.get("created_at")
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unfit(f"created_at is {value!r}: write a date such as 2026-05-12T09:30:00Z") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(moment.astimezone(UTC), now())
