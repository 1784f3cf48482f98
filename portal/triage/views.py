"""The public page of promises, where the portal shows it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Blueprint, Flask, abort, request
from sqlalchemy import Select

from portal.i18n import date_as
from portal.ideas.models import Idea
from portal.middleware.caching import for_everybody, kept_for_a_second
from portal.settings import settings
from portal.triage.ledger import Promise, today
from portal.triage.promises import Tally, tally
from portal.triage.shown import Shown, columns, shown
from portal.web.addresses import here
from portal.web.pages import page
from portal.web.paging import asked, more, slice_of

bp = Blueprint("triage", __name__)

# The share of promises kept is said of so many that were settled, and of no fewer.
FEWEST_SETTLED = 10


@dataclass(frozen=True)
class Promises:
    """Those that stand and some that are settled, each with the address of those that follow."""

    open: list[Shown]
    later: str | None
    settled: list[Shown]
    more: str | None


def init_app(app: Flask) -> None:
    """Give the templates the day that it is, by which promises fall due, and days of the calendar in a pattern."""
    app.add_template_filter(date_as, "as_date")
    app.jinja_env.globals.update(today=today)


@bp.get("/promises")
@kept_for_a_second("after", "ahead")
def index() -> str:
    """What was promised and what became of it: of what everybody sees, whoever asks."""
    if not settings().promises_public:
        abort(404)
    numbers = _numbers()
    shows_rate = settings().promises_rate_public and numbers.settled >= FEWEST_SETTLED
    return page("triage/index.html", promises=_found(), numbers=numbers, shows_rate=shows_rate)


@for_everybody
def _numbers() -> Tally:
    return tally(of_everybody=True)


def _found() -> Promises:
    """Both on the first page; of what follows, only what was asked for."""
    after, ahead = asked(), request.args.get("ahead", "")
    standing = slice_of(_open(), Promise.day, Promise.id, after=ahead, descending=False, given={})
    settled = slice_of(_settled(), Promise.settled_at, Promise.id, after=after, given={})
    later = here(ahead=standing.after) if standing.after else None
    return Promises([] if after else shown(standing.rows), later, [] if ahead else shown(settled.rows), more(settled))


@cache
def _open() -> Select[Any]:
    return columns().where(Idea.seen_by(None), Promise.is_open())


@cache
def _settled() -> Select[Any]:
    return columns().where(Idea.seen_by(None), Promise.settled_at.is_not(None))
