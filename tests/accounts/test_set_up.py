"""The first admin of an empty portal."""

import pytest
from sqlalchemy import delete, update

from portal.accounts.email_tokens import EmailToken
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.accounts.signing_in import needs_setting_up
from portal.extensions import db
from portal.settings import Settings
from tests.accounts import letters
from tests.conftest import act


@pytest.fixture
def link(app):
    with act():
        db.session.execute(update(User).values(role=Role.MEMBER))
        token = EmailToken(email="", purpose="setup")
        db.session.add(token)
        db.session.flush()
        return f"/set-up/{token.link_value}"


ANSWERS = {
    "portal_name": "Houle", "language": "fr", "colour": "300-0.14", "display_name": "Ada", "email": "Ada@example.org",
}  # fmt: skip


def test_the_link_makes_the_first_admin(browser, link):
    assert needs_setting_up()
    here = browser()
    page = here.submit(here.get(link), **ANSWERS)
    assert page.path == "/admin"
    ada = User.with_email("ada@example.org")
    assert ada.is_admin and ada.lang == "fr"
    assert (Settings.current().name, Settings.current().default_lang) == ("Houle", "fr")
    assert (Settings.current().hue, Settings.current().chroma) == (300, 0.14)
    assert letters.is_signed_in(here)
    assert not needs_setting_up()


def test_the_link_works_once(browser, link):
    here, other = browser(), browser()
    page = other.get(link)
    here.submit(here.get(link), **ANSWERS)
    assert here.get(link).status == 410
    assert other.submit(page, **{**ANSWERS, "email": "eve@example.org"}).status == 410
    assert User.with_email("eve@example.org") is None


def test_a_portal_with_an_admin_is_not_set_up_again(browser, link, nora):
    with act():
        nora.role = Role.ADMIN
    page = browser().get(link)
    assert page.status == 410
    assert "already has an admin" in page.text


def test_bad_answers_are_said_and_kept(browser, link):
    here = browser()
    page = here.submit(here.get(link), **{**ANSWERS, "email": "ada@", "portal_name": ""})
    assert page.status == 422
    assert page.has("#email-error") and page.has("#portal_name-error")
    assert page.find("#display_name")["value"] == "Ada"
    page = here.submit(page, **ANSWERS, csrf_token="stale")
    assert page.status == 422
    assert page.find("#email")["value"] == "ada@example.org"
    assert needs_setting_up()


def test_a_forged_or_sign_in_link_sets_up_nothing(browser, link):
    assert browser().get("/set-up/1.forged").status == 404
    with act():
        token = EmailToken(email="ada@example.org")
        db.session.add(token)
        db.session.flush()
        value = token.link_value
    assert browser().get(f"/set-up/{value}").status == 404


def test_a_member_with_that_address_becomes_the_admin(browser, link, tom):
    here = browser()
    here.submit(here.get(link), **{**ANSWERS, "email": tom.email})
    assert User.with_email("tom@example.com").is_admin


def test_a_link_that_is_too_old_says_how_to_get_another(browser, link):
    with act():
        db.session.execute(update(EmailToken).values(wrong_tries=5))
    page = browser().get(link)
    assert page.status == 410
    assert "flask setup" in page.text
    with act():
        db.session.execute(delete(EmailToken))
    assert browser().get(link).status == 404
