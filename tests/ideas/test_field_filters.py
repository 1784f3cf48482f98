"""Lists are narrowed by what ideas say to their board: the public one, the table of staff, and the inbox."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.admin import asking_for
from portal.extensions import db
from portal.ideas.fields import BoardField
from portal.ideas.models import Idea
from tests.browser import Browser, Page
from tests.conftest import act
from tests.ideas.asks import asks, board_called, choice_of, says

pytestmark = pytest.mark.both
Opens = Callable[..., Browser]
OFFLINE, DARK = "See the schedule offline on the phone", "A dark mode for the night shift"


@pytest.fixture
def version(nora: User, offline: Idea, dark_mode: Idea) -> int:
    field = asks(nora, "mobile", "version", "Version")
    says(offline, nora, **{f"f{field}": "1.9"})
    says(dark_mode, nora, **{f"f{field}": "1.10"})
    return field


@pytest.fixture
def seats(nora: User, offline: Idea, dark_mode: Idea) -> int:
    field = asks(nora, "mobile", "number", "Seats", for_staff=True)
    says(offline, nora, **{f"f{field}": "9"})
    says(dark_mode, nora, **{f"f{field}": "10"})
    return field


def titles(page: Page) -> set[str]:
    """Which of the two are on this list."""
    assert page.status == 200
    return {title for title in (OFFLINE, DARK) if title in page.text}


def board(by: Browser, **asked: str) -> Page:
    return by.get("/?" + urlencode({"board": "mobile", **asked}))


def test_the_board_is_narrowed_from_one_version_to_another(browser: Opens, version: int) -> None:
    reader = browser()
    assert titles(board(reader)) == {OFFLINE, DARK}
    assert titles(board(reader, **{f"f{version}_from": "1.10"})) == {DARK}
    assert titles(board(reader, **{f"f{version}_to": "1.9.9"})) == {OFFLINE}
    assert "Version: 1.10 or more" in board(reader, **{f"f{version}_from": "1.10"}).find(".chips").get_text()


def test_by_a_choice_and_by_words_of_a_text(browser: Opens, nora: User, offline: Idea, dark_mode: Idea) -> None:
    device, car = asks(nora, "mobile", "choice", "Device", "Phone", "Tablet"), asks(nora, "mobile", "text", "Car")
    says(offline, nora, **{f"f{device}": choice_of(device, "Phone"), f"f{car}": "100% electric_van"})
    says(dark_mode, nora, **{f"f{device}": choice_of(device, "Tablet"), f"f{car}": "Boat"})
    reader = browser()
    assert titles(board(reader, **{f"f{device}": choice_of(device, "Phone")})) == {OFFLINE}
    assert titles(board(reader, **{f"f{car}_has": "0% ELECTRIC_"})) == {OFFLINE}
    assert titles(board(reader, **{f"f{car}_has": "%"})) == {OFFLINE}
    assert board(reader).find(f"#by-f{device}").get_text(strip=True) == "AllPhoneTablet"


def test_what_nobody_can_read_narrows_nothing_and_is_said(browser: Opens, version: int) -> None:
    page = board(browser(), **{f"f{version}_from": "new"})
    assert titles(page) == {OFFLINE, DARK}
    assert "Version: Write a version" in page.text
    assert page.find(f"#by-f{version}_from")["value"] == "new"


@pytest.mark.parametrize("name", ["f0", "f-1", "f1_from", "f999999999", "f99999999999999", "f٣", "f1'"])
def test_a_field_that_is_not_there_narrows_nothing(browser: Opens, offline: Idea, name: str) -> None:
    assert titles(board(browser(), **{name: "1"})) == {OFFLINE, DARK}


def test_outsiders_neither_see_nor_use_a_filter_of_the_team(browser: Opens, yuki: User, seats: int) -> None:
    for reader in (browser(), browser(yuki)):
        assert "Seats" not in board(reader).html
        assert titles(board(reader, **{f"f{seats}_from": "10"})) == {OFFLINE, DARK}


def test_what_is_asked_no_more_is_no_filter(browser: Opens, nora: User, version: int) -> None:
    with act():
        asking_for.stop(db.session.get_one(BoardField, version), by=nora)
    assert titles(board(browser(), **{f"f{version}_from": "1.10"})) == {OFFLINE, DARK}


def test_a_field_of_another_board_is_no_filter(browser: Opens, version: int) -> None:
    page = browser().get(f"/?board=planning&f{version}_from=9")
    assert page.has(".ticket, .tickets li")


def test_the_table_of_staff_is_narrowed_also_by_what_is_theirs(browser: Opens, hugo: User, seats: int) -> None:
    staff = browser(hugo)
    id = board_called("mobile").id
    assert titles(staff.get(f"/admin/ideas?board={id}&f{seats}_from=10")) == {DARK}
    assert titles(staff.get(f"/admin/ideas?board={id}&f{seats}_to=9,5")) == {OFFLINE}
    assert titles(staff.get(f"/admin/ideas?board={id}&f{seats}_to=many")) == {OFFLINE, DARK}


def waiting(page: Page) -> set[str]:
    found = page.find("#queue, .queue").get_text()
    return {title for title in (OFFLINE, DARK) if title in found}


def test_the_inbox_is_narrowed_and_keeps_it_as_a_view(
    browser: Opens, hugo: User, nora: User, seats: int, dark_mode: Idea
) -> None:
    other = "Show tips on the phone"
    with act():
        idea = Idea.propose(nora, other, board=board_called("mobile"), fields={seats: "2"})
        assert idea.waiting_since
    staff, id = browser(hugo), board_called("mobile").id
    asked = f"queue=all&board={id}&f{seats}_from=10"
    page = staff.get(f"/admin?{asked}")
    rows = page.find(".queue").get_text()
    assert DARK in rows and other not in rows
    kept = staff.submit(staff.get(f"/admin/inbox/views/new?{asked}"), "main form", name="Large ones")
    assert "Large ones" in kept.html
    rows = kept.find(".queue").get_text()
    assert DARK in rows and other not in rows
    with act():
        asking_for.stop(db.session.get_one(BoardField, seats), by=nora)
    assert "does not ask for any more" in staff.get(kept.response.request.full_path).text


def test_numbers_are_counted_once_each_page_of_a_list(browser: Opens, nora: User, version: int) -> None:
    with act():
        for number in range(30):
            Idea.propose(
                nora, f"Idea about {number} phones", board=board_called("mobile"), fields={version: f"2.{number}"}
            )
    page = board(browser(), sort="new", **{f"f{version}_from": "2"})
    assert "30 ideas" in page.find(".count").get_text()
    more = page.find("a[href*=after]")["href"]
    assert f"f{version}_from=2" in str(more)
    assert browser().get(str(more)).status == 200
    assert db.session.scalar(select(BoardField.id)) == version
