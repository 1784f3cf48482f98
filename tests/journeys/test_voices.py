"""Staff note what a caller said as a voice on an idea, and answer with a phrase that they have ready."""

from collections.abc import Callable

import pytest

from portal.accounts.models import User
from portal.ideas.models import Idea
from portal.triage.snippets import Snippet
from tests.conftest import act
from tests.journeys.window import Window

Opens = Callable[..., Window]
CALL = "“In the cellar we have no signal at all.”"
BEGUN = "We begin in May."


@pytest.fixture
def phrase(hugo: User) -> None:
    """A phrase that the team has ready."""
    with act():
        Snippet.add({"en": "Thanks"}, {"en": "Thank you, {author}."}, by=hugo)


def test_what_a_caller_said_is_noted_where_it_stands_already(
    window: Opens, hugo: User, offline: Idea, scripts: bool
) -> None:
    staff = window(hugo).go("/admin/ideas")
    staff.press("Note what a customer said")
    staff.is_titled("Note what a customer said")
    staff.fill("Their wish, in one sentence", offline.title)
    staff.fill("What did they say?", CALL)
    staff.tick("On the phone")
    if not scripts:
        staff.press("Note the idea")
    staff.press("Note it there")
    staff.press("Note the voice")
    staff.sees("The voice is noted, and counts as no answer of ours.", CALL)
    staff.sees("Noted by Hugo Petit for the team: said on the phone", within="#thread")


def test_a_phrase_is_put_into_the_answer(
    window: Opens, hugo: User, dark_mode: Idea, phrase: None, scripts: bool
) -> None:
    staff = window(hugo).go(f"/admin?idea={dark_mode.id}&do=answer")
    if scripts:
        staff.fill("Official response", BEGUN, exact=True)
    staff.unfold("Ready phrases", within="#do")
    staff.press("Thanks", within="#do .phrases", exact=True)
    thanks = "Thank you, Yuki Tan."
    staff.holds("Official response", f"{BEGUN}\n\n{thanks}" if scripts else thanks)
    staff.press("Publish the response")
    staff.sees("The official response is published.")


@pytest.mark.parametrize("scripts", [True])
def test_a_phrase_stands_behind_a_draft(window: Opens, hugo: User, dark_mode: Idea, phrase: None) -> None:
    """Where its link is opened in another window, what was begun comes before it."""
    staff = window(hugo).go(f"/admin?idea={dark_mode.id}&do=answer")
    staff.fill("Official response", BEGUN, exact=True)
    link = staff.page.locator("#do .phrases a").first.get_attribute("href")
    staff.go(str(link))
    staff.holds("Official response", f"{BEGUN}\n\nThank you, Yuki Tan.")
    staff.page.reload()
    staff.holds("Official response", f"{BEGUN}\n\nThank you, Yuki Tan.")
