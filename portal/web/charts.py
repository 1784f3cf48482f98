"""Charts drawn here as inline SVG: no script, and colours from classes, so that themes, brand and print follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from portal.i18n import num

WIDE, PLOT, LOW, ROW = 264, 92, 56, 14
EDGE, ABOVE, BELOW = 7, 22, 22
LETTER = 6.1


@dataclass(frozen=True)
class Mark:
    """Something that happened at one of the values: a shape on the line, with its name above."""

    at: int
    name: str


@dataclass(frozen=True)
class _Placed:
    mark: Mark
    row: int
    begin: float
    end: float


def growth(values: Sequence[int], marks: Sequence[Mark], first: str, last: str, said: str) -> Markup:
    """A line through at least two values that only grow; `first` and `last` name its ends, `said` is what it shows."""
    placed = _placed(marks, len(values))
    top = ABOVE + ROW * (1 + max((each.row for each in placed), default=-1))
    bottom = top + PLOT
    points = [(_x(at, len(values)), bottom - PLOT * value / max(*values, 1)) for at, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    right, height = points[-1]
    return Markup(
        '<svg class="chart" viewBox="0 0 {wide} {tall}" role="img" aria-label="{said}">'
        '<polygon class="chart__area" points="{left},{bottom} {line} {right:.1f},{bottom}"/>'
        '<path class="chart__base" d="M{left} {bottom}H{right:.1f}"/>{lines}'
        '<polyline class="chart__line" points="{line}"/>{shapes}<circle class="chart__end" cx="{right:.1f}"'
        ' cy="{height:.1f}" r="4.5"/><text class="chart__value" x="{right:.1f}" y="{above:.1f}" text-anchor="end">'
        '{value}</text><text x="{left}" y="{foot}">{first}</text>'
        '<text x="{right:.1f}" y="{foot}" text-anchor="end">{last}</text>{names}</svg>'
    ).format(
        wide=WIDE,
        tall=bottom + BELOW,
        said=said,
        left=EDGE,
        bottom=bottom,
        line=line,
        right=right,
        height=height,
        above=height - 10,
        value=num(values[-1]),
        foot=bottom + 16,
        first=first,
        last=last,
        lines=Markup("").join(_drop(each, points, bottom) for each in placed),
        shapes=Markup("").join(_shape(*points[each.mark.at]) for each in placed),
        names=Markup("").join(_name(each, points) for each in placed),
    )


def _x(at: int, number: int) -> float:
    return EDGE + at * (WIDE - 2 * EDGE) / (number - 1)


def _placed(marks: Sequence[Mark], number: int) -> list[_Placed]:
    """Each name on the first row where it covers no other; those near the right edge end at their mark."""
    found: list[_Placed] = []
    for mark in sorted(marks, key=lambda mark: mark.at):
        x, wide = _x(mark.at, number), LETTER * len(mark.name)
        begin = x + 4 if x + 4 + wide <= WIDE else max(0.0, x - 4 - wide)
        rows = range(len(found) + 1)
        row = next(
            r for r in rows if not any(e.row == r and begin < e.end + 6 and e.begin < begin + wide + 6 for e in found)
        )
        found.append(_Placed(mark, row, begin, begin + wide))
    return found


def _drop(each: _Placed, points: list[tuple[float, float]], bottom: float) -> Markup:
    return Markup('<path class="chart__drop" d="M{:.1f} {}V{}"/>').format(
        points[each.mark.at][0], each.row * ROW + 3, bottom
    )


def _shape(x: float, y: float) -> Markup:
    return Markup('<path class="chart__mark" d="M{:.1f} {:.1f}l5 5-5 5-5-5z"/>').format(x, y - 5)


def _name(each: _Placed, points: list[tuple[float, float]]) -> Markup:
    x = points[each.mark.at][0]
    starts = each.begin > x
    return Markup('<text class="chart__name" x="{:.1f}" y="{}" text-anchor="{}">{}</text>').format(
        each.begin if starts else x - 4, each.row * ROW + 11, "start" if starts else "end", each.mark.name
    )


BAR, GAP, TALL = 5, 2, 24


def bars(values: Sequence[int], highest: int, said: str) -> Markup:
    """Small bars without axes, on a scale that ends at `highest`; what is nothing is a stroke. `said` tells them."""
    step = BAR + GAP
    drawn = "".join(_bar(at * step, value, max(highest, 1)) for at, value in enumerate(values))
    frame = Markup('<svg class="spark" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>')
    return frame.format(len(values) * step - GAP, TALL, said, Markup(drawn))


def _bar(x: int, value: int, highest: int) -> str:
    tall = max(3.0, TALL * value / highest) if value else 1.0
    nothing = "" if value else ' class="spark__0"'
    return f'<rect x="{x}" y="{TALL - tall:.1f}" width="{BAR}" height="{tall:.1f}" rx="1"{nothing}/>'


def columns(
    values: Sequence[float | None], names: Sequence[str], top: float, pale: Sequence[bool], ends: tuple[str, str],
    said: str,
) -> Markup:  # fmt: skip
    """A column for each value: the highest and the last say their names, and where there is no value is a stroke.

    The last stands for a time that is not over, and is pale as those that are to be. `top` is where the scale ends,
    `ends` name the first and the last below, and `said` tells all of it.
    """
    bottom, step, last = ABOVE + LOW, WIDE / len(values), len(values) - 1
    tall = [None if value is None else max(1.0, LOW * value / (top or 1)) for value in values]
    highest = max(range(len(values)), key=lambda at: tall[at] or 0)
    # Beside the name of the last there is no room for another.
    said_of = {last} if last - highest < 4 else {highest, last}
    drawn = [_column(at * step, step, bottom, each, pale[at] or at == last) for at, each in enumerate(tall)]
    named = [
        _above(at, step, bottom - _below_name(tall, at, step, names[at], last), names[at], at == last)
        for at in sorted(said_of)
        if tall[at]
    ]
    return Markup(
        '<svg class="chart" viewBox="0 0 {wide} {foot}" role="img" aria-label="{said}">{drawn}'
        '<path class="chart__base" d="M0 {bottom}H{wide}"/>{named}<text x="0" y="{below}">{first}</text>'
        '<text x="{wide}" y="{below}" text-anchor="end">{last}</text></svg>'
    ).format(
        wide=WIDE,
        foot=bottom + BELOW,
        said=said,
        drawn=Markup("").join(drawn),
        bottom=bottom,
        named=Markup("").join(named),
        below=bottom + 16,
        first=ends[0],
        last=ends[1],
    )


def _column(x: float, step: float, bottom: int, tall: float | None, is_pale: bool) -> Markup:
    if tall is None:
        return Markup('<path class="chart__none" d="M{:.1f} {}h{:.1f}"/>').format(x + 4, bottom - 4, step - 8)
    return Markup('<rect class="chart__column"{} x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2"/>').format(
        Markup(" data-pale") if is_pale else "", x + 2, bottom - tall, step - 4, tall
    )


def _below_name(tall: Sequence[float | None], at: int, step: float, name: str, last: int) -> float:
    """How tall the columns are over which this name stands: that of the last reaches over those before it."""
    over = ceil(len(name) * LETTER * 1.4 / step) if at == last else 1
    return max(each or 0 for each in tall[max(0, at - over + 1) : at + 1])


def _above(at: int, step: float, y: float, name: str, is_last: bool) -> Markup:
    """The name of a column; near an edge it ends at that."""
    x = at * step + step / 2
    place = "start" if at == 0 else "end" if is_last else "middle"
    edge = {"start": 0.0, "end": float(WIDE), "middle": x}[place]
    kind = "chart__value" if is_last else "chart__name"
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        kind, edge, y - 6, place, name
    )
