"""What is built once is told to each engine in the same words each time, and finds what the session would find."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, event, select

from portal.accounts.models import User
from portal.database import reading
from portal.database.reading import among, rows
from portal.database.writing import begin_write
from portal.extensions import db
from tests.browser import Browser

pytestmark = pytest.mark.both

AWKWARD = '50 % of O’Brien\'s: \\ "this" ?'


@contextmanager
def told() -> Iterator[list[tuple[str, Any]]]:
    """Each statement that the database is told meanwhile, and its parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_constants_stand_in_the_words_of_a_statement(app: Flask, tom: User) -> None:
    statement = select(User.handle).where(User.id == bindparam("id"), User.role.in_(["member", "staff"])).limit(7)
    with told() as seen:
        assert rows(statement, {"id": tom.id}).scalars().all() == [tom.handle]
    [(words, parameters)] = seen
    assert "'member'" in words and "7" in words
    assert (list(parameters.values()) if isinstance(parameters, dict) else list(parameters)) == [tom.id]


def test_a_constant_is_told_to_the_letter(app: Flask, tom: User, hugo: User) -> None:
    begin_write()
    tom.display_name = AWKWARD
    db.session.commit()
    statement = select(User.id).where(User.display_name == AWKWARD, among(User.id, "ids"))
    assert rows(statement, {"ids": [hugo.id, tom.id]}).scalars().all() == [tom.id]


def test_what_waits_to_be_written_is_read_too(app: Flask, tom: User) -> None:
    begin_write()
    tom.display_name = "Thomas"
    assert rows(select(User.display_name).where(User.id == bindparam("id")), {"id": tom.id}).scalar_one() == "Thomas"
    db.session.rollback()


def test_no_page_has_a_statement_made_ready_at_each_request(
    browser: Callable[..., Browser], tom: User, lea: User
) -> None:
    pages = {
        tom: ("/", "/?sort=top&kind=idea", "/roadmap", "/notifications", "/ideas/1"),
        lea: ("/admin", "/admin/promises"),
    }
    asked = [(browser(reader), page) for reader, those in pages.items() for page in those]
    ready = []
    for _ in range(2):
        for opened, page in asked:
            opened.get(page)
        ready.append(reading._as_told.cache_info().misses)
    assert ready[0] == ready[1]
