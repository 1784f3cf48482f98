"""Which of the ideas of an import somebody here has touched: whatever in the database names them besides the import."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from portal.accounts.models import User
from portal.activity.models import Event
from portal.comments.models import Comment
from portal.database.types import Base
from portal.extensions import db
from portal.ideas.models import Idea
from portal.voting.models import Vote

# What an import writes of an idea itself; any other row that names one was made here.
IMPORTED_WITH = {"posting", "idea_tag", "idea_value", "merged_tag_idea", "vote", "comment"}
WHY = {
    "vote": "somebody here voted for it",
    "comment": "somebody here commented on it",
    "follow": "somebody here follows it",
    "official_response": "it was answered here",
    "revision": "it was edited here",
    "merge": "it was merged here",
    "release_idea": "a release tells of it",
    "event": "somebody here acted on it",
}


def of_source(column: Any, source: str) -> ColumnElement[bool]:
    """The condition of what has a key of this source."""
    beginnings = {f"{source}:", f"{source[:100]}:"}
    return or_(*(func.substr(column, 1, len(begins)) == begins for begins in sorted(beginnings)))


def touched(ids: list[int], source: str) -> dict[int, str]:
    """Why each of these ideas is not only imported any more; those of which nothing here knows are left out."""
    why: dict[int, str] = {}
    # The most telling comes last, and is what is said.
    begun = select(Idea.id).where(Idea.id.in_(ids), or_(Idea.here_since.is_not(None), Idea.survivor_id.is_not(None)))
    _say(why, db.session.scalars(begun), WHY["event"])
    theirs = {
        id: idea_id
        for id, idea_id in db.session.execute(select(Comment.id, Comment.idea_id).where(Comment.idea_id.in_(ids)))
    }
    _say(why, of_events("idea", ids), WHY["event"])
    _say(why, (theirs[id] for id in of_events("comment", theirs)), WHY["event"])
    for column in naming("comment"):
        _say(why, (theirs[id] for id in among(column, theirs)), _why(column.table.name))
    for column in naming("idea"):
        if column.table.name not in IMPORTED_WITH:
            _say(why, among(column, ids), _why(column.table.name))
    _say(why, db.session.scalars(_from_here(Comment.idea_id, Comment.imported_key, ids, source)), WHY["comment"])
    voted = select(Vote.idea_id).join(User, User.id == Vote.user_id)
    voted = voted.where(Vote.idea_id.in_(ids), not_of(User.imported_key, source))
    _say(why, db.session.scalars(voted), WHY["vote"])
    return why


def _say(why: dict[int, str], ids: Iterable[int], words: str) -> None:
    why.update(dict.fromkeys(ids, words))


def _why(table: str) -> str:
    return WHY.get(table, f"it is named here ({table.replace('_', ' ')})")


def not_of(key: Any, source: str) -> ColumnElement[bool]:
    """The condition of what came from elsewhere, or was made here."""
    return or_(key.is_(None), ~of_source(key, source))


def _from_here(column: Any, key: Any, ids: list[int], source: str) -> Any:
    return select(column).where(column.in_(ids), not_of(key, source))


def of_events(type: str, ids: Iterable[int]) -> Iterable[int]:
    """Which of these ids an event is about."""
    asked = select(Event.subject_id).where(Event.subject_type == type, Event.subject_id.in_([*ids]))
    return db.session.scalars(asked.distinct()).all()


def naming(table: str) -> Iterator[Any]:
    """Every column of the database that names a row of this table."""
    for each in Base.metadata.sorted_tables:
        for key in each.foreign_keys:
            if key.column.table.name == table and key.column.name == "id":
                yield key.parent


def among(column: Any, ids: Iterable[int]) -> Iterable[int]:
    """Which of these ids the column names."""
    return db.session.scalars(select(column).where(column.in_([*ids])).distinct()).all()
