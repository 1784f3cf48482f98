"""Where each idea of a family lives, and what its numbers are: all of it follows from the merges that hold."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, text

from portal.extensions import db
from portal.ideas.family import count_comments, hold_families
from portal.ideas.models import Idea
from portal.merging.models import Merge
from portal.triage.owing import QUIET, Obligation, Why
from portal.voting.families import count_anew

# Of all who merge and unmerge, one does at a time: what this one decides rests on where everything lives.
ONE_AT_A_TIME = 16_0034


def hold_where_they_live(*ids: int) -> list[Idea]:
    """Let nobody else change these ideas, nor those of their families, and read them again. The write has begun.

    Those that live in another are held before it, as by those who vote.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    db.session.expire_all()
    roots = {db.session.get_one(Idea, id).root_id for id in ids}
    hold_families(Idea, roots)
    return [db.session.get_one(Idea, id) for id in ids]


def let_stand(*ids: int) -> None:
    """Let all of the families of these ideas live where the merges that hold say, and their numbers follow."""
    db.session.flush()
    before = {db.session.get_one(Idea, id).root_id for id in ids}
    family = db.session.scalars(select(Idea).where(Idea.id.in_(before) | Idea.survivor_id.in_(before))).unique().all()
    roots = _roots({idea.id for idea in family})
    changed = {id for id in ids if roots[id] == id} | before
    for idea in family:
        root = roots[idea.id]
        others = sum(other == idea.id for other in roots.values()) - 1 if root == idea.id else 0
        changed |= {idea.id} if others != idea.merged_count else set()
        idea.survivor_id, idea.merged_count = (None if root == idea.id else root), others
    db.session.flush()
    for id in sorted(changed, key=lambda id: (roots[id] == id, id)):
        count_anew(id)
    count_comments(Idea, sorted(changed))


def owe_no_more(ids: Iterable[int], since: datetime) -> None:
    """An answer that was owed only for those who came along is owed no more: as if the ideas had not met."""
    for idea in db.session.scalars(select(Idea).where(Idea.id.in_(ids))).unique().all():
        asked = idea.board.answer_threshold if idea.board is not None else None
        if asked is None or idea.votes_count < asked:
            of_then = Obligation.idea_id == idea.id, Obligation.why == Why.SUPPORT, Obligation.arose_at >= since
            db.session.execute(delete(Obligation).where(*of_then, Obligation.is_open()), execution_options=QUIET)


def _roots(ids: set[int]) -> dict[int, int]:
    """Where each of these ends up: the merges are followed to what is merged no further."""
    open_ = select(Merge.idea_id, Merge.into_id).where(Merge.idea_id.in_(ids), Merge.is_open())
    leads = {idea: into for idea, into in db.session.execute(open_)}
    return {id: _end_of(id, leads) for id in ids}


def _end_of(id: int, leads: dict[int, int]) -> int:
    while id in leads:
        id = leads[id]
    return id
