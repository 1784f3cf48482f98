"""What is being written is kept in the browser for whoever writes it, and for nobody else."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.ideas.models import Idea
from tests.browser import Browser
from tests.conftest import act
from tests.journeys.window import Window

Opens = Callable[..., Window]
TITLE, BODY = "Your idea, in one sentence", "Why, and for whom?"
WORDS = "The wages of the others are in my export."
RESTORED = "We brought back what you had written."
KEPT = "JSON.stringify(localStorage)"
TOP = "document.querySelector('.desk').getBoundingClientRect().top + scrollY"


@pytest.fixture
def scripts() -> bool:
    """Without scripts nothing is kept in the browser."""
    return True


@pytest.fixture
def signed_in(app: Flask, address: str) -> Callable[[Window, User], None]:
    """Somebody signs in, in a browser that is open already."""

    def enter(window: Window, user: User) -> None:
        cookie = Browser(app, user).client.get_cookie("atelier")
        assert cookie is not None
        window.context.add_cookies([{"name": "atelier", "value": cookie.value, "url": address}])

    return enter


def begun(window: Window) -> Window:
    """Somebody has begun to write an idea, and left its page."""
    window.go("/ideas/new")
    window.fill(TITLE, WORDS)
    window.go("/roadmap")
    assert WORDS in window.page.evaluate(KEPT)
    return window


def test_what_was_begun_comes_back_to_who_wrote_it(
    window: Opens, tom: User, signed_in: Callable[[Window, User], None]
) -> None:
    browser = begun(window(tom))
    browser.context.clear_cookies()
    browser.go("/ideas/new")
    browser.holds(TITLE, "")
    signed_in(browser, tom)
    browser.go("/ideas/new")
    browser.sees(RESTORED)
    browser.holds(TITLE, WORDS)


def test_half_an_answer_is_there_when_one_comes_back_within_a_second(
    window: Opens, lea: User, dark_mode: Idea, swap: Idea, rest_warning: Idea
) -> None:
    staff = window(lea).go(f"/admin?idea={rest_warning.id}&do=answer")
    answer = staff.page.locator("#tool-response")
    answer.press_sequentially("We begin")
    staff.page.locator(f"#waits a[href*='idea={dark_mode.id}']").click()
    staff.sees(dark_mode.title, within="#open-h")
    staff.page.locator(f"#waits a[href*='idea={rest_warning.id}']").click()
    staff.sees(rest_warning.title, within="#open-h")
    staff.page.locator("#acts [data-key=a]").click()
    expect(answer).to_be_focused()
    expect(answer).to_have_value("We begin")
    answer.press("Escape")
    expect(staff.page.locator("#open-h")).to_be_focused()
    expect(answer).to_have_count(0)
    staff.page.keyboard.press("a")
    expect(answer).to_have_value("We begin")
    before = staff.page.evaluate(TOP)
    answer.press("Control+Enter")
    staff.sees(rest_warning.title, within="#desk")
    expect(staff.page.locator("#open-h")).to_be_focused()
    assert staff.page.evaluate(TOP) == before
    staff.page.locator("#desk [data-shut]").click()
    staff.never_sees(rest_warning.title, within="main")
    assert staff.page.locator("#desk").count() == 0


def test_half_a_change_of_an_answer_is_there_until_the_answer_is_another(
    window: Opens, lea: User, hugo: User, copy_week: Idea
) -> None:
    staff = window(lea).go(f"/admin?idea={copy_week.id}&do=answer")
    answer = staff.page.locator("#tool-response")
    answer.fill("We began in May.")
    staff.go("/admin/ideas").go(f"/admin?idea={copy_week.id}&do=answer")
    expect(answer).to_have_value("We began in May.")
    with act():
        copy_week.respond("It is nearly there.", by=hugo)
    staff.go(f"/admin?idea={copy_week.id}&do=answer")
    expect(answer).to_have_value("It is nearly there.")


def test_half_a_change_of_what_one_wrote_and_half_a_report_are_there_too(
    window: Opens, tom: User, offline: Idea, fax: Idea
) -> None:
    with act():
        said = Comment.post(fax, "We still have one.", by=tom)
    browser = window(tom)
    places = (f"/ideas/{offline.id}/edit", BODY), (f"/comments/{said.id}/edit", "Your comment"), (
        f"/ideas/{fax.id}/flag", "Tell us more"
    )  # fmt: skip
    for path, label in places:
        browser.go(path)
        browser.fill(label, WORDS)
        browser.go("/roadmap").go(path)
        browser.sees(RESTORED)
        browser.holds(label, WORDS)


def test_what_a_visitor_began_goes_on_once_they_signed_in(
    window: Opens, tom: User, signed_in: Callable[[Window, User], None]
) -> None:
    browser = begun(window())
    signed_in(browser, tom)
    browser.go("/ideas/new")
    browser.holds(TITLE, WORDS)


def test_signing_out_forgets_it_also_where_its_page_is_still_open(window: Opens, tom: User) -> None:
    browser = begun(window(tom))
    other = browser.context.new_page()
    other.goto("/ideas/new")
    browser.page.locator("header details.menu summary").click()
    browser.press("Sign out", within="header")
    browser.is_signed_in(False)
    other.get_by_label(TITLE).fill(f"{WORDS} Again.")
    other.goto("/roadmap")
    assert WORDS not in browser.page.evaluate(KEPT)


def test_who_signs_in_next_finds_nothing_of_who_was_there(
    window: Opens, tom: User, yuki: User, signed_in: Callable[[Window, User], None]
) -> None:
    browser = begun(window(tom))
    signed_in(browser, yuki)
    browser.go("/ideas/new")
    browser.holds(TITLE, "")
    browser.never_sees(RESTORED)
    assert WORDS not in browser.page.evaluate(KEPT)
