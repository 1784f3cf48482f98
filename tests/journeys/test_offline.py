"""Without a connection: a page of ours, the text kept, and the way back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.ideas.models import Idea
from tests.journeys.window import Window

pytestmark = pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
Opens = Callable[..., Window]


def ready(shown: Window) -> Window:
    """Open two pages, after which the browser has what it needs, and a third that the worker watches."""
    shown.go("/roadmap").go("/roadmap")
    shown.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return shown.go("/roadmap")


def test_the_first_page_asks_for_no_worker(window: Opens) -> None:
    shown = window()
    asked: list[str] = []
    shown.page.on("request", lambda request: asked.append(request.url))
    shown.go("/roadmap")
    shown.page.wait_for_timeout(300)
    assert not [url for url in asked if "/sw.js" in url or "/offline" in url]


def test_a_page_that_cannot_come_is_answered_and_comes_by_itself(window: Opens, offline: Idea) -> None:
    shown = ready(window(lang="fr"))
    shown.context.set_offline(True)
    address = f"/ideas/{offline.id}-{offline.slug}"
    shown.page.goto(address)
    shown.is_titled("Vous êtes hors ligne")
    assert shown.page.url.endswith(address), "the address stays the one that was asked for"
    assert shown.page.evaluate("getComputedStyle(document.querySelector('.mishap h1')).fontFamily").startswith(
        "Bricolage"
    )
    shown.context.set_offline(False)
    shown.is_titled(re.compile(re.escape(offline.title)))
    shown.problems = [problem for problem in shown.problems if "ERR_INTERNET_DISCONNECTED" not in problem]


def test_pages_of_people_are_never_kept(window: Opens, tom: User) -> None:
    shown = ready(window(tom))
    shown.go("/notifications").go("/settings")
    kept = shown.page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys())
                for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
            return found;
        }"""
    )
    assert kept and {path for path in kept if not path.startswith("/assets/")} == {"/offline", "/theme.css"}


def test_a_banner_stands_while_the_connection_is_away(window: Opens) -> None:
    shown = window().go("/roadmap")
    expect(shown.page.locator("#away")).to_be_hidden()
    shown.context.set_offline(True)
    expect(shown.page.locator("#away")).to_be_visible()
    shown.context.set_offline(False)
    expect(shown.page.locator("#away")).to_be_hidden()
    shown.sees("You are back online.")


def test_a_form_does_not_leave_into_nowhere(window: Opens) -> None:
    shown = window().go("/ideas/new")
    with shown.page.expect_response("**/ideas/similar*"):
        shown.fill("Your idea, in one sentence", "Print the schedule of the week")
    shown.context.set_offline(True)
    shown.press("Send my idea")
    shown.sees("No connection. Your text is kept in this browser: try again in a moment.")
    shown.holds("Your idea, in one sentence", "Print the schedule of the week")


def test_pages_do_not_wait_for_the_worker(window: Opens) -> None:
    """Their request leaves while the worker still wakes up."""
    shown = ready(window())
    state = "navigator.serviceWorker.ready.then((worker) => worker.navigationPreload.getState())"
    assert shown.page.evaluate(state)["enabled"] is True
    shown.go("/changelog").is_titled("What’s new")
