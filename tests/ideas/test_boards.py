"""Who may see a board: one scope, which decides on everything that stands there. Today every board is public."""

import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from sqlalchemy import ColumnElement, false, select, true

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.notifications.recipients import concerned
from portal.voting.models import Vote
from tests.browser import Browser
from tests.conftest import act

pytestmark = pytest.mark.both

PUBLIC = (
    "/?sort=new", "/?board=planning", "/search?q=nightingale", "/ideas/similar?title=A+nightingale+that+sings",
    "/feed.atom", "/feed.atom?board=planning", "/sitemap.xml", "/roadmap", "/people/tom-becker",
)  # fmt: skip
BUILT_ONCE: Any = type(cache(print))


@pytest.fixture
def sings(tom: User, lea: User, sofia: User) -> Idea:
    """An idea on the first board, planned and voted for."""
    with act():
        idea = Idea.propose(tom, "A nightingale sings", "At dusk.", board=Board.in_order(for_=None)[0])
        idea.change_status(next(s for s in idea.allowed_statuses() if s.kind == "planned"), by=lea)
        Vote.cast(idea, by=sofia)
    return idea


def forget_statements() -> None:
    """Have every statement that is built once built anew: they say who sees a board as it was when they were built."""
    for name, module in [*sys.modules.items()]:
        for thing in [*vars(module).values()] if name.startswith("portal.") else ():
            if isinstance(thing, BUILT_ONCE):
                thing.cache_clear()


@pytest.fixture
def for_nobody(sings: Idea, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if this board were for some people, none of whom is here: staff and who wrote there see it all the same."""
    board_id = sings.board_id

    def seen_by(user: Any) -> ColumnElement[bool]:
        return true() if getattr(user, "is_staff", False) else Board.id != board_id

    monkeypatch.setattr(Board, "seen_by", seen_by)
    monkeypatch.setattr(Board, "readers", property(lambda board: false() if board.id == board_id else true()))
    monkeypatch.setattr(Board, "is_public", property(lambda board: board.id != board_id))
    forget_statements()
    yield
    forget_statements()


@pytest.mark.parametrize("path", PUBLIC)
def test_what_stands_on_a_public_board_is_read_by_everybody(
    browser: Callable[..., Browser], sings: Idea, yuki: User, path: str
) -> None:
    found = [who.client.get(path).text for who in (browser(), browser(yuki))]
    assert all("nightingale sings" in text or f"/ideas/{sings.id}" in text for text in found)


@pytest.mark.parametrize("path", PUBLIC)
def test_what_stands_on_a_board_is_out_of_sight_with_it(
    browser: Callable[..., Browser], for_nobody: None, sings: Idea, yuki: User, path: str
) -> None:
    for who in (browser(), browser(yuki)):
        text = who.client.get(path).text
        assert "nightingale sings" not in text and f"/ideas/{sings.id}" not in text


def test_its_page_is_found_by_its_author_and_staff_alone(
    browser: Callable[..., Browser], for_nobody: None, sings: Idea, tom: User, lea: User, yuki: User
) -> None:
    asked = [
        browser(*who).get(f"/ideas/{sings.id}-a-nightingale-sings").status for who in ((), (yuki,), (tom,), (lea,))
    ]
    assert asked == [404, 404, 200, 200]


def test_who_may_not_see_it_hears_nothing(for_nobody: None, sings: Idea, sofia: User, tom: User) -> None:

    [planned] = db.session.scalars(
        select(Event).where(Event.action == Action.STATUS_CHANGED, Event.subject_id == sings.id)
    )
    heard = set(db.session.scalars(select(User.id).where(concerned(planned))))
    assert tom.id in heard and sofia.id not in heard
