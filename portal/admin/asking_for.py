"""What a board asks for: added, worded, put in order and put away, each recorded with its board."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal import jobs
from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.wording import chosen
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.fields import MOST_FIELDS, BoardField, FieldChoice, free_slug
from portal.settings import settings

Words = Mapping[str, str]


class AsksEnough(Exception):
    """A board asks for so many things at most."""


def add(
    board: Board, type: str, words: Mapping[str, Words], for_staff: bool, choices: list[str], by: User
) -> BoardField:
    """Ask for one more thing, at the end. `words`: name, hint and unit by language. Raises AsksEnough."""
    here = BoardField.on_board(board.id)
    if len(here) >= MOST_FIELDS:
        raise AsksEnough
    own = settings().default_lang
    slug = free_slug(board.id, chosen(words["name"], first=own))
    field = BoardField(board_id=board.id, type=type, for_staff=for_staff, position=len(here), slug=slug)
    field.put_words(words["name"], words["hint"], words["unit"])
    db.session.add(field)
    db.session.flush()
    _offer(field, choices, own)
    _record(board, by, "field_added", {}, _described(field))
    return field


def change(
    field: BoardField, words: Mapping[str, Words], for_staff: bool, place: int | None, by: User,
    renamed: Mapping[int, Words] | None = None, gone: set[int] | None = None, choices: list[str] | None = None,
) -> None:  # fmt: skip
    """Word it anew, close it to the team, and say what can be chosen; the same again changes nothing.

    What is `gone` stays where an idea says it. Where words change by which ideas are found, search follows by a job.
    """
    before = _described(field)
    field.put_words(words["name"], words["hint"], words["unit"])
    closed, field.for_staff = for_staff and not field.for_staff, for_staff
    was = {choice.id: choice.names for choice in field.choices}
    for choice in field.choices:
        choice.names = (renamed or {}).get(choice.id, {})
        if choice.id in (gone or ()):
            choice.archived_at = now()
    _offer(field, choices or [], settings().default_lang)
    if place is not None:
        _put_at(field, place)
    db.session.flush()
    if closed or any(choice.names != was.get(choice.id, choice.names) for choice in field.choices):
        field.stale_since = now()
        jobs.enqueue("portal.ideas.field_words.refresh", field.id)
    _record(db.session.get_one(Board, field.board_id), by, "field_changed", before, _described(field))


def stop(field: BoardField, by: User) -> None:
    """Ask for it no more. What was said stays; what nobody said goes after a while (field_words.forget_unsaid)."""
    board, before = db.session.get_one(Board, field.board_id), _described(field)
    field.archived_at = now()
    db.session.flush()
    _number(BoardField.on_board(board.id))
    _record(board, by, "field_stopped", before, {})


def ask_again(field: BoardField, by: User) -> None:
    """Ask for it as before, at the end. Raises AsksEnough."""
    here = BoardField.on_board(field.board_id)
    if len(here) >= MOST_FIELDS:
        raise AsksEnough
    field.archived_at, field.position = None, len(here)
    _record(db.session.get_one(Board, field.board_id), by, "field_added", {}, _described(field))


def _offer(field: BoardField, names: list[str], lang: str) -> None:
    """Offer these choices too, behind the others; one that was taken away comes back with what was said."""
    every = db.session.scalars(select(FieldChoice).where(FieldChoice.field_id == field.id)).all()
    there = {name.casefold(): choice for choice in every for name in choice.names.values()}
    place = max((choice.position for choice in every), default=-1)
    for number, name in enumerate(names, place + 1):
        choice = there.get(name.casefold())
        if choice is None:
            db.session.add(FieldChoice(field_id=field.id, position=number, names={lang: name}))
        elif choice.archived_at:
            choice.archived_at, choice.position = None, number
    db.session.flush()


def _put_at(field: BoardField, place: int) -> None:
    here = BoardField.on_board(field.board_id)
    if field in here:
        here.insert(max(0, min(place, len(here) - 1)), here.pop(here.index(field)))
        _number(here)


def _number(fields: list[BoardField]) -> None:
    for place, field in enumerate(fields):
        field.position = place


def _described(field: BoardField) -> dict[str, Any]:
    """What the audit says of it."""
    choices = ", ".join(choice.name for choice in field.choices)
    return {
        "names": field.names,
        "hints": {lang: row.hint for lang, row in field.name_rows.items() if row.hint},
        "units": {lang: row.unit for lang, row in field.name_rows.items() if row.unit},
        "for_staff": field.for_staff,
        "place": field.position,
        "choices": choices,
    }


def _record(board: Board, by: User, what: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    if before != after:
        record(Action.BOARD_CHANGED, board, by=by, what=what, names=board.names, was=before, field=after)
