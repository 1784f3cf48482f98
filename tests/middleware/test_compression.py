"""Pages are compressed on their way, but never one of a person whose length tells a guess."""

import gzip
import re
from collections.abc import Callable

import brotli
import pytest
import time_machine
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.accounts.models import User
from portal.clock import now
from portal.ideas.models import Idea
from portal.web.paging import slice_of
from tests.browser import Browser

Opens = Callable[..., Browser]
OPEN = {"br": brotli.decompress, "gzip": gzip.decompress}
# What the browser adds where the reader follows a link of ours.
OURS = {"Sec-Fetch-Site": "same-origin"}
CODINGS = pytest.mark.parametrize(("accepted", "by"), [("br, gzip", "br"), ("gzip, deflate", "gzip")])


def ask(here: Browser, url: str, accepted: str = "br, gzip", **headers: str) -> TestResponse:
    with here.app.app_context():  # one of its own: the page is not parsed, since it may be compressed
        return here.client.get(url, headers={"Accept-Encoding": accepted, "Accept-Language": "en", **headers})


def coding(response: TestResponse) -> str:
    return response.headers.get("Content-Encoding", "")


def same(text: bytes) -> str:
    """A page without what is another in each answer: its token, and the key of a form."""
    return re.sub(r'(name="(?:csrf_token|form_key)"[^>]*value=")[^"]*', r"\1", text.decode())


@CODINGS
def test_a_page_for_everybody_comes_as_the_browser_accepts_it(browser: Opens, accepted: str, by: str) -> None:
    plain = browser().get("/").response.get_data()
    response = ask(browser(), "/", accepted)
    assert coding(response) == by
    assert OPEN[by](response.get_data()) == plain
    assert len(response.get_data()) < len(plain) / 3
    assert "Accept-Encoding" in response.headers["Vary"]


def test_who_accepts_nothing_gets_the_page_as_it_is_and_caches_know_why(browser: Opens) -> None:
    response = browser().client.get("/")
    assert "Content-Encoding" not in response.headers
    assert "Accept-Encoding" in response.headers["Vary"]


@CODINGS
@pytest.mark.parametrize("url", ["/", "/ideas/new", "/roadmap", "/changelog", "/settings", "/notifications"])
def test_a_page_of_a_member_comes_compressed_too(browser: Opens, tom: User, url: str, accepted: str, by: str) -> None:
    here = browser(tom)
    with time_machine.travel(now(), tick=False):
        plain, response = here.get(url).response.get_data(), ask(here, url, accepted, **OURS)
    assert coding(response) == by and "Accept-Encoding" in response.headers["Vary"]
    assert same(OPEN[by](response.get_data())) == same(plain)
    assert len(response.get_data()) < len(plain) / 2
    assert coding(ask(here, url, "identity", **OURS)) == ""


def test_a_query_of_ours_is_compressed_too(browser: Opens, tom: User, dark_mode: Idea) -> None:
    """The links that we write: orders, choices, and where the rows go on."""
    heat, moment = (slice_of(select(Idea), by, Idea.id, size=1).after for by in (Idea.heat, Idea.created_at))
    idea = f"/ideas/{dark_mode.id}-{dark_mode.slug}"
    urls = [
        "/?sort=top", "/?sort=new&kind=idea&status=planned&status=shipped", f"/?after={heat}",
        f"/?sort=new&after={moment}", f"{idea}?c=new", f"{idea}?c=new&from=12",
        "/notifications?show=mine",
    ]  # fmt: skip
    assert {url: coding(ask(browser(tom), url, **OURS)) for url in urls} == dict.fromkeys(urls, "br")


# Whoever lets a browser ask these chooses words of the page: its links and forms repeat the whole address.
MADE_UP = [
    "/?guess", "/?q=guess", "/?sort=guess", "/?board=guess", "/?tag=guess", "/?status=guess", "/?kind=guess",
    "/?status=planned&status=guess", "/?sort=top&sort=top", "/?sort=top&guess=1", "/?sort=%74op", "/?%67uess",
    "/?after=guess", "/?after=Z3Vlc3M", "/?after=WyJndWVzcyIsIDFd", "/?after=WzEuMCwgICAgMV0",
    "/search?q=guess", "/ideas/new?title=guess", "/notifications?show=guess",
    "/notifications?after=guess", "/ideas/{id}-{slug}?c=guess", "/ideas/{id}-{slug}?from=007",
    "/ideas/{id}-{slug}?from=guess", "/people/tom-becker?guess", "/guess", "/ideas/guess", "/?lang=fr&guess",
]  # fmt: skip


@pytest.mark.parametrize("url", MADE_UP)
def test_what_anybody_can_make_up_is_not_compressed_beside_what_is_private(
    browser: Opens, tom: User, dark_mode: Idea, url: str
) -> None:
    answer = ask(browser(tom), url.format(id=dark_mode.id, slug=dark_mode.slug), **OURS)
    assert answer.status_code in (200, 404) and coding(answer) == ""


def test_a_visitors_page_repeats_whatever_it_is_asked_and_hides_nothing(browser: Opens) -> None:
    answer = ask(browser(), "/?q=guess", **OURS)
    assert coding(answer) == "br" and b"q=guess" in brotli.decompress(answer.get_data())


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
@pytest.mark.parametrize("url", ["/", "/?sort=top", "/settings", "/notifications"])
def test_what_another_site_has_a_browser_ask_for_comes_as_it_is(browser: Opens, tom: User, url: str, site: str) -> None:
    assert coding(ask(browser(tom), url, **{"Sec-Fetch-Site": site})) == ""


@pytest.mark.parametrize(
    ("url", "by_old_ones"), [("/", "br"), ("/roadmap", "br"), ("/settings", ""), ("/notifications", "")]
)
def test_a_browser_that_does_not_say_who_asks_gets_the_most_private_pages_as_they_are(
    browser: Opens, tom: User, url: str, by_old_ones: str
) -> None:
    assert coding(ask(browser(tom), url)) == by_old_ones
    assert coding(ask(browser(tom), url, **{"Sec-Fetch-Site": "none"})) == "br"


def test_a_visitors_form_with_a_token_is_treated_alike(browser: Opens) -> None:
    assert coding(ask(browser(), "/sign-in")) == ""
    answer = ask(browser(), "/sign-in", **OURS)
    assert coding(answer) == "br" and b"csrf_token" in brotli.decompress(answer.get_data())
    assert coding(ask(browser(), "/sign-in?next=/guess", **OURS)) == ""


def test_no_answer_to_a_form_is_compressed(browser: Opens, tom: User, dark_mode: Idea) -> None:
    """It shows what was typed: again where it is wrong, and within what it made."""
    url, here = f"/ideas/{dark_mode.id}/comments", browser(tom)
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial"}

    def sent(url: str, form: dict[str, str], **more: str) -> TestResponse:
        token = {"csrf_token": here.csrf_token()}
        with here.app.app_context():
            headers = {"Accept-Encoding": "br, gzip", **OURS, **more}
            return here.client.post(url, data={**token, **form}, headers=headers)

    answers = {
        "wrong": sent(url, {"body": ""}),
        "stale": sent("/language", {"language": "fr", "csrf_token": ""}),
        "said": sent(url, {"body": "Guess. " * 90}, **htmx),
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {"wrong": 422, "stale": 400, "said": 200}
    for name, answer in answers.items():
        assert coding(answer) == "" and len(answer.get_data()) > 1000, name


def test_what_a_member_takes_out_is_not_compressed(browser: Opens, tom: User, dark_mode: Idea) -> None:
    for url in ("/settings/data", "/feed.atom", f"/ideas/{dark_mode.id}/feed.atom"):
        answer = ask(browser(tom), url, **OURS)
        assert answer.status_code == 200 and coding(answer) == "", url


def test_a_feed_is_compressed_too(browser: Opens, offline: Idea) -> None:
    response = browser().client.get("/feed.atom", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(response.get_data()).startswith(b"<?xml")
