"""A visitor, by keyboard alone: votes, gives a name, types the code of the mail, and is a member."""

from collections.abc import Callable

from playwright.sync_api import expect

from portal.ideas.models import Idea
from tests.journeys.keyboard import press, write
from tests.journeys.window import Window
from tests.mailbox import Mailbox

Opens = Callable[..., Window]


def test_voting_with_the_code_of_the_mail(
    window: Opens, dark_mode: Idea, votes: Callable[[Idea], int], run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    visitor, before = window(), votes(dark_mode)
    visitor.go("/?sort=new")
    press(visitor, f"#vote-{dark_mode.id}")
    visitor.is_titled("Where may we write when it moves?")
    expect(visitor.page.locator("#email")).to_be_focused()
    visitor.page.keyboard.type("ada@example.com")
    visitor.page.keyboard.press("Enter")
    visitor.is_titled("Six digits, and it counts")
    run_jobs()
    write(visitor, "#display_name", "Ada Blake")
    visitor.page.keyboard.press("Shift+Tab")
    expect(visitor.page.locator("#code")).to_be_focused()
    visitor.page.keyboard.type(Mailbox.code(mailbox.to("ada@example.com")[0]))
    if not visitor.scripts:
        visitor.page.keyboard.press("Enter")
    visitor.sees("Voted. We’ll write when it moves.")
    visitor.is_signed_in()
    assert votes(dark_mode) == before + 1
