"""The top partners of a week: picked by a job from the ledger, featured, and thanked."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from slugify import slugify
from sqlalchemy import Select, func, select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.recognition.models import Partner, PointEntry
from portal.recognition.rules import WORTH, Rule
from portal.settings import settings

MOST = 5
DAYS = 90


def pick_partners(week: str | None = None) -> None:
    """The weekly job: pick the partners of an ISO week (`2026-W47`, by default the present one).

    It may run twice, and on two workers at once: a week that has its partners keeps them.
    """
    begin_write()
    pick(week)
    db.session.commit()


def pick(week: str | None = None) -> int:
    """Pick the partners of a week, and record it for those who were not picked the week before; return how many.

    The caller has begun the write. The one row of settings is the lock: whoever comes second finds the week picked.
    """
    week = week or week_of(now())
    hold(settings())
    if db.session.scalar(select(Partner.id).where(Partner.week == week).limit(1)) is not None:
        return 0
    end = min(now(), monday(week) + timedelta(days=7))
    best = _best(end)
    reasons = _reasons([user.id for user, _ in best], end)
    regulars = set(db.session.scalars(select(Partner.user_id).where(Partner.week == week_before(week))))
    for rank, (user, points) in enumerate(best, 1):
        partner = Partner(week=week, user=user, rank=rank, points=points, reason=reasons[user.id])
        db.session.add(partner)
        if user.id not in regulars:
            key = f"partner:{week}:{user.id}"
            record(Action.PARTNER_PICKED, partner, by=None, dedupe_key=key, user=user.id, week=week)
    return len(best)


def _newest() -> Any:
    """The newest week that has partners, be it this one or the last."""
    return select(func.max(Partner.week)).where(Partner.week >= week_before(week_of(now()))).scalar_subquery()


def partners_among(ids: list[int]) -> set[int]:
    """Of the people with these ids, those who are partners of this week, or of the last until this one is picked."""
    return set(db.session.scalars(select(Partner.user_id).where(Partner.week == _newest(), Partner.user_id.in_(ids))))


def partners_of_the_week() -> Select[Partner]:
    """The featured partners of the newest week that has any, best first; nobody who left or opted out since."""
    return (
        select(Partner)
        .join(User, User.id == Partner.user_id)
        .where(
            Partner.week == _newest(),
            *_eligible(),
        )
        .order_by(Partner.rank)
    )


def week_of(moment: datetime) -> str:
    """The ISO week of a moment: `2026-W47`."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02d}"


def monday(week: str) -> datetime:
    """When this ISO week begins, in UTC."""
    return datetime.strptime(f"{week}-1", "%G-W%V-%u").replace(tzinfo=UTC)


def week_before(week: str) -> str:
    return week_of(monday(week) - timedelta(days=7))


def _eligible() -> tuple[Any, ...]:
    """Members who may be featured: not staff, suspended, erased or imported, not opted out, and named in credits."""
    return (
        User.role == Role.MEMBER,
        User.takes_part,
        User.featured,
        User.credited_name.is_not(None),
    )


def _best(end: datetime) -> list[tuple[User, int]]:
    """Who has most points, and how many; equals in the order of the alphabet, accents or not."""
    total = func.sum(PointEntry.points)
    ranked = (
        select(PointEntry.user_id, total.label("total"), func.rank().over(order_by=total.desc()).label("place"))
        .join(User, User.id == PointEntry.user_id)
        .where(PointEntry.is_open, *_counted(end), *_eligible())
        .group_by(PointEntry.user_id)
        .subquery()
    )
    rows = db.session.execute(
        select(User, ranked.c.total).join(ranked, ranked.c.user_id == User.id).where(ranked.c.place <= MOST)
    )
    best = sorted(rows, key=lambda row: (-int(row.total), slugify(row.User.display_name), row.User.id))
    return [(user, int(points)) for user, points in best[:MOST]]


def _counted(end: datetime) -> tuple[Any, ...]:
    """The condition of the points that count for a week that ends then."""
    return PointEntry.created_at > end - timedelta(days=DAYS), PointEntry.created_at <= end


def _reasons(user_ids: list[int], end: datetime) -> dict[int, dict[str, Any]]:
    """For each person how often each rule paid, the rule that paid most, and the subject it last paid for."""
    entries = db.session.scalars(
        select(PointEntry)
        .where(PointEntry.user_id.in_(user_ids), PointEntry.is_open, *_counted(end))
        .order_by(PointEntry.created_at.desc(), PointEntry.id.desc())
    ).all()
    return {id: _reason([entry for entry in entries if entry.user_id == id]) for id in user_ids}


def _reason(entries: list[PointEntry]) -> dict[str, Any]:
    paid: Counter[str] = Counter()
    for entry in entries:
        paid[entry.rule] += entry.points
    main = max(WORTH, key=lambda rule: (paid[rule], WORTH[rule]))
    best = next(entry for entry in entries if entry.rule == main)
    return {
        "counts": dict(Counter(Rule(entry.rule) for entry in entries)),
        "main": str(main),
        "subject_type": best.subject_type,
        "subject_id": best.subject_id,
    }
