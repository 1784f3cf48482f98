"""Staff answer, move and give away an idea with one press, in a real browser: by key, with and without scripts."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.triage.assigning import in_hand_of
from tests.journeys.window import Window

Opens = Callable[..., Window]


def hears(staff: Window) -> list[str | None]:
    """Whom the form says it tells, as far as it is seen."""
    return [p.get_attribute("data-hears") for p in staff.page.locator(".hears p").all() if p.is_visible()]


def test_the_number_of_people_follows_what_is_chosen(window: Opens, hugo: User, dark_mode: Idea) -> None:
    staff = window(hugo)
    staff.go(f"/admin?idea={dark_mode.id}&do=answer")
    kind, status = staff.page.locator("#tool-response-kind"), staff.page.locator("#tool-response-status")
    seen = []
    for of, to in (("answer", ""), ("question", ""), ("question", "Planned")):
        kind.select_option(of)
        status.select_option(label=to) if to else status.select_option("")
        seen += hears(staff)
    assert seen == ["everyone", "followers", "everyone"]


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
def test_a_no_is_said_by_key_and_undone_by_key(window: Opens, hugo: User, lea: User, dark_mode: Idea) -> None:
    staff = window(hugo)
    staff.go(f"/admin?idea={dark_mode.id}")
    keyboard = staff.page.keyboard
    keyboard.press("a")
    staff.page.locator("#tool-response:focus").wait_for()
    keyboard.type("It is not for us.")
    staff.page.get_by_text("Draft kept in this browser").wait_for()
    staff.page.locator("#tool-response-kind").select_option("decline")
    assert staff.page.locator("#tool-response-status option:checked").inner_text() == "Not planned"
    staff.page.locator("#tool-response-owner").select_option(str(lea.id))
    with staff.page.expect_navigation():
        keyboard.press("Control+Enter")
    staff.sees("Moved to Not planned.")
    db.session.rollback()
    found = db.session.scalars(select(Idea).where(Idea.id == dark_mode.id)).one()
    assert (found.status.kind, in_hand_of(found.id)) == ("declined", lea.id)
    with staff.page.expect_navigation():
        keyboard.press("z")
    staff.sees("Undone.")
    db.session.rollback()
    assert (found.status.kind, found.response, in_hand_of(found.id)) == ("open", None, None)
