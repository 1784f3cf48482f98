"""Whose language a page is in, and how numbers and dates read."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask, g

from portal import i18n
from portal.accounts.models import User
from portal.clock import now
from portal.config import ROOT
from tests.browser import Browser

NARROW, WIDE = "\u202f", "\u00a0"


def lang_of(page: object) -> str:
    return str(page.find("html")["lang"])  # type: ignore[attr-defined]


def test_the_members_language_comes_before_the_browsers(browser: Callable[..., Browser], ines: User) -> None:
    assert lang_of(browser(ines, lang="en").get("/")) == "fr"


def test_the_address_comes_before_everything_and_is_remembered_for_visitors(visitor: Browser) -> None:
    assert lang_of(visitor.get("/?lang=fr")) == "fr"
    assert lang_of(visitor.get("/roadmap")) == "fr"


def test_an_unknown_language_falls_back_to_the_portals(visitor: Browser) -> None:
    assert lang_of(visitor.get("/?lang=xx", headers={"Accept-Language": "de"})) == "en"


def test_visitors_pages_set_no_cookie_unless_they_choose_a_language(visitor: Browser) -> None:
    assert "Set-Cookie" not in visitor.get("/").headers


@pytest.mark.parametrize(
    ("lang", "passed", "words"),
    [
        ("en", timedelta(seconds=20), "just now"),
        ("en", timedelta(minutes=1), "1 minute ago"),
        ("en", timedelta(hours=5), "5 hours ago"),
        ("en", timedelta(days=3), "3 days ago"),
        ("en", timedelta(days=20), "2 weeks ago"),
        ("fr", timedelta(minutes=1), "il y a 1 minute"),
        ("fr", timedelta(days=3), "il y a 3 jours"),
    ],
)
def test_how_long_ago(app: Flask, lang: str, passed: timedelta, words: str) -> None:
    with app.test_request_context(headers={"Accept-Language": lang}):
        assert i18n.ago(now() - passed) == words


@pytest.mark.parametrize(("lang", "words"), [("en", "12 May"), ("fr", "12 mai")])
def test_a_day_of_this_year_needs_no_year(app: Flask, lang: str, words: str) -> None:
    with (
        time_machine.travel(datetime(2026, 11, 21, tzinfo=UTC)),
        app.test_request_context(headers={"Accept-Language": lang}),
    ):
        assert i18n.day(datetime(2026, 5, 12, tzinfo=UTC)) == words
        assert i18n.day(datetime(2024, 5, 12, tzinfo=UTC)) == f"{words} 2024"


@pytest.mark.parametrize(
    ("lang", "first", "exact"),
    [("en", "1 May", "1 May 2026, 09:05"), ("fr", "1er mai", "1er mai 2026 à 09:05")],
)
def test_the_first_of_a_month_is_the_first_in_french(app: Flask, lang: str, first: str, exact: str) -> None:
    moment = datetime(2026, 5, 1, 9, 5, tzinfo=UTC)
    with (
        time_machine.travel(datetime(2026, 11, 21, tzinfo=UTC)),
        app.test_request_context(headers={"Accept-Language": lang}),
    ):
        assert (i18n.day(moment), i18n.when(moment)) == (first, exact)
        assert i18n.day(moment + timedelta(days=10)) == ("11 mai" if lang == "fr" else "11 May")


@pytest.mark.parametrize(("lang", "words"), [("en", "1,204"), ("fr", f"1{NARROW}204")])
def test_numbers_have_the_readers_signs(app: Flask, lang: str, words: str) -> None:
    with app.test_request_context(headers={"Accept-Language": lang}):
        assert i18n.num(1204) == words


def test_zero_is_singular_in_french(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert i18n._n("%(num)s day ago", "%(num)s days ago", 0) == "il y a 0 jour"
        assert i18n._n("%(num)s day ago", "%(num)s days ago", 2) == "il y a 2 jours"


def test_catalogues_can_be_compiled_by_several_processes_at_once(app: Flask) -> None:
    """A fresh clone has none, and its web server and worker start together."""
    po = i18n.TRANSLATIONS / "fr" / "LC_MESSAGES" / "messages.po"
    before = po.stat().st_mtime
    po.touch()
    command = [sys.executable, "-c", "from portal import i18n; i18n.compile_catalogues()"]
    started = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(4)]
    assert [process.communicate()[1] for process in started] == [b""] * 4
    assert po.with_suffix(".mo").stat().st_mtime >= before
    assert not list(po.parent.glob("*.new"))


def test_a_moment_is_told_by_the_clock_of_each_reader(app: Flask) -> None:
    """Two clocks show one moment: what is kept for one reader is not told to the other."""
    moment = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)
    told = {}
    for zone in ("UTC", "Asia/Tokyo", "America/New_York", "UTC"):
        with app.test_request_context():
            g._login_user = User(lang="en", timezone=zone)
            told[zone] = i18n.when(moment)
    assert told == {
        "UTC": "14 July 2026, 22:30", "Asia/Tokyo": "15 July 2026, 07:30", "America/New_York": "14 July 2026, 18:30",
    }  # fmt: skip
