"""Staff plan an idea and answer it; whoever supports it hears of it, once, in their language, and can stop that."""

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.voting.models import Vote
from tests.conftest import act
from tests.journeys.window import Window
from tests.mailbox import Mailbox

Opens = Callable[..., Window]
Runs = Callable[[], None]
REASON = "Night work needs it, and the palette is **ready**."
ANSWER = "We begin in May.\n\nBars get it first."


@pytest.fixture
def backed(dark_mode: Idea, ines: User, tom: User) -> Idea:
    """An idea of Yuki's that Inès, who reads French, and Tom support."""
    with act():
        for user in (ines, tom):
            Vote.cast(dark_mode, by=user)
    return dark_mode


def subjects(messages: list[EmailMessage]) -> list[str]:
    return sorted(str(message["Subject"]) for message in messages)


def test_planned_and_answered_from_the_inbox(
    window: Opens, backed: Idea, lea: User, ines: User, tom: User, yuki: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    staff = window(lea)
    staff.go("/")
    staff.press("Our desk", within="header .nav")
    staff.is_titled(re.compile(r"^\d"))
    staff.press(backed.title, within="#waits")
    staff.sees(backed.title, within="#open-h")
    staff.press("Answer", within="#acts")
    staff.fill("Official response", ANSWER, exact=True)
    staff.press("Publish the response")
    staff.sees("The official response is published.")
    staff.never_sees(backed.title, within="#waits")
    staff.read(backed)
    planned = Status.first("idea", "planned").names["fr"]
    staff.choose("Move to", planned, within="form[action$='/status']")
    staff.fill("Public reason", REASON)
    staff.press("Move it")
    staff.sees(planned, within=".ihead .st")
    staff.sees("Night work needs it, and the palette is ready.")
    run_jobs()
    run_jobs()

    english = [f"Planned: {backed.title}", f"The team answered “{backed.title}”"]
    for reader in (tom, yuki):
        told = mailbox.to(reader)
        assert len(told) == 2 and subjects(told)[0] == english[0], subjects(told)
        assert any("the palette is ready" in mailbox.text(message) for message in told)
        assert any("Bars get it first." in mailbox.text(message) for message in told)
    french = mailbox.to(ines)
    assert len(french) == 2 and any(subject.startswith("Prévue") for subject in subjects(french)), subjects(french)
    for message in french:
        html = message.get_body(("html",))
        assert html and '<html lang="fr"' in html.get_content()
    assert len(mailbox.messages) == 6

    visitor = window()
    visitor.read(backed)
    visitor.sees("Planned, and here is why", "We begin in May.", "Bars get it first.")


def plan(idea: Idea, by: User, run_jobs: Runs) -> None:
    with act():
        idea.change_status(Status.first("idea", "planned"), by=by, reason=REASON)
    run_jobs()


def test_it_is_read_under_notifications(window: Opens, backed: Idea, lea: User, tom: User, run_jobs: Runs) -> None:
    plan(backed, lea, run_jobs)
    member = window(tom, phone=True)
    member.go("/")
    member.press("Notifications, 1 unread", within="header")
    member.is_titled("1 thing is new for you")
    member.press(f"Planned: {backed.title}", within="main")
    member.is_titled(backed.title)
    assert member.part("header .dot").count() == 0
    member.go("/notifications")
    member.sees(f"Planned: {backed.title}")


def test_all_are_marked_as_read_at_once(window: Opens, backed: Idea, lea: User, ines: User, run_jobs: Runs) -> None:
    plan(backed, lea, run_jobs)
    member = window(ines)
    member.go("/notifications")
    member.press("Mark all as read")
    member.is_titled("Notifications")
    expect(member.page.locator("[data-unread], header .dot")).to_have_count(0)
    member.never_sees("Mark all as read")


def test_mail_stops_with_one_click_and_without_signing_in(
    window: Opens, backed: Idea, lea: User, ines: User, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    plan(backed, lea, run_jobs)
    program = window()
    header = str(mailbox.to(tom)[0]["List-Unsubscribe"]).strip("<>")
    assert program.fetch(header, method="POST", form={"List-Unsubscribe": "One-Click"}).status == 200
    db.session.rollback()
    assert (tom.mail_progress, ines.mail_progress) == (MailWhen.NEVER, MailWhen.AT_ONCE)

    reader = window(lang="fr", phone=True)
    reader.go(str(mailbox.to(ines)[0]["List-Unsubscribe"]).strip("<>"))
    reader.is_titled("Stop these e-mails?")
    reader.press("Stop", within="main form", exact=True)
    reader.is_titled("Done: these e-mails have stopped")
    reader.is_signed_in(False)
    db.session.rollback()
    assert ines.mail_progress == MailWhen.NEVER
    with act():
        backed.change_status(Status.first("idea", "started"), by=lea)
    run_jobs()
    assert [len(mailbox.to(person)) for person in (tom, ines)] == [1, 1]
