"""What lives in an idea, as its page shows it: read as columns, however many there are."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, func, select

from portal.accounts.membership import Somebody
from portal.accounts.models import User
from portal.database.reading import among, rows
from portal.ideas.captured import Captured
from portal.ideas.cards import READ, SUMMARY, Author
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind
from portal.text import excerpt, slug
from portal.web.addresses import url_for


class Titled(NamedTuple):
    """An idea, as a line names it that leads to it."""

    id: int
    kind: str
    title: str
    lang: str

    @property
    def url(self) -> str:
        return url_for("ideas.show", id=self.id, slug=slug(self.title) or self.kind)


class Kin(NamedTuple):
    """One of a family: its first words, who proposed it (or noted it for somebody else), and how they are credited.

    `people`: how many support it by itself.
    """

    author: Author
    id: int
    kind: str
    title: str
    text: str
    lang: str
    created_at: datetime
    people: int
    is_noted: bool
    author_id: int
    credited_name: str | None
    is_credited_openly: bool

    @property
    def url(self) -> str:
        return url_for("ideas.show", id=self.id, slug=slug(self.title) or self.kind)

    @property
    def is_issue(self) -> bool:
        return self.kind == Kind.ISSUE

    @property
    def summary(self) -> str:
        return excerpt(self.text, SUMMARY)


def kin_seen(idea: Idea, reader: Any) -> list[Kin]:
    """What lives in this idea, as far as this reader may see each of it, the oldest first; an idea without a family is
    asked for nothing.
    """
    if not idea.merged_count:
        return []
    found = rows(_kin(Somebody.like(reader)), {"idea": idea.id, "reader": getattr(reader, "id", None)})
    return [Kin(Author(*row[-5:]), *row[:-5]) for row in found]


def titled(ideas: Collection[int]) -> dict[int, Titled]:
    """How these ideas are called, by their ids; none are asked for nothing."""
    found = rows(_titles(), {"ideas": sorted(ideas)}) if ideas else ()
    return {row[0]: Titled(*row) for row in found}


@cache
def _titles() -> Select[int, str, str, str]:
    return select(Idea.id, Idea.kind, Idea.title, Idea.lang).where(among(Idea.id, "ideas"))


@cache
def _kin(reader: Somebody | None) -> Select[Any]:
    words = Idea.id, Idea.kind, Idea.title, func.substr(Idea.body, 1, READ), Idea.lang, Idea.created_at
    credited = Idea.author_id, User.credited_name, User.is_credited_openly
    face = User.display_name, User.handle, User.is_of_team, User.is_former, User.is_imported
    found = select(*words, Idea.votes_count, Captured.id.is_not(None), *credited, *face)
    found = found.join(User, User.id == Idea.author_id).outerjoin(Captured, Captured.idea_id == Idea.id)
    lives_here = Idea.survivor_id == bindparam("idea", type_=Integer)
    return found.where(lives_here, Idea.seen_by(reader)).order_by(Idea.id)
