"""Rows as they stood before an act and after it: what undoing it puts back, to the letter."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, func, select, update

from portal.comments.models import Comment, CommentRevision
from portal.database.types import Base
from portal.database.writing import insert
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.boards import Tag, idea_tag
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse, ResponseRevision
from portal.merging.conversions import Conversion
from portal.merging.links import Link
from portal.moderation.models import Flag
from portal.triage.ledger import Promise
from portal.triage.owing import Obligation
from portal.triage.snoozing import Snooze

Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]
Change = dict[str, Any]


# What follows what is said on an idea, by whomever: undoing puts it back where nobody has said anything since.
FOLLOWS = frozenset({"quiet_since", "unread_since", "said_at"})


class Stand:
    """All rows that an act of staff on this idea may change, make or take away, as they stand at one moment."""

    def __init__(self, idea_id: int) -> None:
        """Remember what is newest, so that what comes later is known as made by the act."""
        self.idea_id = idea_id
        self.newest = {model: db.session.scalar(select(func.max(model.id))) or 0 for model in (Comment, Tag)}
        self.before = self._read()

    def changes(self) -> list[Change]:
        """Each row that stands otherwise now: its table, its key, and what changed of it."""
        after = self._read()
        return [
            change for table, rows in self.before.items() for change in _differences(table, rows, after[table])
        ]  # in the order of the tables, each after those that it leans on

    def _read(self) -> Rows:
        db.session.flush()
        return {table.name: _rows(table, which) for table, which in self._watched()}

    def _watched(self) -> list[tuple[Table, ColumnElement[bool]]]:
        id = self.idea_id
        response = select(OfficialResponse.id).where(OfficialResponse.idea_id == id)
        written = select(Comment.id).where(Comment.idea_id == id, Comment.id > self.newest[Comment])
        return [
            (_of(Tag), Tag.id > self.newest[Tag]),
            (_of(Idea), Idea.id == id),
            (idea_tag, idea_tag.c.idea_id == id),
            (_of(OfficialResponse), OfficialResponse.idea_id == id),
            (_of(ResponseRevision), ResponseRevision.response_id.in_(response)),
            (_of(Comment), Comment.id.in_(written)),
            (_of(CommentRevision), CommentRevision.comment_id.in_(written)),
            (_of(Attachment), Attachment.response_id.in_(response)),
            (_of(Flag), (Flag.subject_type == "idea") & (Flag.subject_id == id)),
            (_of(Promise), Promise.idea_id == id),
            (_of(Obligation), Obligation.idea_id == id),
            (_of(Snooze), Snooze.idea_id == id),
            (_of(Conversion), Conversion.idea_id == id),
            (_of(Link), (Link.first_id == id) | (Link.second_id == id)),
        ]


def stand_as_left(changes: Iterable[Change]) -> bool:
    """Whether everything still stands as the act left it, so that putting it back drops nobody else's work."""
    return all(_stands(change) for change in changes)


def moved_on(changes: Iterable[Change]) -> frozenset[str]:
    """Of what FOLLOWS what is said, that which somebody's words have moved since the act."""
    return frozenset(
        name
        for change in changes
        for name in FOLLOWS & (change["new"] or {}).keys()
        if _row_of(change).get(name) != change["new"][name]
    )


def put_back(changes: list[Change], leaving: frozenset[str] = frozenset()) -> None:
    """Let everything stand as it did before: what was made goes, what was changed or taken away comes back, but for the
    columns that are `leaving`.
    """
    for change in reversed(changes):
        if change["old"] is None:
            _take_out(change)
    for change in changes:
        _put_in(change, leaving)
    db.session.expire_all()


def _of(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _rows(table: Table, which: ColumnElement[bool]) -> dict[str, Row]:
    found = db.session.execute(select(table).where(which)).mappings()
    return {_key_of(table, row): {name: _plain(value) for name, value in row.items()} for row in found}


def _key_of(table: Table, row: Any) -> str:
    return ",".join(str(row[column.name]) for column in table.primary_key)


def _differences(table: str, before: dict[str, Row], after: dict[str, Row]) -> Iterable[Change]:
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old and new:
            changed = [name for name in old if old[name] != new[name]]
            old, new = {name: old[name] for name in changed}, {name: new[name] for name in changed}
        if old != new:
            yield {"table": table, "key": key, "old": old, "new": new}


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def _value(table: Table, name: str, kept: Any) -> Any:
    """The same, as the column keeps it."""
    type = table.c[name].type.python_type
    return type.fromisoformat(kept) if kept is not None and type in (date, datetime) else kept


def _place(change: Change) -> tuple[Table, ColumnElement[bool]]:
    table = Base.metadata.tables[change["table"]]
    keys = zip(table.primary_key, change["key"].split(","), strict=True)
    return table, and_(*(column == int(part) for column, part in keys))


def _row_of(change: Change) -> Row:
    """The row as it stands now; empty where there is none."""
    return next(iter(_rows(*_place(change)).values()), {})


def _stands(change: Change) -> bool:
    row = _row_of(change)
    if not row or change["new"] is None:
        return not row and change["new"] is None
    return all(row[name] == value for name, value in change["new"].items() if name not in FOLLOWS)


def _take_out(change: Change) -> None:
    table, here = _place(change)
    if table is _of(Tag):  # somebody else may use the word by now
        here &= ~select(idea_tag.c.idea_id).where(idea_tag.c.tag_id == table.c.id).exists()
    db.session.execute(delete(table).where(here))


def _put_in(change: Change, leaving: frozenset[str]) -> None:
    table, here = _place(change)
    back = {name: kept for name, kept in (change["old"] or {}).items() if name not in leaving}
    old = {name: _value(table, name, kept) for name, kept in back.items()}
    if old and change["new"] is None:
        db.session.execute(insert(table).values(old).on_conflict_do_nothing())
    elif old:
        db.session.execute(update(table).where(here).values(old))
