"""What is said when something goes wrong: what happened, what was kept, what to do; never what is inside."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from portal.accounts.models import User
from portal.clock import now
from portal.extensions import db
from portal.settings import Settings
from tests.browser import Browser
from tests.conftest import act

Opens = Callable[..., Browser]


@pytest.fixture
def breaking(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Exception], None]]:
    """Let the roadmap fail as a bug of ours, or a database that is away, would make it."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def break_with(problem: Exception) -> None:
        def fail() -> Any:
            raise problem

        monkeypatch.setitem(app.view_functions, "roadmap.index", fail)

    yield break_with


def test_an_unknown_address_is_searched_for_in_its_own_words(visitor: Browser) -> None:
    page = visitor.get("/ideas/99999-see-the-schedule_offline")
    assert page.status == 404 and page.heading == "There is nothing here"
    assert page.find("main input[name=q]")["value"] == "see the schedule offline"
    assert "schedule" in visitor.submit(page).path + visitor.get("/search?q=see+the+schedule").text


@pytest.mark.parametrize("path", ["/uploads/2513213dcebf6ae4ab874f86c36c319f.png", "/ideas/99999", "/x1y2z3.html"])
def test_an_address_without_words_is_not_guessed_at(visitor: Browser, path: str) -> None:
    assert visitor.get(path).find("main input[name=q]")["value"] == ""


def test_a_script_in_an_address_stays_words(visitor: Browser) -> None:
    page = visitor.get('/nothing/"><script>alert(1)</script>')
    assert page.status == 404 and "<script>alert" not in page.html


@pytest.mark.parametrize(
    ("who", "words"),
    [(None, "Only our team may do this. If you belong to it, sign in."), ("tom", "You are signed in as Tom Becker.")],
)
def test_who_may_not_is_told_who_may(browser: Opens, request: Any, who: str | None, words: str) -> None:
    opened = browser(request.getfixturevalue(who)) if who else browser()
    page = opened.post("/admin/settings", {"name": "x"})
    assert page.status == 403 and words in page.text
    assert page.has('main a[href^="/sign-in"]') == (who is None)


def test_other_staff_are_sent_to_an_admin(browser: Opens, hugo: User) -> None:
    with act():
        hugo.lang = "en"
    assert "Only an admin may do this, or a colleague whose job it is." in browser(hugo).get("/admin/texts").text


def test_too_much_names_its_size_and_the_limit_and_leads_back(browser: Opens, tom: User) -> None:
    here = browser(tom)
    headers = {"Referer": "http://localhost/ideas/new?kind=issue"}
    page = here.post("/ideas", {"title": "x" * 13_600_000}, headers=headers)
    assert page.status == 413
    assert "You sent 14 MB. The limit here is 12 MB." in page.text and "Your text is kept in this browser." in page.text
    assert page.find("main .btn--primary")["href"] == "/ideas/new?kind=issue"


def test_no_way_back_leads_to_another_site(browser: Opens, tom: User) -> None:
    headers = {"Referer": "https://evil.example/trap"}
    page = browser(tom).post("/ideas", {"title": "x" * 13_000_000}, headers=headers)
    assert page.find("main .btn--primary")["href"] == "/"


def test_too_fast_says_when_to_come_back(with_limits: Flask) -> None:
    here = Browser(with_limits)
    for _ in range(30):
        here.post("/sign-in", {"email": "no"})
    page = here.post("/sign-in", {"email": "no"})
    assert page.status == 429
    wait = int(page.headers["Retry-After"])
    assert 1 <= wait <= 601  # ten minutes, and the second that the limiter adds to be sure
    assert re.search(r"That was fast\. Try again in \d+ (minute|second)", page.heading)
    assert "What you wrote is kept in this browser." in page.text


def test_a_form_that_keeps_its_text_says_when_too(with_limits: Flask, tom: User) -> None:
    here = Browser(with_limits, tom)
    data = {"kind": "idea", "body": "", "board": "", "seen_similar": "1"}
    answers = [here.post("/ideas", {**data, "title": f"Number {n} of my many ideas"}, follow=False) for n in range(11)]
    assert answers[-1].status == 429 and 60 < int(answers[-1].headers["Retry-After"]) <= 3600


@pytest.mark.parametrize(("lang", "words"), [("en", "Something broke on our side"), ("fr", "Un problème est survenu")])
def test_a_fault_of_ours_tells_its_number_and_nothing_else(
    browser: Opens, breaking: Callable[[Exception], None], caplog: Any, lang: str, words: str
) -> None:
    here = browser(lang=lang)
    breaking(RuntimeError("secret/path/of/ours"))
    page = here.get("/roadmap")
    assert page.status == 500 and page.heading.startswith(words)
    assert "secret" not in page.html and "Traceback" not in page.html and "RuntimeError" not in page.html
    number = page.headers["X-Request-Id"]
    assert page.find("code").get_text() == number and f"{number}: GET /roadmap" in caplog.text
    assert page.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in page.headers


def test_a_fault_keeps_the_language_and_the_brand_that_the_reader_has(
    browser: Opens, breaking: Callable[[Exception], None], tom: User
) -> None:
    with act():
        tom.lang, Settings.current().name, Settings.current().changed_at = "fr", "Houle", now()
    here = browser(tom)
    sheet = here.get("/").find('link[href^="/theme.css"]')["href"]
    breaking(RuntimeError("broken"))
    page = here.get("/roadmap")
    assert page.find("html")["lang"] == "fr" and page.find("header .logo").get_text(strip=True) == "Houle"
    assert page.has(f'link[href="{sheet}"]')


def test_a_database_that_is_away_is_said_and_tried_again(
    visitor: Browser, breaking: Callable[[Exception], None]
) -> None:
    breaking(OperationalError("SELECT secret", {}, Exception("locked")))
    visitor.client.set_cookie("lang", "fr")
    page = visitor.get("/roadmap")
    assert page.status == 503 and page.heading == "De retour dans un instant"
    assert page.headers["Retry-After"] == "5" and "secret" not in page.html
    assert page.find("main .btn--primary")["href"] == ""


def test_htmx_finds_a_heading_to_announce(browser: Opens, tom: User) -> None:
    page = browser(tom).get("/admin/settings", headers={"HX-Request": "true"})
    assert page.status == 403 and page.heading == "This is not yours to open"


@pytest.mark.parametrize("path", ["/nothing", "/admin/settings"])
def test_a_page_of_an_error_keeps_the_rules_of_every_page(browser: Opens, tom: User, path: str) -> None:
    page = browser(tom).get(path)
    assert page.status in (403, 404)
    assert len(page.soup.find_all("h1")) == 1 and not page.soup.select("[style], script:not([src])")
    assert page.has("main[data-error] .mishap") and page.has("footer a[href='/conduct']")


def test_an_answer_is_sent_though_the_database_went_away_after_it_was_made(app: Flask) -> None:
    with app.app_context():
        connection = db.session.connection().connection.dbapi_connection
        assert connection
        connection.close()
    with app.app_context():
        assert db.session.scalar(text("SELECT 1")) == 1
