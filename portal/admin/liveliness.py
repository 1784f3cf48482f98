"""How much the people on a list took part, week by week: one question for all of them, drawn as small bars."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from typing import Any

from markupsafe import Markup
from sqlalchemy import func, select, union_all

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.i18n import _, _n, sentences
from portal.ideas.models import Idea
from portal.voting.models import Vote
from portal.web import charts

WEEKS = 12
# What staff do here for others, beside what they propose, vote for and say.
TEAM_WORK = (
    Action.STATUS_CHANGED, Action.RESPONSE_POSTED, Action.NOTE_POSTED, Action.IDEA_TAGGED, Action.COMMENT_SHAPED,
    Action.RELEASE_PUBLISHED, Action.FLAGS_ANSWERED, Action.TEXT_KEPT, Action.PARTNER_THANKED, Action.MEMBER_WELCOMED,
)  # fmt: skip


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
    starts = [until - timedelta(weeks=number) for number in range(WEEKS, -1, -1)]
    did = _contributions(ids, since=starts[0]).subquery()
    columns = [func.count().filter(did.c.at > start, did.c.at <= end) for start, end in pairwise(starts)]
    rows = db.session.execute(select(did.c.who, *columns).group_by(did.c.who))
    return {who: list(values) for who, *values in rows}


def _contributions(ids: list[int], since: Any) -> Any:
    """Who did something, and when: proposed, said, voted for what others wrote, or worked on it as staff."""
    voted = select(Vote.user_id, Vote.created_at).join(Idea, Idea.id == Vote.idea_id)
    return union_all(
        select(Idea.author_id.label("who"), Idea.created_at.label("at")).where(
            Idea.author_id.in_(ids), Idea.created_at > since
        ),
        select(Comment.author_id, Comment.created_at).where(
            Comment.author_id.in_(ids), Comment.created_at > since,
            Comment.deleted_at.is_(None), Comment.is_note.is_(False),
        ),
        voted.where(
            Vote.user_id.in_(ids), Vote.created_at > since, Vote.counted(), Idea.author_id != Vote.user_id
        ),
        select(Event.actor_id, Event.created_at).where(
            Event.actor_id.in_(ids), Event.created_at > since, Event.action.in_(TEAM_WORK)
        ),
    )  # fmt: skip


def _said(values: list[int]) -> str:
    """The same in words, for who does not see the bars."""
    number = sum(values)
    quiet = next(at for at, value in enumerate(reversed(values)) if value)
    return sentences(
        _n("%(num)s contribution in twelve weeks.", "%(num)s contributions in twelve weeks.", number),
        _n("None for %(num)s week.", "None for %(num)s weeks.", quiet) if quiet else _("The latest is of this week."),
    )
