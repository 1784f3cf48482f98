"""When an idea may be there: around a month or a quarter, or when it is ready. An estimate: no promise, not counted."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from portal.activity.models import Action, Event
from portal.clock import now
from portal.database.reading import rows
from portal.i18n import _, date_as
from portal.ideas.statuses import StatusKind

# Where an idea stands while it may have a target.
UNDER_WAY = frozenset({StatusKind.PLANNED, StatusKind.STARTED, StatusKind.TESTING})
MONTHS, QUARTERS = 12, 8
_CODE = re.compile(r"(?P<year>20\d\d)-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2]))")


class TargetPast(Exception):
    """This month, or this quarter, is over."""


class NotUnderWay(Exception):
    """What is not planned, in progress or in testing has no target."""


class Grain(StrEnum):
    """How exact a target is. READY: when it is ready; NONE: there was one, and it was taken back."""

    MONTH = "month"
    QUARTER = "quarter"
    READY = "ready"
    NONE = "none"


class Target(NamedTuple):
    """A target by its grain, and the first day of its month or quarter."""

    grain: Grain
    begins: date | None = None

    @classmethod
    def read(cls, code: str) -> "Target | None":
        """What a code says, such as 2027-03, 2027-Q1, ready or none; None for any other."""
        if code in (Grain.READY, Grain.NONE):
            return cls(Grain(code))
        found = _CODE.fullmatch(code)
        if found is None:
            return None
        if found["quarter"]:
            return cls(Grain.QUARTER, date(int(found["year"]), 3 * int(found["quarter"]) - 2, 1))
        return cls(Grain.MONTH, date(int(found["year"]), int(found["month"]), 1))

    @property
    def code(self) -> str:
        if self.begins is None:
            return str(self.grain)
        if self.grain == Grain.QUARTER:
            return f"{self.begins.year}-Q{(self.begins.month + 2) // 3}"
        return f"{self.begins:%Y-%m}"

    @property
    def ends(self) -> date | None:
        """Its last day."""
        if self.begins is None:
            return None
        return _later(self.begins, 3 if self.grain == Grain.QUARTER else 1) - timedelta(days=1)

    @property
    def month(self) -> int | None:
        """The month in which it begins, counted from the year 0."""
        return None if self.begins is None else _number(self.begins)

    @property
    def is_over(self) -> bool:
        return self.ends is not None and self.ends < now().date()

    @property
    def name(self) -> str:
        """The month or the quarter as it is called, or what stands in its place."""
        if self.begins is None:
            return _("when it is ready") if self.grain == Grain.READY else _("no estimate any more")
        if self.grain == Grain.QUARTER:
            return _quarter((self.begins.month + 2) // 3, self.begins.year)
        return date_as(self.begins, "MMMM y")

    @property
    def words(self) -> str:
        """The estimate as a sentence says it."""
        if self.begins is None:
            return self.name
        return _("around %(time)s", time=self.name)

    @property
    def heading(self) -> str:
        """The same where it stands alone."""
        return self.words[:1].upper() + self.words[1:]

    def is_slip_of(self, old: "Target | None") -> bool:
        """Whether who counted on the old one has to wait for longer, or for nobody knows how long."""
        if old is None or old.ends is None:
            return False
        return self.ends is None or self.ends > old.ends


class Changed(NamedTuple):
    """A target that stands no more, and the day on which it was changed."""

    target: Target
    when: Any


def choices() -> Iterator[Target]:
    """What staff choose from: when it is ready, this month and the next ones, this quarter and the next ones."""
    today = now().date()
    month, quarter = today.replace(day=1), _quarter_of(today)
    yield Target(Grain.READY)
    yield from (Target(Grain.MONTH, _later(month, number)) for number in range(MONTHS))
    yield from (Target(Grain.QUARTER, _later(quarter, 3 * number)) for number in range(QUARTERS))


def far() -> int:
    """From this month on a target is far: more than two quarters lie between it and the quarter that it is now.

    A month is counted from the year 0.
    """
    return _number(_quarter_of(now().date())) + 9


def earlier_targets(ids: Sequence[int]) -> dict[int, list[Changed]]:
    """What was said before of when each of these ideas may be there, oldest first."""
    found: dict[int, list[Changed]] = {}
    for id, facts, when in rows(_changes(), {"ideas": ids}) if ids else ():
        target = Target.read(facts.get("old") or "")
        if target and target.begins:
            found.setdefault(id, []).append(Changed(target, when))
    return found


@cache
def _changes() -> Select[int, dict[str, Any], Any]:
    about = Event.subject_type == "idea", Event.subject_id.in_(bindparam("ideas", expanding=True))
    moved = select(Event.subject_id, Event.facts, Event.created_at).where(*about)
    return moved.where(Event.action == Action.TARGET_CHANGED).order_by(Event.id)


def _quarter(number: int, year: int) -> str:
    said = {
        1: _("the first quarter of %(year)s", year=year),
        2: _("the second quarter of %(year)s", year=year),
        3: _("the third quarter of %(year)s", year=year),
        4: _("the last quarter of %(year)s", year=year),
    }
    return said[number]


def _quarter_of(day: date) -> date:
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _number(day: date) -> int:
    """The month of this day, counted from the year 0."""
    return day.year * 12 + day.month - 1


def _later(first: date, months: int) -> date:
    """The first day of the month that comes so many months after this one."""
    number = _number(first) + months
    return date(number // 12, number % 12 + 1, 1)
