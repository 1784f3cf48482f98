"""Charts that the server draws: every point in the picture, no name over another, and nothing that is not escaped."""

import re

from bs4 import BeautifulSoup

from portal.web.charts import LOW, WIDE, Mark, columns, growth


def drawn(values=(1, 4, 9), marks=(), said="From 1 to 9 votes"):
    return BeautifulSoup(str(growth(values, marks, "May", "Nov", said)), "html.parser")


def test_a_line_ends_at_its_last_value_and_says_it():
    chart = drawn()
    points = [tuple(map(float, point.split(","))) for point in chart.find("polyline")["points"].split()]
    assert len(points) == 3
    assert points[0][1] > points[1][1] > points[2][1], "more votes stand higher"
    assert (float(chart.find("circle")["cx"]), float(chart.find("circle")["cy"])) == points[-1]
    assert [text.get_text() for text in chart.find_all("text")] == ["9", "May", "Nov"]


def test_the_picture_has_a_name_for_those_who_do_not_see_it():
    chart = drawn(said="From 1 to 9 votes since May.")
    assert chart.find("svg")["role"] == "img"
    assert chart.find("svg")["aria-label"] == "From 1 to 9 votes since May."


def test_each_mark_has_a_shape_on_the_line_and_its_name():
    chart = drawn(marks=[Mark(1, "Planned")])
    assert [name.get_text() for name in chart.select(".chart__name")] == ["Planned"]
    x, y = chart.find("polyline")["points"].split()[1].split(",")
    assert chart.find("path", class_="chart__mark")["d"].startswith(f"M{float(x):.1f} {float(y) - 5:.1f}")


def test_names_never_cover_one_another_nor_leave_the_picture():
    names = ["Under consideration by the team", "Planned", "In progress", "In testing", "Shipped to everyone"]
    chart = drawn(
        values=range(1, 21), marks=[Mark(at, name) for at, name in zip((0, 1, 2, 18, 19), names, strict=True)]
    )
    boxes = []
    for name in chart.select(".chart__name"):
        wide = 6.1 * len(name.get_text())
        begin = float(name["x"]) - (wide if name["text-anchor"] == "end" else 0)
        assert begin >= 0 and begin + wide <= WIDE + 1, name
        boxes.append((float(name["y"]), begin, begin + wide))
    assert len(boxes) == 5
    for one in boxes:
        assert not [
            other for other in boxes if other != one and other[0] == one[0] and other[1] < one[2] and one[1] < other[2]
        ]


def test_what_staff_call_a_status_is_escaped():
    assert "<script>" not in str(growth([1, 2], [Mark(1, "<script>")], "a", "b", '"<b>"'))


def test_colours_come_from_classes_only():
    svg = str(growth([1, 2], [Mark(1, "Planned")], "a", "b", "c"))
    assert not re.search(r'style=|fill="|stroke="|#[0-9a-f]{3}', svg)


def columns_of(values, pale=None):
    names = [str(value) for value in values]
    pale = pale or [False] * len(values)
    return BeautifulSoup(str(columns(values, names, 10, pale, ("May", "Nov"), "Ten & more")), "html.parser")


def test_a_column_is_as_tall_as_its_value_and_none_is_a_stroke():
    chart = columns_of([10, None, 5, 0, 2, 4])
    tall = [float(column["height"]) for column in chart.select(".chart__column")]
    assert tall == [LOW, LOW / 2, 1.0, LOW / 5, round(LOW * 0.4, 1)] and len(chart.select(".chart__none")) == 1
    assert [text.get_text() for text in chart.find_all("text")] == ["10", "4", "May", "Nov"]
    assert chart.find("svg")["aria-label"] == "Ten & more"


def test_the_name_of_the_highest_gives_way_to_that_of_the_last():
    assert [text.get_text() for text in columns_of([1, 2, 9, 8]).find_all("text")] == ["8", "May", "Nov"]


def test_what_is_not_over_or_of_few_is_pale():
    chart = columns_of([1, 2, 3], pale=[True, False, False])
    assert [column.has_attr("data-pale") for column in chart.select(".chart__column")] == [True, False, True]
    assert not columns_of([None, None]).select(".chart__column")
