"""The files of an export, as one file, a folder or a ZIP. Nothing of it is ever written to a path that it names."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from portal.importing.reading import NotImported

MOST_FILES = 10_000
MOST_BYTES = 20 << 30
LEAST_PACKED, MOST_RATIO = 10 << 20, 200
ZIP_MARK = b"PK\x03\x04"
BEGINNING = 64 << 10


@dataclass(frozen=True)
class File:
    """One file of an export, by its name alone. `known`: what was found out of it by reading all of it, once."""

    name: str
    size: int
    path: Path
    packed: zipfile.ZipInfo | None = None
    known: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def ending(self) -> str:
        return Path(self.name).suffix.casefold()

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Its bytes; of a ZIP, at most what such a packed file can honestly hold."""
        try:
            if self.packed is None:
                with self.path.open("rb") as file:
                    yield file
                return
            with zipfile.ZipFile(self.path) as archive, archive.open(self.packed) as member:
                yield cast(IO[bytes], io.BufferedReader(_Bounded(member, self.packed), 1 << 16))
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
            raise NotImported(f"{self.name} in {self.path.name} is broken: {problem}. Export it again.") from problem

    def beginning(self) -> bytes:
        """Its first bytes."""
        with self.opened() as file:
            return file.read(BEGINNING)


@dataclass(frozen=True)
class Export:
    """What was named to import, with its files by name."""

    path: Path
    files: tuple[File, ...]

    @property
    def is_zip(self) -> bool:
        return any(file.packed for file in self.files)

    def named(self, name: str) -> File | None:
        """The file of this name, wherever in the folders of a ZIP it stands."""
        return next((file for file in self.files if file.name.rpartition("/")[2].casefold() == name), None)

    def ending(self, *endings: str) -> list[File]:
        """The files with one of these endings."""
        return [file for file in self.files if file.ending in endings]


def opened(path: Path) -> Export:
    """The export at this path. Raises NotImported where it is none, or no honest one."""
    try:
        if path.is_dir():
            return Export(path, tuple(_of_folder(path)))
        if not path.is_file():
            raise NotImported(f"{path} is no file that can be read: name the file itself.")
        with path.open("rb") as file:
            packed = file.read(4) == ZIP_MARK
        files = _of_zip(path) if packed else [File(path.name, path.stat().st_size, path)]
    except OSError as problem:
        raise NotImported(f"{path} cannot be read: {problem.strerror}. Let this user read it.") from problem
    return Export(path, tuple(files))


def _of_folder(path: Path) -> list[File]:
    found = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
    if len(found) > MOST_FILES:
        raise NotImported(f"{path} holds {len(found):,} files: put at most {MOST_FILES:,} into one folder.")
    outside = [each.name for each in found if each.is_symlink()]
    if outside:
        raise NotImported(f"{path} holds {outside[0]}, which is a link to elsewhere: put the file itself there.")
    return [File(each.name, each.stat().st_size, each) for each in found]


def _of_zip(path: Path) -> list[File]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as problem:
        raise NotImported(f"{path} is a broken ZIP: {problem}. Export it again.") from problem
    if len(members) > MOST_FILES or sum(each.file_size for each in members) > MOST_BYTES:
        raise NotImported(f"{path} holds more than {MOST_FILES:,} files or 20 GB: unpack it, and import what counts.")
    for each in members:
        _refuse_dishonest(path, each)
    return [File(each.filename, each.file_size, path, each) for each in members]


def _refuse_dishonest(path: Path, member: zipfile.ZipInfo) -> None:
    where = f"{path} holds {ascii(member.filename)[:80]}, which is"
    if member.flag_bits & 1:
        raise NotImported(f"{where} encrypted: unpack it with its password, and import the folder.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise NotImported(f"{where} a link to elsewhere: pack the file itself.")
    if member.filename.casefold().endswith((".zip", ".gz", ".tar", ".7z", ".bz2", ".xz")):
        raise NotImported(f"{where} packed once more: unpack it, and import what is in it.")
    if member.file_size > max(LEAST_PACKED, MOST_RATIO * member.compress_size):
        raise NotImported(f"{where} unpacked {MOST_RATIO} times as large as packed: no export is. Export it again.")


class _Bounded(io.RawIOBase):
    """What a member unpacks to, counted while it is read: what its entry says may be a lie."""

    def __init__(self, member: Any, entry: zipfile.ZipInfo) -> None:
        self._member, self._name, self._checked = member, entry.filename, False
        self._left = max(LEAST_PACKED, MOST_RATIO * entry.compress_size)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._member.read(len(buffer))
        self._left -= len(piece)
        if self._left < 0:
            raise NotImported(f"{self._name} unpacks to more than any export does. Export it again.")
        if not self._checked and piece.startswith(ZIP_MARK):
            raise NotImported(f"{self._name} is a ZIP within the ZIP: unpack it, and import what is in it.")
        self._checked = True
        buffer[: len(piece)] = piece
        return len(piece)
