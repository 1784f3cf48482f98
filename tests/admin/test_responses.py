"""The official response: published, changed, and never over what somebody else wrote."""

from collections.abc import Callable

import pytest

from portal.accounts.models import User
from portal.activity.models import Action
from portal.extensions import db
from portal.ideas.models import Idea
from tests.admin.places import at
from tests.admin.tools import last_event, use
from tests.browser import Browser

Opens = Callable[..., Browser]


def test_the_official_response_is_published(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = use(browser(hugo), dark_mode, "response", text="Yes, **soon**.")
    assert "The official response is published." in page.html
    assert last_event(dark_mode).action == Action.RESPONSE_POSTED
    assert dark_mode.waiting_since is None


def test_an_edited_response_keeps_what_it_said(browser: Opens, hugo: User, copy_week: Idea) -> None:
    staff = browser(hugo)
    form = f'form[action="/admin/ideas/{copy_week.id}/response"]'
    page = staff.submit(staff.get(at(copy_week)), form, text="It ships on Monday.")
    assert last_event(copy_week).action == Action.RESPONSE_EDITED
    assert copy_week.response and copy_week.response.body == "It ships on Monday."
    assert "We’re building it." in page.find("#staff-tools details details:not(.phrases)").get_text()


def test_of_two_responses_the_second_reads_the_first(browser: Opens, hugo: User, nora: User, dark_mode: Idea) -> None:
    second = browser(hugo)
    opened = second.get(at(dark_mode))
    use(browser(nora), dark_mode, "response", text="First.")
    page = use(second, dark_mode, "response", opened, text="Second.")
    assert page.status == 422 and page.find("#tool-response-theirs ins").get_text() == "First."
    assert page.find("#tool-response").get_text().strip() == "Second."
    db.session.rollback()
    assert dark_mode.response and dark_mode.response.body == "First."


@pytest.mark.parametrize("text, message", [("", "Write the answer"), ("x" * 20_001, "Shorten it to 20,000.")])
def test_a_response_is_neither_empty_nor_endless(
    browser: Opens, hugo: User, dark_mode: Idea, text: str, message: str
) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/response", {"text": text})
    assert page.status == 422 and message in page.find("#tool-response-error").get_text()
