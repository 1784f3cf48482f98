"""Notes that only staff read."""

from collections.abc import Callable

from sqlalchemy import select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.comments.mentions import MOST, handles_in
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import suspend
from portal.notifications.models import Notification
from tests.admin.places import at
from tests.admin.tools import last_event
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

Opens, Runs = Callable[..., Browser], Callable[[], None]


def test_a_staff_note_is_read_by_staff_only(browser: Opens, hugo: User, tom: User, dark_mode: Idea) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/note", {"text": "Ask the designers."})
    assert "Staff note added." in page.html and "Ask the designers." in page.html
    assert "Ask the designers." not in browser(tom).get(at(dark_mode)).html
    note = db.session.scalars(select(Comment).where(Comment.is_note)).one()
    assert last_event(note).action == Action.NOTE_POSTED


def test_an_empty_note_is_refused(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/note", {"text": "\x00 \u2028"})
    assert page.status == 422 and "only staff see it" in page.find("#tool-note-error").get_text()


def told(person: User) -> int:
    notes = select(Notification).join(Notification.event).where(Event.action == Action.NOTE_POSTED)
    return len(db.session.scalars(notes.where(Notification.user_id == person.id)).all())


def test_colleagues_whom_a_note_names_are_told_in_the_portal_and_by_mail(
    browser: Opens, hugo: User, lea: User, nora: User, tom: User, dark_mode: Idea, mailbox: Mailbox, run_jobs: Runs
) -> None:
    with act():
        for person in (lea, nora):
            person.mail_progress, person.lang = "at_once", "en"
    words = "@lea-martin and @Lea-Martin, ask @tom-becker. Not hugo@nora-klein.example, nor @hugo-petit."
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/note", {"text": words})
    assert "Told of it: Léa Martin." in page.html
    run_jobs()
    assert [told(person) for person in (lea, nora, tom, hugo)] == [1, 0, 0, 0]
    assert "Hugo Petit named you in a staff note on" in browser(lea).get("/notifications").text
    (letter,) = mailbox.to(lea)
    assert "ask @tom-becker" in mailbox.text(letter) and not mailbox.to(tom)


def test_who_left_the_team_meanwhile_is_told_of_no_note(
    hugo: User, lea: User, nora: User, dark_mode: Idea, mailbox: Mailbox, run_jobs: Runs
) -> None:
    with act():
        lea.mail_progress = "at_once"
        Comment.note(dark_mode, "@lea-martin, look.", by=hugo)
        lea.change_role(Role.MEMBER, by=nora)
    run_jobs()
    assert not told(lea) and "look." not in "".join(map(mailbox.text, mailbox.to(lea)))


def test_a_suspended_colleague_is_told_of_no_note(hugo: User, lea: User, nora: User, dark_mode: Idea) -> None:
    with act():
        suspend(lea, by=nora, reason="A pause.")
        note = Comment.note(dark_mode, "@lea-martin, look.", by=hugo)
    assert last_event(note).facts["mentions"] == []


def test_names_are_found_as_they_are_written() -> None:
    assert handles_in("(@a-b), @C3! a@b.c @@d /@e @f- @a-b") == ["a-b", "c3", "f"]
    assert len(handles_in(" ".join(f"@h{n}" for n in range(50)))) == MOST
