"""Admins say what a board asks for: three things at most, each told in the audit."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.admin import asking_for
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas import field_words
from portal.ideas.boards import Board
from portal.ideas.fields import BoardField
from portal.ideas.models import Idea
from tests.browser import Browser, Page
from tests.conftest import act
from tests.ideas.asks import asks, board_called, choice_of, says

pytestmark = pytest.mark.both
Opens = Callable[..., Browser]


def place(more: str = "") -> str:
    return f"/admin/boards/{board_called('mobile').id}/fields{more}"


def asked() -> list[tuple[str, str, bool]]:
    db.session.rollback()
    return [(f.names["en"], f.type, f.for_staff) for f in BoardField.on_board(board_called("mobile").id)]


def add(by: Browser, name: str, type: str = "text", **more: str) -> Page:
    return by.submit(by.get(place()), "main form.form", name_en=name, name_fr=f"{name} fr", type=type, **more)


def test_a_board_asks_for_three_things_at_most(browser: Opens, nora: User) -> None:
    admin = browser(nora)
    assert "It asks for nothing more." in admin.get(place()).text
    add(admin, "Car")
    add(admin, "Device", "choice", choices="Phone\n Tablet \n\nPhone", shown="staff")
    opened = admin.get(place())
    page = add(admin, "Seats", "number", unit_en="people")
    assert [b.get_text() for b in page.soup.select(".list b")] == ["Car", "Device", "Seats"]
    assert not page.has("main form.form")
    late = admin.submit(opened, "main form.form", name_en="Fourth", type="text")
    assert late.status == 422 and "three things at most" in late.text
    assert asked() == [("Car", "text", False), ("Device", "choice", True), ("Seats", "number", False)]


def test_two_admins_at_once_add_no_fourth(app: Flask, nora: User) -> None:
    asks(nora, "mobile", "text", "One")
    asks(nora, "mobile", "text", "Two")

    def one_more(name: str) -> str:
        with app.app_context():
            begin_write()
            board = db.session.query(Board).filter_by(slug="mobile").with_for_update().one()
            try:
                words = {"name": {"en": name}, "hint": {}, "unit": {}}
                asking_for.add(board, "text", words, False, [], by=db.session.get_one(User, nora.id))
                db.session.commit()
            except asking_for.AsksEnough:
                db.session.rollback()
                return "enough"
            return "added"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one_more, ["Three", "Four"])) == ["added", "enough"]


@pytest.mark.parametrize(
    "words, field, message",
    [
        ({"name_en": ""}, "name_en", "Write what it is called."),
        ({"name_en": "x" * 61}, "name_en", "This has 61 characters"),
        ({"name_en": "Device", "type": "choice", "choices": "Phone"}, "choices", "at least two choices"),
        ({"name_en": "Device", "type": "choice", "choices": "x" * 61 + "\ny"}, "choices", "at most 60 characters"),
        ({"name_en": "Device", "type": "choice", "choices": "\n".join(map(str, range(21)))}, "choices", "20 choices"),
        ({"name_en": "Device", "type": "text", "choices": "A\nB"}, "choices", "has choices"),
        ({"name_en": "Device", "type": "colour"}, "type", "not on the list"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(
    browser: Opens, nora: User, words: dict[str, str], field: str, message: str
) -> None:
    admin = browser(nora)
    page = admin.submit(admin.get(place()), "main form.form", **words)
    assert page.status == 422 and message in page.find(f"#{field}-error").get_text()
    assert asked() == []


def test_it_is_worded_anew_put_first_and_told_in_the_audit(browser: Opens, nora: User) -> None:
    asks(nora, "mobile", "text", "Car")
    seats = asks(nora, "mobile", "number", "Seats")
    admin = browser(nora)
    page = admin.get(place(f"/{seats}"))
    done = admin.submit(page, "main form.form", name_en="Employees", unit_en="people", place="0")
    assert [b.get_text() for b in done.soup.select(".list b")] == ["Employees", "Car"]
    audit = admin.get("/admin/audit").text
    assert "Nora Klein changed the board Mobile app" in audit and "Employees" in audit and "Seats" in audit


def test_choices_are_added_and_come_back(browser: Opens, nora: User, dark_mode: Idea, yuki: User) -> None:
    device = asks(nora, "mobile", "choice", "Device", "Phone", "Tablet")
    tablet = choice_of(device, "Tablet")
    says(dark_mode, yuki, **{f"f{device}": tablet})
    admin = browser(nora)
    admin.submit(admin.get(place(f"/{device}")), "main form.form", choices="Watch", **{f"choice{tablet}_gone": "on"})
    assert [c.names["en"] for c in db.session.get_one(BoardField, device).choices] == ["Phone", "Watch"]
    admin.submit(admin.get(place(f"/{device}")), "main form.form", choices="tablet")
    db.session.rollback()
    assert [c.names["en"] for c in db.session.get_one(BoardField, device).choices] == ["Phone", "Watch", "Tablet"]


def test_a_choice_without_a_name_is_refused(browser: Opens, nora: User) -> None:
    device = asks(nora, "mobile", "choice", "Device", "Phone", "Tablet")
    tablet = choice_of(device, "Tablet")
    admin = browser(nora)
    page = admin.submit(admin.get(place(f"/{device}")), "main form.form", **{f"choice{tablet}_en": ""})
    assert page.status == 422 and "take it away" in page.find(f"#choice{tablet}_en-error").get_text()


def test_nothing_is_left_of_what_nobody_said_and_the_rest_is_asked_again(
    browser: Opens, nora: User, yuki: User, dark_mode: Idea
) -> None:
    unsaid, car = asks(nora, "mobile", "text", "Unsaid"), asks(nora, "mobile", "text", "Car")
    says(dark_mode, yuki, **{f"f{car}": "Van"})
    admin = browser(nora)
    for field in (unsaid, car):
        admin.submit(admin.get(place()), f'form[action$="/fields/{field}/archived"]')
    assert "Unsaid" in admin.get(place()).text
    with act():
        for field in BoardField.on_board(board_called("mobile").id, archived=True):
            field.archived_at = now() - timedelta(days=3)
    field_words.forget_unsaid()
    page = admin.get(place())
    assert "Unsaid" not in page.text and "said by 1 idea" in page.text
    admin.submit(page, f'form[action$="/fields/{car}/archived"]')
    assert asked() == [("Car", "text", False)]


def test_only_admins_open_the_page(browser: Opens, hugo: User, tom: User) -> None:
    assert browser(hugo).get(place()).status == browser(tom).get(place()).status == 403
