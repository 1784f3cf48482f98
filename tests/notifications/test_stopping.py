"""One click stops messages, without signing in, and nothing stops by itself (RFC 8058)."""

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from itsdangerous import URLSafeSerializer

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.notifications.models import Follow
from portal.privacy.erasing import erase
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.jobs, pytest.mark.both]
Opens = Callable[..., Browser]


@pytest.fixture
def message(swap: Idea, lea: User, tom: User, run_jobs: Callable[[], None], mailbox: Mailbox) -> EmailMessage:
    """The mail that tells Tom that an idea was planned."""
    with act():
        swap.change_status(Status.first("idea", "planned"), by=lea)
    run_jobs()
    return mailbox.to(tom)[0]


def one_click(message: EmailMessage) -> str:
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<http://127\.0\.0\.1:8000(/unsubscribe/\S+)>", str(message["List-Unsubscribe"]))
    assert found
    return found[1]


def test_a_mail_program_stops_it_with_one_post(message: EmailMessage, browser: Opens, tom: User) -> None:
    page = browser().post(one_click(message), {"List-Unsubscribe": "One-Click"}, token=False)
    assert page.status == 200
    db.session.expire_all()
    assert (tom.mail_progress, tom.mail_comments) == (MailWhen.NEVER, MailWhen.DAILY)


def test_twice_is_the_same(message: EmailMessage, browser: Opens, tom: User) -> None:
    for _ in range(2):
        assert browser().post(one_click(message), {}, token=False).status == 200
    assert tom.mail_progress == MailWhen.NEVER


def test_opening_the_link_changes_nothing(message: EmailMessage, browser: Opens, tom: User) -> None:
    page = browser().get(one_click(message))
    assert page.heading == "Stop these e-mails?" and "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert tom.mail_progress == MailWhen.AT_ONCE


def test_the_button_stops_it(message: EmailMessage, browser: Opens, tom: User) -> None:
    visitor = browser()
    page = visitor.submit(visitor.get(one_click(message)))
    assert page.heading == "Done: these e-mails have stopped"
    db.session.expire_all()
    assert tom.mail_progress == MailWhen.NEVER


def test_choices_made_in_another_window_are_not_undone_unseen(message: EmailMessage, browser: Opens, tom: User) -> None:
    visitor, form = browser(), "section form"
    opened = visitor.get(one_click(message))
    visitor.submit(visitor.get(one_click(message)), form, mail_comments="never")
    page = visitor.submit(opened, form, mail_progress="never")
    assert page.status == 422 and "You changed this in another window." in page.find("#mail_comments-error").get_text()
    visitor.submit(page, form)
    db.session.rollback()
    assert (tom.mail_progress, tom.mail_comments) == (MailWhen.NEVER, MailWhen.NEVER)


def test_the_choices_can_be_changed_on_the_spot(message: EmailMessage, browser: Opens, tom: User) -> None:
    visitor = browser()
    page = visitor.submit(visitor.get(one_click(message)), "section form", mail_progress="daily", mail_comments="never")
    assert page.heading == "Saved"
    db.session.expire_all()
    assert (tom.mail_progress, tom.mail_comments) == (MailWhen.DAILY, MailWhen.NEVER)


def test_an_unknown_choice_is_refused(message: EmailMessage, browser: Opens, tom: User) -> None:
    page = browser().post(one_click(message), {"mail_progress": "hourly", "mail_comments": "never"}, token=False)
    assert page.status == 422 and tom.mail_comments == MailWhen.DAILY


def test_one_idea_can_be_muted_from_its_mail(
    message: EmailMessage, browser: Opens, mailbox: Mailbox, tom: User, swap: Idea
) -> None:
    link = re.findall(r"http://127\.0\.0\.1:8000(/unsubscribe/\S+)", mailbox.text(message))[0]
    visitor = browser()
    page = visitor.get(link)
    assert swap.title in page.text
    visitor.submit(page)
    assert db.session.get_one(Follow, (tom.id, swap.id)).muted and tom.mail_progress == MailWhen.AT_ONCE


def test_the_digest_stops_for_what_came_daily(browser: Opens, app: object, tom: User) -> None:
    token = signed([tom.id, "digest"], browser().app.config["SECRET_KEY"])
    page = browser().get(f"/unsubscribe/{token}")
    assert "daily digest" in page.text
    browser().post(f"/unsubscribe/{token}", {}, token=False)
    db.session.expire_all()
    assert (tom.mail_progress, tom.mail_comments) == (MailWhen.AT_ONCE, MailWhen.NEVER)


def test_comments_stop_alone(browser: Opens, app: object, tom: User) -> None:
    token = signed([tom.id, "comments"], browser().app.config["SECRET_KEY"])
    assert "about comments" in browser().get(f"/unsubscribe/{token}").text
    browser().post(f"/unsubscribe/{token}", {}, token=False)
    db.session.expire_all()
    assert (tom.mail_progress, tom.mail_comments) == (MailWhen.AT_ONCE, MailWhen.NEVER)


def test_it_speaks_the_reader_s_language(browser: Opens, app: object, ines: User) -> None:
    token = signed([ines.id, "digest"], browser().app.config["SECRET_KEY"])
    assert browser().get(f"/unsubscribe/{token}").find("html")["lang"] == "fr"


def test_a_token_that_is_not_ours_is_unknown(browser: Opens, app: object, tom: User, salary_leak: Idea) -> None:
    key = browser().app.config["SECRET_KEY"]
    for token in (
        "nonsense",
        signed([tom.id, "progress"], "another key that is long enough to be one"),
        signed([99999, "progress"], key),
        signed([tom.id, f"idea:{salary_leak.id}"], key),
        signed("tom", key),
        signed([tom.id, "everything"], key),
    ):
        assert browser().get(f"/unsubscribe/{token}").status == 404
        assert browser().post(f"/unsubscribe/{token}", {}, token=False).status == 404


def test_a_link_of_somebody_who_left_is_none(browser: Opens, app: object, tom: User) -> None:
    token = signed([tom.id, "progress"], browser().app.config["SECRET_KEY"])
    with act():
        erase(tom)
    assert browser().get(f"/unsubscribe/{token}").status == 404
    assert browser().post(f"/unsubscribe/{token}", {}, token=False).status == 404


def signed(value: object, key: str) -> str:
    return str(URLSafeSerializer(key, salt="unsubscribe").dumps(value))
