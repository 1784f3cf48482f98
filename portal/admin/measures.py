"""What the portal is measured by: each figure is counted in one statement, for a period and all of its steps.

Colleagues are no measure of a community, so they are left out of all but the share that is theirs; and what was
imported happened elsewhere.
"""

from bisect import bisect_left
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, distinct, exists, func, select, true, union_all

from portal.accounts.models import User
from portal.admin.liveliness import PROPOSED, SAID, VOTED, Act
from portal.admin.periods import Span, given, spans_table
from portal.changelog.models import Credit, CreditRole, Release
from portal.clock import now
from portal.database.reading import rows
from portal.ideas.answering import FEWEST, HALF, asked_here, days_until, observed
from portal.ideas.filter import listed
from portal.ideas.models import Idea
from portal.ideas.owed import promised
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.triage.ledger import Outcome, Promise
from portal.web.paging import sifted

WRITTEN = (PROPOSED, SAID)


class Value(NamedTuple):
    """A figure in one span: its number, None where there is none, and the counts that it is made of.

    It is of `few` where one more or less would change it too much to speak of it.
    """

    number: float | None
    counts: tuple[int, ...]
    few: bool = False


def answered(spans: list[Span]) -> list[Value]:
    """Of what members sent, what has an answer; and what still waits within the promised time, which is not due."""
    found = _counted(_answered(), spans, {"promised": now() - promised()})
    return [_share(n, sent - early, (n, sent, early)) for n, sent, early in found]


def first_answer(spans: list[Span]) -> list[Value]:
    """After how many days half of what members sent had a first answer, with those who still wait."""
    asked = rows(_asked(), {"since": min(span.since for span in spans)}).all()
    moments = [created for created, _ in asked]
    return [_median([(c, a) for c, a in asked[slice(*(bisect_left(moments, at) for at in span))]]) for span in spans]


def credited(spans: list[Span]) -> list[Value]:
    """Of the ideas that shipped, those in a release that names somebody who is not of the team."""
    return [Value(n / of if of else None, (n, of)) for n, of in _counted(_credited(), spans)]


def promises(spans: list[Span]) -> list[Value]:
    """Of the promises that were settled, those that were kept by the day that was said first."""
    return [Value(n / of if of else None, (n, of)) for n, of in _counted(_promises(), spans)]


def people(spans: list[Span]) -> list[Value]:
    """How many members proposed, commented or voted, each once."""
    return [Value(n, ()) for (n,) in _counted(_people(), spans)]


def of_the_team(spans: list[Span]) -> list[Value]:
    """How much of what is written here is the team's own, and how many of the members they are."""
    return [_share(counts[0], counts[1], counts) for counts in _counted(_team(), spans)]


def _counted(statement: Select[Any], spans: list[Span], more: dict[str, Any] | None = None) -> list[tuple[int, ...]]:
    """What a statement counts in each span; nothing where it has no row."""
    # Sums come as decimals from PostgreSQL.
    found = {n: tuple(map(int, counts)) for n, *counts in rows(statement, {**given(spans), **(more or {})})}
    nothing = (0,) * (len(statement.selected_columns) - 1)
    return [found.get(n, nothing) for n in range(len(spans))]


def _share(part: int, whole: int, counts: tuple[int, ...]) -> Value:
    return Value(part / whole if whole else None, counts, few=whole < FEWEST)


def _median(asked: list[tuple[datetime, datetime | None]]) -> Value:
    seen = [observed(created, answered) for created, answered in asked]
    counts = sum(answered for _, answered in seen), len(seen)
    return Value(days_until(seen, HALF), counts, few=len(seen) < FEWEST)


def _within(moment: Any) -> Any:
    span = spans_table()
    return and_(moment > span.c.since, moment <= span.c.until)


def _by_members() -> Any:
    by_member = sifted(Idea.author_id).in_(select(User.id).where(~User.is_of_team))
    return and_(asked_here(sifted(Idea.imported_key)), Idea.hidden_at.is_(None), Idea.stands(), by_member)


@cache
def _answered() -> Select[Any]:
    span = spans_table()
    early = Idea.answered_at.is_(None), Idea.waiting_since > bindparam("promised")
    counts = func.count(Idea.answered_at), func.count(), func.count().filter(*early)
    sent = and_(_within(Idea.created_at), _by_members())
    return select(span.c.n, *counts).select_from(span).join(Idea, sent).group_by(span.c.n)


@cache
def _asked() -> Select[*tuple[Any, ...]]:
    asked = select(Idea.created_at, Idea.answered_at).where(Idea.created_at > bindparam("since"), _by_members())
    return asked.order_by(Idea.created_at)


@cache
def _promises() -> Select[Any]:
    span = spans_table()
    in_time = Promise.outcome == Outcome.KEPT, Promise.settled_on <= Promise.first_day
    settled = select(span.c.n, func.count().filter(*in_time), func.count()).select_from(span)
    return settled.join(Promise, _within(Promise.settled_at)).group_by(span.c.n)


@cache
def _credited() -> Select[Any]:
    span = spans_table()
    shipped = select(Status.id).where(Status.for_kind == Kind.IDEA, Status.kind == StatusKind.SHIPPED)
    named = (
        select(Credit.id)
        .join(Release, Release.id == Credit.release_id)
        .join(User, User.id == Credit.user_id)
        .where(Credit.idea_id == Idea.id, Credit.stands(), Release.in_public(), ~User.is_of_team)
        .where(User.is_named_for(Credit.role != CreditRole.SUPPORTER))
    )
    those = Idea.status_id.in_(shipped), listed(), Idea.moved_here(), span.c.n.is_not(None)
    counts = func.count().filter(named.exists()), func.count()
    found = select(span.c.n, *counts).select_from(Idea).outerjoin(span, _within(Idea.status_since))
    return found.where(*those).group_by(span.c.n)


@cache
def _people() -> Select[Any]:
    span = spans_table()
    voted = exists().where(VOTED.who == User.id, _within(VOTED.at), *VOTED.counts).correlate(User, span)
    # An outer join, so that SQLite goes through each person's votes in turn, which takes half the time.
    voters = select(span.c.n, User.id.label("who")).select_from(User).outerjoin(span, true()).where(voted)
    wrote = (select(span.c.n, act.who).distinct().select_from(span).join(act.of, _counts(act)) for act in WRITTEN)
    did = union_all(voters, *wrote).subquery()
    members = and_(User.id == did.c.who, ~User.is_of_team, ~User.is_imported)
    counted = func.count(distinct(did.c.who))
    return select(did.c.n, counted).select_from(did).join(User, members).group_by(did.c.n)


@cache
def _team() -> Select[Any]:
    span = spans_table()
    written = union_all(*(_written(act) for act in WRITTEN)).subquery()
    ours, all_ = (func.coalesce(func.sum(count), 0) for count in (written.c.ours, written.c.all))
    texts = select(span.c.n, ours, all_, *_members()).select_from(span).outerjoin(written, written.c.n == span.c.n)
    return texts.group_by(span.c.n, span.c.until)


def _written(act: Act) -> Select[Any]:
    span, team = spans_table(), sifted(act.who).in_(select(User.id).where(User.is_of_team))
    counts = func.count().filter(team).label("ours"), func.count().label("all")
    return select(span.c.n, *counts).select_from(span).join(act.of, _counts(act)).group_by(span.c.n)


def _counts(act: Act) -> Any:
    """What was done in a span, and is in sight: what is hidden is mostly spam."""
    return and_(_within(act.at), *act.counts, act.of.hidden_at.is_(None))


def _members() -> tuple[Any, Any]:
    until = spans_table().c.until
    here = select(func.count()).select_from(User).where(User.is_here, User.created_at <= until).correlate(spans_table())
    return here.where(User.is_of_team).scalar_subquery(), here.scalar_subquery()
