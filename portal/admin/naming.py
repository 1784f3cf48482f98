"""Names of boards and statuses: one that another has, in whatever language, is taken."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from portal.i18n import languages


class NameTaken(Exception):
    """Another has this name. `languages`: the one in which it was to be written -> whose name it is."""

    def __init__(self, languages: dict[str, Any]) -> None:
        super().__init__(", ".join(languages))
        self.languages = languages


def require_free(rows: Iterable[Any], names: dict[str, str], but: Any = None) -> None:
    """Raise NameTaken where one of these names is another's. What `but` is called already stays its own."""
    others = [row for row in rows if row is not but]
    own = but.names if but is not None else {}
    taken = {
        lang: other
        for lang, name in names.items()
        if name != own.get(lang)
        for other in others
        if _same(name) in map(_same, _shown(other))
    }
    if taken:
        raise NameTaken(taken)


def twins(rows: Iterable[Any]) -> list[str]:
    """The names that several of these have, as one of them writes it."""
    owners: dict[str, dict[int, str]] = defaultdict(dict)
    for row in rows:
        for name in _shown(row):
            owners[_same(name)].setdefault(row.id, name)
    return [next(iter(written.values())) for written in owners.values() if len(written) > 1]


def _shown(row: Any) -> list[str]:
    """What it is called in the languages of the portal: only those names can be seen and changed."""
    names = row.names
    return [names[lang] for lang in languages() if names.get(lang)] or [row.name]


def _same(name: str) -> str:
    """What two spellings of one name have in common: neither capitals nor blanks tell them apart."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
