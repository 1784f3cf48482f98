"""The source of an import: named by the operator, or found by the content. Two exports never become one unasked."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slugify import slugify
from sqlalchemy import func, select, text

from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.importing import differing, reading, records
from portal.importing.models import ImportRun, RunState
from portal.importing.reading import NotImported

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
KEY_LONGEST = 200
CHUNK = 250


@dataclass(frozen=True)
class Source:
    """Under which name an import keeps its keys."""

    name: str
    run_id: int | None
    is_new: bool
    knows_content: bool
    also: tuple[str, ...] = ()

    def key(self, id: str) -> str:
        """The key of a record or of a person."""
        return key_of(self.name, id)

    def end(self, state: RunState, counts: dict[str, Any]) -> None:
        """Remember how far the run came; of one that is only foreseen there is nothing to remember."""
        if self.run_id is None:
            return
        begin_write()
        run = db.session.get(ImportRun, self.run_id)
        if run is not None:
            run.state, run.counts = state, {**run.counts, **counts}
            run.finished_at = now() if state == RunState.FINISHED else None
        db.session.commit()

    def made_tags(self, slugs: list[str]) -> None:
        """Remember, in the transaction that makes them, which tags there were not before."""
        run = db.session.get(ImportRun, self.run_id) if slugs and self.run_id else None
        if run is not None:
            run.counts = {**run.counts, "tags": [*run.counts.get("tags", []), *slugs]}


@dataclass(frozen=True)
class Begun:
    """What a run is known by: how its export is called, who reads it, who began it (None: the command), whether it is
    only foreseen.
    """

    label: str
    tool: str = "jsonl"
    by_id: int | None = None
    is_foreseen: bool = False


def key_of(name: str, id: str) -> str:
    """The key of a record of this source, at most 200 characters."""
    key = f"{name}:{id}"
    return key if len(key) <= KEY_LONGEST else f"{name[:100]}:{hashlib.sha256(id.encode()).hexdigest()}"


def begin(begun: Begun, ideas: Path, named: str | None) -> Source:
    """The source of these ideas: as named, or the one that this content has, or a new one.

    Raises NotImported where the name is none, or where the content is an earlier one's in part.
    """
    content = _fingerprint(ideas)
    while True:
        known = _known()
        name = _checked(named, known) if named is not None else _found(begun.label, ideas, content, known)
        source = _begun(begun, name, content, known)
        if source:
            return source


def _fingerprint(ideas: Path) -> str:
    """A hash of all ideas, whatever the folder is called, how lines end, and whether the file is packed."""
    hashed = hashlib.sha256()
    for line in reading.lines(ideas):
        hashed.update(line.content + b"\n")
    if hashed.digest() == hashlib.sha256().digest():
        raise NotImported(f"{ideas} is empty: there is nothing to import. Check how it was exported.")
    return hashed.hexdigest()


def _known() -> set[tuple[str, str]]:
    """Every source with the contents that it had; what was imported before there were sources has an empty one.

    One that was undone is forgotten, but for what stayed of it (`_holds`).
    """
    asked = select(ImportRun.source, ImportRun.content).where(ImportRun.state != RunState.UNDONE)
    return {(name, content) for name, content in db.session.execute(asked)}


def _checked(named: str, known: set[tuple[str, str]]) -> str:
    if NAME.fullmatch(named) or named in {name for name, _ in known}:
        return named
    raise NotImported(
        f"--source {named!r} is no name for a source: write letters, digits, dots, dashes and underscores, "
        "at most 60, such as --source uservoice-2026."
    )


def _found(label: str, ideas: Path, content: str, known: set[tuple[str, str]]) -> str:
    same = sorted(name for name, had in known if had == content)
    if same:
        return label if label in same else same[0]
    names = {name for name, _ in known} | ({label} if _holds(label) else set())
    kinships = _compared(ideas, sorted(names))
    ours = [kin for kin in kinships if kin.is_whole]
    if ours:
        return max(ours, key=lambda kin: kin.same).name
    for kin in kinships:
        kin.refuse_in_doubt()
    return _free(label, content, names)


def _free(label: str, content: str, taken: set[str]) -> str:
    """The name of the folder, with so much of the content's hash behind it that no other source has it."""
    label = label if NAME.fullmatch(label) else slugify(label)[:60].strip("-") or "import"
    longer = (f"{label[:40]}-{content[:length]}" for length in range(8, 65))
    return label if label not in taken else next(name for name in longer if name not in taken)


@dataclass
class Kinship:
    """How much of a file was imported from an earlier source: ids that both have, and those with the same idea."""

    name: str
    held: int
    read: int = 0
    shared: int = 0
    same: int = 0
    akin: int = 0
    other: str = ""

    def compare(self, batch: list[records.Record]) -> None:
        """Look up each record under this source."""
        self.read += len(batch)
        there = differing.here(key_of(self.name, record["id"]) for record in batch)
        for record in batch:
            here = there.get(key_of(self.name, record["id"]))
            if here is not None:
                self.shared += 1
                self.same += here.is_same(record)
                self.akin += here.is_akin(record)
                if not self.other and not here.is_same(record):
                    titles = here.idea.title[:60], record["title"][:60]
                    self.other = "id {} (here {!r}, in the file {!r})".format(record["id"], *titles)

    @property
    def is_whole(self) -> bool:
        """Whether the file is the earlier one, the beginning of it, or it with more."""
        return 0 < self.shared == self.same and self.shared in (self.read, self.held)

    def refuse_in_doubt(self) -> None:
        """Raise NotImported where only some of what both have is the same: only a person can tell."""
        if not self.akin:
            return
        raise NotImported(
            f"It is not clear whether this is the source {self.name} again: of the {self.read} ideas in the file, "
            f"{self.shared} have the id of one of the {self.held} that are here from it, and {self.shared - self.same} "
            f"of those say something else{f', such as {self.other}' if self.other else ''}. "
            f"If it is the same export, taken again, say --source {self.name}: what is new is added, what differs is "
            "listed, and nothing is changed. If it is another one, give it a name, such as --source uservoice-2026."
        )


def _compared(ideas: Path, names: list[str]) -> list[Kinship]:
    kinships = [Kinship(name, _holds(name)) for name in names]
    kinships = [kin for kin in kinships if kin.held]
    if kinships:
        for batch in records.batches(records.fit_ideas(ideas), CHUNK):
            for kin in kinships:
                kin.compare(batch)
    return kinships


def _holds(name: str) -> int:
    begins = func.substr(Idea.imported_key, 1, len(name) + 1) == f"{name}:"
    return db.session.scalar(select(func.count()).select_from(Idea).where(begins)) or 0


def _begun(begun: Begun, name: str, content: str, known: set[tuple[str, str]]) -> Source | None:
    """The source, with its run remembered before anything is imported; None where another one came in between."""
    knows_content, is_new = (name, content) in known, name not in {other for other, _ in known}
    also = tuple(sorted(other for other, had in known if had == content and other != name))
    if begun.is_foreseen:
        return Source(name, None, is_new, knows_content, also)
    begin_write()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE import_run IN SHARE ROW EXCLUSIVE MODE"))
    if _known() != known:
        db.session.rollback()
        return None
    run = ImportRun(source=name, content=content, tool=begun.tool, by_id=begun.by_id, state=RunState.RUNNING)
    db.session.add(run)
    db.session.commit()
    return Source(name, run.id, is_new, knows_content, also)
