"""What members say is the same, as its readers see it: of one idea on its page, and all that waits for staff."""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, and_, bindparam, case, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.membership import Somebody
from portal.accounts.models import User
from portal.database.reading import rows
from portal.database.wording import chosen
from portal.extensions import db
from portal.ideas.cards import Named
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.merging.suggestions import Outcome, Say, Says, Suggestion
from portal.text import slug
from portal.web.addresses import url_for

# Nobody decides more at a time; what comes after them moves up.
MOST = 50
# The word stands in the statement itself, or SQLite would not look into the index of what waits.
WAITS = Suggestion.outcome == literal_column(f"'{Outcome.WAITS}'")


class Other(NamedTuple):
    """The other idea of a pair, as pages name it: how many people say that it is the same, and what the reader says.

    `votes`: how many support it. `author_id`: who wrote it.
    """

    id: int
    title: str
    lang: str
    kind: str
    votes: int
    author_id: int
    status: Named
    people: int
    mine: str

    @property
    def url(self) -> str:
        return url_for("ideas.show", id=self.id, slug=slug(self.title) or self.kind)

    @property
    def is_issue(self) -> bool:
        return self.kind == "issue"

    @classmethod
    def all(cls, found: Any) -> "list[Other]":
        """Those of a column of others(), what most people say first."""
        read = [cls._of(*row) for row in found or ()]
        return sorted(read, key=lambda one: (-one.people, one.id))

    @classmethod
    def _of(
        cls, id: int, title: str, lang: str, kind: str, votes: int, author: int, names: Any, status: str, colour: str,
        people: int, mine: str | None,
    ) -> "Other":  # fmt: skip
        return cls(id, title, lang, kind, votes, author, Named(chosen(names or {}), status, colour), people, mine or "")


class Word(NamedTuple):
    """What the author of one of the two says: that theirs is something else, and why, where they say it."""

    name: str
    words: str


class Pair(NamedTuple):
    """Two ideas as staff see them, where each lives now: how many people say so, and what authors say."""

    id: int
    idea: Idea
    other: Idea
    people: int
    said: list[Word]


@cache
def others(reader: Somebody, family: bool = False) -> Select[Any]:
    """Those ideas of which somebody says that the `idea` is the same, where such a reader sees both, as they stand now.

    `family`: also of what lives in it.
    """
    this: Any = bindparam("idea", type_=Integer)
    member, said, lives = aliased(Idea), aliased(Idea), aliased(Idea)
    kin: Any = (
        select(member.id).where(or_(member.id == this, member.survivor_id == this), member.seen_by(reader))
        if family
        else select(this.label("id"))
    )
    first, second = Suggestion.first_id, Suggestion.second_id
    here = or_(first.in_(kin), second.in_(kin)) if family else or_(first == this, second == this)
    there = case((first.in_(kin), second), else_=first) if family else case((first == this, second), else_=first)
    counted = case((Say.counted(), Say.user_id))
    people = func.count(counted.distinct()).label("people")
    mine = func.max(case((Say.user_id == reader.id, Say.says), else_="")).label("mine")
    found = select(lives.id.label("id"), people, mine).select_from(Suggestion)
    found = found.join(Say, Say.suggestion_id == Suggestion.id).join(said, said.id == there)
    found = found.join(lives, lives.id == func.coalesce(said.survivor_id, said.id))
    found = found.where(WAITS, here, lives.id != this, said.seen_by(reader)).group_by(lives.id)
    each = found.having(or_(people > 0, mine != "")).subquery()
    idea = aliased(Idea)
    named = idea.id, idea.title, idea.lang, idea.kind, idea.votes_count, idea.author_id
    shown = select(*named, Status.called, Status.kind, Status.colour, each.c.people, each.c.mine)
    shown = shown.join(each, each.c.id == idea.id).join(Status, Status.id == idea.status_id)
    return shown.where(idea.hidden_at.is_(None), idea.seen_by(reader))


def others_of(idea: Idea, reader: Any) -> list[Other]:
    """Those of which somebody says that this idea is the same, as far as this person sees both; none for a visitor."""
    like = Somebody.like(reader)
    if like is None:
        return []
    given = {"idea": idea.id, "reader": reader.id}
    return Other.all(rows(others(like, idea.merged_count > 0), given))


@cache
def waiting() -> Select[Any]:
    """The suggestions that wait for staff, each with where its ideas live now, and how many people say so."""
    first, second, here, there = (aliased(Idea) for _ in range(4))
    people = select(func.count()).where(Say.suggestion_id == Suggestion.id, Say.counted()).scalar_subquery()
    found = select(Suggestion.id, there.id.label("idea"), here.id.label("other"), people.label("people"))
    found = found.join(first, first.id == Suggestion.first_id).join(second, second.id == Suggestion.second_id)
    found = found.join(here, here.id == func.coalesce(first.survivor_id, first.id))
    found = found.join(there, there.id == func.coalesce(second.survivor_id, second.id))
    in_sight = [each.hidden_at.is_(None) for each in (first, second, here, there)]
    said = select(Say.user_id).where(Say.suggestion_id == Suggestion.id, Say.counted()).exists()
    return found.where(WAITS, said, here.id != there.id, *in_sight)


def pairs() -> list[Pair]:
    """What waits for staff, what most people say first. Of each two, the one that fewer people want comes first."""
    people: Any = literal_column("people")
    found = db.session.execute(waiting().order_by(people.desc(), Suggestion.id.desc()).limit(MOST)).all()
    words = said_by_authors([row.id for row in found])
    ids = {id for row in found for id in (row.idea, row.other)}
    there = {idea.id: idea for idea in db.session.scalars(select(Idea).where(Idea.id.in_(ids))).unique()} if ids else {}
    return [_pair(row, there[row.idea], there[row.other], words) for row in found]


def _pair(row: Any, one: Idea, other: Idea, words: dict[int, list[Word]]) -> Pair:
    joins, stays = (one, other) if one.votes_count <= other.votes_count else (other, one)
    return Pair(row.id, joins, stays, row.people, words.get(row.id, []))


def said_by_authors(ids: list[int]) -> dict[int, list[Word]]:
    """What authors say of these suggestions: that theirs is something else."""
    found: dict[int, list[Word]] = {}
    if ids:
        said = select(Say.suggestion_id, User.display_name, Say.words).join(User, User.id == Say.user_id)
        said = said.where(Say.suggestion_id.in_(ids), Say.says == Says.OTHER).order_by(Say.created_at, Say.user_id)
        for id, name, words in db.session.execute(said):
            found.setdefault(id, []).append(Word(name, words))
    return found


def pairs_of(idea: Idea) -> list[Pair]:
    """What waits for staff of this idea, or of what lives in it, this one first."""
    ids = idea.family_ids
    either = or_(Suggestion.first_id.in_(ids), Suggestion.second_id.in_(ids))
    found = db.session.execute(waiting().where(either).order_by(literal_column("people").desc(), Suggestion.id)).all()
    words = said_by_authors([row.id for row in found])
    ends = [(row, row.other if row.idea == idea.root_id else row.idea) for row in found[:MOST]]
    return [Pair(row.id, idea, db.session.get_one(Idea, id), row.people, words.get(row.id, [])) for row, id in ends]


def others_say_so(one: Idea, other: Idea, but: int) -> bool:
    """Whether somebody else than this person says that the two, or any of their families, are the same."""
    waits = [pair.id for pair in Suggestion.of_families(one.family_ids, other.family_ids)]
    said = select(Say.user_id).where(and_(Say.suggestion_id.in_(waits), Say.counted(), Say.user_id != but))
    return bool(waits) and db.session.scalar(said.limit(1)) is not None
