"""Tags, boards, and who sees an issue."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.tags import Tag
from tests.admin.places import at
from tests.admin.tools import last_event, use
from tests.browser import Browser
from tests.conftest import act

Opens = Callable[..., Browser]


def test_tags_are_put_on_and_taken_off(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    staff = browser(hugo)
    use(staff, dark_mode, "tags", tags=" night, phone ,, night")
    assert last_event(dark_mode).facts["added"] == ["night", "phone"]
    page = staff.get(at(dark_mode))
    assert page.find("#tool-tags")["value"] == "night, phone"
    assert {o["value"] for o in page.soup.select("#tag-names option")} == {"night", "phone"}
    use(staff, dark_mode, "tags", tags="phone")
    assert last_event(dark_mode).facts["removed"] == ["night"]
    assert [tag.name for tag in dark_mode.tags] == ["phone"]


@pytest.mark.parametrize(
    "tags, message",
    [(",".join(f"t{n}" for n in range(13)), "Keep at most 12 tags"), ("x" * 41, "is too long"), ("y" * 600, "Shorten")],
)
def test_too_many_or_too_long_tags_are_refused(
    browser: Opens, hugo: User, dark_mode: Idea, tags: str, message: str
) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/tags", {"tags": tags})
    assert page.status == 422 and message in page.find("#tool-tags-error").get_text()
    assert page.find("#tool-tags")["value"] == tags
    db.session.rollback()
    assert not db.session.scalars(select(Tag)).all()


def test_an_idea_moves_to_another_board_and_off_it(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    team = db.session.scalars(select(Board).where(Board.slug == "team")).one()
    page = use(browser(hugo), dark_mode, "board", board=team.id)
    assert "Moved to the board Team." in page.html
    assert last_event(dark_mode).facts["new"] == team.id
    assert "Taken off its board." in use(browser(hugo), dark_mode, "board", board="").html
    db.session.rollback()
    assert dark_mode.board is None


def test_an_unknown_board_is_refused(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/board", {"board": "999"})
    assert page.status == 422 and "This board is not in use." in page.find("#tool-board-error").get_text()


def test_staff_make_a_public_issue_private(browser: Opens, hugo: User, tom: User, double_shift: Idea) -> None:
    url = at(double_shift)
    page = browser(hugo).post(f"/admin/ideas/{double_shift.id}/private", {"private": 1})
    assert "Only its author and staff see it now." in page.html
    assert last_event(double_shift).action == Action.VISIBILITY_CHANGED
    assert browser(tom).get(url).status == 404


def test_staff_do_not_publish_what_its_author_keeps_private(browser: Opens, hugo: User, salary_leak: Idea) -> None:
    page = browser(hugo).get(at(salary_leak))
    assert not page.has(f'form[action="/admin/ideas/{salary_leak.id}/private"]')
    assert browser(hugo).post(f"/admin/ideas/{salary_leak.id}/private", {"private": 0}).status == 403
    db.session.rollback()
    assert salary_leak.is_private


def test_staff_who_wrote_an_issue_publish_it(browser: Opens, hugo: User) -> None:
    with act():
        mine = Idea.propose(hugo, "The export stops", "At row 500.", "issue", is_private=True)
    page = browser(hugo).post(f"/admin/ideas/{mine.id}/private", {"private": 0})
    assert "Everyone sees it now." in page.html
