"""What belongs together is linked from the inbox, and an issue becomes an idea once its author says so."""

from collections.abc import Callable

from playwright.sync_api import expect

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from tests.journeys.keyboard import press, tab_to, write
from tests.journeys.window import Window

Opens = Callable[..., Window]


def test_one_is_linked_by_keyboard_and_an_issue_becomes_an_idea_as_its_author_agrees(
    window: Opens, hugo: User, yuki: User, double_shift: Idea, dark_mode: Idea
) -> None:
    staff = window(hugo).go(f"/admin?queue=issues&idea={double_shift.id}")
    rare(staff, "l")
    staff.is_titled(double_shift.title)
    write(staff, "#q", f"#{dark_mode.id}")
    staff.page.keyboard.press("Enter")
    staff.sees("Found", within="legend")
    press(staff, f"#other-{dark_mode.id}", "Space")
    tab_to(staff, "[name=relation]")
    staff.page.keyboard.press("Space")
    press(staff, "main form[method=post] .btn--primary")
    staff.sees("Linked. Nobody is told; whoever sees both reads it on their pages.", within="#desk")
    staff.sees(dark_mode.title, within="#s-links + .lines")

    rare(staff, "c")
    staff.is_titled(double_shift.title)
    press(staff, "main .press .btn--primary")
    staff.sees("Its author is asked.", within="#desk")
    expect(staff.page.locator("#open-h")).to_have_text(double_shift.title)

    author = window(yuki).read(double_shift).go(f"/ideas/{double_shift.id}/kind")
    author.is_titled("May it become an idea?")
    author.press("Make it an idea")
    author.is_titled(double_shift.title)
    db.session.rollback()
    assert double_shift.kind == "idea"


def rare(staff: Window, letter: str) -> None:
    """Use an act that stands under “More”: by its letter, or without scripts by opening the menu."""
    if staff.scripts:
        staff.page.keyboard.press(letter)
    else:
        staff.unfold("More", within="#acts")
        staff.page.locator(f"#acts [data-key={letter}]").click()
