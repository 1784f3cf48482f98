"""Over which time the figures of staff are counted: the period that was chosen, and its weeks or months."""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CTE, Integer, bindparam, literal, select, union_all

from portal.clock import now
from portal.database.types import UTCDateTime
from portal.i18n import _l, date_as

STEPS = 12


class Span(NamedTuple):
    """What happened after `since`, and until `until`."""

    since: datetime
    until: datetime


class Period(StrEnum):
    """What staff choose between, as it stands in the address."""

    MONTH = "30-days"
    QUARTER = "90-days"
    YEAR = "12-months"

    @property
    def label(self) -> str:
        return str(LABELS[self])

    @property
    def by_month(self) -> bool:
        """Whether it moves in months, and else in weeks."""
        return self == Period.YEAR

    def spans(self) -> list[Span]:
        """The period itself, then its twelve weeks or months up to now, the oldest first; the last is not over yet."""
        until = now()
        begins = _months(until) if self.by_month else _weeks(until)
        steps = [Span(*both) for both in zip(begins, [*begins[1:], until], strict=True)]
        since = begins[0] if self.by_month else until - timedelta(days=DAYS[self])
        return [Span(since, until), *steps]

    def called(self, step: Span) -> str:
        """What a step of it is called: its month, or the day on which its week began."""
        return date_as(step.since.date(), "MMMM y" if self.by_month else "d MMMM y")

    def short(self, step: Span) -> str:
        """The same below a chart."""
        return date_as(step.since.date(), "MMM y" if self.by_month else "d MMM")


LABELS = {Period.MONTH: _l("30 days"), Period.QUARTER: _l("90 days"), Period.YEAR: _l("12 months")}
DAYS = {Period.MONTH: 30, Period.QUARTER: 90}


@cache
def spans_table() -> CTE:
    """A period and its steps as rows (`n`, `since`, `until`), to which what happened in each is joined.

    `given` has the values.
    """
    return union_all(
        *(
            select(
                literal(n, Integer).label("n"),
                bindparam(f"since_{n}", type_=UTCDateTime()).label("since"),
                bindparam(f"until_{n}", type_=UTCDateTime()).label("until"),
            )
            for n in range(STEPS + 1)
        )
    ).cte("span")


def given(spans: list[Span]) -> dict[str, Any]:
    """The values for it."""
    since = {f"since_{n}": span.since for n, span in enumerate(spans)}
    return since | {f"until_{n}": span.until for n, span in enumerate(spans)}


def _weeks(until: datetime) -> list[datetime]:
    monday = _midnight(until) - timedelta(days=until.weekday())
    return [monday - timedelta(weeks=back) for back in range(STEPS - 1, -1, -1)]


def _months(until: datetime) -> list[datetime]:
    """The first of this month and of the eleven before, as days of UTC."""
    number = until.year * 12 + until.month - 1
    firsts = (divmod(number - back, 12) for back in range(STEPS - 1, -1, -1))
    return [_midnight(until).replace(year=year, month=month + 1, day=1) for year, month in firsts]


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
