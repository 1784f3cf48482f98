"""Notes that only staff read."""

from collections.abc import Callable

from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from tests.admin.places import at
from tests.admin.tools import last_event
from tests.browser import Browser

Opens = Callable[..., Browser]


def test_a_staff_note_is_read_by_staff_only(browser: Opens, hugo: User, tom: User, dark_mode: Idea) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/note", {"text": "Ask the designers."})
    assert "Staff note added." in page.html and "Ask the designers." in page.html
    assert "Ask the designers." not in browser(tom).get(at(dark_mode)).html
    note = db.session.scalars(select(Comment).where(Comment.is_note)).one()
    assert last_event(note).action == Action.NOTE_POSTED


def test_an_empty_note_is_refused(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/note", {"text": "\x00 \u2028"})
    assert page.status == 422 and "only staff see it" in page.find("#tool-note-error").get_text()
