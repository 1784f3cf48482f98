"""The sign-in message, and what is thrown away when nobody answers it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.pending import ask_by_mail, hold
from portal.clock import now
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.notifications.writing.sign_in import compose_for_token
from portal.pictures import uploads
from portal.privacy.purging import purge
from portal.privacy.retention import SIGN_IN_MESSAGES
from tests.accounts import letters
from tests.conftest import act


@pytest.mark.jobs
def test_the_message_holds_the_link_and_the_code_and_names_the_action(browser, run_jobs, mailbox, dark_mode):
    here = browser()
    here.submit(here.get(f"/ideas/{dark_mode.id}/vote"), email="zoe@example.org")
    run_jobs()
    (message,) = mailbox.to("zoe@example.org")
    assert message["Subject"] == "Confirm: Vote for “A dark mode for the night shift”"
    assert mailbox.link(message, "/sign-in/") == letters.link("zoe@example.org")
    assert mailbox.code(message) == letters.code("zoe@example.org")


@pytest.mark.jobs
def test_the_message_is_in_the_members_language(browser, run_jobs, mailbox, marc):
    letters.ask(browser(), marc.email)
    run_jobs()
    (message,) = mailbox.to(marc)
    assert message["Subject"] == "Votre lien pour vous connecter à Marée"
    assert "Ou saisissez ce code" in mailbox.text(message)


@pytest.mark.jobs
def test_a_message_whose_link_was_used_before_it_went_is_not_sent(browser, run_jobs, mailbox, tom):
    letters.ask(browser(), tom.email)
    id = letters.latest(tom.email).id
    with act():
        EmailToken.spend(id)
    run_jobs()
    assert not mailbox.messages


def test_the_same_row_gives_the_same_message_and_the_database_holds_neither_secret(app, tom):
    with act():
        token = ask_by_mail(tom.email)
        id = token.id
    with app.test_request_context():
        first = compose_for_token(db.session.get(EmailToken, id))
        db.session.expire_all()
        assert compose_for_token(db.session.get(EmailToken, id)) == first
    row = db.session.execute(select(EmailToken.__table__)).one()
    code = first.context["code"].replace(" ", "")
    assert not [value for value in row if code in str(value) or first.context["link"].split(".")[-1] in str(value)]


def test_what_nobody_confirmed_in_a_day_is_purged_with_its_images(app, dark_mode):
    key, kept = "a" * 32 + ".png", "b" * 32 + ".png"
    with act():
        old = hold("idea", {}, "zoe@example.org")
        fresh = hold("idea", {}, "ben@example.org")
        size = {"width": 1, "height": 1, "size": 1}
        db.session.add(Attachment(key=key, pending_id=old.pending.id, **size))
        db.session.add(Attachment(key=kept, pending_id=old.pending.id, idea_id=dark_mode.id, **size))
        db.session.execute(
            update(EmailToken).where(EmailToken.id == old.id).values(created_at=now() - timedelta(hours=25))
        )
        fresh_id = fresh.id
    for name in (key, kept):
        uploads.path(name).parent.mkdir(parents=True, exist_ok=True)
        uploads.path(name).write_bytes(b"image")
    assert purge(SIGN_IN_MESSAGES) == 1
    assert purge(SIGN_IN_MESSAGES) == 0
    assert db.session.scalars(select(EmailToken.id)).all() == [fresh_id]
    assert db.session.scalar(select(func.count()).select_from(PendingAction)) == 1
    assert db.session.scalars(select(Attachment.key)).all() == [kept]
    assert not uploads.path(key).exists() and uploads.path(kept).exists()
