"""What ideas say to boards comes along with an import, or the line is refused with the reason."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.values import values_of
from portal.search.results import search
from tests.ideas.asks import asks, choice_of
from tests.importing.exports import export, idea, told

pytestmark = pytest.mark.both


@pytest.fixture
def fields(nora: User) -> dict[str, int]:
    return {
        "device": asks(nora, "mobile", "choice", "Device", "Phone", "Tablet"),
        "app-version": asks(nora, "mobile", "version", "App version"),
        "seats": asks(nora, "mobile", "number", "Seats", for_staff=True),
    }


def imported(title: str) -> Idea:
    db.session.rollback()
    return db.session.scalars(select(Idea).where(Idea.title == title)).one()


def test_an_idea_comes_with_its_board_and_what_it_says_to_it(
    app: Flask, tmp_path: Path, fields: dict[str, int]
) -> None:
    said = {"device": "tablet", "app-version": "v1.10", "seats": 12.5}
    report = told(app, export(tmp_path / "ours", ideas=[idea(1, "Larger letters", board="mobile", fields=said)]))
    assert report["refused"] == 0
    found = imported("Larger letters")
    assert found.board and found.board.slug == "mobile"
    tablet = choice_of(fields["device"], "Tablet")
    assert values_of(found.id) == {fields["device"]: tablet, fields["app-version"]: "1.10", fields["seats"]: "12.5"}
    assert [card.title for card in search("tablet", None, 5)] == ["Larger letters"]


@pytest.mark.parametrize(
    "more, why",
    [
        ({"board": "mobile", "fields": {"device": "Watch"}}, 'fields.device is "Watch": write one of Phone, Tablet'),
        ({"board": "mobile", "fields": {"app-version": "new"}}, 'fields.app-version is "new": write a version'),
        ({"board": "mobile", "fields": {"seats": [1]}}, "fields.seats is a list: write text or a number"),
        ({"board": "mobile", "fields": {"seats": True}}, "fields.seats is true: write text or a number"),
        ({"board": "team", "fields": {"seats": 1}}, 'fields holds "seats", for which the board team does not ask'),
        ({"board": "sea", "fields": {"seats": 1}}, "fields are asked by a board"),
        ({"board": "mobile", "fields": "many"}, "fields must be an object"),
    ],
)
def test_what_the_board_does_not_ask_for_is_refused_with_its_line(
    app: Flask, tmp_path: Path, fields: dict[str, int], more: dict[str, Any], why: str
) -> None:
    report = told(app, export(tmp_path / "ours", ideas=[idea(1, "Larger letters", **more), idea(2, "Fine")]))
    assert report["ideas"] == 1
    assert why in str(report["refused_lines"])


def test_a_board_that_is_not_here_is_left_out(app: Flask, tmp_path: Path) -> None:
    told(app, export(tmp_path / "ours", ideas=[idea(1, "Larger letters", board="sea"), idea(2, "Odd", board={"a": 1})]))
    assert imported("Larger letters").board is None and imported("Odd").board is None


def test_taken_again_what_differs_is_listed_and_not_changed(app: Flask, tmp_path: Path, fields: dict[str, int]) -> None:
    line = idea(1, "Larger letters", board="mobile", fields={"app-version": "1.9"})
    told(app, export(tmp_path / "ours", ideas=[line]))
    line["fields"] = {"app-version": "1.10"}
    report = told(app, export(tmp_path / "ours", ideas=[line]), "--source", "ours")
    assert "fields.app-version" in str(report["differing"])
    assert values_of(imported("Larger letters").id) == {fields["app-version"]: "1.9"}
