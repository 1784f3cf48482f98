"""Two people edit one idea: the second is shown what the first saved, brings both together, and nothing is lost."""

from collections.abc import Callable

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from tests.journeys.window import Window

Opens = Callable[..., Window]
FIELD = "Why, and for whom?"


def test_both_texts_are_brought_together(window: Opens, offline: Idea, tom: User, hugo: User) -> None:
    author, staff = window(tom, phone=True), window(hugo)
    for one in (author, staff):
        one.go(f"/ideas/{offline.id}/edit")
    staff.fill(FIELD, "In the cellar there is no signal.")
    staff.press("Save the changes")
    staff.is_titled(offline.title)
    author.fill(FIELD, "At sea there is no signal.")
    author.press("Save the changes")
    author.sees("What stands there now", "In the cellar", within="#body-theirs")
    author.holds(FIELD, "At sea there is no signal.")
    author.fill(FIELD, "In the cellar and at sea there is no signal.")
    author.press("Save the changes")
    author.sees("In the cellar and at sea there is no signal.")
    db.session.rollback()
    assert offline.body == "In the cellar and at sea there is no signal."
