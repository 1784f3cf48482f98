"""Names of boards and statuses: one that another has, in whatever language, is taken."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

FIELDS = ("name_en", "name_fr")


class NameTaken(Exception):
    """Another has this name. `fields`: the field of the form -> whose name it is."""

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


def require_free(rows: Iterable[Any], names: dict[str, str], but: Any = None) -> None:
    """Raise NameTaken where one of these names is another's. What `but` is called already stays its own."""
    others = [row for row in rows if row is not but]
    taken = {
        field: other
        for field, name in names.items()
        if name != getattr(but, field, None)
        for other in others
        if _same(name) in _names(other)
    }
    if taken:
        raise NameTaken(taken)


def twins(rows: Iterable[Any]) -> list[str]:
    """The names that several of these have, as one of them writes it."""
    owners: dict[str, dict[int, str]] = defaultdict(dict)
    for row in rows:
        for field in FIELDS:
            owners[_same(getattr(row, field))].setdefault(row.id, getattr(row, field))
    return [next(iter(written.values())) for written in owners.values() if len(written) > 1]


def _names(row: Any) -> set[str]:
    return {_same(getattr(row, field)) for field in FIELDS}


def _same(name: str) -> str:
    """What two spellings of one name have in common: neither capitals nor blanks tell them apart."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
