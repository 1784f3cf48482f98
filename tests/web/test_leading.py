"""An address with a slash or an empty slug behind it leads to the page that is meant."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.ideas.models import Idea
from tests.browser import Browser
from tests.changelog.releases import published

Open = Callable[..., Browser]


@pytest.mark.parametrize("path", ["/roadmap/", "/changelog//", "/people/tom-becker/", "/sign-in/", "/search/?q=a+b"])
def test_a_slash_too_many_leads_to_the_page(visitor: Browser, app: Flask, path: str) -> None:
    answer = visitor.get(path, follow=False)
    assert answer.status == 301
    assert answer.headers["Location"] == path.replace("//", "/").replace("/?", "?").rstrip("/")


@pytest.mark.parametrize("tail", ["", "-", "/", "-/", "-any-other-words", "-any-other-words/"])
def test_every_address_of_an_idea_and_of_a_release_leads_to_the_right_one(
    browser: Open, offline: Idea, hugo: User, tail: str
) -> None:
    release, here = published(hugo, offline), browser()
    assert here.get(f"/ideas/{offline.id}{tail}").path == offline.url
    assert here.get(f"/changelog/{release.id}{tail}").path == release.url


@pytest.mark.parametrize(
    "path",
    ["/nowhere/", "//evil.example/", "//evil.example//", "/\\evil.example/", "/%2f%2fevil.example/", "/%0d%0aX:y/"],
)
def test_no_other_address_leads_anywhere(visitor: Browser, app: Flask, path: str) -> None:
    answer = visitor.client.get(path)
    assert answer.status_code in (400, 404, 308) and "//evil" not in answer.headers.get("Location", "").removeprefix(
        "http://"
    )


def test_only_reading_is_led_on(visitor: Browser, app: Flask) -> None:
    assert visitor.post("/sign-in/", {"email": "a@example.org"}, follow=False).status in (404, 405)


def test_what_is_hidden_is_not_told_by_a_slash(browser: Open, salary_leak: Idea) -> None:
    assert browser().get(f"/ideas/{salary_leak.id}/").status == 404


def test_a_profile_is_no_place_to_sign_in(browser: Open, tom: User, yuki: User) -> None:
    """The tab of phones that leads to the reader's own pages is lit on these, and on nobody else's."""
    lit = ".tabs a:last-child[aria-current]"
    assert browser().get("/sign-in").has(lit) and not browser().get(f"/people/{tom.handle}").has(lit)
    here = browser(tom)
    assert here.get(f"/people/{tom.handle}").has(lit) and here.get("/settings").has(lit)
    assert not here.get(f"/people/{yuki.handle}").has(lit)
