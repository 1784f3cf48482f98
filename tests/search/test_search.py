"""Search: every status, both languages, the best first."""

from collections.abc import Callable

import pytest

from portal.accounts.models import User
from portal.ideas.models import Idea
from tests.browser import Browser, Page
from tests.conftest import act

pytestmark = pytest.mark.both

Browse = Callable[..., Browser]


def titles(page: Page) -> list[str]:
    return [found.get_text(strip=True) for found in page.soup.select(".tickets h3")]


def test_without_words_it_asks_for_some(visitor: Browser) -> None:
    page = visitor.get("/search")
    assert page.heading == "Search ideas" and page.find("#q")["type"] == "search"
    assert "Write a few words" in page.text and not titles(page)


def test_the_best_match_comes_first_whatever_became_of_it(visitor: Browser, fax: Idea, offline: Idea) -> None:
    assert titles(visitor.get("/search?q=fax the schedule"))[0] == fax.title
    assert titles(visitor.get("/search?q=schedule offline"))[0] == offline.title


def test_accents_and_endings_do_not_matter(visitor: Browser, rest_warning: Idea) -> None:
    for words in ("prévenir", "PREVENIR", "heure de repos"):
        assert titles(visitor.get(f"/search?q={words}")) == [rest_warning.title], words


def test_bodies_are_searched_too(visitor: Browser, offline: Idea) -> None:
    assert titles(visitor.get("/search?q=kitchen signal")) == [offline.title]


def test_it_narrows_to_a_kind(visitor: Browser, double_shift: Idea, copy_week: Idea) -> None:
    assert {double_shift.title, copy_week.title} <= set(titles(visitor.get("/search?q=split shift")))
    page = visitor.get("/search?q=split shift&kind=issue")
    assert titles(page) == [double_shift.title]
    assert page.find(".seg a[aria-current]").get_text() == "Issues"


def test_no_match_carries_the_words_over(visitor: Browser) -> None:
    page = visitor.get("/search?q=kanban")
    assert "No idea matches “kanban”. Share it?" in page.text
    link = page.find(".empty a.btn")
    assert visitor.get(str(link["href"])).find("#title")["value"] == "kanban"
    page = visitor.get("/search?q=kanban&kind=issue")
    assert "No issue matches “kanban”. Report it?" in page.text


@pytest.mark.parametrize("words", ["%00", "x" * 5000, "_%25_", "'; DROP TABLE idea; --", "🙂", "%E2%80%A8", "<b>"])
def test_odd_words_find_nothing_and_break_nothing(visitor: Browser, words: str) -> None:
    page = visitor.get(f"/search?q={words}")
    assert page.status == 200 and not titles(page)
    assert len(str(page.find("#q").get("value"))) <= 200


@pytest.mark.parametrize("query", ["kind=poem", "after=x", "after=-1", "after=99999999999999999999", "after=²"])
def test_odd_narrowing_is_ignored(visitor: Browser, query: str) -> None:
    assert titles(visitor.get(f"/search?q=offline&{query}"))


def test_more_than_a_page(browser: Browse, tom: User) -> None:
    with act():
        for n in range(45):
            Idea.propose(tom, f"Oyster delivery number {n}")
    page, seen = browser().get("/search?q=oysters"), []
    while True:
        seen += titles(page)
        more = page.soup.select_one("#more a")
        if more is None:
            break
        page = browser().get(str(more["href"]))
    assert len(seen) == len(set(seen)) == 45


def test_members_vote_from_what_they_found(browser: Browse, tom: User, offline: Idea) -> None:
    page = browser(tom).get("/search?q=offline")
    assert page.find(f"form#vote-{offline.id} button")["aria-pressed"] == "true"


def test_the_search_has_its_place_among_the_ideas(visitor: Browser) -> None:
    """In the bar of the page, and in the tabs of a phone."""
    here = visitor.get("/search?q=schedule").soup.select("header nav [aria-current], nav.tabs [aria-current]")
    assert [link["href"] for link in here] == ["/", "/"]
