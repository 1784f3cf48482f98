"""How an idea’s votes grew, and what became of it meanwhile."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, cached_property
from itertools import accumulate
from typing import Any

from markupsafe import Markup
from sqlalchemy import Select, bindparam, func, select

from portal.clock import now
from portal.database.reading import rows
from portal.extensions import db
from portal.i18n import _, date_as, num
from portal.ideas.journey import Step
from portal.ideas.models import Idea
from portal.voting.models import Vote
from portal.web.charts import Mark, growth

# Fewer say nothing that the number of votes does not say.
FEWEST_VOTES, FEWEST_DAYS = 5, 3


class Grain(StrEnum):
    """How long a stretch of time one value stands for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Stretch:
    """A day, a week or a month: the votes cast in it, all votes by its end, and the statuses that it brought."""

    name: str
    short: str
    new: int
    total: int
    statuses: list[str]


@dataclass(frozen=True)
class Growth:
    """The stretches of an idea’s life; `undated` votes came from an earlier portal that did not say when."""

    grain: Grain
    stretches: list[Stretch]
    since: date
    undated: int
    of_issue: bool = False

    @property
    def finding(self) -> str:
        """What the chart shows, in a sentence."""
        said = {
            "first": num(self.stretches[0].total),
            "last": num(self.stretches[-1].total),
            "day": _day(self.since),
        }
        if self.of_issue:
            return _("From %(first)s to %(last)s people who have it since %(day)s.", **said)
        return _("From %(first)s to %(last)s votes since %(day)s.", **said)

    @property
    def unit(self) -> str:
        """What the names of the stretches are."""
        return {Grain.DAY: _("Day"), Grain.WEEK: _("Week of"), Grain.MONTH: _("Month")}[self.grain]

    @cached_property
    def chart(self) -> Markup:
        marks = [Mark(at, name) for at, stretch in enumerate(self.stretches) for name in stretch.statuses]
        values = [stretch.total for stretch in self.stretches]
        return growth(values, marks, self.stretches[0].short, self.stretches[-1].short, self.finding)


def growth_of(idea: Idea, steps: list[Step], days: Iterable[Any] | None = None) -> Growth | None:
    """In one query; None where fewer than five votes or three days have a date.

    `days`: the rows of by_day(), where they were read already.
    """
    if days is None:
        days = rows(by_day(db.engine.dialect.name, idea.merged_count > 0), {"idea": idea.id})
    cast = {date.fromisoformat(str(day)): votes for day, votes in days}
    if sum(cast.values()) < FEWEST_VOTES or len(cast) < FEWEST_DAYS:
        return None
    first = min(cast)
    last = max(*cast, now().date() if idea.is_open_to_votes else idea.status_since.date())
    grain = _grain(first, last)
    begins = list(_begins(first, last, grain))
    new = [0] * len(begins)
    for day, votes in cast.items():
        new[bisect_right(begins, day) - 1] += votes
    reached = _reached(steps, begins)
    stretches = [
        Stretch(_name(begin, grain), _short(begin, grain, begins), votes, total, reached.get(at, []))
        for at, (begin, votes, total) in enumerate(zip(begins, new, accumulate(new), strict=True))
    ]
    undated = idea.votes_count - sum(cast.values()) if idea.merged_count else idea.imported_support
    return Growth(grain, stretches, first, undated, idea.is_issue)


@cache
def by_day(engine: str, family: bool = False) -> Select[str, int]:
    """How many of the votes for the `idea` that count now were cast on each day (UTC); of its `family` each person’s
    first one.
    """
    moment: Any = Vote.created_at
    votes = select(moment).where(Vote.idea_id == bindparam("idea"), Vote.counted())
    if family:
        there = select(Idea.id).where(Idea.family_of(bindparam("idea")))
        of_each = select(func.min(moment).label("since")).where(Vote.idea_id.in_(there), Vote.counted())
        firsts = of_each.group_by(Vote.user_id).subquery()
        moment, votes = firsts.c.since, select(firsts.c.since)
    day = func.date(func.timezone("UTC", moment) if engine == "postgresql" else moment)
    return votes.with_only_columns(day, func.count()).group_by(day).order_by(day)


def _grain(first: date, last: date) -> Grain:
    days = (last - first).days
    return Grain.DAY if days <= 31 else Grain.WEEK if days <= 7 * 26 else Grain.MONTH


def _begins(first: date, last: date, grain: Grain) -> Iterator[date]:
    begin = {
        Grain.DAY: first,
        Grain.WEEK: first - timedelta(days=first.weekday()),
        Grain.MONTH: first.replace(day=1),
    }[grain]
    while begin <= last:
        yield begin
        if grain == Grain.MONTH:
            begin = (begin + timedelta(days=31)).replace(day=1)
        else:
            begin += timedelta(days=7 if grain == Grain.WEEK else 1)


def _reached(steps: list[Step], begins: list[date]) -> dict[int, list[str]]:
    """The statuses after the first, by the stretch in which each was reached."""
    found: dict[int, list[str]] = {}
    for step in steps[1:]:
        if step.when:
            found.setdefault(max(0, bisect_right(begins, step.when.date()) - 1), []).append(step.name)
    return found


def _name(begin: date, grain: Grain) -> str:
    return date_as(begin, "MMMM y") if grain == Grain.MONTH else _day(begin)


def _short(begin: date, grain: Grain, begins: list[date]) -> str:
    one_year = begins[0].year == begins[-1].year
    pattern = ("MMM" if one_year else "MMM y") if grain == Grain.MONTH else ("d MMM" if one_year else "d MMM y")
    return date_as(begin, pattern)


def _day(day: date) -> str:
    pattern = "d MMMM" if day.year == now().year else "d MMMM y"
    return date_as(day, pattern)
