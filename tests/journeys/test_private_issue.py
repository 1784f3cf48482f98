"""A private issue stays private on every surface: for others it is not there, as an id that nobody has."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from tests.conftest import act
from tests.journeys.window import Window
from tests.mailbox import Mailbox

Opens = Callable[..., Window]
Runs = Callable[[], None]
TITLE = "The Zanzibar payslip opens for everyone in the kitchen"
SECRET = "zanzibar"
NOWHERE = 987_654


@pytest.fixture
def reported(window: Opens, yuki: User, tmp_path: Path) -> tuple[Window, Idea]:
    """What Yuki reports with a picture, as private as the form proposes."""
    picture = tmp_path / "payslip.png"
    Image.new("RGB", (640, 400), "teal").save(picture)
    author = window(yuki, phone=True)
    author.go("/ideas/new?kind=issue")
    author.fill("The issue, in one sentence", TITLE)
    author.fill("What happened?", "I opened mine and read the Zanzibar wages of all.")
    author.unfold("Add what you expected, your version or pictures")
    author.fill("What did you expect?", "My own, and no other.")
    author.fill("Version or device", "Tablet 7")
    author.tick("It costs me time every day")
    author.field("Pictures").set_input_files(picture)
    author.press("Send report")
    author.is_titled(TITLE)
    db.session.rollback()
    issue = db.session.scalars(select(Idea).where(Idea.title == TITLE)).one()
    assert issue.is_private
    return author, issue


SURFACES = (
    "/", "/?sort=new", "/?sort=top", "/?kind=issue", "/?kind=issue&status=open", "/?sort=following",
    "/search?q=payslip", "/search?q=payslip+kitchen&kind=issue", "/ideas/similar?title=payslip+opens+for+kitchen",
    "/ideas/similar?title=payslip+opens+for+kitchen&kind=issue", "/feed.atom", "/sitemap.xml", "/roadmap", "/changelog",
    "/people", "/people/yuki-tan", "/notifications",
)  # fmt: skip


PAGES = ("", "-anything", "/vote", "/history", "/response/history", "/edit", "/feed.atom", "/comments/new")
ACTS = ("/vote", "/importance", "/comments", "/follow", "/edit", "/private")


def same_as_nowhere(other: Window, path: str, unknown: str, **options: Any) -> None:
    """The answer is that of an address that never was, to the letter."""
    answers = [other.fetch(address, **options) for address in (path, unknown)]
    assert [answer.status for answer in answers] == [404, 404], (path, options)
    here, there = (
        re.sub(r'(name="csrf_token"[^>]* value=")[^"]*', r"\1", answer.text()).replace(address, "HERE")
        for answer, address in zip(answers, (path, unknown), strict=True)
    )
    assert here == there, path


def test_for_others_it_is_not_there(
    window: Opens, reported: tuple[Window, Idea], sofia: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    _author, issue = reported
    key = db.session.scalars(select(Attachment.key).where(Attachment.idea_id == issue.id)).one()
    run_jobs()
    visitor, stranger = window(), window(sofia)
    for other in (visitor, stranger):
        other.read(issue)
        other.is_titled("There is nothing here")
        for path in SURFACES:
            assert SECRET not in other.fetch(path).text().lower(), path
        for page in PAGES:
            same_as_nowhere(other, f"/ideas/{issue.id}{page}", f"/ideas/{NOWHERE}{page}")
        same_as_nowhere(other, f"/uploads/{key}", f"/uploads/{'0' * 32}.png")
    form = {
        "csrf_token": stranger.token(),
        "voted": "1",
        "follow": "on",
        "body": "Hello",
        "importance": "nice",
        "private": "0",
    }
    for act_on in ACTS:
        places = f"/ideas/{issue.id}{act_on}", f"/ideas/{NOWHERE}{act_on}"
        same_as_nowhere(stranger, *places, method="POST", form=form)
        assert visitor.fetch(places[0], method="POST", form=form).status in (400, 404)
    db.session.rollback()
    assert (issue.votes_count, issue.comments_count) == (1, 0)
    assert mailbox.recipients == []


def test_the_board_counts_the_same_for_everyone(
    window: Opens, yuki: User, camille: User, lea: User, salary_leak: Idea, double_shift: Idea
) -> None:
    for reader in (None, yuki, camille, lea):
        shown = window(reader)
        shown.go("/?kind=issue")
        assert shown.part(".bar .count").inner_text().split()[0] == "1"
        shown.sees(double_shift.title)
        shown.never_sees(salary_leak.title)


def test_only_its_author_and_staff_find_it(
    window: Opens, yuki: User, camille: User, lea: User, salary_leak: Idea
) -> None:
    for reader, finds in ((None, False), (yuki, False), (camille, True), (lea, True)):
        shown = window(reader)
        for path in ("/search?q=wages+export", "/people/camille-roux"):
            shown.go(path)
            expect(shown.part("main :is(h3, .list li)").filter(has_text=salary_leak.title)).to_have_count(int(finds))


def test_its_author_and_staff_see_it(window: Opens, reported: tuple[Window, Idea], lea: User) -> None:
    author, _issue = reported
    staff = window(lea)
    staff.go("/admin?queue=private")
    staff.press(TITLE, within="h3")
    staff.sees("I opened mine and read the Zanzibar wages of all.", within="#open")
    staff.press(TITLE, within="#open h2")
    for shown in (author, staff):
        shown.is_titled(TITLE)
        shown.sees("I opened mine and read the Zanzibar wages of all.", "My own, and no other.", "Tablet 7")
        image = shown.part(".pictures img")
        assert shown.fetch(str(image.get_attribute("src"))).status == 200
        image.scroll_into_view_if_needed()
        assert image.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") == 640
    author.sees("Private: only you and our team see this.")
    staff.sees("Private: only its author and our team see this.")


def test_made_private_it_leaves_those_who_had_voted(
    window: Opens, yuki: User, tom: User, lea: User, double_shift: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    author = window(yuki)
    author.read(double_shift)
    author.press("Make it private", within="main > .cols > div")
    author.sees("Private: only you and our team see this.")
    staff = window(lea)
    staff.read(double_shift)
    confirmed = Status.first("issue", "planned").names["fr"]
    staff.choose("Move to", confirmed, within="form[action$='/status']")
    staff.press("Move it")
    staff.sees(confirmed, within=".ihead .st")
    run_jobs()
    assert [person for person in (yuki, tom) if mailbox.to(person)] == [yuki] and len(mailbox.messages) == 1
    supporter = window(tom)
    supporter.go("/notifications")
    supporter.is_titled("Notifications")
    supporter.never_sees(double_shift.title)
    supporter.read(double_shift)
    supporter.is_titled("There is nothing here")
    with act():
        double_shift.set_private(False, by=yuki)
    supporter.read(double_shift)
    supporter.is_titled(double_shift.title)
