"""The tokens of tokens.css as numbers: for what knows no tokens (mail programs, pictures), and to measure contrast."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from portal.web.assets import STATIC

# Linear light of red, green and blue, each from 0 to 1.
Light = tuple[float, float, float]
Number = Callable[[float, float], float]
HUE_MOST, CHROMA_MOST = 360, 0.15
THEMES = ("light", "dark")
TEXT, EDGE = 4.5, 3.0

GROUNDS = ("canvas", "surface", "raised", "sunken", "hover")
SOFT = ("accent-soft", "sun-soft", "danger-soft", "ok-soft")
STATUSES = ("open", "under_review", "planned", "started", "testing", "shipped", "declined", "rose", "gold")
# What is written or drawn on what, and how far the two must stand apart (WCAG 2.2, 1.4.3 and 1.4.11). A ground that is
# mixed from two of these lies between them.
PAIRS: tuple[tuple[tuple[str, ...], tuple[str, ...], float], ...] = (
    (("ink", "ink-2"), (*GROUNDS, *SOFT, "st-quiet"), TEXT),
    (("ink-3",), (*GROUNDS, "accent-soft"), TEXT),
    (("accent",), (*GROUNDS, "accent-soft"), TEXT),
    (("danger",), (*GROUNDS, "danger-soft"), TEXT),
    (("sun-ink",), (*GROUNDS, "sun-soft"), TEXT),
    (("ok-ink",), (*GROUNDS, "ok-soft"), TEXT),
    (("on-accent",), ("accent-fill", "accent-press"), TEXT),
    (("on-danger",), ("danger",), TEXT),
    (("on-sun",), ("sun",), TEXT),
    (("ink",), ("sun-mark",), TEXT),
    (("canvas",), ("ink",), TEXT),
    (("control", "accent-fill", "accent"), (*GROUNDS, "accent-soft"), EDGE),
    (("ok",), (*GROUNDS, "ok-soft"), EDGE),
    (("mark-line", "mark-sun"), ("mark",), EDGE),
    *(((f"st-fg:{kind}",), (f"st-bg:{kind}",), TEXT) for kind in STATUSES),
    *(((f"st-strong:{kind}",), (f"st-bg:{kind}", "surface", "raised", "canvas"), EDGE) for kind in STATUSES),
)
_CALC = re.compile(r"calc\(var\(--(?P<name>[\w-]+)\) (?P<sign>[*+]) (?P<by>[\d.]+)\)")
_PARTS = re.compile(r"calc\(var\([^)]*\) [*+] [\d.]+\)|var\([^)]*\)|[\d.]+%?")
_RULE = re.compile(r"(:root|\[data-status[^\]]*\])\s*\{([^}]*)\}")
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")


@dataclass(frozen=True)
class Oklch:
    """A colour whose lightness, chroma and hue may follow the brand's two numbers."""

    lightness: Number
    chroma: Number
    hue: Number

    def light(self, hue: float, chroma: float) -> Light:
        return linear(self.lightness(hue, chroma), self.chroma(hue, chroma), self.hue(hue, chroma))


@dataclass(frozen=True)
class Palette:
    """Every colour of a brand in one theme, by the name of its token (`accent`, `st-fg:planned`)."""

    lights: Mapping[str, Light]

    def hex(self, name: str) -> str:
        """The token as mail programs and pictures write it."""
        return _hex(self.lights[name])

    def contrast(self, one: str, other: str) -> float:
        """How far two tokens stand apart, from 1 to 21 (WCAG 2.2)."""
        return contrast(self.lights[one], self.lights[other])


@lru_cache(maxsize=64)
def palette(hue: float, chroma: float, theme: str) -> Palette:
    """The colours that this brand gets in this theme."""
    return Palette({name: shades[theme].light(hue, chroma) for name, shades in tokens().items()})


@lru_cache(maxsize=64)
def worst_text(hue: float, chroma: float) -> float:
    """The least contrast of any text with what it stands on, in both themes."""
    shown = [palette(hue, chroma, theme) for theme in THEMES]
    return min(each.contrast(fore, ground) for each in shown for fore, ground, need in pairs() if need == TEXT)


def pairs() -> Iterator[tuple[str, str, float]]:
    """Each token, one that it is seen on, and the least contrast between them."""
    for fores, grounds, need in PAIRS:
        yield from ((fore, ground, need) for fore in fores for ground in grounds)


@cache
def tokens() -> dict[str, dict[str, Oklch]]:
    """The opaque colours of tokens.css, each in both themes; what a status has carries its kind after a colon."""
    return read((STATIC / "css" / "tokens.css").read_text())


def read(css: str) -> dict[str, dict[str, Oklch]]:
    """The opaque colours that a sheet like tokens.css declares."""
    rules = [(where, dict(_TOKEN.findall(body))) for where, body in _RULE.findall(re.sub(r"/\*.*?\*/", "", css))]
    root = next(declared for where, declared in rules if where == ":root")
    each = next((declared for where, declared in rules if where == "[data-status]"), {})
    written = dict(root)
    for where, declared in rules:
        if kind := re.search(r'"(\w+)"', where):
            own = {**each, **declared}
            hue = own.pop("h")
            written |= {f"{name}:{kind[1]}": value.replace("var(--h)", hue) for name, value in own.items()}
    return {name: shades for name, value in written.items() if (shades := _shades(value, written))}


def contrast(one: Light, other: Light) -> float:
    """The contrast ratio of two colours (WCAG 2.2)."""
    dark, bright = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (one, other))
    return (bright + 0.05) / (dark + 0.05)


def linear(lightness: float, chroma: float, hue: float) -> Light:
    """OKLCH (hue in degrees) as linear sRGB, each channel clipped as browsers do (Ottosson 2020)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    return (
        _clipped(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _clipped(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _clipped(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
    )


def oklch_hex(lightness: float, chroma: float, hue: float) -> str:
    """The same as an sRGB hex colour."""
    return _hex(linear(lightness, chroma, hue))


def _shades(value: str, written: Mapping[str, str]) -> dict[str, Oklch] | None:
    """A token's colour in both themes; None for what is no opaque colour."""
    value = value.strip()
    if other := re.fullmatch(r"var\(--([\w-]+)\)", value):
        return _shades(written[other[1]], written) if other[1] in written else None
    light, dark = _both(value)
    found = _oklch(light), _oklch(dark)
    return {"light": found[0], "dark": found[1]} if found[0] and found[1] else None


def _both(value: str) -> tuple[str, str]:
    if not value.startswith("light-dark("):
        return value, value
    depth, inner = 0, value.removeprefix("light-dark(").removesuffix(")")
    for place, letter in enumerate(inner):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            return inner[:place].strip(), inner[place + 1 :].strip()
    raise ValueError(f"light-dark() needs two colours: {value}")


def _oklch(value: str) -> Oklch | None:
    if not value.startswith("oklch(") or "/" in value:
        return None
    return Oklch(*(_number(part) for part in _PARTS.findall(value.removeprefix("oklch("))))


def _number(part: str) -> Number:
    """A part of a colour, as it follows from the brand's hue and chroma."""
    if found := _CALC.fullmatch(part):
        base, by = _brand(found["name"]), float(found["by"])
        return (lambda h, c: base(h, c) * by) if found["sign"] == "*" else (lambda h, c: base(h, c) + by)
    if part.startswith("var("):
        return _brand(part[6:-1])
    plain = float(part.removesuffix("%")) / (100 if part.endswith("%") else 1)
    return lambda h, c: plain


def _brand(name: str) -> Number:
    return {"brand-h": lambda h, c: h, "brand-c": lambda h, c: c}[name]


def _hex(light: Light) -> str:
    return "#" + "".join(f"{round(255 * _gamma(channel)):02x}" for channel in light)


def _clipped(channel: float) -> float:
    return min(1.0, max(0.0, channel))


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
