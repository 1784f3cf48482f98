"""GitLab: issues and their notes, as the API answers."""

import re
from collections.abc import Iterator
from typing import Any

from portal.importing.mapping import Mapping
from portal.importing.readers import answers
from portal.importing.readers.answers import inside
from portal.importing.readers.items import Item, Told
from portal.importing.readers.opened import Export, File
from portal.importing.readers.persons import person

STATUSES = {"opened": "open", "reopened": "open"}
BUGS = {"incident", "bug"}


def recognises(export: Export) -> bool:
    """Whether its first objects are what GitLab answers."""
    return answers.first_is(export, lambda value: "noteable_type" in value or ("iid" in value and "title" in value))


def read(export: Export, mapping: Mapping, told: Told) -> Iterator[Item]:
    """Issues as ideas, and the notes of people as their comments; what the tool noted by itself is left behind."""
    for file, line, value in answers.of(export):
        if "title" in value and "iid" in value:
            yield Item("ideas", _idea(value), file.name, line)
            _tell(value, told)
            notes = answers.listed(value.get("notes"))
        else:
            notes = value["notes"] if isinstance(value.get("notes"), list) else [value]
        for note in notes:
            yield from _note(file, line, note, inside(value, "iid"), told)


def _idea(value: dict[str, Any]) -> dict[str, Any]:
    labels = answers.names(value.get("labels"))
    kind = str(value.get("issue_type") or value.get("type") or "").casefold()
    is_bug = kind in BUGS or any(re.fullmatch(r"(type::)?bug", label, re.IGNORECASE) for label in labels)
    return {
        "id": value.get("iid"),
        "title": value.get("title"),
        "body": value.get("description") or "",
        **_person(value),
        "created_at": value.get("created_at"),
        "status": value.get("state") or "opened",
        "tags": labels,
        "votes_count": value.get("upvotes"),
        "kind": "issue" if is_bug else "idea",
        "source": value.get("web_url") or "",
    }


def _tell(value: dict[str, Any], told: Told) -> None:
    if value.get("confidential") is True:
        told.note("Issues that are confidential there become public here: take them out of the file, or hide them.")
    of = inside(value, "_links", "closed_as_duplicate_of")
    if isinstance(of, str):
        told.duplicate(value.get("iid"), of.rpartition("/")[2])


def _note(file: File, line: int, note: Any, iid: Any, told: Told) -> Iterator[Item]:
    if not isinstance(note, dict) or "body" not in note:
        told.leave("objects that are no issue or note")
    elif note.get("system") is True:
        told.leave("notes that the tool wrote by itself")
    elif note.get("internal") is True or note.get("confidential") is True:
        told.leave("internal notes")
    else:
        number = note.get("noteable_iid") or iid
        record = {"idea_id": number, **_person(note), "body": note["body"], "created_at": note.get("created_at")}
        yield Item("comments", record, file.name, line)


def _person(value: dict[str, Any]) -> dict[str, str]:
    by = value.get("author")
    return person("author", inside(by, "name") or inside(by, "username") or "Ghost User", id=inside(by, "id"))
