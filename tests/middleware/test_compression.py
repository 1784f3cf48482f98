"""Pages are compressed on their way, but never one that holds a secret."""

import gzip
from collections.abc import Callable

import brotli
import pytest

from portal.accounts.models import User
from portal.ideas.models import Idea
from tests.browser import Browser

Opens = Callable[..., Browser]


@pytest.mark.parametrize(("accepted", "coding"), [("br, gzip", "br"), ("gzip, deflate", "gzip")])
def test_a_page_for_everybody_comes_as_the_browser_accepts_it(browser: Opens, accepted: str, coding: str) -> None:
    plain = browser().get("/").response.get_data()
    response = browser().client.get("/", headers={"Accept-Encoding": accepted, "Accept-Language": "en"})
    assert response.headers["Content-Encoding"] == coding
    opened = {"br": brotli.decompress, "gzip": gzip.decompress}[coding](response.get_data())
    assert opened == plain
    assert len(response.get_data()) < len(plain) / 3
    assert "Accept-Encoding" in response.headers["Vary"]


def test_who_accepts_nothing_gets_the_page_as_it_is_and_caches_know_why(browser: Opens) -> None:
    response = browser().client.get("/")
    assert "Content-Encoding" not in response.headers
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize("url", ["/", "/sign-in", "/ideas/new", "/settings"])
def test_a_page_with_a_token_is_never_compressed(browser: Opens, tom: User, url: str) -> None:
    """Its length would tell the token to who can make the browser ask for it many times (BREACH)."""
    people = (None, tom) if url != "/" else (tom,)
    for person in people:
        response = browser(person).client.get(url, headers={"Accept-Encoding": "br, gzip"})
        assert "Content-Encoding" not in response.headers


def test_a_feed_is_compressed_too(browser: Opens, offline: Idea) -> None:
    response = browser().client.get("/feed.atom", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(response.get_data()).startswith(b"<?xml")
