"""The boards of this portal, and what they ask for, as an export names them: by their addresses."""

from typing import Any

from sqlalchemy import select

from portal.database.holding import keep_all
from portal.extensions import db
from portal.ideas.board_asks import Field, fields_with
from portal.ideas.boards import Board, at_last, leads, merged_boards
from portal.ideas.field_kinds import TEXT_MAX, Unreadable, read
from portal.ideas.fields import BoardField
from portal.ideas.models import Idea
from portal.importing.records import Record, Unfit, shown
from portal.text import clean_line


class Boards:
    """What ideas of an export may say to boards. A board that is not here is left out, as ever."""

    def __init__(self) -> None:
        self._own = {slug: id for id, slug in db.session.execute(select(Board.id, Board.slug))}
        self._ids = leads(self._own)
        self._closed = {*db.session.scalars(select(Board.id).where(Board.is_over()))}
        self._fields: dict[tuple[int, str], Field] = {}
        for field in fields_with(db.session.scalars(select(BoardField.id))).values():
            self._fields[field.board_id, field.slug] = field

    def place(self, record: Record) -> Record:
        """The record with the id of its board, and what it says to the fields of that; raises Unfit."""
        board = self._ids.get(record["board"])
        if record["fields"] and board is None:
            raise Unfit("fields are asked by a board: name one that is here in board, by its web address")
        values = {}
        for slug, said in record["fields"].items():
            asked_by = self._own[record["board"]], board or 0
            field = next((found for id in asked_by if (found := self._fields.get((id, clean_line(slug))))), None)
            if field is None:
                raise Unfit(f"fields holds {shown(slug)}, for which the board {record['board']} does not ask")
            values[field.id] = _read(field, said)
        return {**record, "board_id": board, "values": values}

    def has_closed(self, record: Record) -> bool:
        """Whether its board takes nothing any more."""
        return record["board_id"] in self._closed

    @staticmethod
    def stand_now(ideas: list[Idea]) -> None:
        """Let new ideas stand where their boards are now: one may have become another since the import began, and none
        does before the transaction ends."""
        keep_all(Board, Board.id.in_({idea.board_id for idea in ideas if idea.board_id}))
        merged = merged_boards()
        for idea in ideas:
            idea.board_id = at_last(idea.board_id, merged) if idea.board_id else None

    def named(self, values: dict[int, str]) -> dict[str, str]:
        """What an idea says, as an export would have it."""
        fields = {field.id: field for field in self._fields.values()}
        return {fields[id].slug: fields[id].say(raw) if fields[id].is_choice else raw for id, raw in values.items()}


def _read(field: Field, said: Any) -> str:
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        raise Unfit(f"fields.{field.slug} is {shown(said)}: write text or a number")
    words = clean_line(str(said))
    if len(words) > TEXT_MAX:
        raise Unfit(f"fields.{field.slug} has {len(words)} characters: shorten it to {TEXT_MAX}")
    if field.is_choice:
        return _choice(field, words)
    try:
        return read(field.type, words)
    except Unreadable:
        raise Unfit(f"fields.{field.slug} is {shown(said)}: write a {field.type}") from None


def _choice(field: Field, words: str) -> str:
    for choice in field.choices:
        if words.casefold() in {name.casefold() for name in choice.names.values()}:
            return choice.value
    known = ", ".join(choice.name for choice in field.choices)
    raise Unfit(f"fields.{field.slug} is {shown(words)}: write one of {known}")
