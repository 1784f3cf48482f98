"""The fields of a ready phrase: `{author}` stands for who proposed the idea, and two braces for one."""

import re
from collections.abc import Iterator, Mapping

from portal.i18n import reading_in
from portal.ideas.models import Idea
from portal.markdown.escaping import literal

FIELDS = ("author", "title", "board", "status", "me")
_FIELD = re.compile(r"\{\{|\}\}|\{\s*(\w+)\s*\}")
# Blanks of every width, but no end of a line; with the signs that follow a name at the beginning of a sentence.
_BLANKS = " \t\u00a0\u202f"
_AFTER_A_NAME = _BLANKS + ",;:!–—-"
# What stands around a field, longest first.
_AROUND = (
    *(("***", "***"), ("**", "**"), ("*", "*"), ("__", "__"), ("_", "_"), ("“", "”"), ('"', '"'), ("(", ")")),
    *(("«\u00a0", "\u00a0»"), ("«\u202f", "\u202f»"), ("« ", " »")),
)


def unknown_fields(text: str) -> list[str]:
    """The words in braces that are no field."""
    return [name for name in _names(text) if name.lower() not in FIELDS]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with these values, which are plain words, in place of its fields.

    A value that is empty takes the comma, the quotes and the blanks around it along.
    """
    filled, rest = "", text
    while found := _FIELD.search(rest):
        filled, rest = filled + rest[: found.start()], rest[found.end() :]
        if found[1] is None:
            filled += found[0][0]
        elif value := literal(values.get(found[1].lower(), "")):
            filled += value
        else:
            filled, rest = _closed_up(filled, rest)
    return filled + rest


def values_for(idea: Idea, me: str) -> dict[str, str]:
    """What the fields say of this idea, in its language; nobody is named who has no name, left, or did not say it."""
    with reading_in(idea.lang):
        return {
            "author": _author(idea),
            "title": idea.title,
            "board": idea.board.name if idea.board else "",
            "status": idea.status.name,
            "me": me,
        }


def name_of(person: object) -> str:
    """What somebody is called; nothing for who has no name, or left."""
    unnamed = getattr(person, "is_nameless", False) or getattr(person, "is_former", False)
    return "" if unnamed else str(getattr(person, "display_name", ""))


def _author(idea: Idea) -> str:
    return name_of(idea.author) if idea.captured is None else ""


def _names(text: str) -> Iterator[str]:
    return (found[1] for found in _FIELD.finditer(text) if found[1])


def _closed_up(before: str, after: str) -> tuple[str, str]:
    """What stands before and after a field that says nothing, without what only went with it."""
    for opens, closes in _AROUND:
        if before.endswith(opens) and after.startswith(closes):
            before, after = before.removesuffix(opens), after.removeprefix(closes)
            break
    before = before.rstrip(_BLANKS).removesuffix(",").rstrip(_BLANKS)
    if not before or before.endswith("\n"):
        after = after.lstrip(_AFTER_A_NAME)
        after = after[:1].upper() + after[1:]
    return before, after
