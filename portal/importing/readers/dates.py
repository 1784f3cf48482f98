"""Dates of a table: ISO, day first or month first; which of the two is told, or certain from the dates themselves."""

import re
from datetime import UTC, datetime

from portal.importing.reading import NotImported

DAY_FIRST, MONTH_FIRST, ISO_ONLY = "day-first", "month-first", "iso"
NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:$|[ ,T]+(.*)$)")
WORDS = re.compile(r"(\d{1,2})[ ./-]+([^\W\d]{3,})[. /-]+(\d{4}|\d{2})(?:$|[ ,]+(.*)$)")
MONTH_WORDS = re.compile(r"([^\W\d]{3,})\.? (\d{1,2}),? (\d{4})(?:$|[ ,]+(.*)$)")
TIME = re.compile(
    r"(?:at )?(\d{1,2})[:h](\d{2})(?::(\d{2})(?:\.\d+)?)? ?([ap]\.?m\.?)?(?: ?(?:UTC|GMT|Z))?$", re.IGNORECASE
)
MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january janvier januar janv jän jänner", "feb february fév févr février februar feber",
            "mar march mars mär märz mrz", "apr april avr avril", "may mai", "jun june juin juni",
            "jul july juil juillet juli", "aug august août aou", "sep sept september septembre",
            "oct october octobre okt oktober", "nov november novembre", "dec december déc décembre dez dezember",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](\d{2}:\d{2}(?::\d{2})?(?:[.,]\d+)?))? ?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$"
)


class Order:
    """What the dates of one column show of their order."""

    def __init__(self) -> None:
        self.example = ""
        self._day, self._month = False, False

    def look_at(self, words: str) -> None:
        """Take one date into account."""
        found = NUMBERS.match(words.strip())
        if not found:
            return
        first, sign, second = int(found[1]), found[2], int(found[3])
        self.example = self.example or words.strip()
        self._day = self._day or first > 12 or sign == "."
        self._month = self._month or second > 12

    def certain(self, column: str) -> str:
        """The order; an empty one where no date has any. Raises NotImported where it has to be told."""
        if self._day != self._month:
            return DAY_FIRST if self._day else MONTH_FIRST
        if not self.example:
            return ""
        what = "some say the day first and some the month" if self._day else "both orders would do"
        raise NotImported(
            f"The dates of {column!r}, such as {self.example!r}, do not show their order ({what}). "
            "Pass --dates day-first or --dates month-first."
        )


def read(words: str, order: str) -> str:
    """The date as ISO 8601; what is none comes back as it stands, to be refused in words."""
    words = words.strip()
    iso = ISO.match(words)
    if iso:
        zone = {"UTC": "Z", "GMT": "Z", None: ""}.get(iso[5], iso[5])
        zone = zone if len(zone) != 5 else f"{zone[:3]}:{zone[3:]}"
        return f"{iso[1]}-{iso[2]:0>2}-{iso[3]:0>2}T{(iso[4] or '00:00').replace(',', '.')}{zone}"
    try:
        return _numbers(words, order) or _words(words) or words
    except ValueError:
        return words


def _numbers(words: str, order: str) -> str:
    found = NUMBERS.match(words)
    if not found or order == ISO_ONLY:
        return ""
    first, second = int(found[1]), int(found[3])
    day, month = (second, first) if order == MONTH_FIRST else (first, second)
    return _moment(int(found[4]), month, day, found[5])


def _words(words: str) -> str:
    found, turned = WORDS.match(words), MONTH_WORDS.match(words)
    if found and found[2].casefold() in MONTHS:
        return _moment(int(found[3]), MONTHS[found[2].casefold()], int(found[1]), found[4])
    if turned and turned[1].casefold() in MONTHS:
        return _moment(int(turned[3]), MONTHS[turned[1].casefold()], int(turned[2]), turned[4])
    return ""


def _moment(year: int, month: int, day: int, time: str | None) -> str:
    found = TIME.match(time.strip()) if time and time.strip() else None
    if time and time.strip() and not found:
        raise ValueError(time)
    hour, minute, second = (int(found[n] or 0) for n in (1, 2, 3)) if found else (0, 0, 0)
    if found and found[4]:
        hour = hour % 12 + (12 if found[4][0] in "pP" else 0)
    return datetime(year + 2000 if year < 100 else year, month, day, hour, minute, second, tzinfo=UTC).isoformat()
