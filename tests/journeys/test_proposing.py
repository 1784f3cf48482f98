"""Proposing past a similar idea: voting for what is there, or sending one's own all the same."""

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
TITLE = "Read the schedule offline on my phone"
BODY = "In the cold room there is no network.\n\nI only need *my own* shifts."


def proposed(title: str) -> Idea | None:
    db.session.rollback()
    return db.session.scalars(select(Idea).where(Idea.title == title)).one_or_none()


def test_a_member_finds_it_on_the_board_and_votes(
    window: Opens, scripts: bool, sofia: User, offline: Idea, votes: Votes
) -> None:
    member, before = window(sofia, phone=True), votes(offline)
    member.go("/")
    member.page.locator("#idea-title").press_sequentially(TITLE, delay=5)
    if scripts:
        similar = member.part("#similar li").filter(has_text=offline.title)
    else:
        member.page.locator("#idea-title").press("Enter")
        member.is_titled("Share an idea")
        member.holds("Your idea, in one sentence", TITLE)
        member.press("Send my idea")
        similar = member.part("section.dups li").filter(has_text=offline.title)
    member.press("Vote", within=similar)
    if scripts:
        member.sees("You voted", within=similar)
    else:
        member.sees("You voted")
    member.is_answered()
    assert votes(offline) == before + 1
    assert proposed(TITLE) is None


def test_a_member_sends_theirs_all_the_same(window: Opens, scripts: bool, sofia: User, offline: Idea) -> None:
    member = window(sofia)
    member.go("/ideas/new")
    member.page.get_by_label("Your idea, in one sentence").press_sequentially(TITLE, delay=5)
    if scripts:
        member.sees(offline.title, within="#similar")
    member.fill("Why, and for whom?", BODY)
    member.press("Send my idea")
    if not scripts:
        member.sees(offline.title, within="section.dups")
        member.holds("Why, and for whom?", BODY)
        assert proposed(TITLE) is None
        member.press("None of these, send mine")
    member.is_titled(TITLE)
    member.sees("Thank you. We answer within", "You voted", "I only need my own shifts.")
    member.counts(1)
    idea = proposed(TITLE)
    assert idea and (idea.author_id, idea.votes_count, idea.body) == (sofia.id, 1, BODY)


def test_a_visitor_keeps_what_they_typed_until_it_is_theirs(
    window: Opens, scripts: bool, offline: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    visitor = window(phone=True)
    visitor.go("/")
    visitor.press("Share", within="nav.tabs")
    visitor.is_titled("Share an idea")
    visitor.fill("Your idea, in one sentence", TITLE)
    visitor.fill("Why, and for whom?", BODY)
    if scripts:
        visitor.sees(offline.title, within="#similar")
    visitor.press("Send my idea")
    visitor.sees("Write your e-mail address.")
    visitor.holds("Your idea, in one sentence", TITLE)
    visitor.holds("Why, and for whom?", BODY)
    visitor.fill("Your e-mail address", "ada@example.com")
    visitor.press("Send my idea")
    if not scripts:
        visitor.press("None of these, send mine")
    visitor.is_titled("Six digits, and it counts")
    visitor.sees(TITLE)
    run_jobs()
    assert proposed(TITLE) is None, "what is not confirmed is not there"
    visitor.opens(mailbox.to("ada@example.com")[0], "/sign-in/")
    visitor.sees(TITLE)
    visitor.fill("What may we call you?", "Ada Blake")
    visitor.press("Confirm and sign in")
    visitor.is_titled(TITLE)
    visitor.sees("Thank you. We answer within", "I only need my own shifts.")
    visitor.counts(1)
    idea = proposed(TITLE)
    assert idea and idea.body == BODY


def test_a_known_issue_says_how_many_have_it(
    window: Opens, scripts: bool, sofia: User, double_shift: Idea, votes: Votes
) -> None:
    member, before = window(sofia), votes(double_shift)
    title = "Split shift counted twice in my hours"
    member.go("/ideas/new?kind=issue")
    member.page.get_by_label("The issue, in one sentence").press_sequentially(title, delay=5)
    member.fill("What happened?", "Look at October.")
    if not scripts:
        member.press("Send report")
    found = member.part("#similar li" if scripts else "section.dups li").filter(has_text=double_shift.title)
    member.sees(str(before), "have it", within=found)
    member.press("I have this too", within=found)
    member.sees("You have it too")
    member.is_answered()
    assert votes(double_shift) == before + 1
    assert proposed(title) is None
