"""All that is known of an idea that is open in the inbox, so that nobody leaves it to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, and_, bindparam, select
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.admin.doing import doings, in_lines
from portal.clock import now
from portal.comments.models import Comment
from portal.database.reading import gathered, rows
from portal.database.types import moment
from portal.database.wording import chosen
from portal.ideas.attachments import Attachment, Picture
from portal.ideas.board_asks import Said, said_by
from portal.ideas.cards import Author, Named
from portal.ideas.journey import Move, Step, journey, moves
from portal.ideas.models import Idea
from portal.ideas.severity import SEVERITIES
from portal.ideas.statuses import Status
from portal.merging.links import Linked, linked
from portal.permissions import me
from portal.triage.assigning import Assignment
from portal.triage.snoozing import Snooze, sleeps
from portal.voting.models import Vote
from portal.voting.weighing import Weight, answer, weights
from portal.web.addresses import url_for

# What stands in the pane of each; the rest is one press away.
COMMENTS, SUPPORTERS, OTHERS = 6, 5, 4
# Of a family so many times as many votes are read, as one person may have several.
SEVERAL = 4
ID = bindparam("idea", type_=Integer)
Owner = aliased(User)


class Remark(NamedTuple):
    """Something that was said of it, or a note of the team."""

    author: Author
    id: int
    body: str
    lang: str
    is_note: bool
    is_official: bool
    created_at: datetime
    is_hidden: bool

    @property
    def url(self) -> str:
        return url_for("comments.show", id=self.id)


@dataclass(frozen=True)
class Supporter:
    """Somebody who votes for it, and how much it would help them, in words."""

    person: Author
    title: str
    importance: str
    answer: str


class Held(NamedTuple):
    """Who of the team has it in hand, and until when."""

    owner: str
    due_at: datetime | None


@dataclass(frozen=True)
class Case:
    """An idea with what was said, who wants it, what is like it, whose it is, and until when it is put off."""

    images: Sequence[Any]
    severity: Any
    said: list[Said]
    steps: list[Step]
    talk: list[Remark]
    supporters: list[Supporter]
    weights: list[Weight]
    did: str
    others: list[tuple[int, str, str, Named]]
    held: Held | None
    until: datetime | None
    links: list[Linked]


def case_of(idea: Idea) -> Case:
    """Everything about this idea that the pane shows."""
    found = rows(
        _beside(idea.merged_count > 0),
        {"idea": idea.id, "author": idea.author_id, "ids": [idea.author_id], "now": now()},
    ).one()
    return Case(
        images=Picture.all(found.images),
        severity=SEVERITIES.get(idea.severity),
        said=said_by(idea, all_of_it=True),
        steps=journey(idea, Move.all(found.moves)),
        talk=[_remark(*row) for row in reversed(found.talk or ())],
        supporters=[_supporter(idea.kind, *row) for row in _each_once(found.voters or ())],
        weights=weights(idea),
        did=in_lines([idea.author], found.written or (), found.said or (), found.backed or ())[idea.author_id],
        others=[_other(*row) for row in found.others or ()],
        held=Held(found.owner, found.due_at) if found.owner else None,
        until=found.until,
        links=linked(idea.id, me()),
    )


@cache
def _beside(family: bool) -> Select[Any]:
    """One statement for all that stands beside the `idea`; of a survivor, beside its whole family."""
    written, said, backed = doings()
    brought = {
        "images": Picture.those(Attachment.idea_id == ID),
        "moves": gathered(moves()),
        "talk": gathered(_last_words(family)),
        "voters": gathered(_last_voters(family)),
        "written": gathered(written),
        "said": gathered(said),
        "backed": gathered(backed),
        "others": gathered(_of_its_author()),
    }
    columns = [column.label(name) for name, column in brought.items()]
    found = select(Owner.display_name.label("owner"), Assignment.due_at, Snooze.until, *columns).select_from(Idea)
    found = found.outerjoin(Assignment, Assignment.idea_id == Idea.id)
    found = found.outerjoin(Owner, and_(Owner.id == Assignment.user_id, Owner.is_staff, Owner.is_here))
    return found.outerjoin(Snooze, and_(Snooze.idea_id == Idea.id, sleeps())).where(Idea.id == ID)


def _here(column: Any, family: bool) -> Any:
    """The condition of what stands on the idea, or on any of its family."""
    member = aliased(Idea)
    kin = select(member.id).where((member.id == ID) | (member.survivor_id == ID))
    return column.in_(kin) if family else column == ID


def _last_words(family: bool) -> Any:
    """The last things that were said, and notes of the team among them."""
    face = User.display_name, User.handle, User.is_of_team, User.is_former, User.is_imported
    words = Comment.id, Comment.body, Comment.lang, Comment.is_note, Comment.is_official, Comment.created_at
    said = select(*words, Comment.hidden_at.is_not(None), *face).join(User, User.id == Comment.author_id)
    said = said.where(_here(Comment.idea_id, family), Comment.deleted_at.is_(None))
    return said.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(COMMENTS)


def _remark(
    id: int, body: str, lang: str, is_note: bool, is_official: bool, when: str, hidden: bool, *face: Any
) -> Remark:
    return Remark(Author(*face), id, body, lang, is_note, is_official, moment(when), hidden)


def _last_voters(family: bool) -> Any:
    """Who voted last, each with what they said of it; of a family some may come twice."""
    face = User.display_name, User.handle, User.is_of_team, User.title, Vote.importance
    cast = select(*face).join(User, User.id == Vote.user_id)
    cast = cast.where(_here(Vote.idea_id, family), Vote.counted(), User.is_former.is_(False))
    return cast.order_by(Vote.created_at.desc(), Vote.user_id.desc()).limit(
        SUPPORTERS * SEVERAL if family else SUPPORTERS
    )


def _each_once(voters: Sequence[Any]) -> list[Any]:
    """The latest vote of each person, by their handle."""
    return [*{row[1]: row for row in reversed(voters)}.values()][::-1][:SUPPORTERS]


def _supporter(kind: str, name: str, handle: str, is_of_team: bool, title: str, importance: str) -> Supporter:
    return Supporter(Author(name, handle, is_of_team, False), title, importance, answer(importance, kind))


def _of_its_author() -> Any:
    """What else its author sent in, the newest first: its id, title and language, and what became of it."""
    others = select(Idea.id, Idea.title, Idea.lang, Status.called, Status.kind, Status.colour).join(Status)
    others = others.where(Idea.author_id == bindparam("author", type_=Integer), Idea.id != ID)
    return others.order_by(Idea.id.desc()).limit(OTHERS)


def _other(id: int, title: str, lang: str, names: Any, kind: str, colour: str) -> tuple[int, str, str, Named]:
    return id, title, lang, Named(chosen(names or {}), kind, colour)
