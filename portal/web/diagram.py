"""A diagram of boxes in a row and the arrows between them: where each stands, so that no two of them overlap.

Arrows forward lie on one side of the row, arrows back on the other, each on a lane of its own where others pass; from a
box to the next one leads straight. A tall drawing is the same, turned: the row runs down, forward lies at its right.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

ROUND, TIP = 7, 9


class Sizes(NamedTuple):
    """Of a box along and across the row; the gap between two; how far the first lane lies off, and lanes apart."""

    along: int
    across: int
    gap: int
    first: int
    lane: int


WIDE, TALL = Sizes(128, 58, 52, 26, 27), Sizes(58, 128, 50, 21, 20)


class Box(NamedTuple):
    """A box by its left upper corner."""

    id: int
    x: float
    y: float


class Arrow(NamedTuple):
    """From one box to another: the line, its tip, the middle of its tag, and whether it leads back."""

    old: int
    new: int
    line: str
    tip: str
    x: float
    y: float
    back: bool


class Drawing(NamedTuple):
    """All of it, with its width and height, and the width and height of a box."""

    boxes: list[Box]
    arrows: list[Arrow]
    wide: float
    high: float
    box_wide: int
    box_high: int
    is_tall: bool


@dataclass
class _Arc:
    """An arrow that passes at the side, by the places of its ends in the row; `ports`: where on the row it touches."""

    old: int
    new: int
    ports: dict[int, float] = field(default_factory=dict)
    lane: int = 0

    @property
    def low(self) -> int:
        return min(self.old, self.new)

    @property
    def high(self) -> int:
        return max(self.old, self.new)

    @property
    def length(self) -> int:
        return self.high - self.low

    @property
    def stretch(self) -> tuple[float, float]:
        return self.ports[self.low], self.ports[self.high]

    def meets(self, other: "_Arc") -> bool:
        (begin, end), (begins, ends) = self.stretch, other.stretch
        return begin < ends + TIP and begins < end + TIP

    def spans(self, other: "_Arc") -> bool:
        return self.meets(other) and self.length > other.length


def lay_out(ids: Sequence[int], ways: Collection[tuple[int, int]], is_tall: bool = False) -> Drawing:
    """Boxes in this order, and an arrow for each way between two of them."""
    sizes, place = TALL if is_tall else WIDE, {id: number for number, id in enumerate(ids)}
    arcs = [_Arc(place[old], place[new]) for old, new in sorted(ways) if old in place and new in place]
    straight = [arc for arc in arcs if arc.new == arc.old + 1]
    forward, back = ([a for a in arcs if (a.new < a.old) is side and a not in straight] for side in (False, True))
    above, below = (_give_lanes(side, len(ids), sizes) for side in (forward, back))
    turn = _Turn(sizes, above, below, is_tall)
    arrows = [_straight(arc, ids, turn) for arc in straight]
    arrows += [_curved(arc, ids, turn, -1) for arc in forward] + [_curved(arc, ids, turn, 1) for arc in back]
    row = len(ids) * (sizes.along + sizes.gap) - sizes.gap
    across = turn.above + sizes.across + turn.below
    wide, high = (across, row) if is_tall else (row, across)
    box = (sizes.across, sizes.along) if is_tall else (sizes.along, sizes.across)
    boxes = [turn.box(id, place[id] * (sizes.along + sizes.gap)) for id in ids]
    return Drawing(boxes, arrows, wide + 4, high + 4, *box, is_tall)


@dataclass(frozen=True)
class _Turn:
    """From places along and across the row to those of the drawing; across is counted from the middle of the boxes."""

    sizes: Sizes
    lanes_above: int
    lanes_below: int
    is_tall: bool

    @property
    def above(self) -> float:
        return self._room(self.lanes_above)

    @property
    def below(self) -> float:
        return self._room(self.lanes_below)

    def at(self, along: float, across: float) -> tuple[float, float]:
        half = self.sizes.across / 2
        if self.is_tall:
            return self.below + half - across + 2, along + 2
        return along + 2, self.above + half + across + 2

    def box(self, id: int, along: float) -> Box:
        half = self.sizes.across / 2
        return Box(id, *(self.at(along, half) if self.is_tall else self.at(along, -half)))

    def path(self, *points: tuple[float, float]) -> str:
        """A line through these places, with round corners."""
        turned = [self.at(*point) for point in points]
        said = "M{:.1f} {:.1f}".format(*turned[0])
        for before, corner, after in zip(turned, turned[1:], turned[2:], strict=False):
            said += "L{:.1f} {:.1f}Q{:.1f} {:.1f} {:.1f} {:.1f}".format(
                *_near(corner, before), *corner, *_near(corner, after)
            )
        return said + "L{:.1f} {:.1f}".format(*turned[-1])

    def tip(self, end: tuple[float, float], towards: tuple[float, float]) -> str:
        """The head of an arrow that ends here; `towards` is the step along and across by which it came."""
        (x, y), (a, b) = self.at(*end), self.at(end[0] - towards[0], end[1] - towards[1])
        dx, dy = a - x, b - y
        return (
            f"M{x:.1f} {y:.1f}L{x + dx - dy / 2:.1f} {y + dy + dx / 2:.1f}L{x + dx + dy / 2:.1f} {y + dy - dx / 2:.1f}z"
        )

    def _room(self, lanes: int) -> float:
        return self.sizes.first + (lanes - 1) * self.sizes.lane + 14 if lanes else 0


def _near(corner: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """A little way from the corner towards another place."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    far = max(abs(dx), abs(dy)) or 1
    by = min(ROUND, far / 2) / far
    return corner[0] + dx * by, corner[1] + dy * by


def _straight(arc: _Arc, ids: Sequence[int], turn: _Turn) -> Arrow:
    sizes = turn.sizes
    begin = arc.old * (sizes.along + sizes.gap) + sizes.along
    end = begin + sizes.gap
    middle = turn.at(begin + sizes.gap / 2, 0 if turn.is_tall else -17)
    x = middle[0] + 19 if turn.is_tall else middle[0]
    line = turn.path((begin, 0), (end - TIP, 0))
    return Arrow(ids[arc.old], ids[arc.new], line, turn.tip((end, 0), (TIP, 0)), x, middle[1], False)


def _curved(arc: _Arc, ids: Sequence[int], turn: _Turn, side: int) -> Arrow:
    edge = side * turn.sizes.across / 2
    lane = edge + side * (turn.sizes.first + (arc.lane - 1) * turn.sizes.lane)
    begin, end = arc.ports[arc.old], arc.ports[arc.new]
    line = turn.path((begin, edge), (begin, lane), (end, lane), (end, edge + side * TIP))
    tip = turn.tip((end, edge), (0, -side * TIP))
    return Arrow(ids[arc.old], ids[arc.new], line, tip, *turn.at((begin + end) / 2, lane), side > 0)


def _give_lanes(arcs: list[_Arc], boxes: int, sizes: Sizes) -> int:
    """Say where each touches its boxes and on which lane it passes; how many lanes there are.

    What spans another passes outside of it, and the longer one touches nearer to the middle of a box: so no two cross
    that need not.
    """
    for number in range(boxes):
        ends = sorted((arc for arc in arcs if arc.high == number), key=lambda arc: arc.length)
        begins = sorted((arc for arc in arcs if arc.low == number), key=lambda arc: -arc.length)
        touching = [*ends, *begins]
        for nth, arc in enumerate(touching, 1):
            left = number * (sizes.along + sizes.gap)
            arc.ports[number] = left + sizes.along * nth / (len(touching) + 1)
    placed: list[_Arc] = []
    for arc in sorted(arcs, key=lambda arc: (arc.length, arc.low)):
        lowest = 1 + max((other.lane for other in placed if arc.spans(other)), default=0)
        taken = {other.lane for other in placed if arc.meets(other)}
        arc.lane = next(lane for lane in range(lowest, lowest + len(placed) + 1) if lane not in taken)
        placed.append(arc)
    return max((arc.lane for arc in arcs), default=0)


def lines_of(name: str, most: int = 13) -> list[str]:
    """A name on one line of a box or on two, each cut where it is too long."""
    words, lines = name.split(), [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= most or not lines[-1] or len(lines) == 2:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line if len(line) <= most else f"{line[: most - 1].rstrip()}…" for line in lines]
