"""Triage by keyboard alone, in a real browser: how many keys an item takes, and how long a person waits for the next.

Each item is taken on, tagged and answered, as by somebody who works through the inbox of a morning: a letter opens an
act, Ctrl and Enter send it, and what is answered gives place to the next.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright

from tests.chromium import ARGUMENTS, PATH
from tools.bench.figures import Triage
from tools.bench.measure import Bench
from tools.bench.readers import Reader

# The letter of each act, the field that it opens, and what is typed there: who takes something on is chosen already.
ACTS = (("g", "#tool-owner", ""), ("t", "#tool-tags", ", seen"), ("a", "#tool-response", "Thank you: we look into it."))
PATIENCE, BARE = 30_000, 20
OPEN = "() => document.getElementById('open')?.dataset.id"
# The act is done and its page is there, with the focus on what to read next.
DONE = "() => !document.querySelector('[data-doing]') && document.activeElement.matches('h1, h2')"
IS_NEXT = "before => document.getElementById('open')?.dataset.id !== before && document.activeElement.matches('h1, h2')"


class Hands:
    """Somebody’s hands, which never leave the keys: what they press is counted, the words that they type are not."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)

    def begin(self, letter: str, field: str, words: str) -> None:
        """Open an act and write into its field."""
        self.press(letter)
        self.page.locator(f"{field}:focus").wait_for()
        self.page.keyboard.type(words)

    def deal_with_it(self) -> float:
        """All that is done with the open item; how many milliseconds then pass until the next is there to be read."""
        before = self.page.evaluate(OPEN)
        *others, last = ACTS
        for act in others:
            self.begin(*act)
            self.press("Control+Enter")
            self.page.wait_for_function(DONE)
        self.begin(*last)
        began = time.perf_counter()
        self.press("Control+Enter")
        self.page.wait_for_function(IS_NEXT, arg=before)
        return 1000 * (time.perf_counter() - began)


def triage(bench: Bench, items: int) -> Triage:
    """Deal with so many items of the inbox, one after the other."""
    keys, waits = list[int](), list[float]()
    with _window(f"http://localhost:{bench.server.port}", bench.portal.staff) as page:
        bare = [_opened(page, f"http://localhost:{bench.bare.port}") for _time in range(BARE)]
        page.goto("/admin")
        for _item in range(items):
            hands = Hands(page)
            waits.append(hands.deal_with_it())
            keys.append(hands.keys)
    p90 = quantiles(waits, n=10)[-1] if items > 1 else waits[0]
    return Triage(bench.database, bench.portal.ideas, items, max(keys), median(waits), p90, median(bare))


def _opened(page: Page, url: str) -> float:
    """How many milliseconds this browser takes to open a bare page."""
    began = time.perf_counter()
    page.goto(url)
    return 1000 * (time.perf_counter() - began)


@contextmanager
def _window(url: str, reader: Reader) -> Iterator[Page]:
    """A window of this person’s browser, in which they are signed in."""
    name, _equals, value = reader.cookie.partition("=")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS)
        try:
            context = chromium.new_context(base_url=url, viewport={"width": 1280, "height": 900})
            context.set_default_timeout(PATIENCE)
            context.add_cookies([{"name": name, "value": value, "url": url}])
            yield context.new_page()
        finally:
            chromium.close()
