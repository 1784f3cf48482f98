"""Earlier words: each time a text was saved, and what changed since the time before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import Select

from portal.ideas.differences import Piece, differences
from portal.web.paging import slice_of


@dataclass(frozen=True)
class Version:
    """One saving: who and when (`revision`), and the pieces of each field; none where its words were taken out.

    `is_earlier`: the text was saved again since, so that these words may be taken out.
    """

    revision: Any
    is_first: bool
    is_earlier: bool
    fields: dict[str, list[Piece]]


@dataclass(frozen=True)
class History:
    """Some versions, newest first, and the token of those before them (empty where there are none).

    `besides`: what was said besides the texts, by what it is called.
    """

    versions: list[Version]
    after: str
    besides: dict[str, str] = field(default_factory=dict)

    @property
    def has_earlier_words(self) -> bool:
        """Whether there is something to take out on this page, or on a later one."""
        return bool(self.after) or any(v.is_earlier and not v.revision.is_blanked for v in self.versions)


def history(
    revisions: Select[Any],
    model: Any,
    fields: tuple[str, ...],
    after: str = "",
    tell: Callable[[list[Any]], dict[str, str]] | None = None,
) -> History:
    """Some versions of these revisions, the newest first or those that follow the token `after`.

    `tell` looks up what they say besides, and gives what each of that is called.
    """
    found = slice_of(revisions, model.id, after=after)
    besides = tell([*found.rows, *([found.beyond] if found.beyond else [])]) if tell else {}
    fields = (*fields, *besides)
    pairs = zip(found.rows, [*found.rows[1:], found.beyond], strict=True) if found.rows else ()
    newest = None if after or not found.rows else found.rows[0].id
    versions = [Version(new, old is None, new.id != newest, _pieces(new, old, fields)) for new, old in pairs]
    return History(versions, found.after, besides)


def lines(text: str) -> Markup:
    """Plain text as HTML that keeps its line ends."""
    return Markup(escape(text).replace("\n", Markup("<br>")))


def _pieces(new: Any, old: Any, fields: tuple[str, ...]) -> dict[str, list[Piece]]:
    """What changed in each field; a version after one without words stands as it was written."""
    if new.is_blanked:
        return {}
    return {name: _compared(new, None if old and old.is_blanked else old, name) for name in fields}


def _compared(new: Any, old: Any, field: str) -> list[Piece]:
    return differences((old or new).text_of(field), new.text_of(field))
