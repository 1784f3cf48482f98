"""Ideas out of sight, with a reason, and back."""

from collections.abc import Callable

from portal.accounts.models import User
from portal.activity.models import Action
from portal.extensions import db
from portal.ideas.models import Idea
from tests.admin.places import at
from tests.admin.tools import last_event
from tests.browser import Browser
from tests.conftest import act

Opens = Callable[..., Browser]


def test_a_hidden_idea_is_seen_by_its_author_and_staff(
    browser: Opens, hugo: User, yuki: User, tom: User, dark_mode: Idea
) -> None:
    url = at(dark_mode)
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/hidden", {"hidden": 1, "reason": "Advertising."})
    assert "Hidden. Only its author and staff see it." in page.html
    told = last_event(dark_mode)
    assert (told.action, told.facts["reason"]) == (Action.IDEA_HIDDEN, "Advertising.")
    assert browser(hugo).get(url).status == browser(yuki).get(url).status == 200
    assert browser(tom).get(url).status == browser().get(url).status == 404


def test_hiding_owes_a_reason(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/hidden", {"hidden": 1, "reason": ""})
    assert page.status == 422 and "Say why you hide it" in page.find("#tool-hide-reason-error").get_text()


def test_a_hidden_idea_is_shown_again(browser: Opens, hugo: User, tom: User, dark_mode: Idea) -> None:
    with act():
        dark_mode.hide(by=hugo, reason="a mistake")
    staff = browser(hugo)
    page = staff.submit(staff.get(at(dark_mode)), f'form[action="/admin/ideas/{dark_mode.id}/hidden"]')
    assert "Shown again." in page.html
    assert last_event(dark_mode).action == Action.IDEA_RESTORED
    assert browser(tom).get(at(dark_mode)).status == 200


def test_restoring_needs_the_token_too(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    with act():
        dark_mode.hide(by=hugo, reason="spam")
    assert browser(hugo).post(f"/admin/ideas/{dark_mode.id}/hidden", {"hidden": 0}, token=False).status == 422
    db.session.rollback()
    assert dark_mode.hidden_at is not None
