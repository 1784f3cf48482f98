"""What came of the people on a list, in a line each: what they wrote, what of it shipped, and what they backed."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select, union_all

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.database.reading import rows
from portal.i18n import _, _n
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.voting.backing import backed

SAID = Comment.deleted_at.is_(None), Comment.is_note.is_(False)


def what_they_did(people: Iterable[User]) -> dict[int, str]:
    """For each of these people (by id) one line, in three questions for all of them."""
    listed = list(people)
    given = {"ids": [person.id for person in listed]}
    return in_lines(listed, *(rows(one, given) for one in doings()))


def in_lines(people: Iterable[User], written: Any, said: Any, supported: Any) -> dict[int, str]:
    """The same, once the rows of doings() are read."""
    tallies: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for id, kind, status, number in written:
        tallies[id][kind] += number
        tallies[id][f"{kind}:shipped"] += number if status == StatusKind.SHIPPED else 0
    for id, number in said:
        tallies[id]["comments"] = number
    for id, number in supported:
        tallies[id]["votes"] = number
    return {person.id: _line(person, tallies[person.id]) for person in people}


@cache
def doings() -> tuple[Any, Any, Any]:
    """What the people of `ids` wrote by kind and outcome, how often they said something and backed others."""
    ids: Any = bindparam("ids", expanding=True)
    written = select(Idea.author_id, Idea.kind, Status.kind, func.count()).join(Status).where(Idea.author_id.in_(ids))
    said = select(Comment.author_id, func.count()).where(Comment.author_id.in_(ids), *SAID)
    votes = union_all(*backed(ids)).subquery()
    supports = select(votes.c.who, func.sum(votes.c.weighs)).group_by(votes.c.who)
    by = Idea.author_id, Idea.kind, Status.kind
    return written.group_by(*by), said.group_by(Comment.author_id), supports


def _line(person: User, done: Any) -> str:
    parts = [
        _of_kind(done[Kind.IDEA], done["idea:shipped"], _ideas, _shipped),
        _of_kind(done[Kind.ISSUE], done["issue:shipped"], _reports, _fixed),
        _n("%(num)s comment", "%(num)s comments", done["comments"]) if done["comments"] else "",
        _supports(done["votes"]) if done["votes"] else "",
    ]
    told = " · ".join(part for part in parts if part)
    if told:
        return told[0].upper() + told[1:]
    if person.is_imported:
        return _("Came with an import, and has not signed in yet")
    return _("Reads, and has not taken part yet")


def _of_kind(number: int, ended: int, name: Any, outcome: Any) -> str:
    if not number:
        return ""
    return f"{name(number)}, {outcome(ended)}" if ended else str(name(number))


def _supports(number: int) -> str:
    return _n("supports %(num)s idea or issue of others", "supports %(num)s ideas or issues of others", number)


def _ideas(number: int) -> str:
    return _n("%(num)s idea", "%(num)s ideas", number)


def _shipped(number: int) -> str:
    return _n("%(num)s shipped", "%(num)s shipped", number)


def _reports(number: int) -> str:
    return _n("%(num)s report", "%(num)s reports", number)


def _fixed(number: int) -> str:
    return _n("%(num)s fixed", "%(num)s fixed", number)
