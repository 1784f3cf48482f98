"""What changed between two versions of a text: word by word inside the lines that changed."""

import re
from dataclasses import dataclass
from difflib import Match, SequenceMatcher

from portal.markdown.reading import TooMuch

WORDS = re.compile(r"\S+\s*|\s+")
TOO_MANY = 6_000
# So many words are looked at in the search for those that stayed: an edit of a long text needs a tenth.
MOST_LOOKED_AT = 100_000


@dataclass(frozen=True)
class Piece:
    """Some words: `kind` is same, ins or del."""

    kind: str
    text: str


class _Matcher(SequenceMatcher[str]):
    """Counts the words that it looks at: where every third of three thousand is gone, it looks at millions."""

    looked_at = 0

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        self.looked_at += (ahi or 0) - alo
        if self.looked_at > MOST_LOOKED_AT:
            raise TooMuch
        return super().find_longest_match(alo, ahi, blo, bhi)


def differences(old: str, new: str) -> list[Piece]:
    """The pieces of both versions in reading order; put together without `del` they are the new text."""
    pieces: list[Piece] = []
    for piece in _compared(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        was, now = piece
        pieces += [Piece("same", now)] if was == now else [Piece(kind, text) for kind, text in _by_word(was, now)]
    return _joined(pieces)


def _by_word(old: str, new: str) -> list[tuple[str, str]]:
    found = []
    for was, now in _compared(WORDS.findall(old), WORDS.findall(new)):
        found += [("same", now)] if was == now else [("del", was), ("ins", now)]
    return found


def _compared(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """Pairs of old and new text, equal where nothing changed. Long texts are not compared: that takes too long."""
    if len(before) + len(after) > TOO_MANY:
        return [("".join(before), "".join(after))]
    try:
        codes = _Matcher(None, before, after).get_opcodes()
    except TooMuch:
        return [("".join(before), "".join(after))]
    return [("".join(before[a:b]), "".join(after[c:d])) for _, a, b, c, d in codes]


def _joined(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        if piece.text and joined and joined[-1].kind == piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        elif piece.text:
            joined.append(piece)
    return joined
