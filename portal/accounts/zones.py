"""The time zones that people live in."""

from functools import cache
from zoneinfo import available_timezones

_NOT_ZONES = {"localtime", "Factory", "posixrules"}


@cache
def zones() -> tuple[str, ...]:
    """Every zone that can be chosen, in order."""
    return tuple(sorted(available_timezones() - _NOT_ZONES))


def place(zone: str | None) -> str:
    """The zone if it is that of a place, else nothing; UTC is none: browsers that hide where they are say it."""
    zone = zone or ""
    return zone if "/" in zone and not zone.startswith("Etc/") and zone in zones() else ""


def city(zone: str) -> str:
    """What to call it: its last part, with spaces."""
    return zone.rpartition("/")[2].replace("_", " ")
