"""Somebody who opens every sample in a real browser, as anybody, in both languages."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select
from werkzeug.serving import BaseWSGIServer, make_server

from portal.accounts.models import User
from portal.extensions import db
from tests.browser import Browser
from tests.evidence import trace_anew, traced
from tests.journeys.conftest import Quiet
from tests.walk.pages import Sample
from tests.walk.world import World, make

LOCALES = {"en": "en-GB", "fr": "fr-FR"}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


class Served:
    """A portal of the walk on a free port of this machine."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.server: BaseWSGIServer = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=Quiet)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        world.app.config["PUBLIC_URL"] = self.address
        world.facts["port"] = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def stop(self) -> None:
        """End the server and its thread."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Walker:
    """Opens samples; keeps one page for each portal, person and language."""

    def __init__(self, chromium: Chromium, portals: dict[str, Served]) -> None:
        self.chromium, self.portals = chromium, portals
        self.contexts: dict[tuple[str, str, str], BrowserContext] = {}
        self.pages: dict[tuple[str, str, str], Page] = {}
        self.last: tuple[Sample, str] | None = None

    def open(self, sample: Sample, lang: str) -> Page:
        """The page of this sample as its person reads it in this language, light, on a phone."""
        self.last = None
        page = self._page(sample, lang)
        trace_anew(page.context)
        self._settle(page, sample)
        served = self.portals[sample.portal]
        page.goto(sample.path.format(**served.world.facts))
        if sample.act:
            sample.act(page)
        page.evaluate("document.fonts.ready.then(() => true)")
        self.last = (sample, lang)
        return page

    def keep_open(self, sample: Sample, lang: str) -> Page:
        """The same, but opened only where it is not the one that was opened last."""
        if self.last != (sample, lang):
            self.open(sample, lang)
        page = self.pages[sample.portal, sample.who, lang]
        self._settle(page, sample)
        return page

    def close(self) -> None:
        """Close every page."""
        for context in self.contexts.values():
            context.close()

    @staticmethod
    def _settle(page: Page, sample: Sample) -> None:
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="light", media=sample.media, reduced_motion="reduce")  # type: ignore[arg-type]

    def _page(self, sample: Sample, lang: str) -> Page:
        key = (sample.portal, sample.who, lang)
        served = self.portals[sample.portal]
        if key not in self.contexts:
            options: Any = {"locale": LOCALES[lang], "service_workers": "block"}
            self.contexts[key] = traced(self.chromium.new_context(base_url=served.address, **options))
            self.contexts[key].set_default_timeout(10_000)
            self.pages[key] = self.contexts[key].new_page()
            # The fonts are for the pages that follow: the first one does not wait for them.
            self.pages[key].goto("/accessibility", wait_until="networkidle")
        if sample.who:
            served.world.speaks(sample.who, lang)
        sign_in(self.contexts[key], served, sample.who)
        return self.pages[key]


def sign_in(context: BrowserContext, served: Served, who: str) -> None:
    """Samples are on their own: who was signed out by one is signed in for the next, and a visitor has no past."""
    context.clear_cookies()
    if who:
        with served.world.app.app_context():
            user = db.session.scalars(select(User).where(User.handle == who)).one()
            cookie: Any = Browser(served.world.app, user).client.get_cookie("atelier")
            db.session.rollback()
        context.add_cookies([{"name": "atelier", "value": cookie.value, "url": served.address}])


@contextmanager
def portals(kinds: tuple[str, ...] = ("demo", "empty", "new")) -> Iterator[dict[str, Served]]:
    """The portals of these kinds, made and served; ended and removed afterwards."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="atelier-walk-", dir=memory if memory.is_dir() else None) as folder:
        served: dict[str, Served] = {}
        try:
            for kind in kinds:
                served[kind] = Served(make(kind, Path(folder) / kind))
            yield served
        finally:
            for portal in served.values():
                portal.stop()
                with portal.world.app.app_context():
                    db.engine.dispose()
