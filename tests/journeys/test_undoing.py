"""Staff undo what they just did in the inbox, before anybody hears of it: one idea with z, and three at once."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.triage.assignments import Assignment
from portal.voting.models import Vote
from tests.conftest import act
from tests.journeys.window import Window
from tests.mailbox import Mailbox

Opens = Callable[..., Window]
Runs = Callable[[], None]


@pytest.fixture
def three(sofia: User, tom: User, run_jobs: Runs) -> list[Idea]:
    with act():
        ideas = [Idea.propose(sofia, title) for title in ("Colours for teams", "A clock for breaks", "Signed rotas")]
        for idea in ideas:
            Vote.cast(idea, by=tom)
    run_jobs()
    return ideas


def kinds(ideas: list[Idea]) -> list[str]:
    db.session.rollback()
    return [idea.status.kind for idea in ideas]


def given() -> int:
    """How many ideas are in somebody's hands now."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Assignment)) or 0


def undo(staff: Window) -> None:
    """With the key where pages run scripts, else with the button, which stands in the same place."""
    if staff.scripts:
        staff.page.keyboard.press("z")
    else:
        staff.press("Undo", within="#desk")
    staff.page.locator(".undo").wait_for(state="detached")


def test_a_change_of_status_is_undone_and_nobody_hears(
    window: Opens, three: list[Idea], hugo: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    mails = mailbox.recipients
    staff = window(hugo).go(f"/admin?queue=unanswered&idea={three[1].id}&do=status")
    tool = "#do"
    staff.choose("Move to", "Under review", within=tool)
    staff.press("Move it", within=tool)
    staff.sees("Undo", within="#desk")
    assert kinds(three)[1] == "under_review"
    undo(staff)
    staff.is_titled(re.compile("to answer"))
    run_jobs()
    assert kinds(three) == ["open"] * 3 and mailbox.recipients == mails


def test_three_are_declined_with_a_reason_and_it_is_undone(
    window: Opens, three: list[Idea], hugo: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    mails = mailbox.recipients
    staff = window(hugo).go("/admin?queue=unanswered")
    for idea in three:
        staff.page.locator(f".pick[value='{idea.id}']").check()
    staff.press("Act on what is ticked")
    staff.is_titled("Move several ideas to another status")
    staff.sees("2 people will be told")
    staff.choose("Move to", "Not planned")
    staff.fill("Public reason for all of them", "None of them is for us.")
    staff.page.locator("#what-happens .btn--primary").click()
    staff.sees("3 moved to Not planned. 2 people are told. At once by e-mail: 2.", within="#desk")
    assert kinds(three) == ["declined"] * 3
    undo(staff)
    run_jobs()
    assert kinds(three) == ["open"] * 3 and mailbox.recipients == mails


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
def test_three_are_given_to_a_colleague_by_letters_alone(window: Opens, three: list[Idea], hugo: User) -> None:
    staff = window(hugo).go("/admin?queue=unanswered&q=o")
    keyboard = staff.page.keyboard
    for letter in "jxjxjx":
        keyboard.press(letter)
    keyboard.press("g")
    staff.page.locator("#tool-owner:focus").wait_for()
    keyboard.type("Nora")
    staff.sees("Give 3 to Nora Klein", within="#what-happens")
    keyboard.press("Control+Enter")
    staff.sees("3 given to Nora Klein.", within="#desk")
    assert given() == 3
    undo(staff)
    assert given() == 0


def test_a_mark_is_undone_where_it_was_made(window: Opens, three: list[Idea], hugo: User, tom: User) -> None:
    with act():
        comment = Comment.post(three[0], "Only after sunset, please.", by=tom)
    staff = window(hugo).read(three[0])
    staff.page.locator(f"form[action='/comments/{comment.id}/shaped'] button").click()
    staff.sees("Marked: this comment shaped the idea.", within="#desk")
    undo(staff)
    staff.sees("Undone. It is as it was before", within="#desk")
    db.session.rollback()
    assert not comment.has_shaped
