"""The share image: a ballot ticket of 1200 × 630 with the title, the brand, the votes and the people."""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

import resvg_py
from markupsafe import Markup
from PIL import Image

from portal.brand.avatars import face
from portal.brand.colours import Palette, palette
from portal.brand.drawn import FAVICON
from portal.pictures import uploads
from portal.sharing.lettering import FILES, cut, drawable, tracked, width, wrap
from portal.web.assets import STATIC

WIDTH, HEIGHT = 1200, 630
LEFT, WIDE, STUB, STUB_WIDE = 84, 735, 1011, 236
TITLE, TEXT, STRONG = "Atelier Title", "Atelier Text", "Atelier Strong"
# Part of every fingerprint: a picture that is drawn otherwise has another address.
_DRAWN_BY = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
_TICKET = (
    "M64 40h776a22 22 0 0 0 44 0h252a24 24 0 0 1 24 24v502a24 24 0 0 1-24 24h-252a22 22 0 0 0-44 0"
    "h-776a24 24 0 0 1-24-24v-502a24 24 0 0 1 24-24z"
)


@dataclass(frozen=True)
class Brand:
    """Whose ticket it is: a name, two numbers, and the key of a logo where there is one."""

    name: str
    hue: int
    chroma: float
    logo: str = ""


@dataclass(frozen=True)
class Card:
    """What one share image says. `kind` is a status kind, or `thanks`; `faces` are seeds; `number` is as it is read.

    `colour` is that of the status, where it is another than that of its kind.
    """

    brand: Brand
    title: str
    alt: str
    kind: str = ""
    chip: str = ""
    line: str = ""
    faces: tuple[str, ...] = ()
    number: str = ""
    under: str = ""
    colour: str = ""

    @property
    def fingerprint(self) -> str:
        """Differs where the picture does."""
        return hashlib.sha256(f"{_DRAWN_BY}{self!r}".encode()).hexdigest()[:16]


def png(card: Card) -> bytes:
    """The picture; what was drawn lately is kept in memory."""
    return _drawn(str(svg(card)))


def svg(card: Card) -> Markup:
    """The picture as SVG; whatever people wrote is escaped."""
    colours = palette(card.brand.hue, card.brand.chroma, "light")
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">'
        '<rect width="{w}" height="{h}" fill="{around}"/><path d="{ticket}" fill="#fff"/>'
        '<path d="M862 92V540" stroke="{dots}" stroke-width="5" stroke-dasharray="0.1 14" stroke-linecap="round"/>'
        "{chip}{title}{foot}{stub}</svg>"
    ).format(
        w=WIDTH,
        h=HEIGHT,
        ticket=Markup(_TICKET),
        around=colours.hex("accent-soft"),
        dots=colours.hex("line-2"),
        chip=_chip(card, colours),
        title=_title(card, colours),
        foot=_foot(card, colours),
        stub=_stub(card, colours),
    )


@lru_cache(maxsize=64)
def _drawn(source: str) -> bytes:
    return bytes(resvg_py.svg_to_bytes(svg_string=source, font_files=FILES, skip_system_fonts=True))


def _chip(card: Card, colours: Palette) -> Markup:
    if not card.chip:
        return Markup("")
    words = cut(drawable(card.chip), STRONG, 25, 560)
    colour = card.colour or card.kind
    ground, ink, strong = (
        ("sun-soft", "sun-ink", "ok")
        if card.kind == "thanks"
        else (f"st-bg:{colour}", f"st-fg:{colour}", f"st-strong:{colour}")
    )
    glyph = Markup(_glyph("shipped" if card.kind == "thanks" else card.kind).replace("var(--st-knock,#fff)", "#fff"))
    return Markup(
        '<rect x="{x}" y="88" width="{wide:.0f}" height="50" rx="25" fill="{ground}"/>'
        '<svg x="{gx}" y="99" width="28" height="28" viewBox="0 0 16 16" color="{strong}">{glyph}</svg>{words}'
    ).format(
        x=LEFT,
        wide=width(words, STRONG, 25) + 76,
        ground=colours.hex(ground),
        gx=LEFT + 18,
        strong=colours.hex(strong),
        glyph=glyph,
        words=_words(words, LEFT + 54, 122, STRONG, 25, colours.hex(ink)),
    )


def _title(card: Card, colours: Palette) -> Markup:
    """Up to three lines, in the middle of what the chip above and the foot below leave."""
    size, rows = wrap(drawable(card.title), TITLE, WIDE, (76, 70, 64, 58, 52, 46))
    step = size * 1.1
    top = 300 - step * (len(rows) - 1) / 2 + size * 0.34
    ink = colours.hex("ink")
    return Markup("").join(_words(row, LEFT, top + number * step, TITLE, size, ink) for number, row in enumerate(rows))


def _foot(card: Card, colours: Palette) -> Markup:
    seats = [
        Markup(
            '<g transform="translate({x} 456)"><circle cx="36" cy="36" r="40" fill="#fff"/>'
            '<clipPath id="face{n}"><circle cx="36" cy="36" r="36"/></clipPath>'
            '<g clip-path="url(#face{n})">{face}</g></g>'
        ).format(x=LEFT + n * 58, n=n, face=_face(seed))
        for n, seed in enumerate(card.faces)
    ]
    begin = LEFT + len(seats) * 58 + (38 if seats else 0)
    line = cut(drawable(card.line), TEXT, 29, LEFT + WIDE - begin)
    return Markup("").join([*seats, _words(line, begin, 502, TEXT, 29, colours.hex("ink-2"))])


def _stub(card: Card, colours: Palette) -> Markup:
    """The logo, the number with its words, and the brand; without a number the brand stands in the middle."""
    name = drawable(card.brand.name)
    size, rows = wrap(name, TITLE, STUB_WIDE, (40, 34, 28), most=2 if card.number else 3)
    parts = [_logo(card.brand, colours, 92 if card.number else 130)]
    if card.number:
        large = next((s for s in (92, 78, 64, 52, 42) if width(card.number, TITLE, s) <= STUB_WIDE), 36)
        parts.append(_words(card.number, STUB, 396, TITLE, large, colours.hex("accent-fill"), "middle"))
        small, under = wrap(drawable(card.under), TEXT, STUB_WIDE, (25, 22), most=2)
        parts += [
            _words(row, STUB, 434 + number * 28, TEXT, small, colours.hex("ink-2"), "middle")
            for number, row in enumerate(under)
        ]
    last = 534 if card.number else 430
    begin = last - (len(rows) - 1) * size * 1.12 * (1 if card.number else 0.5)
    parts += [
        _words(row, STUB, begin + number * size * 1.12, TITLE, size, colours.hex("ink"), "middle")
        for number, row in enumerate(rows)
    ]
    return Markup("").join(parts)


def _words(text: str, x: float, y: float, face: str, size: float, ink: str, anchor: str = "start") -> Markup:
    return Markup(
        '<text x="{:.1f}" y="{:.1f}" font-family="{}" font-size="{}" letter-spacing="{:.2f}" fill="{}"'
        ' text-anchor="{}">{}</text>'
    ).format(x, y, face, size, tracked(face, size), ink, anchor, text)


def _logo(brand: Brand, colours: Palette, y: int) -> Markup:
    place = Markup('x="{}" y="{}" width="{}" height="200"')
    if brand.logo:
        where = place.format(STUB - STUB_WIDE // 2, y, STUB_WIDE)
        return Markup('<image {} href="{}"/>').format(where, _data(brand.logo, str(uploads.folder())))
    drawn = FAVICON.format(mark=colours.hex("mark"), sun=colours.hex("mark-sun"), line=colours.hex("mark-line"))
    return Markup(drawn.replace("<svg ", f"<svg {place.format(STUB - 100, y, 200)} ", 1))


def _face(seed: str) -> Markup:
    drawn = str(face(seed, "share"))
    return Markup(drawn.replace('class="share"', 'width="72" height="72"', 1))


@lru_cache(maxsize=4)
def _data(key: str, folder: str) -> str:
    """The logo as the drawing can hold it, no larger than it is shown."""
    with Image.open(uploads.path(key)) as image:
        image.thumbnail((400, 400))
        out = BytesIO()
        image.convert("RGBA").save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


@cache
def _glyph(kind: str) -> str:
    """What the sprite draws for a status kind."""
    sprite = (STATIC / "img" / "icons.svg").read_text()
    found = re.search(rf'<symbol id="st-{kind}"[^>]*>(.*?)</symbol>', sprite, re.DOTALL)
    if found is None:
        raise LookupError(f"the sprite has no glyph for the status kind {kind!r}")
    return found[1]
