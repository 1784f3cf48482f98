"""Whether a logo can be made out on light and on dark pages."""

from PIL import Image

from portal.brand.colours import EDGE, THEMES, Light, contrast, palette
from portal.pictures import uploads

# The grounds that a logo stands on, and how much of what is seen of it may come too near to one of them.
GROUNDS = ("canvas", "surface")
MOST_LOST = 0.4
# A picture that fills its frame brings its own ground along.
FILLED = 0.9
LOOKED_AT = (96, 32)
_SEEN = 128


def faint_on(key: str, hue: int, chroma: float) -> set[str]:
    """The themes in which most of this logo stands out less than 3 to 1 from the page (WCAG 2.2, 1.4.11)."""
    with Image.open(uploads.path(key)) as picture:
        small = picture.convert("RGBA")
    small.thumbnail(LOOKED_AT)
    pixels = [pixel for pixel in _pixels(small) if pixel[3] >= _SEEN]
    if not pixels or len(pixels) >= FILLED * small.width * small.height:
        return set()
    lights = [_light(pixel) for pixel in pixels]
    return {theme for theme in THEMES if _lost(lights, hue, chroma, theme) > MOST_LOST}


def _lost(lights: list[Light], hue: int, chroma: float, theme: str) -> float:
    """The part of these that cannot be told from a ground of the theme."""
    grounds = [palette(hue, chroma, theme).lights[name] for name in GROUNDS]
    return sum(min(contrast(light, ground) for ground in grounds) < EDGE for light in lights) / len(lights)


def _pixels(image: Image.Image) -> list[tuple[int, int, int, int]]:
    raw = image.tobytes()
    return [(raw[at], raw[at + 1], raw[at + 2], raw[at + 3]) for at in range(0, len(raw), 4)]


def _light(pixel: tuple[int, int, int, int]) -> Light:
    red, green, blue, _alpha = (_linear(channel / 255) for channel in pixel)
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
