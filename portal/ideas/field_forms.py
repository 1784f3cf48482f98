"""What a board asks for, as fields of a form: of a proposal, and of an edit."""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import request
from sqlalchemy import select
from wtforms import SelectField, ValidationError

from portal.clock import now
from portal.extensions import db
from portal.i18n import _
from portal.ideas.board_asks import Field, asked_by, fields_with
from portal.ideas.boards import Board
from portal.ideas.field_kinds import TEXT_MAX, FieldType, Unreadable, read, typed
from portal.ideas.fields import BoardField
from portal.ideas.values import values_of
from portal.web.fields import AtMost, LineField
from portal.web.forms import PortalForm

# What is asked no more since so lately is taken all the same: somebody was typing, or has still to confirm it.
LATELY = timedelta(days=1)


class Spelled:
    """A number or a version, kept in one spelling; the message says what would do."""

    def __init__(self, type: str) -> None:
        self.type = type

    def __call__(self, form: Any, field: Any) -> None:
        try:
            field.data = read(self.type, field.data or "")
        except Unreadable as problem:
            raise ValidationError(str(problem)) from None


class SpelledField(LineField):
    """A number or a version, as the reader types it."""

    def __init__(self, *args: Any, type: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_type = type

    def _value(self) -> str:
        return typed(self.of_type, self.data or "")


class AsksFields(PortalForm):
    """A form with the fields of a board. `asked`: those, in order."""

    def __init__(self, *args: Any, asked: Sequence[Field] = (), **kwargs: Any) -> None:
        self.asked = asked
        super().__init__(*args, **kwargs)
        for one in asked:
            field: Any = self[one.key]
            field.label.text = one.name
            if one.is_choice:
                field.choices = [("", _("No answer")), *one.offered(beside=field.object_data or "")]

    @property
    def said(self) -> dict[int, str]:
        """What was typed, by the id of the field."""
        return {one.id: self[one.key].data or "" for one in self.asked}


class EditsFields(AsksFields):
    """The same of an idea that was sent, by a form that edits it."""

    def stands(self, thing: Any) -> dict[str, Any]:
        told = values_of(thing.id) if self.asked else {}
        here: dict[str, Any] = super().stands(thing)
        return {**here, **{one.key: told.get(one.id, "") for one in self.asked}}


def with_fields(form: Any, asked: Sequence[Field]) -> Any:
    """This form with these fields: what they are called, and offer, each form says itself."""
    return _made(form, tuple((one.key, one.type) for one in asked)) if asked else form


@lru_cache(maxsize=200)
def _made(form: Any, asked: tuple[tuple[str, str], ...]) -> Any:
    return type(form.__name__, (form,), {key: _field(type_) for key, type_ in asked})


def _field(type: str) -> Any:
    if type == FieldType.CHOICE:
        return SelectField(validators=[Offered()], validate_choice=False, default="")
    if type == FieldType.TEXT:
        return LineField(validators=[AtMost(TEXT_MAX)], render_kw={"dir": "auto"})
    mode = {"inputmode": "decimal"} if type == FieldType.NUMBER else {}
    return SpelledField(validators=[Spelled(type)], type=type, render_kw={"autocomplete": "off", **mode})


class Offered:
    """One of the choices that there are now."""

    def __call__(self, form: Any, field: Any) -> None:
        if (field.data or "") not in {value for value, _name in field.choices}:
            raise ValidationError(_("This is not on the list any more. Choose one that is, or leave it."))


def asked_at(board: Board | None, sent: Any = None) -> list[Field]:
    """What this board asks for, and what it stopped asking for while the form that was `sent` was being filled in."""
    if board is None:
        return []
    fields = asked_by(board.id)
    known = {field.id for field in fields}
    typed = [id for id in _ids_in(sent or {}) if id not in known]
    return [*fields, *_asked_lately(board.id, typed)] if typed else fields


def asked_of(idea: Any) -> list[Field]:
    """What can be said of an idea that was sent: what its board asks for, and whatever it says to another already."""
    here = asked_at(idea.board, request.form)
    known = {field.id for field in here}
    others = [id for id in values_of(idea.id) if id not in known]
    return [*here, *fields_with(others).values()]


def elsewhere(form: AsksFields) -> list[tuple[str, str]]:
    """What was typed for the fields of other boards, before another was chosen: it goes along, so that it is kept."""
    own = {one.key for one in form.asked}
    sent = [(f"f{id}", request.form.get(f"f{id}", "")[:TEXT_MAX]) for id in _ids_in(request.form)]
    return [(key, said) for key, said in sent if key not in own]


def _ids_in(sent: Any) -> list[int]:
    """The fields of which something was typed."""
    found = [
        key[1:] for key in sent if key and key[:1] == "f" and key[1:].isdecimal() and key.isascii() and len(key) < 10
    ]
    return [int(id) for id in found[:60] if sent.get(f"f{id}")]


def _asked_lately(board_id: int, ids: list[int]) -> list[Field]:
    of_board = BoardField.board_id == board_id, BoardField.id.in_(ids)
    lately = select(BoardField.id).where(*of_board, BoardField.archived_at > now() - LATELY)
    return list(fields_with(db.session.scalars(lately)).values())
