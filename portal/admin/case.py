"""All that is known of an idea that is open in the inbox, so that nobody leaves it to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.admin.doing import what_they_did
from portal.comments.models import Comment
from portal.database.reading import among, rows
from portal.database.wording import chosen
from portal.extensions import db
from portal.ideas.cards import Author, Named
from portal.ideas.family import kin_of
from portal.ideas.journey import Step, journey
from portal.ideas.models import Idea
from portal.ideas.pictures import pictures_of
from portal.ideas.severity import SEVERITIES
from portal.ideas.statuses import Status
from portal.triage.assignments import Assignment, assignment_of
from portal.triage.snoozing import Snooze, snooze_of
from portal.voting.models import Vote
from portal.voting.weighing import Weight, answer, weights

# What stands in the pane of each; the rest is one press away.
COMMENTS, SUPPORTERS, OTHERS = 6, 5, 4


@dataclass(frozen=True)
class Supporter:
    """Somebody who votes for it, and how much it would help them, in words."""

    person: Author
    title: str
    importance: str
    answer: str


@dataclass(frozen=True)
class Case:
    """An idea with what was said, who wants it, what is like it, and whose it is."""

    images: Sequence[Any]
    severity: Any
    steps: list[Step]
    talk: list[Comment]
    supporters: list[Supporter]
    weights: list[Weight]
    did: str
    others: list[tuple[int, str, str, Named]]
    assignment: Assignment | None
    snooze: Snooze | None


def case_of(idea: Idea) -> Case:
    """Everything about this idea that the pane shows."""
    return Case(
        images=pictures_of(idea),
        severity=SEVERITIES.get(idea.severity),
        steps=journey(idea),
        talk=_talk(idea),
        supporters=_supporters(idea),
        weights=weights(idea),
        did=what_they_did([idea.author])[idea.author_id],
        others=_others(idea),
        assignment=assignment_of(idea),
        snooze=snooze_of(idea),
    )


def _asked(idea: Idea) -> dict[str, Any]:
    """The idea, or all of its family, as the parameter of what is asked of it."""
    return {"ideas": kin_of(idea)} if idea.merged_count else {"idea": idea.id}


def _of(column: Any, family: bool) -> Any:
    return among(column, "ideas") if family else column == bindparam("idea", type_=Integer)


def _talk(idea: Idea) -> list[Comment]:
    """The last things that were said, and notes of the team among them, as they followed each other."""
    found = db.session.scalars(_last_words(idea.merged_count > 0), {**_asked(idea), "most": COMMENTS}).unique()
    return [*found][::-1]


@cache
def _last_words(family: bool) -> Select[Comment]:
    said = select(Comment).where(_of(Comment.idea_id, family), Comment.deleted_at.is_(None))
    said = said.options(joinedload(Comment.author))
    return said.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(bindparam("most"))


def _supporters(idea: Idea) -> list[Supporter]:
    """Who voted last, each with what they said of it; of a family each once."""
    found: Any = rows(_voters(idea.merged_count > 0), {**_asked(idea), "most": SUPPORTERS * (idea.merged_count + 1)})
    found = [*{row[1]: row for row in found}.values()][:SUPPORTERS]
    return [
        Supporter(Author(name, handle, staff, False), title, importance, answer(importance, idea.kind))
        for name, handle, staff, title, importance in found
    ]


@cache
def _voters(family: bool) -> Any:
    face = User.display_name, User.handle, User.is_of_team, User.title, Vote.importance
    cast = select(*face).join(User, User.id == Vote.user_id)
    cast = cast.where(_of(Vote.idea_id, family), Vote.counted(), User.is_former.is_(False))
    return cast.order_by(Vote.created_at.desc(), Vote.user_id.desc()).limit(bindparam("most"))


def _others(idea: Idea) -> list[tuple[int, str, str, Named]]:
    """What else its author sent in, the newest first: its id, title and language, and what became of it."""
    given = {"author": idea.author_id, "but": idea.id, "most": OTHERS}
    return [
        (id, title, lang, Named(chosen(names or {}), kind, colour))
        for id, title, lang, names, kind, colour in rows(_of_author(), given)
    ]


@cache
def _of_author() -> Any:
    others = select(Idea.id, Idea.title, Idea.lang, Status.called, Status.kind, Status.colour).join(Status)
    others = others.where(
        Idea.author_id == bindparam("author", type_=Integer), Idea.id != bindparam("but", type_=Integer)
    )
    return others.order_by(Idea.id.desc()).limit(bindparam("most"))
