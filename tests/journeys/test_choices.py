"""Theme, motion, keys and language survive a reload and a sign-in; a member's choice is there on every device."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import APIResponse, Route, expect

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.extensions import db
from portal.web.assets import STATIC
from tests.browser import Browser
from tests.conftest import act
from tests.journeys.window import Window

Opens = Callable[..., Window]
SCHEME = "getComputedStyle(document.documentElement).backgroundColor"
DURATION = "getComputedStyle(document.querySelector('.btn')).transitionDuration"


def chosen(window: Window, name: str, value: str) -> None:
    """The page says so, and its background is as light or as dark as that."""
    expect(window.page.locator("html")).to_have_attribute(f"data-{name}", value)
    if name == "theme":
        lightness = float(re.findall(r"oklch\(([\d.]+)", str(window.page.evaluate(SCHEME)))[0])
        assert (lightness < 0.5) is (value == "dark")
        shown = window.page.locator("meta[name=theme-color][media=all]")
        expect(shown).to_have_attribute("data-theme", value)


def sign_in(window: Window, email: str, name: str = "") -> None:
    """Through a link like the one that is mailed."""
    with act():
        token = EmailToken(email=email)
        db.session.add(token)
        db.session.flush()
        link = f"/sign-in/{token.link_value}"
    window.go(link)
    if name:
        window.fill("What may we call you?", name)
    window.part("main form").get_by_role("button").click()
    window.is_signed_in()


def fresh(user: User) -> User:
    db.session.rollback()
    db.session.refresh(user)
    return user


@pytest.mark.parametrize(
    ("label", "value", "name"), [("Dark", "dark", "theme"), ("As little as possible", "less", "motion")]
)
def test_a_member_s_choice_is_theirs_on_every_device(
    window: Opens, tom: User, label: str, value: str, name: str
) -> None:
    member = window(tom)
    member.go("/settings")
    member.field(label, within="#section-appearance", exact=True).check()
    member.press("Save", within="#section-appearance")
    member.sees("Saved.")
    chosen(member, name, value)
    member.page.reload()
    chosen(member, name, value)
    other = window(tom, phone=True)
    other.go("/roadmap")
    chosen(other, name, value)
    assert getattr(fresh(tom), name) == value


def test_the_switch_in_the_header_is_kept_in_the_account(window: Opens, scripts: bool, tom: User) -> None:
    member = window(tom)
    member.go("/roadmap")
    for theme in ("dark", "light"):
        member.page.locator("header .top__end > span [data-theme-toggle]").click()
        chosen(member, "theme", theme)
        if scripts:
            expect(member.page.locator("#live")).to_have_text("Dark colours" if theme == "dark" else "Light colours")
            expect(member.page.locator("header .top__end > span [data-theme-toggle]")).to_be_focused()
        member.page.reload()
        chosen(member, "theme", theme)
        assert fresh(tom).theme == theme


class TestWithScripts:
    """What a visitor chooses lives in their browser, which takes scripts."""

    @pytest.fixture
    def scripts(self) -> bool:
        return True

    def test_a_choice_made_while_the_page_is_being_read_again_shows_on_it(self, window: Opens, tom: User) -> None:
        """The page left the server before the account heard of it, and arrives after."""
        member, read = window(tom).go("/roadmap"), list[tuple[Route, APIResponse]]()
        member.page.route("**/roadmap", lambda route: read.append((route, route.fetch())))
        with member.page.expect_response("**/settings/choices"):
            member.page.evaluate("""setTimeout(() => location.reload());
                setTimeout(() => document.querySelector("[data-theme-toggle]").click(), 300)""")
        with member.page.expect_event("domcontentloaded"):
            member.page.wait_for_timeout(100)
            route, response = read[0]
            route.fulfill(response=response)
        chosen(member, "theme", "dark")

    def test_an_answer_about_an_earlier_choice_does_not_settle_a_later_one(self, window: Opens, tom: User) -> None:
        member, held = window(tom).go("/roadmap"), list[Route]()
        member.page.route("**/settings/choices", lambda route: held.append(route))
        for _ in range(2):
            with member.page.expect_request("**/settings/choices"):
                member.press("Light or dark", within="header")
        with member.page.expect_event("requestfinished"):
            held[0].continue_()
        with member.page.expect_event("requestfailed"):
            held[1].abort()
        member.page.unroute("**/settings/choices")
        member.problems.clear()
        with member.page.expect_response("**/settings/choices"):
            member.page.reload()
        chosen(member, "theme", "light")
        assert fresh(tom).theme == "light"

    def test_a_visitor_s_theme_survives_a_reload_and_wins_at_sign_in(self, window: Opens, tom: User) -> None:
        with act():
            tom.theme = "light"
        visitor = window()
        visitor.go("/")
        visitor.press("Light or dark", within="header")
        chosen(visitor, "theme", "dark")
        visitor.page.reload()
        chosen(visitor, "theme", "dark")
        with visitor.page.expect_response("**/settings/choices") as answered:
            sign_in(visitor, tom.email or "")
        assert answered.value.status == 204
        chosen(visitor, "theme", "dark")
        assert fresh(tom).theme == "dark"
        visitor.page.reload()
        chosen(visitor, "theme", "dark")

    def test_a_visitor_s_theme_comes_along_when_they_join(self, window: Opens) -> None:
        visitor = window()
        visitor.go("/")
        visitor.press("Light or dark", within="header")
        with visitor.page.expect_response("**/settings/choices"):
            sign_in(visitor, "ada@example.com", "Ada Blake")
        db.session.rollback()
        ada = User.with_email("ada@example.com")
        assert ada and ada.theme == "dark"

    def test_what_the_account_says_wins_where_nothing_was_chosen(self, window: Opens, tom: User) -> None:
        member = window(tom)
        member.go("/")
        with act():
            tom.theme = "dark"
        member.page.reload()
        chosen(member, "theme", "dark")

    def test_a_theme_reaches_the_other_tab_at_once(self, window: Opens) -> None:
        visitor = window()
        visitor.go("/")
        other = visitor.context.new_page()
        other.goto("/roadmap")
        visitor.press("Light or dark", within="header")
        expect(other.locator("html")).to_have_attribute("data-theme", "dark")

    @pytest.mark.parametrize(
        ("label", "name", "value"),
        [("Move as little as possible", "motion", "less"), ("Use single-letter shortcuts", "keys", "off")],
    )
    def test_what_the_list_of_keys_offers_survives_a_reload_and_a_sign_in(
        self, window: Opens, tom: User, label: str, name: str, value: str
    ) -> None:
        visitor = window()
        visitor.go("/")
        visitor.page.keyboard.press("?")
        visitor.field(label, within="#keys").click()
        visitor.page.keyboard.press("Escape")
        visitor.page.reload()
        chosen(visitor, name, value)
        with visitor.page.expect_response("**/settings/choices"):
            sign_in(visitor, tom.email or "")
        chosen(visitor, name, value)
        assert (fresh(tom).motion == "less") is (name == "motion")
        assert tom.shortcuts is (name != "keys")

    def test_keys_that_were_switched_off_do_nothing_until_the_settings_bring_them_back(
        self, window: Opens, tom: User
    ) -> None:
        member = window(tom)
        member.go("/")
        member.page.keyboard.press("?")
        with member.page.expect_response("**/settings/choices"):
            member.field("Use single-letter shortcuts", within="#keys").click()
        member.page.keyboard.press("Escape")
        member.page.keyboard.press("j")
        expect(member.page.locator("[data-here]")).to_have_count(0)
        member.go("/settings")
        member.tick("Use single-letter shortcuts", within="#section-shortcuts")
        member.press("Save", within="#section-shortcuts")
        member.sees("Saved.")
        member.go("/")
        member.page.keyboard.press("j")
        expect(member.page.locator("[data-here]")).to_have_count(1)


def test_a_visitor_s_language_survives_a_reload_and_joining(window: Opens) -> None:
    visitor = window()
    visitor.go("/")
    visitor.press("Version française", within="header")
    visitor.go("/roadmap")
    visitor.page.reload()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "fr")
    visitor.lang = "fr"
    sign_in(visitor, "ada@example.com", "Ada Blake")
    visitor.go("/roadmap")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "fr")
    db.session.rollback()
    ada = User.with_email("ada@example.com")
    assert ada and ada.lang == "fr"


def test_a_member_s_language_is_their_account_s_wherever_they_sign_in(window: Opens, tom: User) -> None:
    visitor = window(lang="fr")
    visitor.go("/")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "fr")
    sign_in(visitor, tom.email or "")
    visitor.go("/")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("wrong", [{}, {"theme": "sepia"}, {"theme": "dark", "motion": "much"}, {"keys": "maybe"}])
def test_an_unknown_choice_changes_nothing(app: Flask, tom: User, wrong: dict[str, str]) -> None:
    assert Browser(app, tom).post("/settings/choices", wrong).status == 400
    assert (fresh(tom).theme, tom.motion, tom.shortcuts) == ("auto", "auto", True)


def test_a_visitor_has_no_account_to_keep_a_choice_in(app: Flask, tom: User) -> None:
    assert Browser(app).post("/settings/choices", {"theme": "dark"}, token=False).status in (400, 403)


@pytest.mark.parametrize("path", sorted((STATIC / "css").glob("*.css")), ids=lambda path: path.stem)
def test_whatever_moves_asks_for_both_the_device_s_word_and_the_reader_s(path: Path) -> None:
    rules = re.findall(r"[^{};]+\{[^{}]*\}", path.read_text())
    moving = [rule.strip() for rule in rules if re.search(r"(animation|transition):", rule)]
    still = re.compile(r"data-motion=\"less\"|transition: opacity 1ms")
    assert [rule for rule in moving if not still.search(rule)] == []


def traveller(window: Window) -> Callable[[str], None]:
    """Lets this browser be somewhere else."""
    session = window.context.new_cdp_session(window.page)
    return lambda zone: session.send("Emulation.setTimezoneOverride", {"timezoneId": zone}) and None


class TestWhereTheBrowserIs:
    """It is known to scripts alone."""

    @pytest.fixture
    def scripts(self) -> bool:
        return True

    def test_the_time_of_another_place_is_offered_once(self, window: Opens, tom: User) -> None:
        member = window(tom)
        travel = traveller(member)
        travel("Europe/Berlin")
        member.go("/roadmap")
        offer = member.page.locator("form.zone")
        expect(offer).to_be_hidden()  # the clocks of Paris say the same
        travel("America/New_York")
        member.go("/roadmap")
        expect(offer).to_contain_text("You seem to be in New York: use its time?")
        member.press("No, keep mine")
        expect(offer).to_be_hidden()
        travel("Asia/Tokyo")
        member.go("/roadmap")
        member.press("Yes, use it")
        expect(offer).to_be_hidden()
        assert fresh(tom).timezone == "Asia/Tokyo"

    def test_the_zone_of_the_browser_is_taken_at_joining(self, window: Opens, app: Flask) -> None:
        visitor = window()
        traveller(visitor)("America/New_York")
        sign_in(visitor, "zoe@example.org", "Zoé")
        joined = User.with_email("zoe@example.org")
        assert joined is not None and joined.timezone == "America/New_York"
