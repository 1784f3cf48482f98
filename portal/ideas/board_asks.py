"""What boards ask for, and what an idea says to it, as pages read them: columns, in the reader's language."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select

from portal.database.reading import RowByRow, among, gathered, rows
from portal.database.wording import chosen
from portal.extensions import db
from portal.ideas.boards import Board, at_last, merged_boards
from portal.ideas.field_kinds import ORDERED, FieldType, said
from portal.ideas.fields import BoardField, FieldChoice
from portal.ideas.values import IdeaValue
from portal.middleware.caching import for_everybody


class Choice(NamedTuple):
    """One of what can be chosen: its id as a form sends it, its names by language, and whether it is offered."""

    value: str
    names: dict[str, str]
    is_offered: bool

    @property
    def name(self) -> str:
        return chosen(self.names)


class Field(NamedTuple):
    """One thing that a board asks for. `board`: where; `choices`: also those that are offered no more."""

    id: int
    board_id: int
    slug: str
    type: str
    for_staff: bool
    is_archived: bool
    name: str
    hint: str
    unit: str
    board: str
    choices: tuple[Choice, ...]

    @classmethod
    def of(cls, row: Any) -> "Field":
        """From a row of fields(), for the reader."""
        *plain, _position, archived, names, hints, units, board, choices = row
        words = (chosen(dict(found or {})) for found in (names, hints, units, board))
        offered = sorted(choices or (), key=lambda choice: (choice[1], choice[0]))
        picks = tuple(Choice(str(id), dict(called or {}), not gone) for id, _at, gone, called in offered)
        return cls._make((*plain, bool(archived), *words, picks))

    @property
    def key(self) -> str:
        """What it is called in forms and in addresses."""
        return f"f{self.id}"

    @property
    def is_choice(self) -> bool:
        return self.type == FieldType.CHOICE

    @property
    def is_ordered(self) -> bool:
        return self.type in ORDERED

    @property
    def is_text(self) -> bool:
        return self.type == FieldType.TEXT

    def offered(self, beside: str = "") -> list[tuple[str, str]]:
        """What may be chosen, value and name, and what was chosen before (`beside`) in any case."""
        return [(one.value, one.name) for one in self.choices if one.is_offered or one.value == beside]

    def say(self, raw: str) -> str:
        """What was said, in words."""
        if self.is_choice:
            return next((one.name for one in self.choices if one.value == raw), "")
        return said(self.type, raw, self.unit)


class Said(NamedTuple):
    """What an idea says to a field, in words. `from_board`: the board that asked, where the idea is on another now."""

    field: Field
    raw: str
    from_board: str

    @property
    def words(self) -> str:
        return self.field.say(self.raw)


def asked_by(board_id: int | None) -> list[Field]:
    """What a board asks for now, in order."""
    return [] if board_id is None else [Field.of(row) for row in rows(_of_board(), {"board": board_id})]


def fields_with(ids: Iterable[int]) -> dict[int, Field]:
    """These fields, archived ones too, by their id."""
    known = sorted(set(ids))
    return {row[0]: Field.of(row) for row in rows(_with_ids(), {"ids": known})} if known else {}


@for_everybody
def asked_in_public(slug: str) -> tuple[Field, ...]:
    """What the board with this address asks for now and shows to all."""
    found = [Field.of(row) for row in rows(_of_slug(), {"slug": slug})]
    return tuple(field for field in found if not field.for_staff)


@for_everybody
def boards_that_ask() -> frozenset[str]:
    """The addresses of the boards that ask for something."""
    asks = select(BoardField.board_id).where(BoardField.archived_at.is_(None))
    return frozenset(slug for (slug,) in db.session.execute(select(Board.slug).where(Board.id.in_(asks))))


@for_everybody
def boards_that_merged() -> dict[int, int]:
    """The boards that became another, with which: what was asked there is asked by that one."""
    return merged_boards()


def said_on(idea: Any, brought: Any, all_of_it: bool) -> list[Said]:
    """What an idea says, of what its statement `brought` along (said_here()): to everybody, or `all_of_it` to the team
    and its author. What it said to another board is theirs alone until it is back there.
    """
    found, merged = [], boards_that_merged()
    for *row, raw, choice in brought or ():
        field = Field.of(row)
        away = at_last(field.board_id, merged) != idea.board_id
        if all_of_it or not (field.for_staff or away):
            found.append(Said(field, str(choice) if choice is not None else raw, field.board if away else ""))
    return found


def said_by(idea: Any, all_of_it: bool) -> list[Said]:
    """The same of an idea by itself."""
    return said_on(idea, rows(said_here(), {"idea": idea.id}), all_of_it)


def said_in_public(ideas: list[Any]) -> dict[int, dict[str, str]]:
    """What everybody reads of what these ideas say, by their ids and by the names of the fields, in two statements."""
    boards = {idea.id: idea.board_id for idea in ideas}
    told = select(IdeaValue.idea_id, IdeaValue.field_id, IdeaValue.text, IdeaValue.choice_id)
    said = rows(told.where(among(IdeaValue.idea_id, "ideas")), {"ideas": [*boards]}).all()
    fields, merged = fields_with(field for _idea, field, *_raw in said), boards_that_merged()
    found: dict[int, dict[str, str]] = {id: {} for id in boards}
    for idea, id, raw, choice in said:
        field = fields[id]
        if not field.for_staff and at_last(field.board_id, merged) == boards[idea]:
            found[idea][field.name] = field.say(str(choice) if choice is not None else raw)
    return found


def teller(idea: Any, all_of_it: bool) -> Callable[[list[Any]], dict[str, str]]:
    """What tells the versions of an idea what they said to boards, and gives what that is called; as in said_on()."""

    def tell(revisions: list[Any]) -> dict[str, str]:
        fields = fields_with(int(id) for revision in revisions for id in revision.fields or {})
        merged = boards_that_merged()
        for_all = [
            one for one in fields.values()
            if not one.for_staff and at_last(one.board_id, merged) == idea.board_id
        ]  # fmt: skip
        seen = [*fields.values()] if all_of_it else for_all
        for revision in revisions:
            kept = revision.fields or {}
            revision.told = {one.key: one.say(kept[str(one.id)]) for one in seen if str(one.id) in kept}
        return {one.key: one.name for one in seen}

    return tell


@cache
def said_here() -> Any:
    """The fields to which the `idea` says something, with what: for said_on()."""
    columns = *_columns(), IdeaValue.text, IdeaValue.choice_id
    found = select(*columns).join(Board, Board.id == BoardField.board_id)
    found = found.join(IdeaValue, IdeaValue.field_id == BoardField.id).where(IdeaValue.idea_id == bindparam("idea"))
    return found.order_by(BoardField.archived_at.is_not(None), BoardField.position, BoardField.id)


def brought_along() -> Any:
    """The same as a column of the statement that reads the idea."""
    return gathered(said_here())


def _columns() -> tuple[Any, ...]:
    shown = RowByRow(FieldChoice.id, FieldChoice.position, FieldChoice.archived_at.is_not(None), FieldChoice.called)
    choices = select(shown).where(FieldChoice.field_id == BoardField.id).correlate_except(FieldChoice)
    return (
        BoardField.id, BoardField.board_id, BoardField.slug, BoardField.type, BoardField.for_staff,
        BoardField.position, BoardField.archived_at.is_not(None).label("is_archived"),
        BoardField.called.label("names"), BoardField.hints, BoardField.units, Board.called.label("board"),
        choices.scalar_subquery().label("choices"),
    )  # fmt: skip


def _fields() -> Select[Any]:
    found = select(*_columns()).join(Board, Board.id == BoardField.board_id)
    return found.order_by(BoardField.position, BoardField.id)


@cache
def _of_board() -> Select[Any]:
    return _fields().where(BoardField.board_id == bindparam("board"), BoardField.archived_at.is_(None))


@cache
def _of_slug() -> Select[Any]:
    return _fields().where(Board.slug == bindparam("slug"), BoardField.archived_at.is_(None))


@cache
def _with_ids() -> Select[Any]:
    return _fields().where(among(BoardField.id, "ids"))


def has_been_told(field_id: int) -> bool:
    """Whether any idea says something to this field."""
    asked = select(IdeaValue.idea_id).where(IdeaValue.field_id == field_id).limit(1)
    return db.session.execute(asked).first() is not None


def times_told(field_ids: list[int]) -> dict[int, int]:
    """How many ideas say something to each of these fields."""
    counted = select(IdeaValue.field_id, func.count()).where(IdeaValue.field_id.in_(field_ids))
    return {id: number for id, number in db.session.execute(counted.group_by(IdeaValue.field_id))}
