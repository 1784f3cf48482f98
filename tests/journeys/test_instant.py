"""What feels instant: votes before the answer, lists that swap, Back to the same place, pages fetched ahead."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import select

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.notifications.models import Notification
from tests.browser import Browser
from tests.chromium import ARGUMENTS, PATH
from tests.conftest import act
from tests.evidence import traced
from tests.journeys.conftest import DESK
from tests.journeys.window import Window

Opens = Callable[..., Window]
Votes = Callable[[Idea], int]
WITHOUT_CONNECTION = "No connection: nothing was counted. Try again in a moment."
ENTRY = "performance.getEntriesByType('navigation')[0]"


@pytest.fixture
def scripts() -> bool:
    """All of this is what scripts add."""
    return True


@pytest.fixture
def long_board(app: Flask, tom: User) -> None:
    """Enough ideas for two pages of the board."""
    with act():
        for number in range(25):
            Idea.propose(tom, f"Print the shifts of week {number} for the wall", "", "idea", None, "en")


SHAPES = {
    "stub": ("/?sort=new", "#vote-{id} button", "#vote-{id} .vote__n"),
    "slip": ("/ideas/{id}", "#slip-vote-{id}", ".slip__n strong"),
    "button": ("/roadmap", "#vote-button-{id} button", "#count-{id} [data-votes]"),
}


def place(shape: str, idea: Idea) -> tuple[str, str, str]:
    """Where this shape of the vote stands: the page, the button, the number."""
    page, button, number = (part.format(id=idea.id) for part in SHAPES[shape])
    return page, button, number


@pytest.mark.parametrize("shape", SHAPES)
def test_a_vote_shows_before_the_server_answers(
    window: Opens, sofia: User, offline: Idea, votes: Votes, shape: str
) -> None:
    before, (path, selector, number) = votes(offline), place(shape, offline)
    member, held = window(sofia).go(path), list[Route]()
    member.page.route("**/vote", lambda route: held.append(route))
    button = member.page.locator(selector)
    button.focus()
    member.page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button.locator("use")).to_have_attribute("href", re.compile("#check$"))
    member.counts(before + 1, number)
    assert votes(offline) == before, "the server has not heard of it yet"
    held[0].continue_()
    expect(member.page.locator("#live")).to_contain_text("Voted: ")
    assert votes(offline) == before + 1
    member.counts(before + 1, number)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-pressed", "true")


def test_a_vote_at_the_foot_of_a_phone_shows_everywhere_and_keeps_the_focus(
    window: Opens, sofia: User, offline: Idea, votes: Votes
) -> None:
    before = votes(offline)
    member = window(sofia, phone=True).go(f"/ideas/{offline.id}")
    button = member.page.locator(f"#bar-button-{offline.id}")
    for voted, words in ((1, "You voted"), (0, "Vote")):
        button.focus()
        member.page.keyboard.press("Enter")
        expect(button).to_have_text(f"{words} · {before + voted}", use_inner_text=True)
        expect(member.page.locator("#live")).to_contain_text(f"{before + voted} vote")
        expect(button).to_be_focused()
        expect(member.page.locator(f"#slip-vote-{offline.id}[aria-pressed=true]")).to_have_count(voted)
        expect(member.page.locator("#weigh-nice")).to_have_count(voted)
        assert votes(offline) == before + voted


def test_without_a_connection_a_vote_says_so(window: Opens, sofia: User, rest_warning: Idea, votes: Votes) -> None:
    before, (path, selector, number) = votes(rest_warning), place("stub", rest_warning)
    member = window(sofia).go(path)
    member.context.set_offline(True)
    member.page.locator(selector).click()
    member.sees(WITHOUT_CONNECTION)
    expect(member.page.locator(selector)).to_have_attribute("aria-pressed", "false")
    member.counts(before, number)
    member.context.set_offline(False)
    member.problems.clear()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_vote_that_does_not_arrive_is_taken_back(
    window: Opens, sofia: User, offline: Idea, votes: Votes, shape: str
) -> None:
    before, (path, selector, number) = votes(offline), place(shape, offline)
    member = window(sofia).go(path)
    button = member.page.locator(selector)
    words = button.inner_text()
    member.page.route("**/vote", lambda route: route.abort())
    button.click()
    member.sees("That did not work. Reload the page and try again.")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_have_text(words, use_inner_text=True)
    member.counts(before, number)
    member.page.unroute("**/vote")
    member.problems.clear()
    button.click()
    expect(member.page.locator("#live")).to_contain_text("Voted: ")
    assert votes(offline) == before + 1


def test_a_vote_that_is_refused_is_taken_back(window: Opens, sofia: User, rest_warning: Idea, votes: Votes) -> None:
    before, (path, selector, number) = votes(rest_warning), place("stub", rest_warning)
    member = window(sofia).go(path)
    member.page.locator(f"#vote-{rest_warning.id} [name=csrf_token]").evaluate("(field) => { field.value = 'old' }")
    member.page.locator(selector).click()
    expect(member.page.locator("#live button")).to_have_text("Reload the page")
    expect(member.page.locator(selector)).to_have_attribute("aria-pressed", "false")
    member.counts(before, number)
    assert votes(rest_warning) == before


def test_a_vote_in_one_tab_shows_in_the_other(window: Opens, sofia: User, rest_warning: Idea, votes: Votes) -> None:
    before, (path, selector, number) = votes(rest_warning), place("stub", rest_warning)
    member = window(sofia).go(path)
    other = member.context.new_page()
    other.goto(f"/ideas/{rest_warning.id}")
    member.page.locator(selector).click()
    expect(other.locator(f"#slip-vote-{rest_warning.id}")).to_have_attribute("aria-pressed", "true")
    expect(other.locator(".slip__n strong")).to_have_text(str(before + 1))
    expect(other.locator("#weigh-nice")).to_be_visible()
    other.locator(f"#slip-vote-{rest_warning.id}").click()
    expect(member.page.locator(selector)).to_have_attribute("aria-pressed", "false")
    member.counts(before, number)


def test_searching_swaps_the_list_and_the_address(window: Opens, offline: Idea) -> None:
    visitor = window().go("/search")
    visitor.page.evaluate("window.same = true")
    visitor.page.locator("#q").press_sequentially("schedule offline", delay=5)
    visitor.sees(offline.title, within="#found")
    expect(visitor.page).to_have_url(re.compile(r"/search\?q=schedule\+offline$"))
    expect(visitor.page.locator("#q")).to_be_focused()
    expect(visitor.page.locator("#live")).to_contain_text("idea")
    visitor.page.locator("#q").fill("qqqq zzzz")
    visitor.sees("No idea matches “qqqq zzzz”. Share it?")
    assert visitor.page.evaluate("window.same")


def test_filtering_swaps_the_list_the_address_and_comes_back(window: Opens, long_board: None) -> None:
    visitor = window().go("/")
    visitor.page.evaluate("window.same = true")
    visitor.press("New", within=".seg")
    expect(visitor.page).to_have_url(re.compile(r"/\?sort=new$"))
    expect(visitor.page.locator(".seg [aria-current]")).to_be_focused()
    visitor.unfold("Filter")
    visitor.choose("Kind", "Issues", within=".filter")
    visitor.press("Show these")
    expect(visitor.page).to_have_url(re.compile(r"/\?sort=new&kind=issue$"))
    expect(visitor.page.locator(".filter > summary")).to_be_focused()
    visitor.never_sees("Print the shifts of week 24 for the wall")
    visitor.page.evaluate("history.back()")
    visitor.sees("Print the shifts of week 24 for the wall")
    expect(visitor.page.locator(".seg [aria-current]")).to_have_text("New")
    assert visitor.page.evaluate("window.same")


def test_the_old_list_is_dimmed_while_the_new_one_comes(window: Opens) -> None:
    visitor, held = window().go("/"), list[Route]()
    visitor.page.route("**/?sort=top", lambda route: held.append(route))
    visitor.press("Top", within=".seg")
    expect(visitor.page.locator("#ideas")).to_have_css("opacity", "0.6")
    held[0].continue_()
    expect(visitor.page.locator("#ideas")).to_have_css("opacity", "1")


@pytest.fixture(params=["kept", "read again"])
def returning(
    request: pytest.FixtureRequest, app: Flask, chromium: Chromium, address: str, tom: User
) -> Iterator[BrowserContext]:
    """A member's browser that keeps pages whole for the way back, and one that reads them again."""
    keeps = request.param == "kept"
    browser = chromium.browser_type.launch(
        executable_path=PATH,
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"] if keeps else None,
    )
    context = browser.new_context(base_url=address, viewport=DESK, reduced_motion="reduce")  # type: ignore[arg-type]
    cookie = Browser(app, tom).client.get_cookie("atelier")
    assert cookie is not None
    context.add_cookies([{"name": "atelier", "value": cookie.value, "url": address}])
    yield context
    browser.close()


def test_back_leads_to_the_same_place_with_the_vote_cast_since(returning: BrowserContext, long_board: None) -> None:
    page = returning.new_page()
    page.goto("/?sort=new")
    page.locator("#more a").click()
    tickets = page.locator(".ticket-wrap")
    expect(tickets.nth(24)).to_be_visible()
    shown, ticket = tickets.count(), tickets.nth(24)
    link, id = ticket.locator("h3 a"), ticket.get_attribute("data-idea")
    link.focus()
    top, votes = page.evaluate("scrollY"), int(ticket.locator(".vote__n").inner_text())
    assert top > 1000
    page.keyboard.press("Enter")
    page.locator(f"#slip-vote-{id}").click()
    expect(page.locator("#live")).to_contain_text(": ")
    page.evaluate("history.back()")
    page.wait_for_url("**/?sort=new", wait_until="commit")
    expect(tickets).to_have_count(shown)
    expect(page.locator(f"#vote-{id} .vote__n")).to_have_text(str(votes + 1))
    expect(page.locator(f"#vote-{id} button")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(f"#i{id} a")).to_be_focused()
    assert abs(page.evaluate("scrollY") - top) < 100


def delivered(page: Page) -> str:
    """How the browser got this page: `navigational-prefetch` where it had been fetched ahead."""
    return str(page.evaluate(f"{ENTRY}.deliveryType"))


def hover_and_open(window: Window, selector: str) -> None:
    window.page.locator(selector).first.hover()
    window.page.wait_for_timeout(700)
    window.page.locator(selector).first.click()
    window.page.wait_for_load_state()


def test_hovering_fetches_a_page_ahead_and_a_vote_drops_it(window: Opens, sofia: User, rest_warning: Idea) -> None:
    member = window(sofia).go("/?sort=new")
    title = f"#i{rest_warning.id} a"
    hover_and_open(member, title)
    member.is_titled(rest_warning.title)
    assert delivered(member.page) == "navigational-prefetch"
    member.go("/?sort=new")
    member.page.locator(title).hover()
    member.page.wait_for_timeout(700)
    member.page.locator(f"#vote-{rest_warning.id} button").click()
    expect(member.page.locator("#live")).to_contain_text("Voted: ")
    member.page.locator(title).click()
    member.sees("You voted", within=".slip")


@pytest.mark.parametrize(
    ("path", "selector", "heading"),
    [
        ("/", "header a[href='/notifications']", "Notifications"),
        ("/roadmap", "header .search-btn", "Search ideas"),
        ("/", "a[href^='/ideas/new?kind=issue']", "Report an issue"),
    ],
)
def test_what_counts_or_costs_is_not_fetched_ahead(
    window: Opens, tom: User, path: str, selector: str, heading: str
) -> None:
    member = window(tom).go(path)
    hover_and_open(member, selector)
    member.is_titled(heading)
    assert delivered(member.page) == ""


def test_fetching_ahead_is_no_visit(app: Flask, tom: User, offline: Idea) -> None:
    seen = tom.seen_at
    unread = select(Notification.id).where(Notification.user_id == tom.id, Notification.read_at.is_(None))
    before = set(db.session.scalars(unread))
    reader = Browser(app, tom)
    for path in ("/", f"/ideas/{offline.id}", "/roadmap", "/notifications"):
        assert reader.get(path, headers={"Sec-Purpose": "prefetch"}).status == 200
    db.session.rollback()
    db.session.refresh(tom)
    after = set(db.session.scalars(unread))
    assert after == before
    assert tom.seen_at == seen or seen is None


MOVES = """addEventListener("pagereveal", (event) => event.viewTransition?.ready.then(() => {
  window.moved = document.getAnimations().map((animation) => animation.effect.pseudoElement);
}, () => {}));"""


def what_moved(page: Page, into: str) -> list[str]:
    """The parts that the transition into this page animated; the policy of the page allows no polling inside it."""
    page.wait_for_url(into)
    moved: list[str] = []
    for _ in range(20):
        page.wait_for_timeout(150)
        moved = page.evaluate("window.moved ?? []")
        if moved:
            break
    return moved


@pytest.mark.parametrize(("motion", "moves"), [("no-preference", True), ("reduce", False)])
def test_a_title_travels_between_the_board_and_its_page(
    chromium: Chromium, address: str, rest_warning: Idea, motion: str, moves: bool
) -> None:
    options: Any = {"viewport": DESK, "reduced_motion": motion}
    context = traced(chromium.new_context(base_url=address, **options))
    page = context.new_page()
    page.add_init_script(MOVES)
    page.goto("/?sort=new")
    ways = {
        f"**/ideas/{rest_warning.id}-*": lambda: page.locator(f"#i{rest_warning.id} a").click(),
        "**/?sort=new": lambda: page.evaluate("history.back()"),
    }
    travelled = set()
    for _ in range(3 if moves else 1):  # a browser that is late to draw shows a page without
        for into, open_ in ways.items():
            open_()
            if "::view-transition-group(title)" in what_moved(page, into):
                travelled.add(into)
            expect(page.locator("[style*=view-transition]")).to_have_count(0)
        if len(travelled) == len(ways):
            break
    assert travelled == (set(ways) if moves else set())
    context.close()


SHIFTS = """window.shifted = 0;
const add = (list) => list.getEntries().forEach((shift) => {
  window.shifted += shift.value;
  window.what = shift.sources.map(({ node }) => `${node?.nodeName} ${node?.className}`);
});
new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });"""


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_nothing_shifts_while_a_page_arrives(window: Opens, tom: User, offline: Idea, phone: bool) -> None:
    member = window(tom, phone=phone)
    member.page.add_init_script(SHIFTS)
    for path in ("/", f"/ideas/{offline.id}", "/ideas/new", "/changelog", "/roadmap"):
        member.go(path)
        member.go(path)  # with the fonts there: the stand-in for them is drawn to measure, but not on every device
        member.page.wait_for_timeout(300)
        assert member.page.evaluate("window.shifted") < 0.01, (path, member.page.evaluate("window.what"))
