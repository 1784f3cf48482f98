"""Whether criticism rises: more reports, issues or held comments than usual at these hours. Staff hear of it once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import exp, lgamma, log
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.clock import now
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind
from portal.settings import settings

SPAN, PAUSE = timedelta(hours=6), timedelta(hours=24)
# The same hours of so many days before are what is usual; of a portal that is younger than a week nothing is.
DAYS, FEWEST_DAYS = 28, 7
# Fewer than five are no storm, and more than usual is at least twice as many: people come in bursts.
FLOOR, TIMES = 5, 2
# So seldom it may come by chance: asked each hour about three things whose hours overlap, less than once a year.
BY_CHANCE = 1e-4


class Rise(NamedTuple):
    """What rose (`reports`, `issues` or `held`): how many there were, and how many are usual at these hours."""

    what: str
    number: int
    usual: float


def tell_of_criticism() -> bool:
    """Record that criticism rose, where it did and staff have not heard of it for a day. True when it was recorded.

    A job: commits, and may run twice, as the second finds what the first recorded.
    """
    rose = rises()
    if not rose or _was_told():
        return False
    begin_write()
    hold(settings())
    if _was_told():
        db.session.rollback()
        return False
    facts = {"hours": int(SPAN.total_seconds() // 3600), "rose": [rise._asdict() for rise in rose]}
    record(Action.CRITICISM_ROSE, settings(), by=None, dedupe_key=f"criticism:{now():%Y-%m-%dT%H}", **facts)
    db.session.commit()
    return True


def rises() -> list[Rise]:
    """What is more than usual now, the greatest rise first."""
    until = now()
    days = min(DAYS, _days_of_portal(until))
    if days < FEWEST_DAYS:
        return []
    moments = _moments(until - SPAN - timedelta(days=DAYS))
    since = max(until - SPAN, _restored() or until - SPAN)
    found = (
        Rise(what, sum(at > since for at in ats), _at_these_hours(ats, until) / days) for what, ats in moments.items()
    )
    return sorted((rise for rise in found if is_more(rise)), key=lambda rise: rise.usual / rise.number)


def is_more(rise: Rise) -> bool:
    """Whether that is no chance: enough, twice as many as usual, and too many for a Poisson distribution."""
    if rise.number < FLOOR or rise.number < TIMES * rise.usual:
        return False
    return at_least(rise.number, rise.usual) < BY_CHANCE


def at_least(number: int, mean: float) -> float:
    """How probable so many or more are where `mean` are usual and each comes by itself (Poisson’s distribution).

    NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.6.19: one less the sum of exp(-m) m^i / i! below the number.
    """
    if mean <= 0:
        return 0.0 if number else 1.0
    return max(0.0, 1.0 - sum(exp(i * log(mean) - mean - lgamma(i + 1)) for i in range(number)))


def _at_these_hours(moments: Iterable[datetime], until: datetime) -> int:
    """How many fell into the same hours of a day before."""
    passed = (until - at for at in moments)
    return sum(timedelta(days=1) <= past and past % timedelta(days=1) < SPAN for past in passed)


def _moments(since: datetime) -> dict[str, list[datetime]]:
    """When members reported a text, sent an issue, or had a comment held. An import records none, so it is no storm."""
    flagged, held = Event.action == Action.FLAGGED, Event.action == Action.TEXT_HELD
    sent = and_(Event.action == Action.IDEA_PROPOSED, Idea.kind == Kind.ISSUE, Idea.hidden_at.is_(None))
    criticism = or_(flagged, and_(held, Event.subject_type == "comment"), sent)
    by_members = or_(Event.actor_id.is_(None), and_(~User.is_of_team, ~User.is_suspended))
    about = and_(Event.subject_type == "idea", Idea.id == Event.subject_id)
    events = select(Event.action, Event.created_at).outerjoin(Idea, about).outerjoin(User, User.id == Event.actor_id)
    moments: dict[str, list[datetime]] = {}
    for action, at in db.session.execute(events.where(Event.created_at > since, criticism, by_members)):
        moments.setdefault(WHAT[Action(action)], []).append(at)
    return moments


WHAT = {Action.FLAGGED: "reports", Action.IDEA_PROPOSED: "issues", Action.TEXT_HELD: "held"}


def _days_of_portal(until: datetime) -> int:
    first = db.session.scalar(select(func.min(Event.created_at)))
    return (until - first).days if first else 0


def _restored() -> datetime | None:
    """Since when this portal runs from a backup: what happened before that is no news."""
    return db.session.scalar(select(func.max(Event.created_at)).where(Event.action == Action.PORTAL_RESTORED))


def _was_told() -> bool:
    told = select(Event.id).where(Event.action == Action.CRITICISM_ROSE, Event.created_at > now() - PAUSE)
    return db.session.scalar(told.limit(1)) is not None
