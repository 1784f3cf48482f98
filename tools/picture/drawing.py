"""Draws a box a package, those of one rung against each other, and an arc from each to what it imports; how many import
the foundation is a number, as nearly all do. Light and dark as the reader's."""

from collections import Counter
from collections.abc import Callable
from html import escape

from tools.picture.reading import Rung

WIDTH, ROW, BETWEEN, PAD, HEAD = 920, 21, 5, 12, 78
LEFT, COLUMN, EDGE = 366, 138, 28
FARTHEST = LEFT + 48
# So many files make an arc thicker: coarse, so that one file more is seldom another picture.
THICKNESS = ((10, "often"), (3, "some"), (1, "few"))
COUNTED = {"pages", "foundation"}
TOLD = (
    "Who imports whom: an arc goes from a package or module to what it imports, thicker where more files do.",
    "Solid arcs go down: a rung imports only what stands below it. Dashed ones go up: a page may look up any product.",
)
STYLE = """
  :root { --paper: #fbfcfc; --floor: #f0f4f4; --ink: #17302e; --soft: #56706d; --box: #fff; --line: #c3d2d0;
    --roof: #7a5bb5; --product: #0b7d73; --pages: #a3590a; --foundation: #456384; }
  @media (prefers-color-scheme: dark) {
    :root { --paper: #101817; --floor: #182423; --ink: #e4efed; --soft: #9bb3b0; --box: #22312f; --line: #3b5552;
      --roof: #b79df0; --product: #4cc9ba; --pages: #f0a94e; --foundation: #8fb2d8; }
  }
  text { font: 12.5px Figtree, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; fill: var(--soft); }
  .name { font-size: 13px; font-weight: 600; text-anchor: middle; fill: var(--ink); }
  .floor { font-size: 13.5px; font-weight: 700; }
  .count { text-anchor: end; }
  .paper { fill: var(--paper); } .ground { fill: var(--floor); } .box { fill: var(--box); stroke: var(--line); }
  .arc { fill: none; stroke: var(--of); } .up { stroke-dasharray: 3 3; } .floor, .bar { fill: var(--of); }
  .few { stroke-width: .9; opacity: .42; } .some { stroke-width: 1.5; opacity: .6; }
  .often { stroke-width: 2.6; opacity: .8; }
  .roof { --of: var(--roof); } .product { --of: var(--product); }
  .pages { --of: var(--pages); } .foundation { --of: var(--foundation); }
"""
Pair = tuple[str, str]


def drawing(floors: dict[str, list[Rung]], imported: Counter[Pair], said_of: Callable[[str], str]) -> str:
    """The whole picture as SVG."""
    tops, grounds, height = _places(floors)
    kinds = {package: name.lower() for name, rungs in floors.items() for rung in rungs for package in rung}
    counts = Counter(target for _, target in imported)
    arcs = [_arc(pair, tops, kinds) + _thick(files) for pair, files in _drawn(imported, kinds)]
    boxes = [_box(package, top, counts[package] if kinds[package] in COUNTED else 0) for package, top in tops.items()]
    words = [_text(LEFT + COLUMN + 16, top + 15, said_of(package)) for package, top in tops.items()]
    told = [_text(EDGE, 32 + 20 * number, line) for number, line in enumerate(TOLD)]
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{TOLD[0]}"><style>{STYLE}</style>'
    paper = f'<rect class="paper" width="{WIDTH}" height="{height}" rx="14"/>'
    return "\n".join([head, paper, *grounds, *arcs, *boxes, *words, *told, "</svg>", ""])


def _places(floors: dict[str, list[Rung]]) -> tuple[dict[str, int], list[str], int]:
    """The top of each box, the grounds of the floors, and how high all of it is."""
    tops: dict[str, int] = {}
    grounds = []
    y = HEAD
    for name, rungs in floors.items():
        begins, y = y, y + PAD
        for rung in rungs:
            tops |= {package: y + ROW * place for place, package in enumerate(rung)}
            y += ROW * len(rung) + BETWEEN
        y += PAD - BETWEEN
        grounds.append(_ground(name, begins, y - begins))
        y += 8
    return tops, grounds, y + 4


def _drawn(imported: Counter[Pair], kinds: dict[str, str]) -> list[tuple[Pair, int]]:
    """The imports that get an arc, the thick ones last and so on top."""
    kept = [(pair, files) for pair, files in imported.items() if kinds[pair[1]] not in COUNTED]
    return sorted(kept, key=lambda item: (_thick(item[1]) != _thick(1), item))


def _ground(name: str, top: int, height: int) -> str:
    ground = f'<rect class="ground" x="12" y="{top}" width="{WIDTH - 24}" height="{height}" rx="10"/>'
    bar = f'<rect class="bar" x="12" y="{top + 10}" width="3" height="{height - 20}" rx="1.5"/>'
    return f'<g class="{name.lower()}">{ground}{bar}{_text(EDGE, top + 25, name, "floor")}</g>'


def _box(package: str, top: int, count: int) -> str:
    box = f'<rect class="box" x="{LEFT}.5" y="{top}.5" width="{COLUMN - 1}" height="{ROW - 1}" rx="5"/>'
    name = _text(LEFT + COLUMN // 2, top + 15, package, "name")
    return box + name + (_text(LEFT - 12, top + 15, f"imported by {count}", "count") if count else "")


def _arc(pair: Pair, tops: dict[str, int], kinds: dict[str, str]) -> str:
    start, end = (tops[package] + ROW // 2 for package in pair)
    out = LEFT - min(18 + abs(end - start) * 3 // 4, FARTHEST)
    way = " up" if end < start else ""
    return f'<path d="M{LEFT} {start}C{out} {start} {out} {end} {LEFT} {end}" class="arc {kinds[pair[0]]}{way} '


def _thick(files: int) -> str:
    return next(name for least, name in THICKNESS if files >= least) + '"/>'


def _text(x: int, y: int, words: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}"{named}>{escape(words)}</text>'
