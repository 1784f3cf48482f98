"""A board that asks for things, as tests begin with it."""

from portal.accounts.models import User
from portal.admin import asking_for
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.fields import BoardField
from portal.ideas.models import Idea
from portal.ideas.values import values_of
from tests.conftest import act


def asks(by: User, board: str, type: str, name: str, *choices: str, for_staff: bool = False, unit: str = "") -> int:
    """Let a board ask for this; the id of the field."""
    with act():
        words = {"name": {"en": name, "fr": f"{name} (fr)"}, "hint": {}, "unit": {"en": unit, "fr": unit}}
        field = asking_for.add(board_called(board), type, words, for_staff, list(choices), by=by)
        return field.id


def board_called(slug: str) -> Board:
    return db.session.query(Board).filter_by(slug=slug).one()


def choice_of(field: int, name: str) -> str:
    """The value of a choice by what it is called in English."""
    db.session.rollback()
    return next(
        str(choice.id) for choice in db.session.get_one(BoardField, field).choices if choice.names["en"] == name
    )


def says(idea: Idea, by: User, **said: str) -> None:
    """Let an idea say this to the fields `f<id>`."""
    with act():
        there = db.session.get_one(Idea, idea.id)
        there.edit(there.title, there.body, by=by, fields={int(key[1:]): raw for key, raw in said.items()})


def said(title: str) -> dict[int, str]:
    """What an idea says, by field."""
    db.session.rollback()
    return values_of(db.session.query(Idea).filter_by(title=title).one().id)
