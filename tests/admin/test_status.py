"""Staff change the status of an idea: recorded, and refused at its field with what was typed."""

from collections.abc import Callable

import pytest

from portal.accounts.models import User
from portal.activity.models import Action
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from tests.admin.places import at
from tests.admin.tools import last_event, move
from tests.browser import Browser

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]


def test_staff_move_an_idea(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    staff = browser(hugo)
    planned = Status.first("idea", "planned")
    form = f'form[action="/admin/ideas/{dark_mode.id}/status"]'
    page = staff.submit(staff.get(at(dark_mode)), form, status=str(planned.id), reason="In spring.")
    assert page.status == 200 and "Moved to Planned." in page.html
    told = last_event(dark_mode)
    assert (told.action, told.actor_id, told.facts["reason"]) == (Action.STATUS_CHANGED, hugo.id, "In spring.")


def test_declining_without_a_reason_is_refused_at_the_field(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = move(browser(hugo), dark_mode, "declined")
    assert page.status == 422
    assert "Say why, in public" in page.find("#tool-reason-error").get_text()
    db.session.rollback()
    assert dark_mode.status.kind == "open"


def test_a_forbidden_move_is_refused_and_keeps_the_reason(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = move(browser(hugo), dark_mode, "shipped", reason="It is done, really.")
    assert page.status == 422
    assert "Shipped cannot follow New." in page.find("#tool-status-error").get_text()
    assert page.find("#tool-reason").get_text().strip() == "It is done, really."
    assert not page.has("#tool-reason-error")
    db.session.rollback()
    assert dark_mode.status.kind == "open"


@pytest.mark.parametrize("unknown", ["99999", "x", "-1", "²"])
def test_an_unknown_status_is_refused(browser: Opens, hugo: User, dark_mode: Idea, unknown: str) -> None:
    page = move(browser(hugo), dark_mode, "planned", status=unknown)
    assert page.status == 422 and "There is no such status." in page.find("#tool-status-error").get_text()


def test_no_status_chosen_asks_for_one(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = move(browser(hugo), dark_mode, "planned", status="")
    assert page.status == 422 and "Choose the status to move it to." in page.text


def test_a_status_of_issues_does_not_fit_an_idea(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = move(browser(hugo), dark_mode, "planned", status=Status.first("issue", "planned").id)
    assert page.status == 422 and "There is no such status." in page.text


def test_staff_confirm_an_issue(browser: Opens, hugo: User, double_shift: Idea) -> None:
    page = move(browser(hugo), double_shift, "planned")
    assert "Moved to Confirmed." in page.html


def test_of_two_staff_the_second_looks_again(browser: Opens, hugo: User, nora: User, dark_mode: Idea) -> None:
    second = browser(hugo)
    opened = second.get(at(dark_mode))
    move(browser(nora), dark_mode, "planned")
    page = move(second, dark_mode, "declined", opened, reason="Nobody needs this.")
    assert page.status == 422
    assert "Changed by Nora Klein, just now." in page.find("#tool-status-error").get_text()
    assert page.find("#tool-status-theirs .theirs__text").get_text() == "Planned"
    assert "When you opened the page: New" in page.find("#tool-status-theirs").get_text()
    assert page.find("#tool-reason").get_text().strip() == "Nobody needs this."
    db.session.rollback()
    assert dark_mode.status.kind == "planned"
    move(second, dark_mode, "declined", page)
    db.session.rollback()
    assert (dark_mode.status.kind, dark_mode.status_reason) == ("declined", "Nobody needs this.")


def test_a_stale_token_keeps_the_reason(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    data = {"status": Status.first("idea", "planned").id, "reason": "Typed for long."}
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/status", data, token=False)
    assert page.status == 422
    assert "This page had been open for too long." in page.text
    assert page.find("#tool-reason").get_text().strip() == "Typed for long."
    db.session.rollback()
    assert dark_mode.status.kind == "open"


def test_a_reason_that_is_too_long_says_both_numbers(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = move(browser(hugo), dark_mode, "planned", reason="x" * 2001)
    assert page.status == 422 and "This has 2,001 characters. Shorten it to 2,000." in page.text
