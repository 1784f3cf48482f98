"""The files of an export, line by line: whatever stands in them, a line takes little memory and ends nothing."""

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from tqdm import tqdm

KINDS = ("ideas", "comments", "votes")
LONGEST_LINE = 2 << 20
UTF8_MARK = b"\xef\xbb\xbf"
OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
GZIP_MARK = b"\x1f\x8b"
SPOOL = ".spool"


class NotImported(Exception):
    """Why nothing was imported; the message says what to do."""


@dataclass(frozen=True)
class Line:
    """A line of a file with its number, or the fault for which it could not be read."""

    file: str
    number: int
    content: bytes = b""
    fault: str = ""


def files_of(folder: Path) -> dict[str, Path]:
    """The files to import, by what they hold. Raises NotImported, before anything is imported."""
    found: dict[str, Path] = {}
    for kind in KINDS:
        names = (f"{kind}.jsonl", f"{kind}.jsonl.gz")
        there = [folder / name for name in names if os.path.lexists(folder / name)]
        if len(there) > 1:
            raise NotImported(f"{folder} holds both {names[0]} and {names[1]}: leave the one that counts.")
        if there:
            _refuse_unreadable(there[0])
            found[kind] = there[0]
    if "ideas" not in found:
        raise NotImported(
            f"{folder} holds no ideas.jsonl (or ideas.jsonl.gz), on which comments.jsonl and votes.jsonl hang. "
            "Check which folder you named; docs/importing.md says what the files hold."
        )
    return found


def lines(path: Path, show_progress: bool = False) -> Iterator[Line]:
    """Every line that is not blank, without the byte-order mark and the blanks around it."""
    if path.suffix == SPOOL:
        yield from _spooled(path)
        return
    packed = path.suffix == ".gz"
    with (
        gzip.open(path, "rb") if packed else path.open("rb") as file,
        tqdm(
            total=None if packed else path.stat().st_size,
            unit="B",
            unit_scale=True,
            desc=path.name,
            disable=None if show_progress else True,
        ) as bar,
    ):
        for line in _numbered(cast(IO[bytes], file), path.name):
            bar.update(len(line.content) + 1)
            if line.content or line.fault:
                yield line


def _spooled(path: Path) -> Iterator[Line]:
    """What a reader wrote down: each record with the place where it stood in the export itself."""
    with path.open("rb") as file:
        for line in file:
            content, _, place = line.rpartition(b"\t")
            name, number, fault = json.loads(place)
            yield Line(name, number, content, fault)


def _numbered(file: IO[bytes], name: str) -> Iterator[Line]:
    number = 0
    while True:
        number += 1
        try:
            content = file.readline(LONGEST_LINE + 1)
            fault = _skip(file) if len(content) > LONGEST_LINE and not content.endswith(b"\n") else ""
        except (OSError, EOFError, zlib.error) as problem:
            yield Line(name, number, fault=f"the file is broken from here on, nothing after this was read: {problem}")
            return
        if not content:
            return
        yield Line(name, number, b"" if fault else content.removeprefix(UTF8_MARK).strip(), fault)


def _skip(file: IO[bytes]) -> str:
    """Go to the end of a line that is too long, and say so."""
    while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
        pass
    return f"the line is longer than {LONGEST_LINE:,} bytes: shorten its texts"


def _refuse_unreadable(path: Path) -> None:
    if not path.is_file():
        raise NotImported(f"{path} is no file that can be read: put the file itself there, or take this away.")
    try:
        with path.open("rb") as file:
            begins = file.read(4)
    except OSError as problem:
        raise NotImported(f"{path} cannot be read: {problem.strerror}. Let this user read it.") from problem
    if begins.startswith(OTHER_MARKS):
        raise NotImported(f"{path} is written in UTF-16 or UTF-32: save it as UTF-8.")
    packed = path.suffix == ".gz"
    if packed != begins.startswith(GZIP_MARK):
        wrong = "ends in .gz and is no gzip file" if packed else "is a gzip file without .gz at the end of its name"
        raise NotImported(f"{path} {wrong}: name it as what it is.")
