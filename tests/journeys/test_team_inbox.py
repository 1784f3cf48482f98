"""A team shares its inbox: who has what in hand, what may wait, what the author was asked, and a view for everybody."""

from collections.abc import Callable

from playwright.sync_api import expect

from portal.accounts.models import User
from portal.ideas.models import Idea
from tests.journeys.window import Window

Opens = Callable[..., Window]
Runs = Callable[[], None]


def test_an_idea_is_given_to_a_colleague_who_lets_it_wait(
    window: Opens, hugo: User, nora: User, dark_mode: Idea
) -> None:
    staff = window(hugo).go(f"/admin?idea={dark_mode.id}&do=assign")
    staff.choose("Who takes it on", nora.display_name, within="#do")
    staff.press("Save who has it", within="#do")
    staff.sees("Undo", within="#desk")
    colleague = window(nora).go("/admin?queue=mine")
    colleague.sees(dark_mode.title, within="#open-h")
    colleague.press("Snooze", within="#acts")
    colleague.tick("Until next week", within="#do")
    colleague.press("Put it off", within="#do")
    colleague.sees("Undo", within="#desk")
    colleague.go("/admin?queue=snoozed")
    colleague.sees(dark_mode.title, within="#waits")


def test_the_author_is_asked_and_their_word_brings_it_back(
    window: Opens, hugo: User, yuki: User, dark_mode: Idea
) -> None:
    staff = window(hugo).go(f"/admin?idea={dark_mode.id}&do=answer")
    staff.choose("What it is", "Question to the author", within="#do")
    staff.fill("Official response", "On which screen does it hurt most?", within="#do", exact=True)
    staff.press("Publish the response", within="#do")
    staff.sees("Undo", within="#desk")
    staff.go("/admin?queue=theirs")
    staff.sees(dark_mode.title, within="#waits")
    author = window(yuki).read(dark_mode)
    author.sees("On which screen does it hurt most?")
    author.page.locator("#compose textarea").fill("On the phone, at night.")
    author.press("Post", within="#compose")
    author.sees("On the phone, at night.", within="#thread")
    staff.go("/admin?queue=theirs")
    staff.never_sees(dark_mode.title, within="#waits")


def test_a_view_is_kept_for_the_team(window: Opens, hugo: User, nora: User, dark_mode: Idea) -> None:
    staff = window(hugo).go("/admin?q=dark&sort=votes")
    staff.press("Save this view")
    staff.fill("Name of the view", "About the dark")
    staff.tick("For the whole team")
    staff.press("Save this view", within="main form")
    colleague = window(nora).go("/admin")
    colleague.press("About the dark")
    colleague.sees(dark_mode.title, within="#waits")
    expect(colleague.page.locator("#waits h3")).to_have_count(1)
