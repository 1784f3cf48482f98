"""The roadmap: what is built now and what comes next."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.changelog.models import Release
from portal.clock import now
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.ideas.tags import Tag
from portal.roadmap import columns
from tests.browser import Browser, Page
from tests.changelog.releases import said
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


def narrowed(browser: Browser, **by: str) -> Page:
    """The roadmap as its form narrows it."""
    return browser.submit(browser.get("/roadmap"), "main .filter form", **by)


def test_it_is_narrowed_to_a_board_and_says_which_board_each_idea_is_on(visitor: Browser) -> None:
    page = visitor.get("/roadmap")
    assert page.find("#now .rcard").get_text().count("Planning") == 1
    page = narrowed(visitor, board="mobile")
    assert cards(page, "now") == [] and cards(page, "next") == ["See the schedule offline on the phone"]
    assert "1 idea" in page.find("#next h2").get_text(" ") and "0 ideas" in page.find("#now h2").get_text(" ")
    assert page.find(".chips").get_text(" ", strip=True) == "Mobile app Clear the filter"


def test_it_is_narrowed_to_a_tag_of_today_or_of_before(
    visitor: Browser, offline: Idea, copy_week: Idea, lea: User
) -> None:
    with act():
        offline.tag(["Night"], by=lea)
        copy_week.tag(["Week"], by=lea)
        tag = Tag.all_named(["night"])[0]
        tag.write(lea, "Late", "", False, {})
    page = narrowed(visitor, tag="late")
    assert (cards(page, "now"), cards(page, "next")) == ([], ["See the schedule offline on the phone"])
    assert cards(visitor.get("/roadmap?tag=night"), "next") == ["See the schedule offline on the phone"]
    assert cards(visitor.get("/roadmap?tag=late&board=planning"), "next") == []


def test_what_is_no_board_narrows_nothing_and_is_said(visitor: Browser) -> None:
    page = visitor.get("/roadmap?board=nothing&tag=nothing&status=shipped")
    assert "There is no such board." in page.text and "There is no such tag." in page.text
    assert cards(page, "now") and cards(page, "next")


def test_a_long_column_of_a_board_leads_to_the_list_of_that_board(visitor: Browser, tom: User, lea: User) -> None:
    with act():
        board = db.session.scalars(select(Board).where(Board.slug == "team")).one()
        for n in range(columns.LIMIT + 2):
            idea = Idea.propose(tom, f"Planned thing number {n}", board=board)
            idea.change_status(Status.first("idea", "planned"), by=lea)
    page = visitor.get("/roadmap?board=team")
    assert len(cards(page, "next")) == columns.LIMIT
    assert page.has("#next a[href='/?sort=top&status=planned&kind=idea&board=team']")


def test_it_shows_what_shipped_last_on_the_board_that_is_asked_for(
    visitor: Browser, hugo: User, offline: Idea, copy_week: Idea
) -> None:
    with act():
        for title, ideas in (("Offline is here", [offline]), ("Copying weeks", [copy_week]), ("Only words", [])):
            db.session.add(Release(author=hugo, texts=said(title), published_at=now(), ideas=ideas))
        db.session.add(Release(author=hugo, texts=said("A draft"), ideas=[offline]))
    shipped = visitor.get("/roadmap").find("section.ship").get_text()
    assert all(title in shipped for title in ("Offline is here", "Copying weeks", "Only words"))
    shipped = visitor.get("/roadmap?board=mobile").find("section.ship").get_text()
    assert (
        "Offline is here" in shipped and "Copying" not in shipped and "words" not in shipped and "draft" not in shipped
    )
    assert "Offline is here" in visitor.get("/boards/mobile").find("section.ship").get_text()
