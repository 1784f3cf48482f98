"""The first view by somebody whose browser has nothing of it yet: what goes over the wire, and how it lands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.evidence import traced
from tests.walk.walker import DESK, PHONE, Served, sign_in

pytestmark = pytest.mark.browser
SIZES = {"phone": PHONE, "desk": DESK}
SHIFTED = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({type: "layout-shift", buffered: true});
  document.fonts.ready.then(() => setTimeout(() => done(sum), 300));
})"""


@dataclass
class Answer:
    """One answer: what it was for, and its bytes as they came, headers included."""

    url: str
    kind: str
    bytes: int = 0


@pytest.fixture
def stranger(chromium: Chromium, served_portals: dict[str, Served]) -> Iterator[Callable[[str], Page]]:
    """Opens an empty browser of this size."""
    contexts = []

    def open_(size: str) -> Page:
        viewport: Any = SIZES[size]
        address = served_portals["demo"].address
        contexts.append(traced(chromium.new_context(base_url=address, viewport=viewport, locale="en-GB")))
        return contexts[-1].new_page()

    yield open_
    for context in contexts:
        context.close()


def first_view(page: Page, path: str) -> list[Answer]:
    """Everything that came for this page, until nothing more does."""
    answers: dict[str, Answer] = {}
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")

    def came(event: dict[str, Any]) -> None:
        if not event["response"]["url"].startswith("data:"):
            answers[event["requestId"]] = Answer(event["response"]["url"], event["type"])

    def ended(event: dict[str, Any]) -> None:
        if event["requestId"] in answers:
            answers[event["requestId"]].bytes = int(event["encodedDataLength"])

    wire.on("Network.responseReceived", came)
    wire.on("Network.loadingFinished", ended)
    page.goto(path, wait_until="networkidle")
    return list(answers.values())


@pytest.mark.parametrize("size", SIZES)
def test_the_board_costs_at_most_ten_requests_and_a_hundred_and_two_kilobytes(
    stranger: Callable[[str], Page], size: str
) -> None:
    answers = first_view(stranger(size), "/")
    told = "\n".join(f"{answer.bytes:7} {answer.kind:10} {answer.url}" for answer in answers)
    assert 4 <= len(answers) <= 10, told
    assert all(answer.bytes for answer in answers), told
    assert sum(answer.bytes for answer in answers) <= 102_000, told
    for kind, most in (("Script", 30_000), ("Stylesheet", 15_200)):
        sizes = [answer.bytes for answer in answers if answer.kind == kind]
        assert sizes and sum(sizes) <= most, told


@pytest.mark.parametrize("size", SIZES)
def test_the_board_of_a_member_costs_at_most_a_hundred_and_ten_kilobytes(
    stranger: Callable[[str], Page], served_portals: dict[str, Served], size: str
) -> None:
    page = stranger(size)
    sign_in(page.context, served_portals["demo"], "yuki-tan")
    answers = first_view(page, "/")
    told = "\n".join(f"{answer.bytes:7} {answer.kind:10} {answer.url}" for answer in answers)
    assert page.locator("header [name=csrf_token]").count(), "nobody is signed in"
    assert all(answer.bytes for answer in answers), told
    assert sum(answer.bytes for answer in answers) <= 110_000, told
    assert sum(answer.bytes for answer in answers if answer.kind == "Document") <= 20_000, told


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("where", ["/", "the first idea", "/changelog"])
def test_nothing_moves_while_a_page_arrives(stranger: Callable[[str], Page], size: str, where: str) -> None:
    page = stranger(size)
    if where.startswith("the first"):
        page.goto("/")
        where = page.locator("#ideas h3 a, .tickets h3 a").first.get_attribute("href") or ""
        page.goto("about:blank")
    page.goto(where, wait_until="networkidle")
    assert page.evaluate(SHIFTED) < 0.01  # a tenth of what counts as good
