"""The pictures of README.md and docs/tour.md: one of each place, taken anew by `bin/screenshots --docs`."""

from pathlib import Path

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.walk.pages import ADMIN, MEMBER, STAFF, VISITOR, Sample, type_title
from tests.walk.walker import PHONE, Walker, portals

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
SCREEN = {"width": 1280, "height": 800}


def try_purple(page: Page) -> None:
    """Try another colour, and look at what it makes of a page and a mail."""
    page.set_viewport_size(SCREEN)  # type: ignore[arg-type]
    page.locator("button[data-hue]").nth(3).click()
    page.locator("#preview").wait_for()
    page.wait_for_load_state("networkidle")
    page.locator("#colours-h").evaluate("(heading) => scrollTo(0, heading.getBoundingClientRect().top + scrollY - 90)")


# The name of the file: what is seen, in which language and theme, and through which window.
PICTURES = {
    "board": (Sample("board", "/", MEMBER, portal="plain"), "en", "light", SCREEN),
    "idea": (Sample("idea", "/ideas/{copy_week}", MEMBER, portal="plain"), "en", "light", SCREEN),
    "propose": (Sample("propose", "/ideas/new", VISITOR, type_title, portal="plain"), "fr", "light", PHONE),
    "roadmap": (Sample("roadmap", "/roadmap", MEMBER, portal="plain"), "fr", "dark", SCREEN),
    "release": (Sample("release", "/changelog/{release}", VISITOR, portal="plain"), "en", "light", SCREEN),
    "inbox": (Sample("inbox", "/admin", STAFF, portal="plain"), "en", "light", SCREEN),
    "inbox-phone": (Sample("inbox-phone", "/admin?idea={copy_week}", STAFF, portal="plain"), "en", "light", PHONE),
    "promises": (Sample("promises", "/admin/promises", STAFF, portal="plain"), "en", "light", SCREEN),
    "ways": (Sample("ways", "/admin/statuses/ways/idea", ADMIN, portal="plain"), "en", "light", SCREEN),
    "branding": (Sample("branding", "/admin/settings", ADMIN, try_purple, portal="plain"), "en", "light", SCREEN),
}


def take(chromium: Chromium) -> None:
    """Write every picture into docs/."""
    with portals(("plain",)) as served:
        walker = Walker(chromium, served)
        for name, (sample, lang, theme, size) in PICTURES.items():
            page = walker.open(sample, lang)
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.evaluate("document.activeElement.blur()")
            page.screenshot(path=DOCS / f"{name}.png", animations="disabled")
        walker.close()
