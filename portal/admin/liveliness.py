"""How much the people on a list took part, week by week: one question for all of them, drawn as small bars."""

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import bindparam, func, literal, select, union_all

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.comments.models import Comment
from portal.database.reading import rows
from portal.database.types import UTCDateTime
from portal.i18n import _, _n, sentences
from portal.ideas.models import Idea
from portal.voting.backing import backed
from portal.voting.models import Vote
from portal.web import charts
from portal.web.paging import sifted

WEEKS = 12
# What staff do here for others, beside what they propose, vote for and say.
TEAM_WORK = (
    Action.STATUS_CHANGED, Action.RESPONSE_POSTED, Action.NOTE_POSTED, Action.IDEA_TAGGED, Action.COMMENT_SHAPED,
    Action.RELEASE_PUBLISHED, Action.FLAGS_ANSWERED, Action.TEXT_KEPT, Action.PARTNER_THANKED, Action.MEMBER_WELCOMED,
)  # fmt: skip


class Act(NamedTuple):
    """A way of taking part: whose it is, when it was, and under which conditions it counts."""

    who: Any
    at: Any
    counts: tuple[Any, ...]

    @property
    def of(self) -> Any:
        """The model of it."""
        return self.who.class_


# What was imported happened elsewhere, and whose comment was deleted took it back.
PROPOSED = Act(Idea.author_id, Idea.created_at, (sifted(Idea.imported_key).is_(None),))
SAID = Act(
    Comment.author_id, Comment.created_at,
    (sifted(Comment.imported_key).is_(None), Comment.deleted_at.is_(None), sifted(Comment.is_note).is_(False)),
)  # fmt: skip
VOTED = Act(Vote.user_id, Vote.created_at, (Vote.counted(),))


def bars_of(people: Iterable[User]) -> dict[int, Markup]:
    """For each of these people (by id) who took part in the last twelve weeks, their weeks as bars on one scale."""
    weeks = weeks_of([person.id for person in people if person.email])
    highest = max((max(values) for values in weeks.values()), default=0)
    return {id: charts.bars(values, highest, _said(values)) for id, values in weeks.items()}


def weeks_of(ids: list[int]) -> dict[int, list[int]]:
    """How often they took part in each of the last twelve weeks, the oldest first; nobody who never did."""
    if not ids:
        return {}
    until = now()
    starts = {f"at_{number}": until - timedelta(weeks=WEEKS - number) for number in range(WEEKS + 1)}
    found = rows(_by_week(), {"ids": ids, **starts})
    return {who: list(values) for who, *values in found if any(values)}


@cache
def _by_week() -> Any:
    starts: list[Any] = [bindparam(f"at_{number}", type_=UTCDateTime()) for number in range(WEEKS + 1)]
    did = _contributions(bindparam("ids", expanding=True), since=starts[0]).subquery()
    columns = [
        func.coalesce(func.sum(did.c.weighs).filter(did.c.at > start, did.c.at <= end), 0)
        for start, end in pairwise(starts)
    ]
    return select(did.c.who, *columns).group_by(did.c.who)


def _contributions(ids: Any, since: Any) -> Any:
    """Who did something, and when: proposed, said, voted for what others wrote, or worked on it as staff."""
    proposed, said = (
        select(act.who.label("who"), act.at.label("at"), literal(1).label("weighs")).where(
            *act.counts, act.who.in_(ids), act.at > since
        )
        for act in (PROPOSED, SAID)
    )
    worked = select(Event.actor_id, Event.created_at, literal(1)).where(
        Event.actor_id.in_(ids), Event.created_at > since, Event.action.in_(TEAM_WORK)
    )
    return union_all(proposed, said, *backed(ids, Vote.created_at > since), worked)


def _said(values: list[int]) -> str:
    """The same in words, for who does not see the bars."""
    number = sum(values)
    quiet = next(at for at, value in enumerate(reversed(values)) if value)
    return sentences(
        _n("%(num)s contribution in twelve weeks.", "%(num)s contributions in twelve weeks.", number),
        _n("None for %(num)s week.", "None for %(num)s weeks.", quiet) if quiet else _("The latest is of this week."),
    )
