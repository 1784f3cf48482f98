"""Everything with the keyboard alone: the focus is always seen, and stays where one was."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from tests.journeys.keyboard import NAME, SHOWN, tab_to
from tests.journeys.window import Window

Opens = Callable[..., Window]
Votes = Callable[[Idea], int]


def typed(member: Window, similar: Idea) -> Window:
    """With the focus in the line of the board, where this idea is found to be similar."""
    member.go("/").page.locator("#idea-title").focus()
    member.page.keyboard.type("See the schedule offline")
    member.sees(similar.title, within="#similar")
    return member


def test_voting_keeps_the_focus(window: Opens, scripts: bool, sofia: User, dark_mode: Idea, votes: Votes) -> None:
    member = window(sofia)
    member.go("/?sort=new")
    button = f"#vote-{dark_mode.id} button"
    tab_to(member, button)
    for pressed, number in (("true", 2), ("false", 1), ("true", 2)):
        member.page.keyboard.press("Enter")
        member.counts(number, f"#vote-{dark_mode.id} .vote__n")
        if scripts:
            assert member.page.evaluate("(button) => document.activeElement.matches(button)", button)
            assert member.page.evaluate(SHOWN) == ""
        else:
            assert member.page.evaluate("location.hash") == f"#vote-{dark_mode.id}"
            tab_to(member, button)
        assert member.page.locator(button).get_attribute("aria-pressed") == pressed
    member.is_answered()
    assert votes(dark_mode) == 2


def test_weighing_and_commenting(window: Opens, scripts: bool, sofia: User, dark_mode: Idea) -> None:
    member = window(sofia)
    member.read(dark_mode)
    tab_to(member, "#comment-body")
    member.page.keyboard.type("At two in the morning it hurts.")
    tab_to(member, "#compose .editor__bar > button:last-child, #compose .editor__bar .btn--primary")
    member.page.keyboard.press("Enter")
    member.sees("At two in the morning it hurts.", within="#thread")
    if scripts:
        member.page.locator("#thread article:focus").wait_for()
    tab_to(member, f"#slip-vote-{dark_mode.id}")
    member.page.keyboard.press("Enter")
    member.sees("You voted", within=".slip")
    if scripts:
        assert member.page.evaluate("document.activeElement.id") == f"slip-vote-{dark_mode.id}"
        member.page.locator("#weigh-nice").wait_for()  # the vote shows before the question arrives
    tab_to(member, "#weigh-nice")
    member.page.keyboard.press("Space")
    if not scripts:
        tab_to(member, ".slip__b noscript button, .slip__b button")
        member.page.keyboard.press("Enter")
    member.sees("We’ll write when it moves.", within=".slip")
    expect(member.page.locator("#weigh-nice[checked]")).to_have_count(1)
    db.session.rollback()
    assert db.session.scalars(select(Comment).where(Comment.idea_id == dark_mode.id)).one().author_id == sofia.id


def test_a_visitor_skips_to_the_content_and_votes(window: Opens, dark_mode: Idea) -> None:
    visitor = window()
    visitor.go("/?sort=new")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate(NAME) == "Skip to content"
    visitor.page.keyboard.press("Enter")
    tab_to(visitor, f"#vote-{dark_mode.id}")
    visitor.page.keyboard.press("Enter")
    visitor.is_titled("Where may we write when it moves?")
    expect(visitor.page.locator("#email")).to_be_focused()
    visitor.page.keyboard.type("ada@example.com")
    visitor.page.keyboard.press("Enter")
    visitor.is_titled("Six digits, and it counts")


class TestLetters:
    """The single letters, which take scripts."""

    @pytest.fixture
    def scripts(self) -> bool:
        return True

    @pytest.mark.parametrize("path", ["/?sort=new", "/search?q=offline", "/roadmap"])
    def test_j_and_k_move_v_votes_and_o_opens(self, window: Opens, sofia: User, path: str) -> None:
        member = window(sofia)
        member.go(path)
        member.page.keyboard.press("j")
        assert member.page.evaluate(SHOWN) == ""
        here = member.page.locator("[data-here]")
        first = here.locator("h3 a").inner_text()
        member.page.keyboard.press("j" if path != "/search?q=offline" else "k")
        member.page.keyboard.press("k")
        expect(here.locator("h3 a")).to_have_text(first)
        button = here.locator("[data-vote] button")
        before = button.get_attribute("aria-pressed")
        member.page.keyboard.press("v")
        expect(button).not_to_have_attribute("aria-pressed", before or "")
        expect(member.page.locator("#live")).to_contain_text(": ")
        assert member.page.evaluate(SHOWN) == ""
        member.page.keyboard.press("o")
        member.is_titled(first)

    @pytest.mark.parametrize("chosen", ["Trending", "New"])
    def test_a_vote_on_a_busy_phone_is_answered_in_place(
        self, window: Opens, sofia: User, rest_warning: Idea, chosen: str
    ) -> None:
        member = window(sofia)
        late = "const wait = setTimeout; window.setTimeout = (run, ms) => wait(run, (ms ?? 0) + 9000)"
        member.page.add_init_script(late)
        member.go("/")
        if chosen != "Trending":
            member.press(chosen, within=".seg")
            member.page.wait_for_url("**/?sort=new")
        tab_to(member, f"#i{rest_warning.id} a")
        member.page.keyboard.press("v")
        expect(member.page.locator(f"#vote-{rest_warning.id} button")).to_have_attribute("aria-pressed", "true")
        assert member.page.evaluate("location.hash") == "", "the page was sent for anew"

    def test_the_letters_speak_of_where_the_focus_is(self, window: Opens, sofia: User, rest_warning: Idea) -> None:
        member = window(sofia)
        member.go("/?sort=new")
        member.page.keyboard.press("j")
        tab_to(member, f"#i{rest_warning.id} a")
        member.page.keyboard.press("v")
        expect(member.page.locator(f"#vote-{rest_warning.id} button")).to_have_attribute("aria-pressed", "true")

    def test_n_and_slash_lead_to_a_field_where_letters_are_letters(self, window: Opens) -> None:
        visitor = window()
        visitor.go("/")
        visitor.page.keyboard.press("n")
        visitor.page.keyboard.type("jvo?")
        expect(visitor.page.locator("[data-key=n]")).to_have_value("jvo?")
        visitor.go("/roadmap")
        visitor.page.keyboard.press("/")
        visitor.is_titled("Search ideas")
        visitor.page.keyboard.type("jk")
        expect(visitor.page.locator("#q")).to_have_value("jk")

    def test_the_list_of_keys_opens_closes_and_gives_the_focus_back(self, window: Opens, sofia: User) -> None:
        member = window(sofia)
        member.go("/")
        tab_to(member, "header details.menu > summary")
        member.page.keyboard.press("Enter")
        tab_to(member, "header [data-open=keys]")
        member.page.keyboard.press("Enter")
        expect(member.page.locator("#keys")).to_be_visible()
        assert member.page.evaluate("document.activeElement.closest('#keys') !== null")
        member.page.keyboard.press("Escape")
        expect(member.page.locator("#keys")).to_be_hidden()
        expect(member.page.locator("header details.menu > summary")).to_be_focused()

    @pytest.mark.parametrize("menu", ["header details.menu", "details.filter"])
    def test_a_menu_closes_with_escape_and_when_the_focus_leaves(self, window: Opens, sofia: User, menu: str) -> None:
        member = window(sofia)
        member.go("/")
        tab_to(member, f"{menu} > summary")
        member.page.keyboard.press("Enter")
        member.page.keyboard.press("Tab")
        member.page.keyboard.press("Escape")
        expect(member.page.locator(f"{menu}[open]")).to_have_count(0)
        expect(member.page.locator(f"{menu} > summary")).to_be_focused()
        member.page.keyboard.press("Enter")
        for _ in range(25):
            member.page.keyboard.press("Tab")
        expect(member.page.locator(f"{menu}[open]")).to_have_count(0)

    def test_down_enters_what_is_similar_escape_leaves_it(self, window: Opens, sofia: User, offline: Idea) -> None:
        member = window(sofia)
        member.go("/")
        member.page.keyboard.press("n")
        member.page.keyboard.type("See the schedule offline")
        member.sees(offline.title, within="#similar")
        expect(member.page.locator("#live")).to_contain_text("similar idea")
        member.page.keyboard.press("ArrowDown")
        assert member.page.evaluate("document.activeElement.closest('#similar') !== null")
        assert member.page.evaluate(SHOWN) == ""
        member.page.keyboard.press("Escape")
        expect(member.page.locator("#idea-title")).to_be_focused()
        expect(member.page.locator("#similar > *")).to_have_count(0)
        member.page.keyboard.type(" at night")
        member.sees(offline.title, within="#similar")
        member.page.keyboard.press("ArrowDown")
        member.page.keyboard.press("Enter")
        member.is_titled(offline.title)

    def test_what_comes_late_does_not_reopen_what_escape_closed(
        self, window: Opens, sofia: User, offline: Idea
    ) -> None:
        member, held = typed(window(sofia), offline), list[Route]()
        line = member.page.locator("#idea-title")
        with member.page.expect_request("**/similar?*at*night*"):
            member.page.route("**/similar?*", lambda route: held.append(route))
            member.page.keyboard.type(" at night")
        member.page.keyboard.press("Escape")
        with member.page.expect_response("**/similar?*"):
            held[0].continue_()
        expect(line).not_to_have_class("htmx-request")
        expect(member.page.locator("#similar li")).to_have_count(0)
        member.page.unroute("**/similar?*")
        member.page.keyboard.type(" too")
        member.sees(offline.title, within="#similar")

    def test_a_list_that_empties_while_one_is_in_it_gives_the_focus_back_to_the_line(
        self, window: Opens, sofia: User, offline: Idea
    ) -> None:
        member, held = typed(window(sofia), offline), list[Route]()
        line = member.page.locator("#idea-title")
        with member.page.expect_request("**/similar?*zzz*"):
            member.page.route("**/similar?*", lambda route: held.append(route))
            line.fill("zzz")
        member.page.keyboard.press("ArrowDown")
        assert member.page.evaluate("document.activeElement.closest('#similar') !== null")
        held[0].continue_()
        expect(member.page.locator("#similar li")).to_have_count(0)
        expect(line).to_be_focused()

    def test_one_polite_region_a_page(self, window: Opens, sofia: User, offline: Idea) -> None:
        member = window(sofia)
        for path in ("/", f"/ideas/{offline.id}", "/ideas/new", "/search?q=x", "/notifications", "/settings"):
            member.go(path)
            expect(member.page.locator("[aria-live], [role=status], [role=log], output")).to_have_count(1)
