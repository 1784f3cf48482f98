"""A visitor votes by e-mail, and becomes a member."""

from collections.abc import Callable

from sqlalchemy import select

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from tests.journeys.window import Window
from tests.mailbox import Mailbox

Opens = Callable[..., Window]
Runs = Callable[[], None]
Votes = Callable[[Idea], int]


def ask_to_vote(visitor: Window, idea: Idea, email: str) -> None:
    """From the board: press the ticket's stub, leave the address."""
    visitor.go("/")
    visitor.press(visitor.told("Vote for “%(title)s”", title=idea.title), within="#ideas")
    visitor.is_titled(idea.title)
    visitor.fill("Your e-mail address", email)
    visitor.press("Vote", within="main form")
    visitor.is_titled("Look in your mail")
    visitor.sees(email, visitor.told("Vote for “%(title)s”", title=idea.title))


def give_a_name(visitor: Window, name: str) -> None:
    visitor.is_titled("One click and it counts")
    visitor.fill("Your name, as others will see it", name)
    visitor.press("Confirm and sign in")


def test_the_link_makes_it_count(window: Opens, offline: Idea, votes: Votes, run_jobs: Runs, mailbox: Mailbox) -> None:
    visitor, before = window(phone=True), votes(offline)
    ask_to_vote(visitor, offline, "ada@example.com")
    run_jobs()
    [message] = mailbox.to("ada@example.com")
    assert votes(offline) == before, "nothing counts before it is confirmed"

    visitor.opens(message, "/sign-in/")
    visitor.is_titled("One click and it counts")
    assert votes(offline) == before, "opening the link is not confirming: scanners of mail do it too"
    give_a_name(visitor, "Ada Blake")

    visitor.sees("Voted. We’ll write when it moves.")
    visitor.is_signed_in()
    visitor.counts(before + 1, f"#vote-{offline.id} .vote__n")
    visitor.press(offline.title, within="h3", exact=True)
    visitor.is_titled(offline.title)
    visitor.sees("You voted")
    visitor.counts(before + 1)
    assert votes(offline) == before + 1
    ada = db.session.scalars(select(User).where(User.email == "ada@example.com")).one()
    assert (ada.display_name, ada.lang) == ("Ada Blake", "en")


def test_the_code_does_the_same_in_the_same_browser(
    window: Opens, swap: Idea, votes: Votes, run_jobs: Runs, mailbox: Mailbox
) -> None:
    visitor, before = window(), votes(swap)
    ask_to_vote(visitor, swap, "ada@example.com")
    run_jobs()
    visitor.fill("Six-digit code", Mailbox.code(mailbox.to("ada@example.com")[0]))
    visitor.press("Confirm", exact=True)
    visitor.is_titled("One click and it counts")
    assert votes(swap) == before
    give_a_name(visitor, "Ada Blake")
    visitor.is_signed_in()
    visitor.read(swap)
    visitor.sees("You voted")
    visitor.counts(before + 1)


def test_a_member_who_is_not_signed_in_only_types_the_code(
    window: Opens, dark_mode: Idea, sofia: User, votes: Votes, run_jobs: Runs, mailbox: Mailbox
) -> None:
    visitor, before = window(), votes(dark_mode)
    ask_to_vote(visitor, dark_mode, sofia.email or "")
    run_jobs()
    visitor.fill("Six-digit code", Mailbox.code(mailbox.to(sofia)[0]))
    visitor.press("Confirm", exact=True)
    visitor.is_signed_in()
    visitor.counts(before + 1, f"#vote-{dark_mode.id} .vote__n")


def test_a_french_visitor_reads_french_to_the_end(
    window: Opens, rest_warning: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    visitor = window(lang="fr", phone=True)
    visitor.read(rest_warning)
    visitor.press("Vote", within="nav.act")
    visitor.fill("Your e-mail address", "chloe@example.com")
    visitor.press("Vote", within="main form")
    visitor.is_titled("Look in your mail")
    run_jobs()
    [message] = mailbox.to("chloe@example.com")
    assert str(message["Subject"]).startswith("À confirmer") and "Vous" in mailbox.text(message)
    visitor.opens(message, "/sign-in/")
    give_a_name(visitor, "Chloé")
    visitor.is_titled(rest_warning.title)
    visitor.sees("Voted. We’ll write when it moves.", "You voted")
    assert visitor.page.locator("html").get_attribute("lang") == "fr"


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
