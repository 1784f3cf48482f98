"""A visitor votes with two presses and the code of a mail, and becomes a member."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.voting.models import Vote
from tests.conftest import act
from tests.journeys.window import Window
from tests.mailbox import Mailbox

Opens = Callable[..., Window]
Runs = Callable[[], None]
Votes = Callable[[Idea], int]
ASKED, COUNTS = "Where may we write when it moves?", "Six digits, and it counts"


def ask_to_vote(visitor: Window, idea: Idea, email: str) -> None:
    """From the board: press the ticket's stub, type the address where the focus is, press."""
    visitor.go("/")
    visitor.press(visitor.told("Vote for “%(title)s”", title=idea.title), within="#ideas")
    visitor.is_titled(ASKED)
    expect(visitor.page.locator("#email")).to_be_focused()
    visitor.page.keyboard.type(email)
    visitor.press("Send me the code")
    visitor.is_titled(COUNTS)
    visitor.sees(email, idea.title)


@pytest.mark.parametrize(("lang", "phone"), [("en", False), ("fr", True)])
def test_a_first_vote_takes_two_presses_and_a_code(
    window: Opens,
    scripts: bool,
    lang: str,
    phone: bool,
    dark_mode: Idea,
    votes: Votes,
    run_jobs: Runs,
    mailbox: Mailbox,
) -> None:
    visitor, before, address = window(lang=lang, phone=phone), votes(dark_mode), "ada@example.com"
    ask_to_vote(visitor, dark_mode, address)
    run_jobs()
    assert votes(dark_mode) == before, "nothing counts before it is confirmed"
    expect(visitor.page.locator("#code")).to_be_focused()
    visitor.page.keyboard.type(Mailbox.code(mailbox.to(address)[0]))
    if not scripts:
        visitor.press("Count my vote")
    visitor.sees("Voted. We’ll write when it moves.")
    visitor.is_signed_in()
    visitor.counts(before + 1, f"#vote-{dark_mode.id} .vote__n")
    assert votes(dark_mode) == before + 1
    assert visitor.page.locator("html").get_attribute("lang") == lang
    ada = db.session.scalars(select(User).where(User.email == address)).one()
    assert (ada.own_name, ada.lang) == ("", lang)
    visitor.read(dark_mode)
    visitor.sees(visitor.told("You appear as “%(name)s”.", name=visitor.told("a member")), "You voted")
    visitor.press("Say what to call you")
    expect(visitor.page.locator("#display_name")).to_be_focused()


def test_the_link_makes_it_count_in_another_browser(
    window: Opens, offline: Idea, votes: Votes, run_jobs: Runs, mailbox: Mailbox
) -> None:
    visitor, other, before = window(phone=True), window(), votes(offline)
    ask_to_vote(visitor, offline, "ada@example.com")
    run_jobs()
    [message] = mailbox.to("ada@example.com")
    other.opens(message, "/sign-in/")
    other.is_titled("One click and it counts")
    other.sees(offline.title)
    assert votes(offline) == before, "opening the link is not confirming: scanners of mail do it too"
    other.fill("What may we call you?", "Ada Blake")
    other.press("Confirm and sign in")
    other.sees("Voted. We’ll write when it moves.")
    other.is_signed_in()
    assert votes(offline) == before + 1
    visitor.give_code("123456")
    visitor.is_titled("It was confirmed elsewhere")
    visitor.is_signed_in(False)


def test_somebody_slow_and_far_sighted_loses_nothing(
    window: Opens, scripts: bool, swap: Idea, votes: Votes, run_jobs: Runs, mailbox: Mailbox
) -> None:
    """At 200 %, with a mistyped address, and a code that took longer than half an hour."""
    visitor, before = window(), votes(swap)
    visitor.page.set_viewport_size({"width": 640, "height": 450})
    ask_to_vote(visitor, swap, "ada@exmaple.com")
    visitor.fill("What may we call you?", "Ada")
    visitor.press("Change the address")
    visitor.is_titled("Which address is right?")
    visitor.holds("Your e-mail address", "ada@exmaple.com")
    visitor.fill("Your e-mail address", "ada@example.com")
    visitor.press("Send me the code")
    visitor.is_titled(COUNTS)
    visitor.holds("What may we call you?", "Ada")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visitor.page.evaluate(wide) <= 0 and visitor.page.locator("#code").bounding_box()["width"] > 250  # type: ignore[index]
    run_jobs()
    with act():
        for token in db.session.scalars(select(EmailToken)):
            token.expires_at = now() - timedelta(minutes=1)
    visitor.give_code(Mailbox.code(mailbox.to("ada@example.com")[0]))
    visitor.is_titled("This code has expired. We can send a new one.")
    visitor.press("Send a new one")
    visitor.is_titled(COUNTS)
    visitor.holds("What may we call you?", "Ada")
    run_jobs()
    visitor.give_code(Mailbox.code(mailbox.to("ada@example.com")[1]))
    visitor.is_signed_in()
    assert votes(swap) == before + 1
    assert [person.own_name for person in db.session.scalars(select(User).where(User.email == "ada@example.com"))] == [
        "Ada"
    ]


def test_a_member_votes_and_takes_it_back_on_the_board(window: Opens, tom: User, dark_mode: Idea, votes: Votes) -> None:
    member, before = window(tom), votes(dark_mode)
    member.go("/")
    stub = f"#vote-{dark_mode.id}"
    for pressed, number in (("true", before + 1), ("false", before)):
        member.part(stub).get_by_role("button").click()
        member.counts(number, f"{stub} .vote__n")
        assert member.part(stub).get_by_role("button").get_attribute("aria-pressed") == pressed
        member.is_answered()
        assert votes(dark_mode) == number


@pytest.mark.parametrize("scripts", [False])
def test_a_phone_reads_what_the_bar_at_its_foot_has_no_room_for(
    window: Opens, scripts: bool, offline: Idea, fax: Idea, ines: User, yuki: User
) -> None:
    with act():
        for voter in (ines, yuki):
            Vote.weigh(offline, by=voter, importance="critical")
    visitor = window(phone=True).read(offline)
    visitor.sees("2 say it is critical", within="main")
    visitor.read(fax).sees("Voting is over. This is the final count.", within="main")
