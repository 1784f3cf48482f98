"""A diagram in which every arrow can be told from the others."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.web.diagram import Drawing, lay_out, lines_of

Ways = set[tuple[int, int]]
WAYS = st.integers(1, 8).flatmap(
    lambda n: st.tuples(
        st.just([*range(1, n + 1)]),
        st.sets(st.tuples(st.integers(1, n), st.integers(1, n)).filter(lambda ends: ends[0] != ends[1])),
    )
)


def tags(drawing: Drawing) -> list[tuple[float, float]]:
    return [(arrow.x, arrow.y) for arrow in drawing.arrows]


@given(WAYS, st.booleans())
def test_every_way_is_an_arrow_within_the_drawing_and_no_two_lie_on_each_other(
    drawn: tuple[list[int], Ways], is_tall: bool
) -> None:
    ids, ways = drawn
    drawing = lay_out(ids, ways, is_tall)
    assert {(arrow.old, arrow.new) for arrow in drawing.arrows} == ways
    assert [box.id for box in drawing.boxes] == ids
    for x, y in tags(drawing):
        assert 0 <= x <= drawing.wide + 24 and 0 <= y <= drawing.high
    for arrow in drawing.arrows:
        assert arrow.back is (ids.index(arrow.new) < ids.index(arrow.old))
    for one, other in combinations(tags(drawing), 2):
        assert abs(one[0] - other[0]) > 1 or abs(one[1] - other[1]) > 1
    assert len({arrow.line for arrow in drawing.arrows}) == len(ways)


def test_boxes_stand_in_a_row_or_below_each_other() -> None:
    wide, tall = (lay_out([1, 2, 3], {(1, 2), (1, 3)}, is_tall) for is_tall in (False, True))
    assert len({box.y for box in wide.boxes}) == 1 and [box.x for box in wide.boxes] == sorted(b.x for b in wide.boxes)
    assert len({box.x for box in tall.boxes}) == 1 and [box.y for box in tall.boxes] == sorted(b.y for b in tall.boxes)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("New", ["New"]),
        ("Under review", ["Under review"]),
        ("En cours de correction", ["En cours de", "correction"]),
        ("Waits for what our partners say", ["Waits for", "what our par…"]),
        ("Unaussprechlichkeiten", ["Unaussprechl…"]),
    ],
)
def test_a_name_stands_on_two_lines_at_most(name: str, lines: list[str]) -> None:
    assert lines_of(name) == lines
