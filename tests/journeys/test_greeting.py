"""Whoever proposes something for the first time is greeted by a person, once."""

from collections.abc import Callable

import pytest

from portal.accounts.models import User
from portal.ideas.models import Idea
from tests.conftest import act
from tests.journeys.window import Window
from tests.mailbox import Mailbox

Opens = Callable[..., Window]
Runs = Callable[[], None]


@pytest.fixture
def newcomer(app: object, run_jobs: Runs) -> User:
    """Somebody who joined today and proposed one idea."""
    with act():
        person = User.join("robin@example.com", "Robin Okafor", lang="en")
        Idea.propose(person, "Print the rota on one page")
    run_jobs()
    return person


def test_a_newcomer_is_greeted_in_words_of_ones_own(
    window: Opens, hugo: User, newcomer: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    staff = window(hugo).go("/admin/members?state=new")
    staff.press("Say welcome Robin Okafor")
    letter = staff.page.locator("main textarea")
    assert "Robin" in letter.input_value()
    letter.fill("Hello Robin, one page is what our own kitchen asked for. Thank you!")
    staff.press("Send the welcome")
    run_jobs()
    assert "what our own kitchen asked for" in Mailbox.text(mailbox.to(newcomer)[-1])
    staff.go("/admin/members?state=new")
    staff.never_sees("Robin Okafor", within="main")
