"""A day is promised, slips for a reason that everybody reads, and is kept: each day that was said stays in sight."""

import re
from collections.abc import Callable
from datetime import timedelta

from portal.accounts.models import User
from portal.clock import now
from portal.ideas.models import Idea
from tests.journeys.window import Window
from tests.mailbox import Mailbox

Opens = Callable[..., Window]
Runs = Callable[[], None]


def in_days(days: int) -> str:
    """A day from today on, as a field of a date takes it."""
    return (now() + timedelta(days=days)).date().isoformat()


def test_a_day_is_promised_moved_and_kept(
    window: Opens, hugo: User, yuki: User, dark_mode: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    staff = window(hugo).read(dark_mode)
    staff.unfold("Promise a date", within="#staff-tools")
    staff.fill("For when", in_days(-1), within="#staff-tools")
    staff.press("Promise it", within="#staff-tools")
    staff.sees(re.compile("This day is over"))
    staff.fill("For when", in_days(40))
    staff.fill("What exactly", "The week view first")
    staff.press("Promise it")
    staff.sees(re.compile("Promised for "))
    run_jobs()
    assert yuki.email in mailbox.recipients

    staff.go("/admin/promises").press(dark_mode.title)
    staff.fill("New day", in_days(80))
    staff.fill("Public reason", "The week view needs another month.", within="form[action$='/day']")
    staff.press("Name this day")

    author = window(yuki).read(dark_mode)
    author.sees("The week view needs another month.", "The week view first")

    staff.unfold("It is kept")
    staff.press("Say that it is kept")
    staff.go("/admin/promises")
    staff.is_titled("1 of 1 promise kept")
    staff.sees("The week view needs another month.")
