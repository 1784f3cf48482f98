"""Words on share images: which characters our letters have, how wide they are, and where lines break."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"
# The family that the drawing names, and its file; `python bin/letters.py` cuts them.
FACES = {"Atelier Title": "title.ttf", "Atelier Text": "text.ttf", "Atelier Strong": "strong.ttf"}
FILES = [str(FONTS / file) for file in FACES.values()]
MEASURED_AT = 100
ALIKE = str.maketrans("\u202f\u2007\u2009\u2010\u2011\u2015\u2212", "\u00a0\u00a0\u00a0---\u2212")


@cache
def covered() -> frozenset[int]:
    """The characters that every one of the faces can draw."""
    found: set[int] = set()
    for line in (FONTS / "covered.txt").read_text().split():
        first, last = line.split("-")
        found.update(range(int(first, 16), int(last, 16) + 1))
    return frozenset(found)


def drawable(text: str) -> str:
    """The text on one line in characters that we have: an accent goes before its letter does, what we lack is left out.

    Empty where less than half of its letters remain: half a sentence in another script says nothing.
    """
    kept = "".join(_nearest(char) for char in unicodedata.normalize("NFC", text).translate(ALIKE))
    readable = sum(char.isalnum() for char in kept) * 2 >= sum(char.isalnum() for char in text)
    return re.sub(r"[ \t\r\n]+", " ", kept).strip() if readable else ""


def width(text: str, face: str, size: float, tracking: float = 0) -> float:
    """How wide the words are in the drawing's units; `tracking` is added after each character."""
    return _font(face).getlength(text) * size / MEASURED_AT + tracking * len(text)


def tracked(face: str, size: float) -> float:
    """The letter spacing of a face: titles stand a little closer."""
    return -size * 0.025 if face == "Atelier Title" else 0


def wrap(text: str, face: str, wide: float, sizes: Sequence[int], most: int = 3) -> tuple[int, list[str]]:
    """The largest of the sizes at which the words fit `wide` in at most `most` even lines; else the smallest, cut."""
    words = [word for word in text.split(" ") if word]
    for size in sizes:
        rows = _filled(words, face, size, wide)
        if len(rows) <= most and _widest(words, face, size) <= wide:
            return size, _even(words, face, size, wide, rows)
    rows = _filled(_broken(words, face, sizes[-1], wide), face, sizes[-1], wide)
    return sizes[-1], rows if len(rows) <= most else [
        *rows[: most - 1],
        cut(" ".join(rows[most - 1 :]), face, sizes[-1], wide),
    ]


def cut(text: str, face: str, size: float, wide: float) -> str:
    """As many of the words as fit on one line, ending with an ellipsis where some are left out."""
    if _width(text, face, size) <= wide:
        return text
    kept = text[: _fitting(text, face, size, wide - _width("…", face, size))]
    whole = kept.rsplit(" ", 1)[0]
    return (whole if len(whole) > len(kept) * 0.6 else kept).rstrip(" ,;:.-–") + "…"


def _nearest(char: str) -> str:
    if ord(char) in covered() or char in "\t\r\n":
        return char
    return "".join(part for part in unicodedata.normalize("NFKD", char) if part.isascii() and part.isprintable())


@cache
def _font(face: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / FACES[face], MEASURED_AT)


def _width(text: str, face: str, size: float) -> float:
    return width(text, face, size, tracked(face, size))


def _widest(words: list[str], face: str, size: float) -> float:
    return max((_width(word, face, size) for word in words), default=0)


def _filled(words: list[str], face: str, size: float, wide: float) -> list[str]:
    rows: list[str] = []
    for word in words:
        if rows and _width(f"{rows[-1]} {word}", face, size) <= wide:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


def _even(words: list[str], face: str, size: float, wide: float, rows: list[str]) -> list[str]:
    """The same number of lines, as narrow as they can be: no word stands alone on the last."""
    least = _widest(words, face, size)
    while wide - 24 >= least:
        wide -= 24
        tighter = _filled(words, face, size, wide)
        if len(tighter) > len(rows):
            break
        rows = tighter
    return rows


def _broken(words: list[str], face: str, size: float, wide: float) -> list[str]:
    """The words, those that are wider than a line in pieces that are not."""
    parts: list[str] = []
    for word in words:
        while _width(word, face, size) > wide:
            fits = max(1, _fitting(word, face, size, wide))
            parts.append(word[:fits])
            word = word[fits:]
        parts.append(word)
    return [part for part in parts if part]


def _fitting(text: str, face: str, size: float, wide: float) -> int:
    """How many of the first characters fit."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _width(text[:middle], face, size) <= wide else (low, middle - 1)
    return low
