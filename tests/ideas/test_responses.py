"""Official responses are of a kind: a question waits for the author, news is told, a correction is not."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.ideas.responses import ResponseKind
from portal.voting.models import Vote
from tests.admin.places import at
from tests.admin.tools import last_event, use
from tests.browser import Browser
from tests.conftest import act
from tests.ideas.pictures import picture as drawn
from tests.jobs.told import told

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]
QUESTION = ResponseKind.QUESTION


def first(person: User) -> str:
    return person.handle.partition("-")[0]


@pytest.fixture
def asked(dark_mode: Idea, hugo: User) -> Idea:
    """An idea whose author was asked something."""
    with act():
        dark_mode.respond("Which pages do you mean?", by=hugo, kind=QUESTION)
    return dark_mode


def test_after_a_question_it_waits_for_its_author_and_not_for_us(asked: Idea) -> None:
    assert asked.waits_for_author and asked.waiting_since is None and asked.answered_at is not None


def test_once_the_author_has_said_something_it_waits_for_us_again(asked: Idea) -> None:
    with act():
        Comment.post(asked, "The plan of the week.", by=asked.author)
    assert not asked.waits_for_author and asked.waiting_since is not None


def test_what_others_say_is_no_answer_of_the_author(asked: Idea, tom: User) -> None:
    with act():
        Comment.post(asked, "The board.", by=tom)
    assert asked.waits_for_author


def test_what_is_over_waits_for_nobody(asked: Idea, hugo: User) -> None:
    with act():
        asked.change_status(next(s for s in asked.allowed_statuses() if s.kind == "declined"), hugo, "Too much.")
    assert not asked.waits_for_author


def test_putting_a_question_right_asks_nobody_again(asked: Idea, hugo: User) -> None:
    with act():
        Comment.post(asked, "The plan of the week.", by=asked.author)
    with act():
        asked.respond("Which of our pages do you mean?", by=hugo, kind=QUESTION)
    assert not asked.waits_for_author and asked.waiting_since is not None


def test_a_question_is_for_the_author_and_followers_alone(
    dark_mode: Idea, tom: User, hugo: User, run_jobs: Callable[[], None]
) -> None:
    with act():
        Vote.cast(dark_mode, by=tom)
        dark_mode.respond("Which pages do you mean?", by=hugo, kind=QUESTION)
    run_jobs()
    hear = told(Action.RESPONSE_POSTED)
    assert first(dark_mode.author) in hear and first(tom) not in hear


def test_a_question_is_a_mail_that_asks(asked: Idea, run_jobs: Callable[[], None], mailbox: Any) -> None:
    run_jobs()
    assert [str(message["Subject"]) for message in mailbox.messages] == [f"The team has a question: {asked.title}"]


def test_another_kind_of_response_is_told_and_a_correction_is_not(copy_week: Idea, hugo: User) -> None:
    with act():
        copy_week.respond("We’re building it now.", by=hugo, kind=copy_week.response.kind)  # type: ignore[union-attr]
    assert last_event(copy_week).action == Action.RESPONSE_EDITED
    with act():
        copy_week.respond("We said Monday, and were wrong.", by=hugo, kind=ResponseKind.MISTAKE)
    assert last_event(copy_week).facts == {"kind": "mistake"}
    assert last_event(copy_week).action == Action.RESPONSE_POSTED


def test_news_of_the_same_kind_is_told_where_staff_say_so(browser: Opens, hugo: User, copy_week: Idea) -> None:
    staff = browser(hugo)
    page = use(staff, copy_week, "response", text="Half of it is done.", anew="y")
    assert last_event(copy_week).action == Action.RESPONSE_POSTED
    assert "people are told" in page.find("[data-flash]").get_text()


def test_what_it_said_before_is_read_with_its_kind(browser: Opens, asked: Idea, hugo: User) -> None:
    with act():
        asked.respond("We’ll do it for every page.", by=hugo)
    reader = browser(None)
    page = reader.get(at(asked))
    assert "Answer from the team" in page.find("#response").get_text()
    before = reader.get(page.find("#response .update__f a")["href"])
    assert [chip.get_text() for chip in before.soup.select("#versions .chip")] == [
        "An answer",
        "Question to the author",
    ]


def test_the_author_is_led_to_where_they_answer(browser: Opens, asked: Idea, tom: User) -> None:
    assert browser(asked.author).get(at(asked)).has("#response a[href='#compose']")
    assert not browser(tom).get(at(asked)).has("#response a[href='#compose']")


def test_progress_comes_with_pictures_which_readers_see(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    use(browser(hugo), dark_mode, "response", text="The first page.", kind="progress", images=(drawn(), "page.png"))
    picture = browser(None).get(at(dark_mode)).find("#response .pictures img")
    assert browser(None).get(picture["src"]).status == 200
    with act():
        dark_mode.hide(by=hugo, reason="Not for now.")
    assert browser(None).get(picture["src"]).status == 404


def test_a_picture_of_a_response_is_taken_away_again(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    staff = browser(hugo)
    use(staff, dark_mode, "response", text="The first page.", kind="progress", images=(drawn(), "page.png"))
    id = db.session.scalars(select(Attachment.id).where(Attachment.response_id.is_not(None))).one()
    use(staff, dark_mode, "response", **{f"picture-{id}-remove": "y"})
    db.session.rollback()
    assert db.session.get(Attachment, id) is None


def test_a_kind_that_does_not_exist_is_refused_at_its_field(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/response", {"text": "Soon.", "kind": "joke"})
    assert page.status == 422 and "not on the list" in page.find("#tool-response-kind-error").get_text()
    assert page.find("#tool-response").get_text().strip() == "Soon."
