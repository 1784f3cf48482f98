"""A promise as pages show it, with every day that was said of it: columns, read in two statements however many."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from portal.accounts.models import User
from portal.database.reading import rows
from portal.database.wording import chosen
from portal.ideas.cards import Named
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status
from portal.text import slug
from portal.triage.ledger import Outcome, Promise, PromiseDay, today
from portal.web.addresses import url_for

# The columns of a promise that pages show.
OF_PROMISE = (
    "id", "text", "lang", "first_day", "day", "outcome", "reason", "created_at", "settled_on", "settled_at",
    "settled_by_status",
)  # fmt: skip


class Said(NamedTuple):
    """A day that was said, and why it is another than the one before."""

    promise_id: int
    day: date
    reason: str
    id: int
    created_at: datetime


class Promised(NamedTuple):
    """What is promised: an idea or an issue, as far as a promise says it."""

    id: int
    kind: str
    title: str
    lang: str
    votes_count: int
    status: Named

    @property
    def url(self) -> str:
        return url_for("ideas.show", id=self.id, slug=slug(self.title) or self.kind)

    @property
    def is_issue(self) -> bool:
        return self.kind == Kind.ISSUE


@dataclass(frozen=True)
class Shown:
    """A promise with every day that was said. `mark`: open, kept (by the first day), late (kept), gone.

    `owner` is empty where who saw to it is not at work here any more: then it is nobody's.
    """

    id: int
    text: str
    lang: str
    first_day: date
    day: date
    outcome: str
    reason: str
    created_at: datetime
    settled_on: date | None
    settled_at: datetime | None
    settled_by_status: bool
    owner: str
    idea: Promised
    days: list[Said]

    @property
    def is_open(self) -> bool:
        return self.settled_on is None

    @property
    def mark(self) -> str:
        if self.settled_on is None:
            return "open"
        if self.outcome == Outcome.TAKEN_BACK:
            return "gone"
        return "kept" if self.settled_on <= self.first_day else "late"

    @property
    def before(self) -> list[Said]:
        """The days that were said before the one that is said now."""
        return self.days[:-1]

    @property
    def struck(self) -> list[date]:
        """The first and the last of the days that were said and did not come true."""
        missed = [said.day for said in self.days if self.mark == "gone" or said.day != (self.settled_on or self.day)]
        if self.mark == "kept":
            return []
        return missed if len(missed) < 2 else [missed[0], missed[-1]]

    @property
    def slips(self) -> list[Said]:
        """Each day that was said in place of another, with the reason."""
        return self.days[1:]

    @property
    def left(self) -> int:
        """How many days are left of one that stands; below 0 where it is over."""
        return (self.day - today()).days

    @property
    def later(self) -> int:
        """How many days later than was first said: it was kept, or is promised now."""
        return ((self.settled_on or self.day) - self.first_day).days


def of_idea(idea_id: int) -> list[Shown]:
    """All that was ever promised of an idea, the newest first."""
    return shown(rows(_of_idea(), {"idea": idea_id}))


@cache
def _of_idea() -> Any:
    return columns().where(Promise.idea_id == bindparam("idea")).order_by(Promise.id.desc())


def columns() -> Any:
    """What makes a Shown: each list adds its conditions and its order, and gives the rows to `shown()`."""
    said = [getattr(Promise, name) for name in OF_PROMISE]
    idea = Idea.id.label("idea"), Idea.kind, Idea.title, Idea.lang.label("written_in"), Idea.votes_count
    status, owner = (Status.called, Status.kind.label("status")), (User.display_name, User.is_staff, User.is_here)
    found = select(*said, *owner, *idea, *status).join(Idea, Idea.id == Promise.idea_id)
    return found.join(Status, Status.id == Idea.status_id).join(User, User.id == Promise.owner_id)


def shown(found: Iterable[Any]) -> list[Shown]:
    """These rows of `columns()`, with every day that was said, in one statement more."""
    rows_ = list(found)
    days = _days([row[0] for row in rows_])
    return [_shown(row, days[row[0]]) for row in rows_]


def _shown(row: Any, days: list[Said]) -> Shown:
    said = dict(zip(OF_PROMISE, row, strict=False))
    (name, is_staff, is_here), idea, (called, status) = row[len(said) : -7], row[-7:-2], row[-2:]
    about = Promised._make([*idea, Named(chosen(called or {}), status)])
    return Shown(**said, owner=name if is_staff and is_here else "", idea=about, days=days)


def _days(ids: list[int]) -> dict[int, list[Said]]:
    found: dict[int, list[Said]] = defaultdict(list)
    for row in rows(_said(), {"ids": ids}) if ids else ():
        found[row[0]].append(Said(*row))
    return found


@cache
def _said() -> Any:
    said = [getattr(PromiseDay, name) for name in Said._fields]
    return select(*said).where(PromiseDay.promise_id.in_(bindparam("ids", expanding=True))).order_by(PromiseDay.id)
