"""Whatever brand an admin chooses, everything stays readable: measured on tokens.css itself, WCAG 2.2 AA."""

import re
from collections.abc import Iterator

import pytest

from portal.brand import colours
from portal.brand.colours import THEMES, Light, Palette, contrast, palette
from portal.mail import letter
from portal.sharing.card import Brand, Card, svg
from portal.web import assets

HUES, CHROMAS = range(0, 360, 5), (0, 0.04, 0.088, 0.12, colours.CHROMA_MOST)
# Lines, edges and washes that only please: what they part is told apart without them.
DECORATION = {"line", "line-2", "edge", "edge-coarse", "accent-line", "sun-line", "danger-line", "ok-line"}
# A ring, a rule or a picture's own colours, whose ground another token of the table stands for.
SEEN_THROUGH = {"st-strong", "st-fg", "st-bg", "veil", "hole", "keep", "hues", "strengths"}
MAIL_PAIRS = (
    *((fore, ground) for fore in ("ink", "ink_3", "accent") for ground in ("canvas", "surface", "accent_soft")),
    *((fore, "sun_soft") for fore in ("ink", "sun_ink")),
    ("on_accent", "accent_fill"),
)


def brands(theme: str) -> Iterator[tuple[int, float, Palette]]:
    for chroma in CHROMAS:
        for hue in HUES:
            yield hue, chroma, palette(hue, chroma, theme)


def light(written: str) -> Light:
    """A hex colour as linear light (IEC 61966-2-1)."""
    red, green, blue = (int(written[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


@pytest.mark.parametrize("theme", THEMES)
def test_every_brand_stays_readable(theme: str) -> None:
    low = [
        f"{fore} on {ground}: {found:.2f} of {need}, hue {hue}, strength {chroma}"
        for hue, chroma, shown in brands(theme)
        for fore, ground, need in colours.pairs()
        if (found := shown.contrast(fore, ground)) < need
    ]
    assert not low, "\n".join(low[:20])


@pytest.mark.parametrize("prefix", ["", "dark_"], ids=THEMES)
def test_mails_stay_readable(prefix: str) -> None:
    low = [
        f"{fore} on {ground}: {found:.2f}, hue {hue}, strength {chroma}"
        for chroma in CHROMAS
        for hue in HUES
        for mail in [letter.colours(hue, chroma)]
        for fore, ground in MAIL_PAIRS
        if (found := contrast(light(mail[prefix + fore]), light(mail[prefix + ground]))) < colours.TEXT
    ]
    assert not low, "\n".join(low[:20])


@pytest.mark.parametrize("prefix", ["", "dark_"], ids=THEMES)
def test_a_status_stays_readable_in_a_mail(prefix: str) -> None:
    for hue in HUES:
        for kind, chip in letter.chips(hue, colours.CHROMA_MOST).items():
            assert contrast(light(chip[prefix + "ink"]), light(chip[prefix + "back"])) >= colours.TEXT, (kind, hue)


@pytest.mark.parametrize("kind", ["planned", "thanks"])
def test_a_share_image_stays_readable(kind: str) -> None:
    for chroma in (0, colours.CHROMA_MOST):
        for hue in HUES[::3]:
            card = Card(Brand("Marée", hue, chroma), "Undo", "", kind, "Planned", "By Tom", (), "412", "votes")
            inks = set(re.findall(r'<text[^>]* fill="(#\w{6})"', svg(card)))
            assert len(inks) == 4
            assert min(contrast(light(ink), (1, 1, 1)) for ink in inks) >= colours.TEXT, (hue, chroma)


def test_a_token_made_too_light_is_found() -> None:
    css = (assets.STATIC / "css" / "tokens.css").read_text()
    paler = re.sub(r"(--ink-3:\s+light-dark\(\s*oklch\()49% ", r"\g<1>66% ", css)
    assert paler != css
    light = {name: shades["light"].light(178, 0.088) for name, shades in colours.read(paler).items()}
    assert contrast(light["ink-3"], light["canvas"]) < colours.TEXT


def test_the_measure_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == 21
    grey = colours.linear(0.5999, 0, 0)
    assert contrast(grey, (1, 1, 1)) == pytest.approx(3.95, abs=0.01)  # #808080 on white, as any checker says


def test_the_worst_text_is_told() -> None:
    pairs = [(fore, ground) for fore, ground, need in colours.pairs() if need == colours.TEXT]
    every = [palette(25, 0.15, theme).contrast(*pair) for theme in THEMES for pair in pairs]
    assert colours.worst_text(25, 0.15) == min(every) >= colours.TEXT


@pytest.mark.parametrize("name", [path.stem for path in assets.style_files()])
def test_no_component_writes_with_a_token_that_is_not_measured(name: str) -> None:
    css = (assets.STATIC / "css" / f"{name}.css").read_text()
    fores = set(re.findall(r"[^-\w]color: var\(--([\w-]+)\)", css))
    grounds = set(re.findall(r"background(?:-color)?: var\(--([\w-]+)\)", css))
    measured = [(fore.partition(":")[0], ground.partition(":")[0]) for fore, ground, _need in colours.pairs()]
    seen = {name for pair in measured for name in pair} | SEEN_THROUGH
    assert fores <= {fore for fore, _ground in measured} | SEEN_THROUGH
    assert grounds <= seen | DECORATION


def test_every_colour_of_the_sheet_is_measured_or_only_pleases() -> None:
    measured = {name for fore, ground, _need in colours.pairs() for name in (fore, ground)}
    assert set(colours.tokens()) - measured == DECORATION
