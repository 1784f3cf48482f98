"""How many people two ideas have in common, drawn to scale: a bar of those who want one, both, and the other."""

from typing import NamedTuple

from portal.merging.arithmetic import Arithmetic

# No part with anybody in it is drawn thinner than this.
LEAST = 8.0


class Overlap(NamedTuple):
    """The bar in units of its drawing, which is so many `wide`: whoever wants only the one that stays is drawn before
    `both_from`, whoever wants only the one that joins from `both_to` on.
    """

    wide: int
    both_from: float
    both_to: float


def overlap(sums: Arithmetic, wide: int) -> Overlap:
    """The bar of what merging two ideas would come to, so many units wide."""
    parts = [sums.staying - sums.both, sums.both, sums.joining - sums.both]
    whole = max(sums.together, 1)
    drawn = [max(part * wide / whole, LEAST) if part else 0.0 for part in parts]
    scale = wide / (sum(drawn) or 1)
    return Overlap(wide, round(drawn[0] * scale, 1), round((drawn[0] + drawn[1]) * scale, 1))
