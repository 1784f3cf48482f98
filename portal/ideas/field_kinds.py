"""The kinds of what a board may ask for: how each is read, put in order and said. Knows no database.

What was said is kept as one word of text (`raw`): the text itself, a number or a version in one spelling, or the id of
a choice.
"""

import re
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from babel.numbers import format_decimal

from portal.i18n import _, _l, locale


class FieldType(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    VERSION = "version"


TYPES: dict[FieldType, Any] = {
    FieldType.TEXT: _l("A short text"),
    FieldType.CHOICE: _l("One of several choices"),
    FieldType.NUMBER: _l("A number"),
    FieldType.VERSION: _l("A version, such as 1.10"),
}
# What has an order, so that a list can be narrowed from one to another.
ORDERED = frozenset({FieldType.NUMBER, FieldType.VERSION})
TEXT_MAX, VERSION_MAX = 200, 40
DIGITS, DECIMALS = 12, 3
PARTS, PART_DIGITS = 5, 8
# What a version is called before it is out, in the order in which it goes; any other word comes behind these.
BEFORE = ("dev", "alpha", "beta", "rc")
SHORT = {"a": "alpha", "b": "beta", "pre": "rc", "preview": "rc"}

_THOUSANDS = re.compile(r"[-−+]?\d{1,3}(,\d{3})+")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
_VERSION = re.compile(
    r"v?(?P<numbers>\d{1,8}(\.\d{1,8}){0,4})([-. ]?(?P<word>[a-z]+)[-. ]?(?P<number>\d{0,6}))?(\+[0-9a-z.-]*)?", re.I
)


class Unreadable(Exception):
    """This is no number, or no version; the message says what would do."""


def read(type: str, said: str) -> str:
    """What was typed, in the one spelling in which it is kept; empty where nothing was. Raises Unreadable."""
    if not said:
        return ""
    return {FieldType.NUMBER: _number, FieldType.VERSION: _version}.get(FieldType(type), str)(said)


def order_of(type: str, raw: str) -> str | None:
    """Digits, always as many of one kind, by which what was said is compared: on both engines, and in any collation."""
    if not raw or type not in ORDERED:
        return None
    return _order_of_number(raw) if type == FieldType.NUMBER else _order_of_version(raw)


def said(type: str, raw: str, unit: str = "") -> str:
    """What was said, as the reader writes it; of a choice its field knows the name."""
    if type != FieldType.NUMBER:
        return raw
    number = format_decimal(Decimal(raw), "#,##0.###", locale())
    return f"{number}\N{NO-BREAK SPACE}{unit}" if unit else number


def typed(type: str, raw: str) -> str:
    """What stands in the field where it is typed: a number with the reader's own decimal sign."""
    is_number = type == FieldType.NUMBER and _NUMBER.fullmatch(raw) is not None
    return raw.replace(".", ",") if is_number and locale() == "fr" else raw


def _number(said: str) -> str:
    """A number with blanks, a comma or a point in it, as people write it in English and in French."""
    plain = re.sub(r"[\s'’]", "", said).replace("−", "-")
    if _THOUSANDS.fullmatch(plain.partition(".")[0]) and (locale() != "fr" or "." in plain):
        plain = plain.replace(",", "")
    plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain) or not plain.isascii():
        raise Unreadable(_("Write a number, such as 12 or 2.5."))
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise Unreadable(_("Write a number, such as 12 or 2.5.")) from None
    if len(plain) > 40 or abs(number) >= 10**DIGITS:
        raise Unreadable(_("Write a number of at most twelve digits."))
    if number != round(number, DECIMALS):
        raise Unreadable(_("Write a number with at most three decimals."))
    raw = f"{number:f}"
    raw = raw.rstrip("0").rstrip(".") if "." in raw else raw
    return "0" if raw in ("-0", "+0") else raw


def _order_of_number(raw: str) -> str:
    above = (Decimal(raw) + 10**DIGITS) * 10**DECIMALS
    return f"{int(above):0{DIGITS + DECIMALS + 1}d}"


def _version(said: str) -> str:
    if not said.isascii() or not _VERSION.fullmatch(said) or len(said) > VERSION_MAX:
        raise Unreadable(_("Write a version, such as 1.10 or 2.0-beta."))
    return said[1:] if said[:1] in "vV" else said


def _order_of_version(raw: str) -> str:
    """1.9 < 1.10-beta < 1.10-beta2 < 1.10 = 1.10.0: what comes out is after what was tried."""
    found = _VERSION.fullmatch(raw)
    if found is None:
        return "0" * (PARTS * PART_DIGITS + 7)
    numbers = [*found["numbers"].split("."), *["0"] * PARTS][:PARTS]
    word = (found["word"] or "").lower()
    called = SHORT.get(word, word)
    rank = 9 if not called else BEFORE.index(called) if called in BEFORE else len(BEFORE)
    return "".join(f"{int(part):0{PART_DIGITS}d}" for part in numbers) + f"{rank}{int(found['number'] or 0):06d}"
