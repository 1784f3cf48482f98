"""What comes out of a printer: the words, not the buttons; and nothing is a screen's colour."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.ideas.models import Idea
from tests.conftest import act
from tests.journeys.window import Window

Opens = Callable[..., Window]


@pytest.fixture
def scripts() -> bool:
    """A printer runs none, whatever the page did before."""
    return True


@pytest.fixture(params=["light", "dark"])
def printed(request: pytest.FixtureRequest, window: Opens, tom: User, lea: User, offline: Idea) -> Window:
    """The page of an idea on paper, for somebody who reads in this theme."""
    with act():
        offline.respond("It comes in spring: see [our notes](https://example.com/notes).", by=lea)
    member = window(tom)
    member.page.emulate_media(media="print", color_scheme=request.param)
    return member.read(offline)


def test_an_idea_is_printed_with_its_words_and_without_its_buttons(printed: Window, offline: Idea) -> None:
    printed.sees(offline.title, "people want this", "It comes in spring", "Discussion")
    for part in ("header.top", "footer", ".tabs", ".act", "main form", "main button"):
        expect(printed.page.locator(part).filter(visible=True)).to_have_count(0)


def test_on_paper_a_link_says_where_it_leads_and_the_sheet_is_white(printed: Window) -> None:
    link = printed.page.locator("a[href='https://example.com/notes']")
    assert "https://example.com/notes" in link.evaluate("(link) => getComputedStyle(link, '::after').content")
    assert printed.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") in (
        "rgb(255, 255, 255)",
        "oklch(1 0 0)",
    )
