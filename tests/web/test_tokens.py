"""The token of a form, masked anew in every answer: each shows another, all of them work, and no other does."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.accounts.models import User
from portal.ideas.models import Idea
from portal.web.tokens import masked, unmasked
from tests.browser import Browser, Page

Opens = Callable[..., Browser]
ROOT = Path(__file__).parents[2]
WAYS = ("form", "header")


def send(here: Browser, token: str, way: str = "form", url: str = "/language", **form: str) -> Page:
    """What comes of a form that is sent with this token."""
    data = {"language": "fr", **form} | ({"csrf_token": token} if way == "form" else {})
    headers = {"X-CSRFToken": token} if way == "header" else {}
    return here.post(url, data, token=False, follow=False, headers=headers)


def at(idea: Idea) -> str:
    return f"/ideas/{idea.id}-{idea.slug}"


def tokens(page: Page) -> set[str]:
    return {str(field["value"]) for field in page.soup.select("[name=csrf_token]")}


def shown(here: Browser, url: str = "/") -> str:
    """The one token of all forms of this page."""
    (token,) = tokens(here.get(url))
    return token


@pytest.mark.parametrize("way", WAYS)
def test_each_answer_shows_another_token_and_all_of_them_work(browser: Opens, tom: User, way: str) -> None:
    here = browser(tom)
    first, second = shown(here), shown(here)
    halves = [text[start : start + 60] for text in (first, second) for start in (0, len(text) // 2)]
    assert len(set(halves)) == 4
    assert [send(here, token, way).status for token in (second, first, first)] == [303] * 3


def test_a_form_that_keeps_its_text_takes_them_too(browser: Opens, ines: User, offline: Idea) -> None:
    here, url = browser(ines), f"/ideas/{offline.id}/comments"
    first, second = shown(here, at(offline)), shown(here, at(offline))
    assert [send(here, token, url=url, body=token[:9]).status for token in (second, first)] == [303] * 2


def test_a_page_that_was_open_before_there_were_masks_loses_no_form(browser: Opens, ines: User, offline: Idea) -> None:
    here = browser(ines)
    plain = here.csrf_token()
    assert plain.count(".") == 2, "the library's own, as pages showed it"
    assert send(here, plain).status == send(here, plain, "header").status == 303
    assert send(here, plain, url=f"/ideas/{offline.id}/comments", body="Opened last week.").status == 303


def tampered(token: str) -> list[str]:
    """Tokens that nobody was shown: altered in the pad, below the mask, cut off, or what is no token at all."""
    other = "A" if token[5] != "A" else "B"
    below = "A" if token[-9] != "A" else "B"
    plain = unmasked(token)
    return [
        token[:5] + other + token[6:], token[:-9] + below + token[-8:], token[:-4], token[4:], token[: len(token) // 2],
        f"{token}!", masked(plain[:-1]), masked(plain.upper()), masked(token), "====", "é", "\x00", masked("x"),
    ]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_token_that_was_tampered_with_is_none(browser: Opens, tom: User, way: str) -> None:
    here = browser(tom)
    for token in tampered(shown(here)):
        if way == "form" or (token.isascii() and token.isprintable()):
            assert send(here, token, way).status == 400, token


def test_a_form_that_keeps_its_text_takes_no_such_token(browser: Opens, ines: User, offline: Idea) -> None:
    here = browser(ines)
    for token in tampered(shown(here, at(offline))):
        page = send(here, token, url=f"/ideas/{offline.id}/comments", body="Typed")
        assert page.status == 422 and page.find("textarea").get_text().strip() == "Typed"


def test_the_token_of_another_session_is_none_under_a_mask_either(browser: Opens, tom: User, ines: User) -> None:
    token = shown(browser(ines))
    assert send(browser(tom), token).status == 400


def test_a_mask_leaves_nothing_of_the_token_and_comes_off() -> None:
    plain = "ImFiYyI.aaaaaa.0123456789"
    seen = {masked(plain) for _ in range(50)}
    assert len(seen) == 50 and {unmasked(token) for token in seen} == {plain}
    # Each letter below the mask is any letter: as often as not its lowest bit is another.
    assert len({token[place] for token in seen for place in (-5,)}) > 10


def test_nobody_shows_the_token_without_its_mask() -> None:
    """What Flask-WTF gives templates and forms by itself is the same in every answer."""
    files = [*ROOT.glob("portal/**/*.py"), *ROOT.glob("templates/**/*"), *ROOT.glob("portal/static/js/*.js")]
    bare = re.compile(r"generate_csrf\(|csrf_token\(\)|csrf_meta_tag|session\[.csrf_token|g\.csrf_token")
    found = {file.relative_to(ROOT).as_posix() for file in files if file.is_file() and bare.search(file.read_text())}
    assert found == {"portal/web/tokens.py"}
