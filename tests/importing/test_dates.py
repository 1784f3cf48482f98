"""Dates of a table, in whatever order they stand there."""

import pytest

from portal.importing.readers import dates
from portal.importing.reading import NotImported


@pytest.mark.parametrize(
    ("words", "order", "date"),
    [
        ("2026-05-12", "", "2026-05-12T00:00"),
        ("2026/5/2 09:30", "", "2026-05-02T09:30"),
        ("2016-12-09 09:25:39 UTC", "", "2016-12-09T09:25:39Z"),
        ("2026-05-12 09:30:00 +0200", "", "2026-05-12T09:30:00+02:00"),
        ("03/04/2025", dates.DAY_FIRST, "2025-04-03T00:00:00+00:00"),
        ("03/04/2025 3:04 PM", dates.MONTH_FIRST, "2025-03-04T15:04:00+00:00"),
        ("03/04/2025", dates.ISO_ONLY, "03/04/2025"),
        ("21/May/26 12:04 AM", "", "2026-05-21T00:04:00+00:00"),
        ("3 août 2026", "", "2026-08-03T00:00:00+00:00"),
        ("März 3, 2026", "", "2026-03-03T00:00:00+00:00"),
        ("45/45/2025", dates.DAY_FIRST, "45/45/2025"),
        ("soon", dates.DAY_FIRST, "soon"),
    ],
)
def test_a_date_is_read_or_left_as_it_is_to_be_refused(words: str, order: str, date: str) -> None:
    assert dates.read(words, order) == date


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["03/04/2025", "13/04/2025"], dates.DAY_FIRST),
        (["03/04/2025", "04/13/2025"], dates.MONTH_FIRST),
        (["03.04.2025"], dates.DAY_FIRST),
        (["2025-04-03", ""], ""),
    ],
)
def test_the_order_is_what_the_dates_show(column: list[str], order: str) -> None:
    seen = dates.Order()
    for words in column:
        seen.look_at(words)
    assert seen.certain("Created") == order


@pytest.mark.parametrize("column", [["03/04/2025"], ["13/04/2025", "04/13/2025"]])
def test_an_order_that_is_not_certain_is_asked_for(column: list[str]) -> None:
    seen = dates.Order()
    for words in column:
        seen.look_at(words)
    with pytest.raises(NotImported, match="--dates day-first"):
        seen.certain("Created")
