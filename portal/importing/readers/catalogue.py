"""The readers: one line a tool, with what it reads, by what it is recognised and how far it was tried."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from portal.importing.mapping import Mapping as Words
from portal.importing.readers import discourse, fider, github, gitlab, ready, table, trello
from portal.importing.readers.items import Item, Told
from portal.importing.readers.opened import Export, opened
from portal.importing.reading import NotImported

OWN = "jsonl"
OWN_FILES = ("ideas.jsonl", "ideas.jsonl.gz")


@dataclass(frozen=True)
class Reader:
    """What reads the exports of one tool. `telling`: columns that only this tool has; `tried`: on what it was tried."""

    name: str
    words: str
    recognises: Callable[[Export], bool]
    read: Callable[[Export, Words, Told], Iterator[Item]]
    tried: str
    columns: Mapping[str, str | None] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)


REAL, PARTS, DOCUMENTED = "a real file", "real answers, and made ones", "its columns, as documented"


def _of_table(name: str, words: str, known: table.Ready, *telling: str) -> Reader:
    def recognises(export: Export) -> bool:
        if len(export.files) != 1 or export.is_zip:
            return False
        return {*telling} <= {name.casefold() for name in table.names_of(export.files[0])}

    reads = partial(table.read, ready=known)
    return Reader(name, words, recognises, reads, DOCUMENTED, known.columns, known.statuses)


READERS = {
    reader.name: reader
    for reader in (
        Reader("fider", "Fider: the backup (ZIP), or the CSV of its posts", fider.recognises, fider.read, REAL,
               fider.COLUMNS, fider.WORDS),
        Reader("trello", "Trello: a board as JSON, or its cards as CSV", trello.recognises, trello.read, DOCUMENTED,
               trello.COLUMNS),
        Reader("gitlab", "GitLab: answers of its API", gitlab.recognises, gitlab.read, "made answers",
               statuses=gitlab.STATUSES),
        Reader("github", "GitHub: answers of its API and of gh", github.recognises, github.read, PARTS,
               statuses=github.STATUSES),
        Reader("discourse", "Discourse: answers of its API", discourse.recognises, discourse.read, REAL,
               statuses=discourse.STATUSES),
        _of_table("uservoice", "UserVoice: its ideas as CSV", ready.USERVOICE, "suggestion.id", "suggestion.title"),
        _of_table("jira", "Jira: its issues as CSV", ready.JIRA, "summary", "issue key", "issue type"),
        _of_table("aha", "Aha!: its ideas as CSV", ready.AHA, "idea name", "idea status"),
        _of_table("ideascale", "IdeaScale: its ideas as CSV", ready.IDEASCALE, "idea title", "idea description"),
        _of_table("canny", "Canny: its posts as CSV", ready.CANNY, "title", "details", "board", "status"),
        _of_table("productboard", "Productboard: its notes or features as CSV", ready.PRODUCTBOARD, "note_text"),
        Reader("csv", "a table of yours", lambda export: bool(table.names_of(export.files[0])), table.read, REAL),
    )
}  # fmt: skip
TOOLS = (OWN, *READERS)


def reader_of(path: Path, tool: str | None) -> tuple[Reader, Export] | None:
    """Who reads what is there, as said or as it shows; None for our own JSON Lines. Raises NotImported."""
    if tool == OWN or (tool is None and path.is_dir() and any((path / name).exists() for name in OWN_FILES)):
        return None
    export = opened(path)
    if not export.files:
        return None
    if tool is not None:
        return READERS[tool], export
    for reader in READERS.values():
        if reader.recognises(export) and (reader.name != "csv" or _may_be_a_table(export)):
            return reader, export
    if path.is_dir():
        return None
    raise NotImported(f"{path.name} does not show what wrote it. Say it with --from: one of {', '.join(TOOLS)}.")


def _may_be_a_table(export: Export) -> bool:
    return len(export.files) == 1 and export.files[0].ending in table.ENDINGS
