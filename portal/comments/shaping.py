"""Who shaped an idea: its proposer and the authors of the comments marked so, each shown the way they chose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from portal.accounts.choices import CreditAs
from portal.accounts.models import User
from portal.comments.models import Comment
from portal.database.reading import among, rows
from portal.ideas.cards import Author
from portal.ideas.kin import Kin, kin_seen
from portal.ideas.models import Idea
from portal.permissions import me


@dataclass(frozen=True)
class Shaper:
    """Somebody to credit. `user` is None where the link or the face would tell more than they chose."""

    name: str
    user: User | Author | None
    proposed: bool


@dataclass(frozen=True)
class Shapers:
    """Those who are named, and how many chose not to be."""

    named: list[Shaper]
    unnamed: int


def who_shaped(idea: Idea, others: Iterable[Any] | None = None, kin: Sequence[Kin] | None = None) -> Shapers:
    """The proposers first, of the idea and of what lives in it as far as the reader may see that, then the others in
    the order in which their comments were marked.

    Who noted what a customer said elsewhere proposed nothing. `others`: the rows of shaping(), where they were read
    already; `kin`: what lives in it, likewise.
    """
    kin = kin_seen(idea, me()) if kin is None else kin
    proposers = _proposers(idea, kin)
    if kin:
        ids = [idea.id, *(one.id for one in kin)]
        others = rows(_shaping_family(), {"ideas": ids, "proposers": list(proposers) or [0]})
    elif others is None:
        others = rows(shaping(), {"idea": idea.id})
    people: list[tuple[str | None, User | Author | None, bool]]
    people = [(name, face, True) for name, face in proposers.values()]
    people += [(name, Author(*shown) if openly else None, False) for name, openly, *shown in others]
    named = [Shaper(name, user, proposed) for name, user, proposed in people if name]
    return Shapers(named, len(people) - len(named))


def _proposers(idea: Idea, kin: Sequence[Kin]) -> dict[int, tuple[str | None, User | Author | None]]:
    """Who proposed it or any of its kin, each once, by their id: under which name, and with which face."""
    own: list[Any] = [] if idea.captured else [idea.author]
    found = {one.id: (one.credited_name, one if one.is_credited_openly else None) for one in own}
    for one in kin:
        if not one.is_noted:
            found.setdefault(one.author_id, (one.credited_name, one.author if one.is_credited_openly else None))
    return found


@cache
def shaping() -> Select[*tuple[Any, ...]]:
    """Those besides its proposer whose comments shaped the `idea`."""
    return _shaping(Comment.idea_id == bindparam("idea"))


@cache
def _shaping_family() -> Select[*tuple[Any, ...]]:
    """Those whose comments shaped any of the `ideas`, besides the `proposers`."""
    return _shaping(among(Comment.idea_id, "ideas"), Comment.author_id.not_in(bindparam("proposers", expanding=True)))


def _shaping(said_there: Any, *more: Any) -> Select[*tuple[Any, ...]]:
    """Those who shaped what they did not propose, by the comments that were said there."""
    marked = (
        select(Comment.author_id, func.min(Comment.shaped_at).label("at"))
        .join(Idea, Idea.id == Comment.idea_id)
        .where(
            said_there,
            Comment.shaped_at.is_not(None),
            Comment.hidden_at.is_(None),
            Comment.is_note.is_(False),
            Comment.author_id != Idea.author_id,
            *more,
        )
        .group_by(Comment.author_id)
        .subquery()
    )
    face = User.display_name, User.handle, User.is_of_team, User.is_former, User.is_imported
    shown = select(User.credited_name, (User.credit_as == CreditAs.NAME).label("openly"), *face)
    return shown.join(marked, marked.c.author_id == User.id).order_by(marked.c.at, User.id)
