"""A real browser on a portal that is really served: each journey with JavaScript, and without."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from tests.browser import Browser
from tests.conftest import DATABASE
from tests.evidence import keep, traced
from tests.journeys.window import Window

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


# A journey runs on one engine: what the portal does with its database, the tests of its packages ask on both.
collect_ignore_glob = ["test_*.py"] if DATABASE == "postgresql" else []
MODES = {"js": True, "no-js": False}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


class Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log(self, *_: Any) -> None:
        pass


class Counted:
    """The portal, and how many requests it is answering just now."""

    def __init__(self, app: Flask) -> None:
        self.app, self.open, self.change = app, 0, threading.Condition()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self._count(1)
        try:
            return self.app(environ, start)
        finally:
            self._count(-1)

    def wait_until_idle(self) -> None:
        """Return once every request is answered, also those that come within a moment."""
        with self.change:
            assert self.change.wait_for(lambda: self.open == 0, timeout=10), "a request hangs"
        time.sleep(0.02)
        with self.change:
            assert self.change.wait_for(lambda: self.open == 0, timeout=10), "a request hangs"

    def _count(self, by: int) -> None:
        with self.change:
            self.open += by
            self.change.notify_all()


@pytest.fixture(scope="session")
def served(app: Flask) -> Iterator[tuple[str, Counted]]:
    """The portal of all tests on a free port of this machine: its address, and its count of requests."""
    counted = Counted(app)
    server = make_server("127.0.0.1", 0, counted, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="served")
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", counted
    server.shutdown()
    thread.join()


@pytest.fixture(params=MODES.values(), ids=MODES)
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether pages may run their scripts."""
    return bool(request.param)


@pytest.fixture
def votes(served: tuple[str, Counted]) -> Callable[[Idea], int]:
    """How many votes an idea has by now: a page shows a vote before the server has answered."""

    def count(idea: Idea) -> int:
        served[1].wait_until_idle()
        db.session.rollback()
        return idea.votes_count

    return count


@pytest.fixture
def address(app: Flask, served: tuple[str, Counted], monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the portal is served; the links in its mail lead there."""
    monkeypatch.setitem(app.config, "PUBLIC_URL", served[0])
    return served[0]


@pytest.fixture
def window(
    request: pytest.FixtureRequest,
    app: Flask,
    chromium: Chromium,
    served: tuple[str, Counted],
    address: str,
    scripts: bool,
) -> Iterator[Callable[..., Window]]:
    """Opens a window of somebody's own browser: `window()` a visitor's, `window(tom)` of a member who is signed in."""
    opened: list[Window] = []

    def open_window(user: User | None = None, lang: str = "en", phone: bool = False) -> Window:
        lang = user.lang if user else lang
        options: Any = {
            "java_script_enabled": scripts,
            "locale": {"en": "en-GB", "fr": "fr-FR"}[lang],
            "viewport": PHONE if phone else DESK,
            "reduced_motion": "reduce",
            "accept_downloads": True,
        }
        context = traced(chromium.new_context(base_url=address, **options))
        context.set_default_timeout(12_000)
        context.set_default_navigation_timeout(20_000)
        if user is not None:
            cookie = Browser(app, user).client.get_cookie("atelier")
            assert cookie is not None
            context.add_cookies([{"name": "atelier", "value": cookie.value, "url": address}])
        opened.append(Window(context, lang, scripts))
        return opened[-1]

    yield open_window
    if any(shown.problems for shown in opened):
        keep(chromium, request.node.nodeid)
    for shown in opened:
        shown.close()
    served[1].wait_until_idle()
    db.session.rollback()
    for shown in opened:
        assert not shown.problems, shown.problems
