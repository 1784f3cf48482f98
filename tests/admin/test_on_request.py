"""At a person's request an admin hands over or erases their data: asked once more, recorded, and told to them."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal.accounts.email_tokens import EmailToken
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.backups.quieting import quieten
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import suspend
from portal.notifications.models import Delivery, State
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

Open = Callable[..., Browser]
ASKED = "Asked by letter on 12 November."


@pytest.fixture(autouse=True)
def everyone_reads_english(fresh_portal: None, app: Flask) -> None:
    with act():
        db.session.execute(update(User).values(lang="en"))


def test_data_is_handed_over_and_the_person_told(
    browser: Open, nora: User, tom: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    admin = browser(nora)
    member = admin.get("/admin/members/tom-becker")
    assert member.has('a[href="/admin/members/tom-becker/data"]')
    form = admin.get("/admin/members/tom-becker/data")
    answer = admin.submit(form, "main form.form", handle="tom-becker", reason=ASKED)
    assert "tom-becker.zip" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    archive = zipfile.ZipFile(BytesIO(answer.response.get_data()))
    assert json.loads(archive.read("data.json"))["profile"][0]["email"] == "tom@example.com"
    run_jobs()
    sent = mailbox.to(tom)[0]
    assert sent["Subject"] == "We handed over your data, as you asked"
    assert ASKED in mailbox.text(sent) and "Nora Klein, of our team" in mailbox.text(sent)
    audit = admin.get("/admin/audit").text
    assert "Nora Klein handed over the data of Tom Becker" in audit and ASKED in audit


def test_who_never_wants_mail_is_told_of_this_all_the_same(
    browser: Open, nora: User, tom: User, lea: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    with act():
        tom.mail_progress = tom.mail_comments = "never"
        suspend(tom, by=lea, reason="Rude.")
    run_jobs()
    admin = browser(nora)
    form = admin.get("/admin/members/tom-becker/data")
    admin.submit(form, "main form.form", handle="tom-becker", reason=ASKED)
    run_jobs()
    assert [message["Subject"] for message in mailbox.to(tom)] == ["We handed over your data, as you asked"]


@pytest.mark.parametrize("place", ["data", "erase"])
def test_nothing_is_done_before_it_is_typed_for_whom_and_why(browser: Open, nora: User, tom: User, place: str) -> None:
    admin = browser(nora)
    form = admin.get(f"/admin/members/tom-becker/{place}")
    page = admin.submit(form, "main form.form", handle="tom", reason=ASKED)
    assert page.status == 422 and "Type “tom-becker” to confirm that it is about this person." in page.text
    assert ASKED in page.html
    page = admin.submit(form, "main form.form", handle="tom-becker", reason=" ")
    assert page.status == 422 and "Say who asked for it, when and how" in page.text
    assert User.with_email("tom@example.com") is not None
    done = Event.action.in_([Action.DATA_HANDED_OVER, Action.MEMBER_ERASED])
    assert not db.session.scalar(select(func.count(Event.id)).where(done))


def test_an_erased_person_is_told_once_and_then_their_address_goes(
    browser: Open, nora: User, tom: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    admin = browser(nora)
    form = admin.get("/admin/members/tom-becker/erase")
    assert "4 votes: the counts go down" in form.text
    admin.submit(form, "main form.form", handle="Tom-Becker", reason=ASKED)
    db.session.rollback()
    assert User.with_email("tom@example.com") is None
    token = db.session.scalars(select(EmailToken).where(EmailToken.email == "tom@example.com")).one()
    assert EmailToken.from_link(token.link_value) is None, "it opens nothing"
    run_jobs()
    (sent,) = mailbox.to("tom@example.com")
    assert sent["Subject"].endswith("is erased") and "Tom Becker" not in str(sent["To"])
    text = " ".join(mailbox.text(sent).split())
    assert "Nora Klein, of our team, erased your account" in text and ASKED in text
    db.session.rollback()
    assert not db.session.scalar(select(func.count(EmailToken.id)).where(EmailToken.email == "tom@example.com"))
    event = db.session.scalars(select(Event).where(Event.action == Action.MEMBER_ERASED)).one()
    assert event.actor_id == nora.id and "tom@example.com" not in str(event.facts)
    audit = admin.get("/admin/audit").text
    assert "Nora Klein erased an account at its owner’s request" in audit and ASKED in audit


def test_what_they_wish_goes_too(browser: Open, nora: User, tom: User, offline: Idea) -> None:
    admin = browser(nora)
    form = admin.get("/admin/members/tom-becker/erase")
    admin.submit(form, "main form.form", handle="tom-becker", reason=ASKED, texts="y")
    db.session.rollback()
    assert db.session.get_one(Idea, offline.id).body == "(taken out by its author)"


def test_who_erases_themselves_gets_no_last_mail(
    browser: Open, tom: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    leaver = browser(tom)
    leaver.submit(leaver.get("/settings/erase"), "main form.form", word="erase")
    run_jobs()
    assert not mailbox.to("tom@example.com")


def test_a_restored_portal_sends_no_last_word(
    browser: Open, nora: User, tom: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    admin = browser(nora)
    form = admin.get("/admin/members/tom-becker/erase")
    admin.submit(form, "main form.form", handle="tom-becker", reason=ASKED)
    with act():
        quieten("yesterday")
    run_jobs()
    assert not mailbox.to("tom@example.com")
    assert not db.session.scalars(select(Delivery).where(Delivery.state == State.PENDING)).all()


def test_only_an_admin_may_and_never_to_themselves(browser: Open, nora: User, lea: User, tom: User) -> None:
    assert "At their request" not in browser(lea).get("/admin/members/tom-becker").text
    with act():
        lea.change_role(Role.ADMIN, by=nora)
    admin = browser(nora)
    assert admin.post("/admin/members/nora-klein/erase", {"handle": "nora-klein", "reason": ASKED}).status == 403
    assert not admin.get("/admin/members/nora-klein").has('a[href="/admin/members/nora-klein/erase"]')
    form = admin.get("/admin/members/lea-martin/erase")
    assert form.has("main form.form"), "another admin may leave: one remains"
