"""A board asks for a little more: it comes once the board is chosen, and is kept with what was begun."""

from collections.abc import Callable

from playwright.sync_api import expect

from portal.accounts.models import User
from tests.ideas.asks import asks
from tests.journeys.window import Window

Opens = Callable[..., Window]
TITLE = "Show the whole month on one screen"


def test_a_member_says_what_the_board_asks_for(window: Opens, scripts: bool, sofia: User, nora: User) -> None:
    asks(nora, "mobile", "choice", "Device", "Phone", "Tablet")
    seats = asks(nora, "mobile", "number", "Seats", for_staff=True)
    member = window(sofia)
    member.go("/ideas/new")
    member.fill("Your idea, in one sentence", TITLE)
    member.unfold("Add pictures, or the part of the product")
    member.choose("Part of the product", "Mobile app")
    if not scripts:
        member.press("Send my idea")
        member.sees("asks for a little more")
    member.choose("Device", "Tablet")
    member.fill("Seats", "a dozen")
    member.press("Send my idea")
    member.sees("Write a number, such as 12 or 2.5.")
    member.fill("Seats", "12")
    if scripts:
        member.go("/roadmap")
        member.go("/ideas/new")
        expect(member.page.locator(f"#f{seats}")).to_have_value("12")
    member.press("Send my idea")
    member.is_titled(TITLE)
    member.sees("Tablet", "12", within="#fields")
