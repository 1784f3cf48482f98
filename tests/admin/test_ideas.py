"""The table of all ideas and issues: searched, filtered, sorted, paged."""

from collections.abc import Callable

import pytest

from portal.accounts.models import User
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from tests.browser import Browser
from tests.conftest import act

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]


def titles(browser: Browser, **asked: object) -> list[str]:
    page = browser.get("/admin/ideas", query_string=asked)
    return [a.get_text() for a in page.soup.select("#rows th a")]


def test_everything_is_there_newest_first(browser: Opens, hugo: User) -> None:
    found = titles(browser(hugo))
    assert len(found) == 8 and found[0] == "A dark mode for the night shift"


@pytest.mark.parametrize("words", ["offline", "Becker", "OFFLINE on the phone"])
def test_words_of_the_title_or_the_author_find_it(browser: Opens, hugo: User, offline: Idea, words: str) -> None:
    assert titles(browser(hugo), q=words) == [offline.title]


def test_a_number_finds_its_idea(browser: Opens, hugo: User, offline: Idea) -> None:
    assert offline.title in titles(browser(hugo), q=f"#{offline.id}")


def test_a_per_cent_sign_is_only_a_sign(browser: Opens, hugo: User) -> None:
    assert titles(browser(hugo), q="%") == []


def test_issues_alone(browser: Opens, hugo: User) -> None:
    assert len(titles(browser(hugo), kind="issue")) == 2


def test_one_status_alone(browser: Opens, hugo: User, app: object) -> None:
    assert titles(browser(hugo), status=Status.first("idea", "declined").id) == ["Send the schedule by fax"]


def test_one_board_alone(browser: Opens, hugo: User, salary_leak: Idea) -> None:
    board = salary_leak.board
    assert isinstance(board, Board)
    assert set(titles(browser(hugo), board=board.id)) == {
        salary_leak.title,
        "Let colleagues swap shifts without asking a manager",
    }


def test_what_is_private_hidden_or_waiting_alone(
    browser: Opens, hugo: User, salary_leak: Idea, dark_mode: Idea
) -> None:
    with act():
        dark_mode.hide(by=hugo, reason="spam")
    staff = browser(hugo)
    assert titles(staff, state="private") == [salary_leak.title]
    assert titles(staff, state="hidden") == [dark_mode.title]
    assert dark_mode.title not in titles(staff, state="waiting") and len(titles(staff, state="waiting")) == 3


def test_most_votes_first(browser: Opens, hugo: User, copy_week: Idea) -> None:
    assert titles(browser(hugo), sort="votes")[0] == copy_week.title


def test_a_filter_that_does_not_exist_is_left_out(browser: Opens, hugo: User) -> None:
    odd = {"kind": "x", "status": "x", "board": "9" * 30, "state": "x", "sort": "x"}
    assert len(titles(browser(hugo), **odd)) == 8


def test_nothing_found_says_how_to_go_on(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get("/admin/ideas?q=zebra")
    assert "Nothing fits." in page.text and page.has('main a[href="/admin/ideas"]')


def test_pages_hold_every_idea_once(browser: Opens, hugo: User, tom: User) -> None:
    with act():
        for number in range(50):
            Idea.propose(tom, f"Wish {number}")
    staff, url, seen = browser(hugo), "/admin/ideas?sort=votes", []
    while url:
        page = staff.get(url)
        seen += [a.get_text() for a in page.soup.select("#rows th a")]
        more = page.soup.select_one("#more a")
        url = str(more["href"]) if more else ""
    assert len(seen) == len(set(seen)) == 58


def test_members_do_not_read_it(browser: Opens, tom: User) -> None:
    assert browser(tom).get("/admin/ideas").status == 403
