"""What a reader gives, written down as neutral records for as long as it takes to import them as our own files."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import current_app

from portal.clock import now
from portal.i18n import languages
from portal.importing.mapping import Mapping, Words
from portal.importing.readers.catalogue import Reader
from portal.importing.readers.items import Item, Told
from portal.importing.readers.opened import Export
from portal.importing.reading import KINDS, LONGEST_LINE, SPOOL, NotImported

PREFIX, TOO_OLD = "reading-", 3 * 24 * 3600


@contextmanager
def room() -> Iterator[Path]:
    """A folder in DATA_DIR, which goes with whatever stands in it."""
    imports = Path(current_app.config["DATA_DIR"]) / "imports"
    imports.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(imports)
    with TemporaryDirectory(prefix=PREFIX, dir=imports) as folder:
        yield Path(folder)


def _sweep(imports: Path) -> None:
    """Take away what runs left that were killed: no import takes that long."""
    for left in imports.glob(f"{PREFIX}*"):
        if left.stat().st_mtime < now().timestamp() - TOO_OLD:
            shutil.rmtree(left, ignore_errors=True)


def write(reader: Reader, export: Export, mapping: Mapping, folder: Path) -> tuple[dict[str, Path], Told, Words]:
    """Every record in our words, by kind; what the reader told, and the words that it found."""
    told, words = Told(), Words(mapping, next(iter(languages())), dict(reader.statuses))
    files = {kind: folder / f"{kind}{SPOOL}" for kind in KINDS}
    count = 0
    with ExitStack() as stack:
        open_files = {kind: stack.enter_context(path.open("wb")) for kind, path in files.items()}
        for item in reader.read(export, mapping, told):
            open_files[item.kind].write(_line(item, words))
            count += item.kind == "ideas"
    if words.note:
        told.note(words.note)
    if not count:
        raise NotImported(f"{export.path} holds no ideas that the reader {reader.name} finds. Check what was exported.")
    return files, told, words


def _line(item: Item, words: Words) -> bytes:
    """The record, then where it stood; JSON has no tabs of its own."""
    said, fault = b"", item.fault
    if not fault:
        record = words.translate(item.record) if item.kind == "ideas" else item.record
        said = json.dumps({name: value for name, value in record.items() if value is not None}).encode()
    if len(said) > LONGEST_LINE:
        said, fault = b"", f"it is longer than {LONGEST_LINE:,} bytes: shorten its texts"
    place = json.dumps([item.file, item.line, fault]).encode()
    return said + b"\t" + place + b"\n"
