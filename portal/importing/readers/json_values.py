"""JSON files of any size, one record at a time: arrays, one answer after the other, or one object a line."""

import codecs
import json
from collections.abc import Generator, Iterator
from typing import IO, Any

from portal.importing.readers.opened import File
from portal.importing.reading import NotImported

PIECE = 1 << 18
LONGEST_RECORD = 4 << 20
LONGEST_ANSWER = 64 << 20
BLANK = " \t\r\n"
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def values(file: File) -> Iterator[Any]:
    """Each element of each array of a file, and each object beside them. Raises NotImported where it is no JSON."""
    with file.opened() as source:
        yield from _Values(source, file.name).all()


def objects(file: File) -> Generator[dict[str, Any]]:
    """The objects among them; whatever else stands there is passed over."""
    for value in values(file):
        if isinstance(value, dict):
            yield value


class _Values:
    """A window on the text of a file, which moves on as values are taken from it."""

    def __init__(self, source: IO[bytes], name: str) -> None:
        self._source, self._name = source, name
        begins = source.read(2)
        self._codec = codecs.getincrementaldecoder(MARKS.get(begins, "utf-8-sig"))("replace")
        self._text, self._at, self._ended = self._codec.decode(begins), 0, False
        self._decoder = json.JSONDecoder(parse_constant=self._refuse_constant)
        self._position = 0

    def all(self) -> Iterator[Any]:
        depth = 0
        while sign := self._next_sign():
            if sign == "[" and depth == 0:
                depth, self._at = 1, self._at + 1
            elif sign == "]" and depth == 1:
                depth, self._at = 0, self._at + 1
            elif sign == ",":
                self._at += 1
            else:
                yield self._value(LONGEST_RECORD if depth else LONGEST_ANSWER)
        if depth:
            raise self._broken("it ends in the middle")

    def _next_sign(self) -> str:
        while True:
            while self._at < len(self._text) and self._text[self._at] in BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more(PIECE):
                return ""

    def _value(self, longest: int) -> Any:
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except ValueError as problem:
                fault = str(problem).partition(":")[0]
            except RecursionError:
                raise self._broken("it is deeper than anybody writes") from None
            else:
                if end < len(self._text) or not self._more(PIECE):
                    self._at = end
                    return value
                continue
            beginning = len(self._text) - self._at
            if beginning > longest or not self._more(max(PIECE, beginning)):
                raise self._broken(fault if beginning <= longest else f"a record is longer than {longest >> 20} MB")

    def _more(self, size: int) -> bool:
        if self._ended:
            return False
        piece = self._source.read(size)
        self._ended = not piece
        self._position += self._at
        self._text = self._text[self._at :] + self._codec.decode(piece, final=self._ended)
        self._at = 0
        return True

    def _refuse_constant(self, word: str) -> Any:
        raise ValueError(f"{word} is no number of JSON")

    def _broken(self, why: str) -> NotImported:
        place = self._position + self._at
        return NotImported(
            f"{self._name} is no JSON that can be read ({why}, near character {place:,}). Export it again."
        )
