"""Rows as they stood before an act and after it: what undoing it puts back, to the letter."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, func, select, update

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.comments.models import Comment, CommentRevision
from portal.comments.splits import Split
from portal.database.holding import hold, hold_all
from portal.database.types import Base
from portal.database.writing import insert
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse, ResponseRevision
from portal.ideas.tags import MergedTag, Tag, idea_tag
from portal.merging.conversions import Conversion
from portal.merging.links import Link
from portal.merging.models import Merge
from portal.merging.suggestions import Suggestion
from portal.moderation.models import Flag, Suspension
from portal.triage.assigning import Assignment
from portal.triage.ledger import Promise
from portal.triage.owing import Obligation
from portal.triage.snoozing import Snooze

Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]
Change = dict[str, Any]


# What is counted of the family of an idea, whoever votes or comments meanwhile: undoing a merge counts it anew.
OF_FAMILY = frozenset({"votes_count", "votes_set_aside", "nice_count", "important_count", "critical_count"})
OF_FAMILY |= {"heat", "comments_count", "survivor_id", "merged_count"}
# What follows what is said on an idea, by whomever: undoing puts it back where nobody has said anything since.
FOLLOWS = frozenset({"quiet_since", "unread_since", "said_at"})
# What others count up and down meanwhile: undoing takes back only what the act itself added.
COUNTED = frozenset({"comments_count"})


class Stand:
    """All rows that an act of staff on this thing may change, make or take away, as they stand at one moment."""

    def __init__(self, thing: Any, person: User | None = None) -> None:
        """Hold what the act changes besides the thing (of a comment, its idea; a person whom it concerns as well), and
        remember what is newest, so that what comes later is known as made by the act.
        """
        self.model: Any = type(thing)
        self.id = thing.id
        self.idea = thing if isinstance(thing, Idea) else getattr(thing, "idea", None)
        # Read once: what is said of its family is so of these, wherever they live afterwards.
        self.kin = thing.family_ids if isinstance(thing, Idea) else []
        self.person = thing if isinstance(thing, User) else person
        for besides in (self.idea, self.person):
            if besides is not None and besides is not thing:
                hold(besides)
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
        reported = (Flag.subject_type == self.model.__tablename__) & (Flag.subject_id == self.id)
        whole = self._of_idea() if self.model is Idea else [(_of(Idea), self._ideas(self.idea))] if self.idea else []
        itself = [] if self.model in (Idea, User) else [(_of(self.model), self.model.id == self.id)]
        apart = [(_of(Tag), Tag.id > self.newest[Tag]), (_of(Split), Split.comment_id == self.id)]
        apart = apart if self.model is Comment else []
        return [*whole, *itself, *apart, (_of(Flag), reported), *self._of_person()]

    def _of_idea(self) -> list[tuple[Table, ColumnElement[bool]]]:
        id = self.id
        response = select(OfficialResponse.id).where(OfficialResponse.idea_id == id)
        written = select(Comment.id).where(Comment.idea_id == id, Comment.id > self.newest[Comment])
        about = (Event.subject_type == "idea") & (Event.subject_id == id)
        return [
            (_of(Tag), Tag.id > self.newest[Tag]),
            (_of(Idea), Idea.id == id),
            (idea_tag, idea_tag.c.idea_id == id),
            (_of(OfficialResponse), OfficialResponse.idea_id == id),
            (_of(ResponseRevision), ResponseRevision.response_id.in_(response)),
            (_of(Comment), Comment.id.in_(written)),
            (_of(CommentRevision), CommentRevision.comment_id.in_(written)),
            (_of(Attachment), Attachment.response_id.in_(response)),
            (_of(Event), about & (Event.action == Action.IDEA_REWRITTEN)),
            (_of(Promise), Promise.idea_id == id),
            (_of(Obligation), Obligation.idea_id == id),
            (_of(Assignment), Assignment.idea_id == id),
            (_of(Merge), Merge.idea_id == id),
            (_of(Suggestion), Suggestion.first_id.in_(self.kin) | Suggestion.second_id.in_(self.kin)),
            (_of(Snooze), Snooze.idea_id == id),
            (_of(Conversion), Conversion.idea_id == id),
            (_of(Link), (Link.first_id == id) | (Link.second_id == id)),
        ]

    def _ideas(self, idea: Idea) -> Any:
        """The idea on which it was said, and that which a comment becomes, with which all goes that belongs to it."""
        if self.model is not Comment:
            return Idea.id == idea.id
        return (Idea.id == idea.id) | Idea.id.in_(select(Split.idea_id).where(Split.comment_id == self.id))

    def _of_person(self) -> list[tuple[Table, ColumnElement[bool]]]:
        if self.person is None:
            return []
        return [
            (_of(User), User.id == self.person.id),
            (_of(Suspension), Suspension.user_id == self.person.id),
            (_of(EmailToken), EmailToken.mailbox == self.person.mailbox),
        ]


def hold_again(changes: Iterable[Change]) -> None:
    """Hold the ideas and people that the act changed, in the order in which it held them."""
    models: dict[str, Any] = {"idea": Idea, "user": User}
    for change in changes:
        if model := models.get(change["table"]):
            hold_all(model, model.id == int(change["key"]))


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


def but_counted(changes: Iterable[Change]) -> list[Change]:
    """The same without what is counted of the family of an idea, and so follows from the rows that are put back."""
    return [change if change["table"] != _of(Idea).name else _without(change, OF_FAMILY) for change in changes]


def touches(model: Any, changes: Iterable[Change]) -> bool:
    """Whether a row of this table was made, changed or taken away."""
    return any(change["table"] == _of(model).name for change in changes)


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


def _without(change: Change, names: frozenset[str]) -> Change:
    rows = {side: {name: value for name, value in change[side].items() if name not in names} for side in ("old", "new")}
    return {**change, **rows}


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
        return not row and change["new"] is None and _may_come_back(change)
    return all(row[name] == value for name, value in change["new"].items() if name not in FOLLOWS | COUNTED)


def _may_come_back(change: Change) -> bool:
    """Whether what a row leans on still stands: a tag that was taken off may be another by now, or deleted."""
    if change["table"] != idea_tag.name:
        return True
    in_use = Tag.in_use().where(Tag.id == change["old"]["tag_id"])
    return db.session.scalar(in_use.with_only_columns(Tag.id)) is not None


def _take_out(change: Change) -> None:
    table, here = _place(change)
    if table is _of(Tag):  # somebody else may use the word by now
        here &= ~select(idea_tag.c.idea_id).where(idea_tag.c.tag_id == table.c.id).exists()
        here &= ~select(MergedTag.tag_id).where(MergedTag.into_id == table.c.id).exists()
    db.session.execute(delete(table).where(here))


def _put_in(change: Change, leaving: frozenset[str]) -> None:
    table, here = _place(change)
    back = {name: kept for name, kept in (change["old"] or {}).items() if name not in leaving}
    old = {name: _value(table, name, kept) for name, kept in back.items()}
    for name in COUNTED & old.keys():
        old[name] = table.c[name] + (old[name] - (change["new"] or {name: 0})[name])
    if old and change["new"] is None:
        db.session.execute(insert(table).values(old).on_conflict_do_nothing())
    elif old:
        db.session.execute(update(table).where(here).values(old))
