"""How numbers and versions are read, kept and put in order."""

import itertools

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some

from portal.i18n import reading_in
from portal.ideas.field_kinds import FieldType, Unreadable, order_of, read, said, typed


@pytest.mark.parametrize(
    "lang, typed_in, kept",
    [
        ("en", "12", "12"), ("en", "1,234.5", "1234.5"), ("en", "1,234", "1234"), ("en", "2,5", "2.5"),
        ("fr", "1 234,50", "1234.5"), ("fr", "1,234", "1.234"), ("fr", "1\u202f234,5", "1234.5"), ("en", "−3", "-3"),
        ("en", "007", "7"), ("en", "-0", "0"), ("en", "+4", "4"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(app: Flask, lang: str, typed_in: str, kept: str) -> None:
    with app.test_request_context(), reading_in(lang):
        assert read(FieldType.NUMBER, typed_in) == kept


@pytest.mark.parametrize("wrong", ["twelve", "1.2.3", "1e9", "٣", "9" * 13, "0.1234", "1,23,4", "=1+1", "NaN", "-"])
def test_what_is_no_number_is_refused_with_what_would_do(app: Flask, wrong: str) -> None:
    with app.test_request_context(), reading_in("en"), pytest.raises(Unreadable, match="Write a number"):
        read(FieldType.NUMBER, wrong)


@pytest.mark.parametrize("wrong", ["new", "1..2", "1.2.3.4.5.6", "1.2 / iOS", "١.٢", "1" * 41, "<b>1</b>"])
def test_what_is_no_version_is_refused_with_what_would_do(app: Flask, wrong: str) -> None:
    with app.test_request_context(), reading_in("en"), pytest.raises(Unreadable, match="Write a version"):
        read(FieldType.VERSION, wrong)


def test_versions_follow_each_other_as_they_come_out() -> None:
    order = ["0.9", "1.9", "1.10-dev", "1.10-alpha", "1.10-beta", "1.10-beta2", "1.10-beta10", "1.10rc1", "1.10", "2"]
    keys = [order_of(FieldType.VERSION, version) or "" for version in order]
    assert keys == sorted(keys) and len(set(keys)) == len(keys)
    assert order_of(FieldType.VERSION, "1.10") == order_of(FieldType.VERSION, "1.10.0+build7")


@given(some.lists(some.decimals(-(10**12) + 1, 10**12 - 1, places=3), min_size=2))
def test_numbers_follow_each_other_as_numbers(numbers: list[object]) -> None:
    for one, other in itertools.pairwise(numbers):
        first, second = (order_of(FieldType.NUMBER, f"{number:f}") or "" for number in (one, other))
        assert (first < second) == (one < other) and len(first) == len(second)  # type: ignore[operator]


def test_a_number_is_said_and_typed_as_its_reader_writes_it(app: Flask) -> None:
    with app.test_request_context(), reading_in("fr"):
        assert said(FieldType.NUMBER, "1234.5", "h") == "1\u202f234,5\u00a0h"
        assert typed(FieldType.NUMBER, "2.5") == "2,5"
        assert read(FieldType.NUMBER, typed(FieldType.NUMBER, "2.5")) == "2.5"
