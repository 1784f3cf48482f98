"""What happened is found again: in the audit by its words and as a file, in the six figures and theirs."""

import re
from collections.abc import Callable

from portal.accounts.models import User
from portal.ideas.models import Idea
from tests.journeys.window import Window

Opens = Callable[..., Window]


def test_a_decision_is_found_in_the_audit_and_taken_as_a_file(
    window: Opens, nora: User, hugo: User, dark_mode: Idea
) -> None:
    staff = window(hugo).go(f"/admin?idea={dark_mode.id}&do=status")
    staff.choose("Move to", "Under review", within="#do")
    staff.press("Move it", within="#do")
    staff.sees("Undo", within="#desk")
    admin = window(nora).go("/admin/audit")
    admin.fill("Words: of the sentence, a title, a name or a reason", "dark")
    admin.press("Show", exact=True)
    admin.sees(re.compile("Hugo Petit"), within="#events")
    with admin.page.expect_download() as file:
        admin.press("Export what is shown (CSV)")
    assert dark_mode.title in file.value.path().read_text("utf-8-sig")


def test_the_six_figures_are_read_with_what_they_count(window: Opens, nora: User) -> None:
    admin = window(nora).go("/admin/figures")
    for name in (
        "Answered",
        "Time to a first answer",
        "Shipped with credits",
        "People taking part",
        "Promises kept",
        "Share of the team",
    ):
        admin.sees(re.compile(name))
    with admin.page.expect_download() as file:
        admin.press("All numbers (CSV)")
    assert len(file.value.path().read_text("utf-8-sig").splitlines()) > 6
