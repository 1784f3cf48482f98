"""Narrowing a list by what ideas say to the fields of one board: what is offered, what was asked, and the conditions.

In an address each is named by its field and by how it narrows: `f12` (this choice), `f12_has` (a text with these words
in it), `f12_from` and `f12_to` (a number or a version). A statement depends on these names alone.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, String, bindparam, literal, select

from portal.i18n import _
from portal.ideas.board_asks import Field, asked_by
from portal.ideas.field_kinds import TEXT_MAX, Unreadable, order_of, read, typed
from portal.ideas.models import Idea
from portal.ideas.values import IdeaValue
from portal.middleware.caching import for_everybody
from portal.text import clean_line

_NAME = re.compile(r"f(?P<field>[1-9][0-9]{0,8})(?P<how>|_has|_from|_to)", re.ASCII)
_HOW: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "": lambda value: IdeaValue.choice_id == value,
    "_has": lambda value: IdeaValue.text.ilike(value, escape="\\"),
    "_from": lambda value: IdeaValue.ordered >= value,
    "_to": lambda value: IdeaValue.ordered <= value,
}


class Wish(NamedTuple):
    """One way in which a list is narrowed: its name in the address, what stands there, and what that is in columns."""

    name: str
    value: str
    bound: Any

    @property
    def is_from_a_list(self) -> bool:
        """Whether it is one of our choices, and nothing that anybody could make up."""
        return isinstance(self.bound, int)


class Input(NamedTuple):
    """One place of the form: its name, what it is called, what stands there, and what is wrong with that."""

    name: str
    label: str
    value: str
    problem: str = ""


class Drawn(NamedTuple):
    """A field by which a list can be narrowed, as the form draws it: a list of choices, or one or two inputs."""

    choices: tuple[tuple[str, str], ...]
    inputs: tuple[Input, ...]


class Offered(NamedTuple):
    """The same, with what is asked of it, as a list takes that and in words."""

    drawn: Drawn
    wishes: tuple[Wish, ...]
    named: tuple[str, ...]


def is_of_a_field(name: str) -> bool:
    """Whether this is the name of something that narrows by a field."""
    return _NAME.fullmatch(name) is not None


@for_everybody
def asked_of_staff(board_id: int) -> tuple[Field, ...]:
    """What a board asks for, as all of the team see it."""
    return tuple(asked_by(board_id))


def offered(fields: Iterable[Field], given: Mapping[str, str]) -> tuple[Offered, ...]:
    """These fields as a form offers them, with what was asked of each."""
    return tuple(_offered(field, given) for field in fields)


def drawn(fields: Iterable[Offered]) -> tuple[Drawn, ...]:
    """What the form shows of them."""
    return tuple(field.drawn for field in fields)


def problems(fields: Iterable[Offered]) -> list[tuple[str, str]]:
    """What is wrong: the name of the input, and the message."""
    return [(one.name, one.problem) for field in fields for one in field.drawn.inputs if one.problem]


def wishes(fields: Iterable[Offered]) -> tuple[Wish, ...]:
    """What is asked, without what nobody can read."""
    return tuple(wish for field in fields for wish in field.wishes)


def says(name: str, value: Any = None) -> ColumnElement[bool]:
    """The condition on Idea of what narrows by this name, with a parameter of that name, or with a value."""
    found = _NAME.fullmatch(name)
    assert found, name
    field, how = int(found["field"]), found["how"]
    kind = String if how else Integer
    asked: Any = bindparam(name, type_=kind()) if value is None else literal(value, kind())
    told = select(IdeaValue.idea_id).where(IdeaValue.field_id == field, _HOW[how](asked))
    return Idea.id.in_(told)


def _offered(field: Field, given: Mapping[str, str]) -> Offered:
    if field.is_choice:
        return _of_choices(field, given)
    ways = ("_from", "_to") if field.is_ordered else ("_has",)
    inputs, wishes, named = [], [], []
    for way in ways:
        name = f"{field.key}{way}"
        value = clean_line(given.get(name, ""))[:TEXT_MAX]
        problem, raw = "", ""
        try:
            raw = read(field.type, value)
        except Unreadable as refused:
            problem = f"{field.name}: {refused}"
        shown = value if problem else typed(field.type, raw)
        inputs.append(Input(name, _label(field, way), shown, problem))
        if raw:
            bound = order_of(field.type, raw) if field.is_ordered else _within(raw)
            wishes.append(Wish(name, raw, bound))
            named.append(_said(field, way, field.say(raw)))
    return Offered(Drawn((), tuple(inputs)), tuple(wishes), tuple(named))


def _of_choices(field: Field, given: Mapping[str, str]) -> Offered:
    value = given.get(field.key, "")
    choices = tuple(field.offered(beside=value))
    known = dict(choices).get(value)
    problem = "" if known or not value else _("There is no such choice. Choose one from the list.")
    wishes = (Wish(field.key, value, int(value)),) if known else ()
    inputs = (Input(field.key, field.name, value, problem),)
    return Offered(Drawn(choices, inputs), wishes, (f"{field.name}: {known}",) if known else ())


def _label(field: Field, way: str) -> str:
    if way == "_has":
        return _("%(field)s: with these words", field=field.name)
    named = f"{field.name} ({field.unit})" if field.unit else field.name
    return _("%(field)s, from", field=named) if way == "_from" else _("%(field)s, to", field=named)


def _said(field: Field, way: str, words: str) -> str:
    if way == "_has":
        return _("%(field)s: “%(words)s”", field=field.name, words=words)
    if way == "_from":
        return _("%(field)s: %(words)s or more", field=field.name, words=words)
    return _("%(field)s: up to %(words)s", field=field.name, words=words)


def _within(words: str) -> str:
    """The pattern of texts with these words in them, whatever signs are among them."""
    for sign in "\\%_":
        words = words.replace(sign, f"\\{sign}")
    return f"%{words}%"
