"""What the readers of API answers share: their files, and looking into what may hold anything."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from portal.importing.readers.json_values import objects
from portal.importing.readers.opened import Export, File
from portal.importing.reading import NotImported

ENDINGS = (".json", ".jsonl", ".ndjson")


def of(export: Export) -> Iterator[tuple[File, int, dict[str, Any]]]:
    """Every object of every JSON file, with its place among those of its file."""
    files = export.ending(*ENDINGS)
    if not files:
        raise NotImported(
            f"{export.path} holds no JSON: name the file that the API answered, or a folder of such files."
        )
    for file in files:
        for number, value in enumerate(objects(file), 1):
            yield file, number, value


def first_is(export: Export, like: Callable[[dict[str, Any]], bool]) -> bool:
    """Whether the first object of some file is one of these."""
    try:
        return any(like(_first(file)) for file in export.ending(*ENDINGS))
    except NotImported:
        return False


def _first(file: File) -> dict[str, Any]:
    with closing(objects(file)) as found:
        return next(found, {})


def inside(value: Any, *path: str) -> Any:
    """What stands there, or None."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def id_of(value: Any, *path: str) -> int | str | None:
    """The id that stands there; None for what can be none."""
    id = inside(value, *path) if path else value
    return id if isinstance(id, int | str) else None


def listed(value: Any) -> list[Any]:
    """A list, also where GraphQL wraps it into nodes."""
    value = value.get("nodes", []) if isinstance(value, dict) else value
    return value if isinstance(value, list) else []


def names(value: Any) -> list[str]:
    """Labels as words, whether each is a word or an object with a name."""
    found = [each if isinstance(each, str) else inside(each, "name") for each in listed(value)]
    return [name for name in found if isinstance(name, str)]


def count(value: Any) -> int:
    """A number of votes; 0 for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
