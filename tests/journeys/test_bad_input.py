"""Bad input as a person meets it: said where it was typed, with what to do next, and nothing lost."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta

from playwright.sync_api import Route, expect
from sqlalchemy import select

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from tests.accounts.letters import wrong_code
from tests.conftest import act
from tests.journeys.window import Window
from tests.mailbox import Mailbox

Opens = Callable[..., Window]
Runs = Callable[[], None]
BODY = "Three of us need it.\n\nEvery week."


def test_a_title_without_end_or_without_words(window: Opens, scripts: bool, tom: User) -> None:
    member = window(tom, phone=True)
    member.go("/ideas/new")
    label, long = "Your idea, in one sentence", "schedule " * 1111 + "x"
    for title, problem in (
        (long, "This has 10,000 characters. Shorten it to 120."),
        ("", "Write your idea in one sentence."),
        ("Too few", "Write a few more words so others can find your idea."),
    ):
        # What is similar comes in above the button, which must not move from under the hand.
        with member.page.expect_response("**/similar?*") if scripts else nullcontext():
            member.fill(label, title)
        member.is_answered()
        member.fill("Why, and for whom?", BODY)
        member.press("Send my idea")
        member.sees("There is a problem")
        member.sees(problem, within=".summary")
        member.sees(problem, within="#title-error")
        member.holds(label, title)
        member.holds("Why, and for whom?", BODY)
        expect(member.field(label)).to_have_attribute("aria-invalid", "true")
        if scripts:
            assert member.page.evaluate("document.activeElement.matches('[data-summary]')"), "the summary is read first"
        member.press(problem, within=".summary")
        assert member.page.evaluate("location.hash") == "#title"
        member.fits()


def test_declining_owes_a_reason(window: Opens, nora: User, swap: Idea) -> None:
    staff = window(nora)
    staff.read(swap)
    declined = Status.first("idea", "declined").names["en"]
    staff.choose("Move to", declined, within="form[action$='/status']")
    staff.press("Move it")
    staff.sees("There is a problem")
    expect(staff.field("Public reason")).to_have_attribute("aria-invalid", "true")
    assert (
        staff.field("Move to", within="form[action$='/status']").evaluate("(field) => field.selectedOptions[0].text")
        == declined
    )
    db.session.rollback()
    assert swap.status.kind == "under_review"
    staff.fill("Public reason", "The law does not allow it.")
    staff.press("Move it")
    staff.sees("The law does not allow it.")
    staff.sees(declined, within=".ihead .st")


def test_the_code_is_wrong_five_times(window: Opens, sofia: User, run_jobs: Runs, mailbox: Mailbox) -> None:
    visitor, email = window(phone=True), sofia.email or ""
    visitor.go("/sign-in")
    visitor.fill("Your e-mail address", "sofia@")
    visitor.press("Send me the code")
    visitor.sees("Write an e-mail address like name@example.com.")
    visitor.holds("Your e-mail address", "sofia@")
    visitor.fill("Your e-mail address", email)
    visitor.press("Send me the code")
    visitor.is_titled("Look in your mail")
    run_jobs()
    for left in (4, 3, 2, 1):
        visitor.give_code(wrong_code(email), "Sign in")
        visitor.sees(f"You can try {left} more time", within="#code-error")
    visitor.give_code(wrong_code(email), "Sign in")
    visitor.is_titled("This code has expired. We can send a new one.")
    visitor.opens(mailbox.to(sofia)[0], "/sign-in/")
    visitor.is_titled("This code has expired. We can send a new one.")
    visitor.press("Send a new one")
    visitor.is_titled("Look in your mail")
    run_jobs()
    visitor.give_code(mailbox.code(mailbox.to(sofia)[1]), "Sign in")
    visitor.is_signed_in()


def test_who_writes_before_the_page_is_alive_is_not_interrupted(window: Opens, scripts: bool) -> None:
    """Over a slow line the scripts come last: by then a person has read the error, and is in the field again."""
    visitor, held = window(), list[Route]()
    visitor.go("/sign-in")
    visitor.fill("Your e-mail address", "sofia@")
    visitor.page.route("**/assets/app*.js*", lambda route: held.append(route))
    visitor.page.get_by_role("button", name="Send me the code").click(no_wait_after=True)
    visitor.sees("Write an e-mail address like name@example.com.")
    field = visitor.page.locator("#email")
    field.focus()
    assert len(held) == scripts
    for script in held:
        script.continue_()
    visitor.page.unroute("**/assets/app*.js*")
    visitor.page.wait_for_load_state("load")
    expect(field).to_be_focused()


def test_a_link_that_was_used_and_one_that_expired(
    window: Opens, sofia: User, dark_mode: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    visitor = window()
    visitor.go(f"/ideas/{dark_mode.id}/vote")
    visitor.fill("Your e-mail address", sofia.email or "")
    visitor.press("Send me the code")
    visitor.is_titled("Six digits, and it counts")
    run_jobs()
    [message] = mailbox.to(sofia)
    with act():
        db.session.scalars(select(EmailToken)).one().expires_at = now() - timedelta(hours=1)
    visitor.opens(message, "/sign-in/")
    visitor.is_titled("This link has expired. We can send a new one.")
    visitor.sees("Kept for you:", f"Vote for “{dark_mode.title}”")
    visitor.press("Send a new one")
    run_jobs()
    fresh = mailbox.to(sofia)[1]
    visitor.opens(fresh, "/sign-in/")
    visitor.press("Confirm and sign in")
    visitor.is_titled(dark_mode.title)
    visitor.sees("You voted")

    other = window()
    other.opens(fresh, "/sign-in/")
    other.is_titled("This link was already used")
    other.is_signed_in(False)
    other.go("/sign-in/this-is-no-link")
    other.is_titled("We do not know this link")
