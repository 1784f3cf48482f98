"""One wish in one place: two ideas are merged, the author says that they are not the same, and they are apart again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.voting.models import Vote
from tests.conftest import act
from tests.journeys.window import Window
from tests.mailbox import Mailbox

Opens = Callable[..., Window]
Runs = Callable[[], None]


@pytest.fixture
def night(sofia: User, tom: User, run_jobs: Runs) -> Idea:
    """What Sofia asked for, and Tom supports: the same as the dark mode."""
    with act():
        idea = Idea.propose(sofia, "A night theme for late shifts", "My eyes hurt after ten.")
        Vote.cast(idea, by=sofia)
        Vote.cast(idea, by=tom)
    run_jobs()
    return idea


def test_two_are_merged_and_part_when_the_author_objects(
    window: Opens, hugo: User, sofia: User, night: Idea, dark_mode: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    before = dark_mode.votes_count
    staff = window(hugo).go(f"/admin?queue=unanswered&idea={night.id}")
    if staff.scripts:
        staff.page.keyboard.press("m")
    else:
        staff.press("Merge", within="#acts")
    staff.is_titled("Which idea is it the same as?")
    staff.fill("Words, or its number", str(dark_mode.id))
    staff.press("Find it")
    staff.press(f"Compare {dark_mode.title}")
    staff.press("Merge the two")
    staff.sees("Say why they are the same: the people who asked for it will read it.")
    staff.fill("Public reason", "Both want the screens dark at night.")
    staff.press("Merge the two")
    staff.sees("Undo", within="#desk")
    db.session.rollback()
    assert dark_mode.votes_count > before

    author = window(sofia).read(night)
    author.sees("This idea is a part of another one now:", "Both want the screens dark at night.")
    author.press(dark_mode.title, within="#joined")
    author.sees("Also asked for:", "My eyes hurt after ten.")
    author.read(night)
    author.fill("What is different about yours?", "Mine is about the phone only.")
    author.press("They are not the same: part them")
    author.sees("They are apart again, and each vote is where it was cast. Our team reads what you wrote.")
    expect(author.page.locator("#joined")).to_have_count(0)
    db.session.rollback()
    assert dark_mode.votes_count == before
