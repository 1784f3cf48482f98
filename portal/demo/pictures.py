"""Pictures for the demo's releases: Marée's screens, drawn here so that the demo brings no files of its own."""

from collections.abc import Callable, Iterator
from io import BytesIO

import resvg_py
from werkzeug.datastructures import FileStorage

from portal.brand.colours import oklch_hex
from portal.pictures import uploads
from portal.pictures.uploads import Saved
from portal.sharing.card import STRONG
from portal.sharing.lettering import FILES

WIDE, HIGH = 1360, 520
INK, QUIET, LINE, PAPER = oklch_hex(0.26, 0.03, 190), oklch_hex(0.58, 0.02, 190), oklch_hex(0.9, 0.012, 190), "#ffffff"
SEA, SUN, ROSE, PLUM = (oklch_hex(0.87, 0.08, hue) for hue in (178, 92, 28, 300))
DEEP = oklch_hex(0.42, 0.088, 178)
SHIFTS = (
    ("Tom", 0, 11, 15, SEA), ("Tom", 0, 18, 23, SEA), ("Yuki", 1, 10, 16, SUN), ("Inès", 1, 17, 23, ROSE),
    ("Marc", 2, 11, 18, PLUM), ("Aïcha", 3, 9, 14, ROSE), ("Tom", 3, 16, 23, SEA), ("Yuki", 4, 12, 20, SUN),
    ("Sofia", 5, 17, 23, PLUM), ("Inès", 6, 10, 17, ROSE),
)  # fmt: skip


def picture(of: str) -> tuple[Saved, str]:
    """Draw and store the picture of `undo`, `print_week` or `calendars`; returns it with what it shows, in words."""
    draw, shows = _DRAWN[of]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}">'
        f"{''.join(draw())}</svg>"
    )
    drawn = bytes(resvg_py.svg_to_bytes(svg_string=svg, font_files=FILES, skip_system_fonts=True))
    return uploads.save_image(FileStorage(BytesIO(drawn), f"{of}.png")), shows


def _undo() -> Iterator[str]:
    """A week with one shift back where it was, and the way it came."""
    yield _box(0, 0, WIDE, HIGH, oklch_hex(0.95, 0.03, 178))
    yield _box(110, 50, 1140, 520, PAPER, 24, LINE)
    yield from _week(146, 90, 152, 26, of=SHIFTS)
    x, y = 146 + 5 * 152, 90 + 40 + (17 - 9) * 26
    yield _box(x + 4, y, 144, 150, PLUM, 12, DEEP, dashes="9 8")
    yield f'<g opacity=".4">{_box(x + 156, y + 10, 144, 150, PLUM, 12)}{_words("Sofia", x + 172, y + 44, 24)}</g>'
    yield (
        f'<path d="M{x + 228} {y + 106}C{x + 200} {y + 150} {x + 160} {y + 140} {x + 128} {y + 96}" fill="none" '
        f'stroke="{DEEP}" stroke-width="5" stroke-linecap="round" stroke-dasharray="1 13"/>'
    )
    yield f'<circle cx="{x + 76}" cy="{y + 75}" r="44" fill="{DEEP}"/>'
    yield (
        f'<path d="M{x + 58} {y + 74}h24a14 14 0 0 1 0 28h-12M{x + 70} {y + 58}l-16 16 16 16" fill="none" '
        'stroke="#fff" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _printed() -> Iterator[str]:
    """The sheet on the kitchen wall: one page, large names."""
    yield _box(0, 0, WIDE, HIGH, oklch_hex(0.93, 0.045, 92))
    yield '<g transform="rotate(-2.2 680 300)">'
    yield _box(252, 62, 880, 560, oklch_hex(0.82, 0.05, 92), 6)
    yield _box(240, 50, 880, 560, PAPER, 6)
    yield _words("Marée", 290, 116, 38) + _words("47", 1070, 116, 38, DEEP, "end")
    for row, name in enumerate(("Tom", "Yuki", "Inès", "Marc", "Aïcha", "Sofia")):
        top = 150 + row * 64
        yield f'<path d="M290 {top}H1070" stroke="{LINE}" stroke-width="2"/>' + _words(name, 290, top + 43, 30)
        for who, day, begin, end, colour in SHIFTS:
            if who == name:
                yield _box(442 + day * 91, top + 12, 80, 40, colour, 8)
                yield _words(f"{begin}-{end}", 482 + day * 91, top + 40, 21, INK, "middle")
    yield '</g><circle cx="672" cy="52" r="17" fill="#c4453c"/>'
    yield '<circle cx="667" cy="46" r="5" fill="#fff" opacity=".7"/>'


def _calendars() -> Iterator[str]:
    """One schedule, and three calendars that follow it."""
    yield _box(0, 0, WIDE, HIGH, oklch_hex(0.94, 0.04, 262))
    yield _box(90, 60, 620, 520, PAPER, 24, LINE)
    yield from _week(120, 96, 80, 26, of=SHIFTS, small=True)
    for number, colour in enumerate((oklch_hex(0.6, 0.15, 262), oklch_hex(0.5, 0.02, 262), oklch_hex(0.55, 0.13, 235))):
        x, y = 930, 42 + number * 156
        yield (
            f'<path d="M716 {260}C800 260 830 {y + 62} 908 {y + 62}" fill="none" stroke="{DEEP}" stroke-width="5" '
            'stroke-linecap="round" stroke-dasharray="1 13"/>'
        )
        yield _box(x, y, 290, 124, PAPER, 18, LINE) + _box(x + 22, y + 24, 76, 76, colour, 16)
        yield _words(str(16 + number), x + 60, y + 75, 34, PAPER, "middle")
        yield _box(x + 122, y + 34, 138, 24, (SEA, SUN, ROSE)[number], 8) + _box(x + 122, y + 68, 92, 24, LINE, 8)
    yield f'<circle cx="716" cy="260" r="34" fill="{DEEP}"/>'
    yield (
        '<path d="M702 254a16 16 0 0 1 28-4m1-12v13h-13M730 266a16 16 0 0 1-28 4m-1 12v-13h13" fill="none" '
        'stroke="#fff" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _week(
    x: int, y: int, wide: int, hour: int, of: tuple[tuple[str, int, int, int, str], ...], small: bool = False
) -> Iterator[str]:
    """Seven columns of a day from 9 to 24, with its shifts in them."""
    for day in range(7):
        left = x + day * wide
        yield _words(str(16 + day), left + wide / 2, y + 16, 22 if small else 26, QUIET, "middle")
        if day:
            yield f'<path d="M{left} {y + 34}v420" stroke="{LINE}" stroke-width="2"/>'
        for who, on, begin, end, colour in of:
            if on == day and not (who == "Sofia" and not small):
                top = y + 40 + (begin - 9) * hour
                yield _box(left + 4, top, wide - 8, (end - begin) * hour - 6, colour, 12)
                yield _words(who, left + (12 if small else 20), top + (26 if small else 34), 18 if small else 24)


def _box(
    x: float, y: float, wide: float, high: float, fill: str, round: float = 0, edge: str = "", dashes: str = ""
) -> str:
    line = f' stroke="{edge}" stroke-width="{4 if dashes else 2}"' if edge else ""
    line += f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="{round}" fill="{fill}"{line}/>'


def _words(text: str, x: float, y: float, size: float, ink: str = INK, anchor: str = "start") -> str:
    place = f'x="{x}" y="{y}" font-size="{size}" fill="{ink}" text-anchor="{anchor}"'
    return f'<text {place} font-family="{STRONG}">{text}</text>'


_DRAWN: dict[str, tuple[Callable[[], Iterator[str]], str]] = {
    "undo": (_undo, "A week of shifts, where a shift that was moved to Sunday goes back to Saturday"),
    "print_week": (_printed, "The week as one sheet on a wall, with a large name and the hours in each row"),
    "calendars": (_calendars, "A week of shifts, and three calendars that follow it"),
}
