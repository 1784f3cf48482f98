"""Branding in a real browser: colours as they are tried, logos as the theme changes, tokens as Chromium reads them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.brand.colours import palette
from portal.pictures import uploads
from portal.settings import Settings
from tests.conftest import act
from tests.ideas.pictures import picture
from tests.journeys.window import Window

Opens = Callable[..., Window]
MEASURE = """(names) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const probe = document.body.appendChild(document.createElement("div"));
  return names.map((name) => {
    const [token, kind] = name.split(":");
    probe.dataset.status = kind ?? "";
    probe.style.color = `var(--${token})`;
    pen.fillStyle = getComputedStyle(probe).color;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  });
}"""


def worn(shown: Window) -> Any:
    """The colour of the button that saves."""
    return shown.page.evaluate("getComputedStyle(document.querySelector('.savebar .btn')).backgroundColor")


def slide(shown: Window, field: str, value: str) -> None:
    shown.page.locator(f"#{field}").fill(value)


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("hue", "chroma"), [(25, 0.15), (178, 0.088), (264, 0.0)])
def test_the_measured_tokens_are_those_that_chromium_paints(
    window: Opens, nora: User, theme: str, hue: int, chroma: float
) -> None:
    with act():
        Settings.current().hue, Settings.current().chroma = hue, chroma
    shown = window()
    shown.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    shown.go("/roadmap")
    ours = palette(hue, chroma, theme)
    names = sorted(ours.lights)
    far = [
        f"{name}: {painted} is not {ours.hex(name)}"
        for name, painted in zip(names, shown.page.evaluate(MEASURE, names), strict=True)
        if any(abs(int(ours.hex(name)[1 + 2 * i : 3 + 2 * i], 16) - painted[i]) > 2 for i in range(3))
    ]
    assert not far, "\n".join(far)


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
def test_the_page_wears_the_colours_while_they_are_tried(window: Opens, nora: User) -> None:
    shown = window(nora)
    shown.go("/admin/settings")
    before = worn(shown)
    note = shown.page.locator(".savebar__note")
    expect(note).to_be_hidden()
    slide(shown, "hue", "25")
    slide(shown, "chroma", "0.15")
    expect(note).to_be_visible()
    expect(shown.page.locator("output[for=hue]")).to_have_text("25")
    expect(shown.page.locator("output[for=chroma]")).to_have_text("100")
    shown.sees("Readable everywhere")
    assert worn(shown) != before
    shown.press("Blue", within="main")
    expect(shown.page.locator("#hue")).to_have_value("240")
    shown.press("Save the settings")
    shown.sees("Settings saved.")
    with act():
        assert (Settings.current().hue, Settings.current().chroma) == (240, 0.11)


def test_the_enter_key_saves_what_is_typed(window: Opens, nora: User) -> None:
    shown = window(nora)
    shown.go("/admin/settings")
    shown.fill("Name of the portal", "Marée 2")
    shown.field("Name of the portal").press("Enter")
    shown.sees("Settings saved.")
    with act():
        assert (Settings.current().name, Settings.current().hue) == ("Marée 2", 178)


@pytest.mark.parametrize("scripts", [False], indirect=True, ids=["no-js"])
def test_a_colour_is_tried_and_saved_without_javascript(window: Opens, nora: User) -> None:
    shown = window(nora)
    shown.go("/admin/settings")
    before = worn(shown)
    shown.press("Red", within="main")
    shown.sees("The whole page shows these colours. Nothing is saved yet.")
    assert worn(shown) != before
    shown.press("Save the settings")
    shown.sees("Settings saved.")
    with act():
        assert (Settings.current().hue, Settings.current().chroma) == (25, 0.15)


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
def test_the_logo_follows_the_theme_that_is_chosen_by_hand(window: Opens, tom: User) -> None:
    with act():
        for name in ("logo_light", "logo_dark"):
            setattr(Settings.current(), name, _stored(picture(90, 90)))
    shown = window()
    shown.page.emulate_media(color_scheme="dark")
    shown.go("/")
    light, dark = (shown.page.locator(f".logo .on-{theme}") for theme in ("light", "dark"))
    expect(dark).to_be_visible()
    expect(light).to_be_hidden()
    shown.page.locator("[data-theme-toggle]").first.click()
    expect(light).to_be_visible()
    expect(dark).to_be_hidden()


def _stored(content: BytesIO) -> str:
    from werkzeug.datastructures import FileStorage

    return uploads.save_image(FileStorage(content, "logo.png")).key
