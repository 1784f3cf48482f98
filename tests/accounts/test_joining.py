"""Joining with a code: one page for everybody, a name that may be left out, and nothing typed that is lost."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.models import User
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.voting.models import Vote
from tests.accounts import letters
from tests.browser import Browser, Page
from tests.conftest import act

Open = Callable[..., Browser]
NEW, WRONG = "zoe@example.org", "zoe@exmaple.org"


def ask_to_vote(here: Browser, idea: Idea, address: str = NEW) -> Page:
    return here.submit(here.get(f"/ideas/{idea.id}/vote"), email=address)


def again(here: Browser, page: Page, where: str, **typed: str) -> Page:
    """Press one of the buttons beside the code, which send what was typed to another address."""
    assert page.has(f'button[form="code-form"][formaction="{where}"]')
    token = page.find("#code-form [name=csrf_token]")["value"]
    return here.post(where, {"csrf_token": token, "code": "", **typed}, token=False)


def name_on(page: Page) -> str:
    return str(page.find("[name=display_name]").get("value", ""))


@pytest.mark.both
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_code_alone_makes_the_vote_count_by_a_member_without_a_name(
    browser: Open, dark_mode: Idea, lang: str
) -> None:
    here, reader = browser(lang=lang), browser(lang=lang)
    here.submit(ask_to_vote(here, dark_mode), code=letters.code(NEW))
    zoe = User.with_email(NEW)
    assert zoe and (zoe.own_name, zoe.handle, zoe.lang) == ("", "member", lang)
    assert Vote.of(zoe, dark_mode)
    assert reader.get("/people/member").heading == {"en": "a member", "fr": "un membre"}[lang]


def test_the_name_of_a_member_stays_whatever_is_typed(browser: Open, dark_mode: Idea, tom: User) -> None:
    here, name = browser(), tom.own_name
    here.submit(ask_to_vote(here, dark_mode, tom.email or ""), code=letters.code(tom.email or ""), display_name="Bob")
    db.session.rollback()
    assert letters.is_signed_in(here) and tom.own_name == name and Vote.of(tom, dark_mode)


def test_a_member_and_a_stranger_are_shown_the_same_page_also_when_wrong(
    browser: Open, dark_mode: Idea, tom: User
) -> None:
    pages = []
    for address in (tom.email or "", NEW):
        here = browser()
        page = here.submit(
            ask_to_vote(here, dark_mode, address), code=letters.wrong_code(address), display_name="Ada B"
        )
        assert page.status == 422 and page.find("#code")["value"] == letters.wrong_code(address)
        secrets = [address, str(page.find("#csrf_token")["value"]), letters.wrong_code(address)]
        html = str(page.find("main"))
        for secret in secrets:
            html = html.replace(secret, "")
        pages.append(re.sub(r"T?\d\d:\d\d(:\d\d)?", "", html))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("name", ["Buy at www.cheap.example", "N" * 81])
def test_a_name_that_is_refused_spends_no_try_and_keeps_what_was_typed(
    browser: Open, dark_mode: Idea, name: str
) -> None:
    here = browser()
    page = here.submit(ask_to_vote(here, dark_mode), code=letters.wrong_code(NEW), display_name=name)
    assert page.status == 422 and page.has("#display_name-error") and name_on(page) == name
    assert page.find("[autofocus]")["id"] == "display_name" and letters.latest(NEW).wrong_tries == 0


def test_another_message_comes_by_one_press_and_keeps_name_and_vote(browser: Open, dark_mode: Idea) -> None:
    here = browser()
    page, first = ask_to_vote(here, dark_mode), letters.link(NEW)
    page = again(here, page, "/sign-in/again", display_name="Zoé")
    assert "Six digits, and it counts" in page.heading and name_on(page) == "Zoé"
    assert "A new message is on its way" in page.html and browser().get(first).status == 410
    here.submit(page, "#code-form", code=letters.code(NEW))
    zoe = User.with_email(NEW)
    assert zoe and zoe.own_name == "Zoé" and Vote.of(zoe, dark_mode)


def test_the_page_says_when_it_was_sent_and_until_when_it_is_good(browser: Open, dark_mode: Idea) -> None:
    page, token = ask_to_vote(browser(), dark_mode), letters.latest(NEW)
    assert f"Sent at {token.created_at:%H:%M} UTC" in page.text and f"until {token.expires_at:%H:%M} UTC" in page.text
    assert "Check your spam folder." in page.text


@pytest.mark.parametrize("typed", ["", "123456"])
def test_an_expired_code_says_so_and_keeps_name_and_vote_for_the_next(
    browser: Open, dark_mode: Idea, typed: str
) -> None:
    here = browser()
    page = ask_to_vote(here, dark_mode)
    with act():
        db.session.scalars(select(EmailToken)).one().expires_at = now() - timedelta(hours=2)
    page = here.submit(page, code=typed, display_name="Zoé")
    assert page.status == 410 and "This code has expired" in page.heading and dark_mode.title in page.text
    page = here.submit(page)
    assert name_on(page) == "Zoé"
    here.submit(page, "#code-form", code=letters.code(NEW))
    assert Vote.of(User.with_email(NEW), dark_mode)


def test_too_many_messages_are_said_on_the_page_of_the_code(with_limits: Flask, dark_mode: Idea) -> None:
    here = Browser(with_limits)
    page = ask_to_vote(here, dark_mode)
    for _ in range(4):
        page = again(here, page, "/sign-in/again", display_name="Zoé")
    page = again(here, page, "/sign-in/again", display_name="Zoé")
    assert page.path == "/sign-in/code" and name_on(page) == "Zoé"
    assert "already sent several messages" in page.html


@pytest.mark.both
def test_a_mistyped_address_is_corrected_and_the_vote_goes_with_it(browser: Open, dark_mode: Idea) -> None:
    here = browser()
    page, wrong = ask_to_vote(here, dark_mode, WRONG), letters.link(WRONG)
    page = again(here, page, "/sign-in/address", display_name="Zoé")
    assert page.find("#email")["value"] == WRONG and page.find("[autofocus]")["id"] == "email"
    assert f"Vote for “{dark_mode.title}”" in page.text
    refused = here.submit(page, email="zoe@")
    assert refused.status == 422 and refused.find("#email")["value"] == "zoe@"
    page = here.submit(refused, email=NEW)
    assert name_on(page) == "Zoé" and NEW in page.text
    assert browser().get(wrong).status == 410, "whoever has the wrong address can do nothing with it"
    here.submit(page, "#code-form", code=letters.code(NEW))
    assert Vote.of(User.with_email(NEW), dark_mode) and User.with_email(WRONG) is None


def test_the_page_of_the_wrong_address_no_longer_tells_what_waits(browser: Open, dark_mode: Idea) -> None:
    here = browser()
    ask_to_vote(here, dark_mode, WRONG)
    wrong = letters.link(WRONG)
    here.submit(here.get("/sign-in/address"), email=NEW)
    assert dark_mode.title not in browser().get(wrong).text
    assert db.session.scalars(select(PendingAction)).one().token.email == NEW


def test_only_the_browser_that_asked_corrects_the_address(browser: Open, dark_mode: Idea) -> None:
    ask_to_vote(browser(), dark_mode)
    assert browser().post("/sign-in/address", {"email": WRONG}).path == "/sign-in"
    assert db.session.scalar(select(func.count()).select_from(EmailToken)) == 1


def test_what_was_confirmed_is_corrected_no_more(browser: Open, dark_mode: Idea) -> None:
    here, there = browser(), browser()
    ask_to_vote(here, dark_mode)
    there.submit(there.get(letters.link(NEW)))
    assert "It was confirmed elsewhere" in here.get("/sign-in/code").heading
    assert here.post("/sign-in/address", {"email": WRONG}).path == "/sign-in"
    assert here.post("/sign-in/again").path == "/sign-in"


def test_a_correction_counts_as_a_message_to_the_new_address(with_limits: Flask, dark_mode: Idea) -> None:
    for _ in range(5):
        ask_to_vote(Browser(with_limits), dark_mode)
    here = Browser(with_limits)
    ask_to_vote(here, dark_mode, WRONG)
    page = here.submit(here.get("/sign-in/address"), email=NEW)
    assert page.status == 422 and "already sent several messages" in page.text


@pytest.mark.both
def test_links_of_the_operator_lock_nobody_out(with_limits: Flask, tom: User) -> None:
    runner, address = with_limits.test_cli_runner(), tom.email or ""
    for _ in range(6):
        assert runner.invoke(args=["sign-in-link", address]).exit_code == 0
    assert letters.ask(Browser(with_limits), address).path == "/sign-in/code"


@pytest.mark.parametrize("path", ["/ideas/{}/vote", "/sign-in", "/ideas/new", "/ideas/{}/comments/new"])
def test_the_field_that_matters_has_the_focus(browser: Open, dark_mode: Idea, path: str) -> None:
    page = browser().get(path.format(dark_mode.id))
    wanted = {"/ideas/new": "title", "/ideas/{}/comments/new": "comment-body"}.get(path, "email")
    assert [field["id"] for field in page.soup.select("[autofocus]")] == [wanted]


def test_where_the_title_is_written_already_the_words_have_the_focus(browser: Open, app: Flask) -> None:
    assert browser().get("/ideas/new?title=A+siren+for+the+kitchen").find("[autofocus]")["id"] == "body"
