"""The orders of the board. Heat lets votes fade without a job that recounts them."""

import math
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Float, case, func

HALF_LIFE_DAYS = 7.0
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_LN2 = 0.6931471805599453
COLD = -1e6


def age(moment: datetime) -> float:
    """Half-lives from the epoch to this moment, times ln 2: the logarithm of what a vote cast then weighs."""
    return (moment - _EPOCH).total_seconds() / 86400 / HALF_LIFE_DAYS * _LN2


def warmer(heat: Any, a: Any) -> Any:
    """SQL for the heat with one vote of age `a` more: log(exp(heat) + exp(a)), kept from overflowing."""
    gap = heat - a
    return case(
        (gap < -700, a + _ln(1.0)),
        (gap > 700, heat),
        else_=a + _ln(_exp(case((gap < -700, -700.0), (gap > 700, 700.0), else_=gap)) + 1.0),
    )


def cooler(heat: Any, a: Any) -> Any:
    """SQL for the heat with one vote of age `a` less; an idea without votes goes back to its birth."""
    rest = 1 - _exp(case((a - heat < -700, -700.0), (a - heat > 0, 0.0), else_=a - heat))
    return case((rest > 1e-12, heat + _ln(case((rest > 1e-12, rest), else_=1.0))), else_=COLD)


def heat_of(votes: list[tuple[datetime, int]]) -> float:
    """The heat of so many votes at those moments, as warmer() would have come to: log(sum of votes * exp(age))."""
    counted = [(age(moment), number) for moment, number in votes if number]
    if not counted:
        return COLD
    top = max(aged for aged, _ in counted)
    return top + math.log(sum(number * math.exp(aged - top) for aged, number in counted))


def _exp(x: Any) -> Any:
    return func.exp(x, type_=Float)


def _ln(x: Any) -> Any:
    return func.ln(x, type_=Float)
