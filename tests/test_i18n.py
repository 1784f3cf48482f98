"""Whose language a page is in, and how numbers and dates read."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask, g

from portal import i18n
from portal.accounts.models import User
from portal.clock import now
from portal.config import ROOT
from portal.ideas.models import Idea
from tests.browser import Browser
from tests.conftest import act

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


@pytest.mark.parametrize("zones", [("Asia/Tokyo", "America/New_York"), ("America/New_York", "Asia/Tokyo")])
def test_two_readers_of_two_zones_are_each_shown_their_own_clock(
    browser: Callable[..., Browser], tom: User, ines: User, offline: Idea, zones: tuple[str, str]
) -> None:
    """Whoever looks first within a minute does not decide what the other is shown: on pages, and in pieces of them."""
    with act():
        for person, zone in zip((tom, ines), zones, strict=True):
            person.lang, person.timezone = "en", zone
    for person, zone in zip((tom, ines), zones, strict=True):
        for path in (f"/ideas/{offline.id}-{offline.slug}", "/?sort=new", "/roadmap", f"/people/{tom.handle}"):
            for time in browser(person).get(path).soup.select("time[title]"):
                clock = datetime.fromisoformat(str(time["datetime"])).astimezone(ZoneInfo(zone))
                assert str(time["title"]).endswith(f"{clock:%H:%M}"), (path, zone)


def test_the_year_is_left_out_in_the_readers_own_year(app: Flask) -> None:
    """On New Year's Eve in UTC it is the new year already in Auckland."""
    with time_machine.travel(datetime(2026, 12, 31, 20, tzinfo=UTC), tick=False), app.test_request_context():
        g._login_user = User(lang="en", timezone="Pacific/Auckland")
        assert i18n.day(datetime(2026, 12, 31, 19, tzinfo=UTC)) == "1 January"
        assert i18n.day(datetime(2026, 12, 31, 9, tzinfo=UTC)) == "31 December 2026"


# What depends on who reads, or on when: nothing that is kept for all may ask for it.
OF_THE_READER = {
    "_", "_n", "ago", "choose_locale", "choose_timezone", "context", "current_app", "current_user", "day", "g",
    "get_locale", "in_locale", "locale", "now", "request", "session", "settings", "when",
}  # fmt: skip


KEPT = type(i18n.asked_by_browser)


def kept_functions() -> list[Any]:
    """Every function of the portal whose answers are kept by their arguments for as long as the process lives."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.split(".")[0] == "portal"]
    owners = [*modules, *(thing for module in modules for thing in vars(module).values() if isinstance(thing, type))]
    found = {thing for owner in owners for thing in vars(owner).values() if type(thing) is KEPT}
    return sorted((one for one in found if one.__module__.startswith("portal")), key=lambda one: str(one.__qualname__))


def test_what_is_kept_for_ever_hangs_on_its_arguments_alone(app: Flask) -> None:
    assert len(kept_functions()) > 20
    for function in kept_functions():
        asked = set(function.__wrapped__.__code__.co_names) & OF_THE_READER
        assert not asked, f"{function.__module__}.{function.__qualname__} asks {asked}"


def test_what_is_kept_for_ever_takes_no_moment_with_a_zone(app: Flask) -> None:
    """Moments of two zones are equal, and so would be what is kept under them: `_timed` is given the reader's clock."""
    takes = {
        function.__qualname__
        for function in kept_functions()
        if any(kind is datetime for kind in function.__wrapped__.__annotations__.values())
    }
    assert takes == {"_timed"}
