"""A table in a text file, row by row: whatever its encoding and its delimiter, a row takes little memory."""

import codecs
import csv
import io
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import IO, NamedTuple

from portal.importing.readers.opened import File
from portal.importing.reading import NotImported

LONGEST_ROW = 1 << 20
MOST_COLUMNS = 500
DELIMITERS = (",", ";", "\t", "|")
SPELLED = {"tab": "\t", "\\t": "\t"}
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
BROKEN = "\N{REPLACEMENT CHARACTER}"

csv.field_size_limit(LONGEST_ROW)


class Row(NamedTuple):
    """The cells of a row and the line in which it begins, or why it could not be read."""

    line: int
    cells: list[str]
    fault: str = ""


@dataclass(frozen=True)
class Form:
    """How a table is written."""

    encoding: str
    delimiter: str

    @property
    def said(self) -> str:
        between = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}.get(self.delimiter, self.delimiter)
        return f"separated by {between}, in {NAMES.get(self.encoding, self.encoding)}"


def form_of(file: File, encoding: str = "", delimiter: str = "") -> Form:
    """How this table is written, as told or as its bytes show. Raises NotImported where they show nothing."""
    told = encoding, delimiter
    if told not in file.known:
        file.known[told] = _form_of(file, encoding, SPELLED.get(delimiter, delimiter))
    form: Form = file.known[told]
    return form


def _form_of(file: File, encoding: str, delimiter: str) -> Form:
    try:
        encoding = codecs.lookup(encoding).name if encoding else _encoding_of(file)
        "".encode(encoding)
    except LookupError:
        raise NotImported(f"--encoding {encoding!r} is none: write utf-8, utf-16 or windows-1252.") from None
    if len(delimiter) > 1 or delimiter in ('"', "\n", "\r"):
        raise NotImported(f"The delimiter is one character, such as ; and {delimiter!r} is none.")
    return Form(encoding, delimiter or _delimiter_of(file, encoding))


def first(file: File, form: Form) -> Row | None:
    """The row that names the columns."""
    with closing(rows(file, form)) as all_of_it:
        return next(all_of_it, None)


def rows(file: File, form: Form) -> Generator[Row]:
    """Every row that is not blank, the names of the columns first."""
    with file.opened() as source, _text(source, form.encoding) as lines:
        for line, text, fault in _whole_rows(lines, form.delimiter):
            if fault:
                yield Row(line, [], fault)
            elif text.strip():
                yield _parsed(line, text, form.delimiter)


def _parsed(line: int, text: str, delimiter: str) -> Row:
    if BROKEN in text:
        at = text.index(BROKEN)
        return Row(
            line, [], f"broken characters near {text[max(0, at - 20) : at + 20]!r}: save it as UTF-8, or say --encoding"
        )
    if "\0" in text:
        return Row(line, [], "it holds a NUL, which is no text: export it again")
    try:
        cells = next(csv.reader([text], delimiter=delimiter, strict=False), [])
    except csv.Error as problem:
        return Row(line, [], f"it cannot be read as a row: {problem}")
    return Row(line, cells)


def _text(source: IO[bytes], encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(source, encoding=encoding, errors="replace", newline="")


def _whole_rows(source: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, str, str]]:
    """The text of each row, over as many lines as its quotes hold together, with the number of its first line."""
    number, first, is_open, held, size = 0, 1, False, list[str](), 0
    whole = True
    while piece := source.readline(LONGEST_ROW):
        number += whole
        whole = piece.endswith(("\n", "\r"))
        first = first if held or is_open or size else number
        size += len(piece)
        is_open = _is_open_after(piece, is_open, delimiter, not size - len(piece))
        if size <= LONGEST_ROW:
            held.append(piece)
        else:
            held.clear()
        if whole and not is_open:
            yield first, "".join(held), _too_long(size)
            held, size = [], 0
    if size:
        fault = "a quotation mark that is opened here is closed nowhere: nothing after it was read" if is_open else ""
        yield first, "".join(held), fault or _too_long(size)


def _too_long(size: int) -> str:
    return f"the row is longer than {LONGEST_ROW:,} characters: shorten its texts" if size > LONGEST_ROW else ""


def _is_open_after(line: str, is_open: bool, delimiter: str, begins: bool) -> bool:
    """Whether a quotation mark is still open at the end of a line: one counts as such where a cell begins."""
    at = 0
    while True:
        if is_open:
            end = line.find('"', at)
            if end < 0:
                return True
            doubled = line.startswith('"', end + 1)
            is_open, at = doubled, end + 1 + doubled
        else:
            if begins and at == 0 and line.startswith('"'):
                start = 0
            else:
                start = line.find(delimiter + '"', max(0, at))
                start = start + len(delimiter) if start >= 0 else -1
            if start < 0:
                return False
            is_open, at = True, start + 1


def _encoding_of(file: File) -> str:
    with file.opened() as source:
        begins = source.read(4)
        for mark, encoding in MARKS.items():
            if begins.startswith(mark) and begins != codecs.BOM_UTF32_LE:
                return encoding
        if b"\0" in begins:
            raise NotImported(
                f"{file.name} is no text in UTF-8 (UTF-16 or UTF-32 without its mark?): save it as UTF-8."
            )
        return _by_its_bytes(begins, source)


def _by_its_bytes(begins: bytes, source: IO[bytes]) -> str:
    """UTF-8 where the most of what is not ASCII is; else Windows-1252, as spreadsheets of the west write."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good, broken, piece = 0, 0, begins
    while piece:
        text = decoder.decode(piece)
        if not text.isascii():
            wrong = text.count(BROKEN)
            broken += wrong
            good += len(text) - len(text.encode("ascii", "ignore")) - wrong
        piece = source.read(1 << 20)
    return "utf-8" if good >= broken else "cp1252"


def _delimiter_of(file: File, encoding: str) -> str:
    """The one that gives most of the first rows equally many cells."""
    best, most = DELIMITERS[0], (0.0, 0)
    for delimiter in DELIMITERS:
        with closing(rows(file, Form(encoding, delimiter))) as all_of_it:
            widths = [len(row.cells) for row in islice(all_of_it, 30) if not row.fault]
        if widths and widths[0] > 1:
            alike = sum(width == widths[0] for width in widths) / len(widths)
            best, most = (delimiter, (alike, widths[0])) if (alike, widths[0]) > most else (best, most)
    return best
