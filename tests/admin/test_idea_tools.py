"""The tools of staff on the page of an idea: offered to them, refused to others."""

from collections.abc import Callable

import pytest

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from tests.admin.places import at
from tests.browser import Browser

Opens = Callable[..., Browser]


TOOLS = ("status", "response", "note", "tags", "board", "private", "hidden")


def test_the_idea_page_offers_staff_their_tools(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = browser(hugo).get(at(dark_mode))
    assert page.has("#staff-tools form")
    choices = [o.get_text() for o in page.soup.select("#tool-status option")]
    assert choices == ["Choose a status", "Under review", "Planned", "Not planned"]


def test_the_tools_are_hidden_from_everyone_else(browser: Opens, tom: User, dark_mode: Idea) -> None:
    assert not browser(tom).get(at(dark_mode)).has("#staff-tools")
    assert not browser().get(at(dark_mode)).has("#staff-tools")


@pytest.mark.parametrize("tool", TOOLS)
def test_members_and_visitors_are_refused(browser: Opens, tom: User, dark_mode: Idea, tool: str) -> None:
    data = {"status": Status.first("idea", "planned").id, "text": "x", "reason": "x", "hidden": "1", "tags": "x"}
    for opened in (browser(tom), browser()):
        assert opened.post(f"/admin/ideas/{dark_mode.id}/{tool}", data).status == 403
    db.session.rollback()
    assert dark_mode.status.kind == "open" and dark_mode.hidden_at is None and not dark_mode.tags


@pytest.mark.parametrize("tool", TOOLS)
def test_an_idea_that_is_not_there_is_not_found(browser: Opens, hugo: User, tool: str) -> None:
    assert browser(hugo).post(f"/admin/ideas/99999/{tool}", {}).status == 404
