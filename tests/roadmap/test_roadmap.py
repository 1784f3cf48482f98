"""The roadmap: what is built now and what comes next."""

from collections.abc import Callable

import pytest

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.roadmap import columns
from tests.browser import Browser, Page
from tests.changelog.test_pages import queries
from tests.conftest import act

pytestmark = pytest.mark.both


def cards(page: Page, column: str) -> list[str]:
    return [h.get_text() for h in page.soup.select(f"#{column} h3")]


def many(author: User, lea: User, number: int) -> None:
    with act():
        for n in range(number):
            idea = Idea.propose(author, f"Planned thing number {n}")
            idea.change_status(Status.first("idea", "planned"), by=lea)


def test_each_idea_stands_in_the_column_of_its_status(visitor: Browser) -> None:
    page = visitor.get("/roadmap")
    assert cards(page, "now") == ["Copy a week of shifts and keep the exceptions"]
    assert cards(page, "next") == ["See the schedule offline on the phone"]
    assert len(page.soup.select(".board__col")) == 2
    assert "Plans can change. We say so when they do." in page.text


def test_what_is_looked_at_is_no_plan_unless_the_brand_shows_it(
    visitor: Browser, browser: Callable[..., Browser], nora: User
) -> None:
    looked_at = "Let colleagues swap shifts without asking a manager"
    assert looked_at not in visitor.get("/roadmap").text
    admin = browser(nora)
    admin.submit(admin.get("/admin/settings"), "main form", roadmap_shows_review="y")
    page = visitor.get("/roadmap")
    assert cards(page, "review") == [looked_at]
    assert page.find("#review h2").get_text(" ").lstrip().startswith("Under review")
    assert "Nothing is decided yet." in page.find("#review").get_text()
    assert "Later" not in page.find("main").get_text()


def test_what_is_in_testing_is_built_now(visitor: Browser, offline: Idea, lea: User) -> None:
    with act():
        offline.change_status(Status.first("idea", "testing"), by=lea)
    page = visitor.get("/roadmap")
    assert cards(page, "now") == [
        "Copy a week of shifts and keep the exceptions",
        "See the schedule offline on the phone",
    ]
    assert "Nothing here now." in page.find("#next").get_text()


def test_issues_and_hidden_ideas_are_not_on_it(
    browser: Callable[..., Browser], double_shift: Idea, offline: Idea, lea: User
) -> None:
    with act():
        double_shift.change_status(Status.first("issue", "planned"), by=lea)
        offline.hide(by=lea, reason="A test")
    assert cards(browser(lea).get("/roadmap"), "next") == []


def test_a_visitor_is_given_links_and_no_token(visitor: Browser, offline: Idea) -> None:
    page = visitor.get("/roadmap")
    assert page.has(f"a#vote-button-{offline.id}[href='/ideas/{offline.id}/vote']")
    assert "csrf_token" not in page.html and "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"].startswith("public")


def test_a_member_sees_what_they_voted_for(browser: Callable[..., Browser], offline: Idea, tom: User) -> None:
    button = browser(tom).get("/roadmap").find(f"#vote-button-{offline.id} button")
    assert button["aria-pressed"] == "true"


def test_a_long_column_leads_to_the_board(visitor: Browser, tom: User, lea: User) -> None:
    many(tom, lea, 34)
    page = visitor.get("/roadmap")
    assert len(cards(page, "next")) == columns.LIMIT
    assert "5 more ideas in the list: Planned" in " ".join(page.find("#next").get_text(" ").split())
    assert page.has("#next a[href='/?sort=top&status=planned&kind=idea']")


def test_it_costs_the_same_however_much_is_on_it(
    browser: Callable[..., Browser], yuki: User, tom: User, lea: User
) -> None:
    opened = browser(yuki)
    opened.get("/roadmap")
    few = queries(lambda: opened.get("/roadmap"))
    many(tom, lea, 20)
    db.session.rollback()
    assert queries(lambda: opened.get("/roadmap")) == few
