"""Forms take what they state and nothing else, whatever more is sent with them, and no more words than they say."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Boolean, Column, Integer
from wtforms import HiddenField, StringField
from wtforms.fields.core import UnboundField

from portal.database.types import Base
from portal.ideas.field_forms import SpelledField
from portal.web.fields import AtMost, LineField, TextField
from portal.web.forms import PortalForm
from tests.security.target import Target
from tests.security.test_routes import Row, acting

# Stated by a form of their own, which only one route has; and what people try first.
STATED_ELSEWHERE = {"role", "email"}
TRIED_FIRST = {"is_admin": "1", "is_staff": "1", "admin": "1", "user_id": "1", "by": "1", "author": "1"}
# What differs from one time to the next anyway: moments, fractions of heat, random keys.
CHANGES = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d+|[\w-]{22,}|former-[0-9a-f]+")


# An address and a code have a form of their own, and the word that erases an account is compared.
BOUND_OTHERWISE = {"email", "code", "word"}


def fields() -> Iterator[tuple[str, str, UnboundField]]:
    """Every field of every form, with the names of both."""
    forms: list[type[PortalForm]] = [PortalForm]
    while forms:
        form = forms.pop()
        forms += form.__subclasses__()
        for name, field in vars(form).items():
            if isinstance(field, UnboundField):
                yield form.__name__, name, field


def stated() -> set[str]:
    """The names of the fields of every form."""
    return {name for _form, name, _field in fields()}


def value_for(column: Column[Any]) -> str:
    if column.name == "role":
        return "admin"
    return "1" if isinstance(column.type, Boolean) else "31337" if isinstance(column.type, Integer) else "2001-02-03"


def extra() -> dict[str, str]:
    """Every column of every table that is no field of a form, with a value that would be seen."""
    columns = {column.name: value_for(column) for table in Base.metadata.tables.values() for column in table.columns}
    return {name: value for name, value in columns.items() if name not in stated() - STATED_ELSEWHERE} | TRIED_FIRST


def changed_by(target: Target, row: Row, who: str, more: dict[str, str]) -> list[Any]:
    """What the tables hold after this was sent, without what differs each time."""
    target.restore()
    more = {name: value for name, value in more.items() if name not in row.fields(target)}
    answer = row.send(target, who, {**more, "csrf_token": target.csrf_token()})
    rows = [
        (table, sorted(tuple(None if isinstance(c, float) else CHANGES.sub("~", str(c)) for c in found)
                       for found in all_of)) for table, all_of in target.rows()
    ]  # fmt: skip
    return [answer.status_code, *rows]


def test_no_form_takes_more_than_it_states(target: Target) -> None:
    more = extra()
    assert {"role", "email", "votes_count", "author_id", "status_id", "is_private", "suspended_at"} <= set(more)
    for row, who in acting():
        if who == "visitor":
            more = {name: value for name, value in more.items() if name != "email"}
        assert changed_by(target, row, who, more) == changed_by(target, row, who, {}), f"{who}: {row}"


def test_every_field_for_words_cleans_them_and_says_how_many_it_takes(target: Target) -> None:
    endless = set()
    for form, name, field in fields():
        if form == "Sample":  # of /design, which is sent nowhere
            continue
        is_for_words = issubclass(field.field_class, StringField) and not issubclass(field.field_class, HiddenField)
        rules = [*(field.args[1] if len(field.args) > 1 else ()), *field.kwargs.get("validators", ())]
        is_cleaned = issubclass(field.field_class, LineField | TextField)
        is_bound = is_cleaned and any(isinstance(rule, AtMost) for rule in rules)
        is_bound = is_bound or issubclass(field.field_class, SpelledField)  # which reads a number, or a version
        if is_for_words and name not in BOUND_OTHERWISE and not is_bound:
            endless.add(f"{form}.{name}")
    assert endless == set()


def test_what_is_typed_is_bounded_and_holds_nothing_that_is_not_shown(target: Target) -> None:
    """A line ends nowhere but at its end, a text holds no controls, and what is too long is refused."""
    with target.app.test_request_context(
        method="POST", data={"title": "A\r\nBcc: eve\x00", "bio": "One\x1b[2J\x07\r\nTwo"}
    ):
        form = Typed()
        assert form.title.data == "A Bcc: eve" and form.bio.data == "One[2J\nTwo"
        assert form.title.validate(form) and form.bio.validate(form)
    with target.app.test_request_context(method="POST", data={"title": "x" * 81, "bio": "x" * 501}):
        form = Typed()
        assert not form.title.validate(form) and not form.bio.validate(form)


class Typed(PortalForm):
    title = LineField("Title", [AtMost(80)])
    bio = TextField("About", [AtMost(500)])
