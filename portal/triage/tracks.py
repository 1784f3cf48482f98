"""The line of a promise from the day on which it was made to the one on which it is settled, as numbers to draw."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from portal.i18n import date_as
from portal.triage.ledger import today
from portal.triage.shown import Shown

WIDTH, EDGE = 710, 14
MOST_MONTHS = 7


class Month(NamedTuple):
    """The first day of a month on the line; `name` is empty where there is no room for it."""

    x: float
    name: str


@dataclass(frozen=True)
class Axis:
    """The days between which all promises of a page are drawn: its months are worked out once for all of them."""

    start: date
    end: date

    def x(self, day: date) -> float:
        """Where a day stands; what is not on the line stands at its end."""
        within = min(max(day, self.start), self.end)
        return round(EDGE + (WIDTH - 2 * EDGE) * (within - self.start).days / max(1, (self.end - self.start).days), 1)

    @cached_property
    def today(self) -> float:
        return self.x(today())

    @cached_property
    def months(self) -> list[Month]:
        firsts = list(_firsts(self.start, self.end))
        step = -(-len(firsts) // MOST_MONTHS) if firsts else 1
        shown = [first for place, first in enumerate(firsts) if place % step == 0]
        return [Month(self.x(day), "" if self._near_today(day) else date_as(day, "MMM")) for day in shown]

    def _near_today(self, day: date) -> bool:
        return -34 < self.today - self.x(day) < 76


@dataclass(frozen=True)
class Track:
    """One promise on the line. `ghosts`: days that were said and not kept; `aim`: the day that it came before."""

    said: float
    solid: float
    slip: tuple[float, float] | None
    ghosts: list[float]
    aim: float | None
    end: float
    mark: str


def axis(promises: Iterable[Shown]) -> Axis:
    """The line that holds these promises, and today."""
    days = [today()]
    for promise in promises:
        days += [promise.created_at.date(), *(said.day for said in promise.days)]
        days += [promise.settled_on] if promise.settled_on else []
    return Axis(min(days) - timedelta(days=7), max(days) + timedelta(days=7))


def track(promise: Shown, on: Axis) -> Track:
    """Where everything of a promise stands."""
    days = [said.day for said in promise.days] or [promise.day]
    end = promise.settled_on or days[-1]
    over = max(end, today()) if promise.is_open else end
    ghosts = days[:-1] + ([days[-1]] if promise.mark == "late" and end > days[-1] else [])
    return Track(
        said=on.x(promise.created_at.date()),
        solid=on.x(min(days[0], end)),
        slip=(on.x(days[0]), on.x(over)) if over > days[0] else None,
        ghosts=[on.x(day) for day in ghosts if day != end],
        aim=on.x(days[-1]) if promise.settled_on and end < days[-1] else None,
        end=on.x(end),
        mark=promise.mark,
    )


def _firsts(start: date, end: date) -> Iterable[date]:
    day = start.replace(day=1)
    while (day := (day + timedelta(days=32)).replace(day=1)) <= end:
        yield day
