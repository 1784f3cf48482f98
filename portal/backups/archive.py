"""A backup as a file: one JSON Lines file a table and the uploaded files, named and hashed by a manifest."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from portal.backups import interrupts, progress
from portal.pictures import uploads

FORMAT = 1
KINDS = ("moment", "day", "json", "plain")
MANIFEST = "manifest.json"
BLOCK = 1 << 20
OTHER = "Take another copy of it, or an older backup."
_TABLE = re.compile(r"tables/([a-z][a-z0-9_]*)\.jsonl")


class Damaged(Exception):
    """The archive is none of ours, is damaged or made by a newer portal; the message says which, and what to do."""


@dataclass(frozen=True)
class Entry:
    """What the manifest says of one file in the archive."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Table:
    """What the manifest says of a table: how many rows, and its columns in their order, each with its kind of value."""

    rows: int
    columns: dict[str, str]


@dataclass
class Manifest:
    """The archive's table of contents."""

    made_at: str
    schema: str
    engine: str
    format: int = FORMAT
    tables: dict[str, Table] = field(default_factory=dict)
    files: dict[str, Entry] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Read it; raise Damaged for what is no manifest, or one of a format that this portal does not know."""
        try:
            said = json.loads(text)
            if int(said["format"]) > FORMAT:
                raise Damaged("The backup was made by a newer portal. Bring this one up to that version first.")
            said["tables"] = {str(name): Table(**table) for name, table in said["tables"].items()}
            said["files"] = {str(name): Entry(**entry) for name, entry in said["files"].items()}
            manifest = cls(**said)
            manifest._refuse_nonsense()
            return manifest
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
            raise Damaged(f"The list of what the backup holds cannot be read. {OTHER}") from problem

    def _refuse_nonsense(self) -> None:
        """Raise ValueError where something is not of the kind that it should be."""
        texts: list[Any] = [self.made_at, self.schema, self.engine, *(entry.sha256 for entry in self.files.values())]
        sizes: list[Any] = [table.rows for table in self.tables.values()]
        sizes += [entry.size for entry in self.files.values()]
        kinds = [kind for table in self.tables.values() for kind in table.columns.values()]
        well = all(isinstance(text, str) for text in [*texts, *self.missing])
        if not well or not all(type(size) is int and size >= 0 for size in sizes) or set(kinds) - set(KINDS):
            raise ValueError("texts, numbers or kinds of values are none")

    @property
    def keys(self) -> list[str]:
        """The keys of the uploaded files."""
        return [name.rpartition("/")[2] for name in self.files if name.startswith("uploads/")]


@contextlib.contextmanager
def begun(file: Path) -> Iterator[zipfile.ZipFile]:
    """Write an archive that is there whole or not at all, and that only its owner reads. Never over another file."""
    _clear_halves(file.parent)
    half, number = _half_of(file)
    try:
        with os.fdopen(number, "w+b") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
                yield archive
            out.flush()
            os.fsync(out.fileno())
            interrupts.no_more()
            _name(half, file)
        _sync_folder(file.parent)
    finally:
        half.unlink(missing_ok=True)


def _half_of(file: Path) -> tuple[Path, int]:
    """A new file beside it, open and locked: whoever is alive holds the lock, until the file has its name."""
    while True:
        half = file.with_name(f".{file.name}.{secrets.token_hex(4)}.atelier-half")
        number = os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(number, fcntl.LOCK_EX)
        if half.exists():
            return half, number
        os.close(number)  # another backup that was just beginning took it for a dead one's


def _name(half: Path, file: Path) -> None:
    """Give it its name: a link, unlike a rename, never takes the place of a file that came to be meanwhile."""
    try:
        os.link(half, file)
    except OSError as problem:
        if file.exists():
            raise FileExistsError(f"{file} came to be meanwhile") from problem
        half.rename(file)  # on a file system without links


def _clear_halves(folder: Path) -> None:
    """Remove what a backup left that was killed: the lock of a dead process is void."""
    for half in folder.glob(".*.atelier-half"):
        with contextlib.suppress(OSError), half.open("r+b") as left:
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            half.unlink()


def add(archive: zipfile.ZipFile, name: str, blocks: Iterable[bytes], pack: bool = True) -> Entry:
    """Add a file and give what the manifest is to say of it. What is packed already is stored as it is."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED if pack else zipfile.ZIP_STORED
    hashed, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as out:
        for block in blocks:
            out.write(block)
            hashed.update(block)
            size += len(block)
    return Entry(size, hashed.hexdigest())


def finish(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Write the manifest, last: an archive that was cut short has none."""
    add(archive, MANIFEST, [json.dumps(asdict(manifest), indent=1).encode()])


@contextlib.contextmanager
def opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open an archive after checking every name, size, hash and count in it; raise Damaged, or OSError."""
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile as problem:
        raise Damaged(f"{file} is no backup of this portal, or it was cut short. {OTHER}") from problem
    with archive:
        manifest = _verified(archive)
        yield archive, manifest


def lines(archive: zipfile.ZipFile, table: str) -> Iterator[bytes]:
    """The rows of a table, one JSON array a line."""
    with archive.open(f"tables/{table}.jsonl") as rows:
        yield from rows


def blocks(file: IO[bytes]) -> Iterator[bytes]:
    """The content of a file, piece by piece."""
    while block := file.read(BLOCK):
        yield block


def _verified(archive: zipfile.ZipFile) -> Manifest:
    names = archive.namelist()
    if MANIFEST not in names:
        raise Damaged(f"This is no backup of the portal: it holds no {MANIFEST}. Check which file you named.")
    try:
        manifest = Manifest.from_json(archive.read(MANIFEST))
        if sorted(names) != sorted([MANIFEST, *manifest.files]):
            raise Damaged(f"The backup does not hold the files that it lists. {OTHER}")
        tables = {_table_of(name) for name in manifest.files} - {None}
        if tables != set(manifest.tables):
            raise Damaged(f"The backup does not hold the tables that it lists. {OTHER}")
        with progress.bar("Verifying", sum(entry.size for entry in manifest.files.values()), "B") as bar:
            for name, entry in manifest.files.items():
                _verify(archive, name, entry, manifest)
                bar.update(entry.size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
        raise Damaged(f"The backup is damaged: {problem}. {OTHER}") from problem
    return manifest


def _verify(archive: zipfile.ZipFile, name: str, entry: Entry, manifest: Manifest) -> None:
    hashed, size, ends = hashlib.sha256(), 0, 0
    with archive.open(name) as content:
        for block in blocks(content):
            hashed.update(block)
            size, ends = size + len(block), ends + block.count(b"\n")
    if (size, hashed.hexdigest()) != (entry.size, entry.sha256):
        raise Damaged(f"The backup is damaged: {name} is not what was saved. {OTHER}")
    table = _table_of(name)
    if table and ends != manifest.tables[table].rows:
        raise Damaged(f"The backup is damaged: {name} holds {ends} rows of {manifest.tables[table].rows}. {OTHER}")


def _table_of(name: str) -> str | None:
    """The table that this file holds, or None for an uploaded one; raise Damaged for a name that is neither."""
    found = _TABLE.fullmatch(name)
    if found:
        return found[1]
    folder, _, key = name.rpartition("/")
    try:
        uploads.path(key)
    except ValueError:
        folder = ""
    if folder != "uploads":
        raise Damaged(f"The backup holds {name!r}, which no backup of ours does: nothing of it is used.")
    return None


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
