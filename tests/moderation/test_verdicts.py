"""Who reported a text is told which one it was, and where it stands now; nothing that is out of sight is named."""

import pytest
from sqlalchemy import select

from portal.comments.models import Comment
from portal.extensions import db
from portal.moderation import judging
from portal.moderation.flagging import flag
from portal.moderation.models import Reason
from tests.conftest import act

pytestmark = [pytest.mark.jobs, pytest.mark.both]


@pytest.fixture
def said(tom):
    return db.session.scalars(select(Comment).where(Comment.author_id == tom.id)).one()


def decided(thing, by, decide, reporter):
    with act():
        flag(thing, by=reporter, reason=Reason.OFF_TOPIC)
    with act():
        decide(thing, by)


def opened(browser, reader):
    here = browser(reader)
    page = here.get("/notifications?lang=en")
    return page.text, here.submit(page, "#notifications .notes__i form").path


def hide(thing, by):
    judging.hide(thing, by=by, reason="Rude.")


def test_a_text_that_stays_is_named_and_linked(browser, run_jobs, mailbox, hugo, yuki, offline):
    decided(offline, hugo, judging.keep, yuki)
    run_jobs()
    message = mailbox.to(yuki)[0]
    assert message["Subject"] == f"We looked at “{offline.title}”, which you reported"
    assert mailbox.link(message).startswith(f"/ideas/{offline.id}-")
    text, place = opened(browser, yuki)
    assert f"“{offline.title}”" in text and place.startswith(f"/ideas/{offline.id}-")


def test_a_comment_is_named_by_its_idea_also_when_it_is_hidden(browser, run_jobs, mailbox, hugo, yuki, said, copy_week):
    decided(said, hugo, hide, yuki)
    run_jobs()
    message = mailbox.to(yuki)[0]
    assert message["Subject"] == f"We looked at the comment on “{copy_week.title}” that you reported"
    assert "split shift" not in mailbox.text(message) and f"/ideas/{copy_week.id}-" in mailbox.link(message)
    assert opened(browser, yuki)[1].startswith(f"/ideas/{copy_week.id}-")


def test_an_idea_that_is_hidden_is_not_named(browser, run_jobs, mailbox, hugo, yuki, fax):
    decided(fax, hugo, hide, yuki)
    run_jobs()
    message = mailbox.to(yuki)[0]
    assert message["Subject"] == "We looked at what you reported" and fax.title not in mailbox.text(message)
    text, place = opened(browser, yuki)
    assert fax.title not in text and place == "/conduct"


def test_a_profile_is_named_too(run_jobs, mailbox, hugo, yuki, tom):
    with act():
        tom.title = "The best there is"
    decided(tom, hugo, judging.keep, yuki)
    run_jobs()
    message = mailbox.to(yuki)[0]
    assert message["Subject"] == "We looked at the profile of Tom Becker, which you reported"
    assert mailbox.link(message).startswith("/people/tom-becker")
