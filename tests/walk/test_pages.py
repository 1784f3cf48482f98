"""Every page: axe-core finds nothing, and all of its text can be read on any screen."""

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from tests.walk.conftest import ALL
from tests.walk.pages import Sample
from tests.walk.walker import DESK, PHONE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
GEOMETRY = (Path(__file__).parent / "geometry.js").read_text()
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (options) => {
  const found = await axe.run({...options, resultTypes: ["violations"], iframes: false});
  const say = (rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`);
  return found.violations.flatMap(say);
}"""


def test_axe_finds_nothing(opened: Page, sample: Sample, theme: str, size: dict[str, int]) -> None:
    opened.emulate_media(color_scheme=theme, media=sample.media)  # type: ignore[arg-type]
    opened.set_viewport_size(size)  # type: ignore[arg-type]
    opened.evaluate("scrollTo(0, 0)")  # what is under a bar for now is not too small
    opened.evaluate(AXE)
    found = opened.evaluate(RUN, {"runOnly": STANDARDS})
    assert not found, "\n".join(found)


@pytest.mark.longest
def test_all_of_it_fits_on_the_narrowest_screen(opened: Page, sample: Sample, lang: str) -> None:
    opened.set_viewport_size({"width": 320, "height": 640})
    found = opened.evaluate(GEOMETRY)
    assert not found, "\n".join(found)


@pytest.mark.longest
@pytest.mark.parametrize("screen", [PHONE, DESK] if ALL else [PHONE], ids=["phone", "desk"] if ALL else ["phone"])
def test_text_may_be_twice_as_large(opened: Page, sample: Sample, lang: str, screen: Any) -> None:
    """The browser's own setting of the size of text, at 200 %."""
    opened.set_viewport_size(screen)
    with_larger_text = opened.context.new_cdp_session(opened)
    try:
        with_larger_text.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
        found = opened.evaluate(GEOMETRY)
    finally:
        with_larger_text.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
        with_larger_text.detach()
    assert not found, "\n".join(found)
