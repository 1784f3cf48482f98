"""What members choose for themselves."""

import pytest

from portal.accounts.models import User
from portal.extensions import db


def section(name):
    return f"#section-{name} form"


def fresh(user):
    db.session.rollback()
    return db.session.get(User, user.id, populate_existing=True)


def test_each_section_is_saved_by_itself(browser, tom):
    here = browser(tom)
    page = here.get("/settings")
    page = here.submit(page, section("profile"), display_name="Tom B.", title="Owner", bio="Leeds.\nAnd York.")
    assert "Saved." in page.find("[data-flash]").get_text()
    assert page.find("#display_name")["value"] == "Tom B."
    here.submit(page, section("mail"), mail_progress="daily", mail_comments="never")
    here.submit(page, section("credits"), credit_as="pseudonym", pseudonym="T.", named_as_supporter="y", featured=None)
    here.submit(page, section("shortcuts"), shortcuts=None)
    tom = fresh(tom)
    assert (tom.own_name, tom.title, tom.bio) == ("Tom B.", "Owner", "Leeds.\nAnd York.")
    assert (tom.mail_progress, tom.mail_comments) == ("daily", "never")
    assert (tom.credit_as, tom.pseudonym, tom.named_as_supporter, tom.featured) == ("pseudonym", "T.", True, False)
    assert not tom.shortcuts
    assert (tom.display_name, tom.handle) == ("T.", "t")


def test_a_new_language_answers_in_that_language(browser, tom):
    here = browser(tom)
    page = here.submit(here.get("/settings"), section("language"), lang="fr", timezone="America/Montreal")
    assert page.find("html")["lang"] == "fr"
    assert "Enregistré." in page.find("[data-flash]").get_text()
    assert fresh(tom).timezone == "America/Montreal"


@pytest.mark.parametrize(
    ("name", "typed", "field", "message"),
    [
        ("profile", {"display_name": " "}, "display_name", "Write the name that others will see."),
        ("profile", {"display_name": "x" * 81}, "display_name", "This has 81 characters. Shorten it to 80."),
        ("profile", {"display_name": "Cheap-watches.com"}, "display_name", "without a web or e-mail address"),
        ("profile", {"bio": "x" * 501}, "bio", "This has 501 characters. Shorten it to 500."),
        ("credits", {"credit_as": "pseudonym", "pseudonym": ""}, "pseudonym", "Write the pseudonym"),
        ("credits", {"pseudonym": "www.cheap.example"}, "pseudonym", "without a web or e-mail address"),
        ("language", {"timezone": "Mars/Olympus"}, "timezone", "This is not on the list. Choose one that is."),
        ("language", {"lang": "xx"}, "lang", "This is not on the list. Choose one that is."),
        ("mail", {"mail_progress": "hourly"}, "mail_progress", "This is not on the list. Choose one that is."),
    ],
)
def test_what_cannot_be_saved_is_said_at_the_field(browser, tom, name, typed, field, message):
    here = browser(tom)
    page = here.submit(here.get("/settings"), section(name), **typed)
    assert page.status == 422
    assert message in page.find(f"#{field}-error").get_text()
    assert page.find(f".summary a[href='#{field}']")
    assert fresh(tom).display_name == "Tom Becker"


def test_an_error_keeps_what_was_typed(browser, tom):
    here = browser(tom)
    page = here.submit(here.get("/settings"), section("profile"), display_name="", title="Owner", bio="Line\u2028two\0")
    assert page.find("#title")["value"] == "Owner"
    assert page.find("#bio").get_text().strip() == "Line\ntwo"


def test_a_stale_token_keeps_what_was_typed(browser, tom):
    here = browser(tom)
    page = here.submit(here.get("/settings"), section("profile"), bio="A long story.", csrf_token="stale")
    assert page.status == 422
    assert page.find("#bio").get_text().strip() == "A long story."
    assert "This page had been open for too long." in page.find(".summary").get_text()
    assert fresh(tom).bio == ""


def test_nobody_makes_themselves_admin(browser, tom):
    here = browser(tom)
    here.submit(here.get("/settings"), section("profile"), role="admin", email="x@example.com", handle="root")
    assert (fresh(tom).role, fresh(tom).email, fresh(tom).handle) == ("member", "tom@example.com", "tom-becker")


def test_a_section_must_be_one_that_exists(browser, tom):
    assert browser(tom).post("/settings", {"section": "money"}).status == 400


def test_settings_ask_a_visitor_to_sign_in(browser, app):
    assert browser().get("/settings").path == "/sign-in"
    assert browser().post("/settings", {"section": "profile", "display_name": "x"}).status == 403


def test_the_language_is_changed_from_any_page(browser, tom):
    here = browser(tom)
    page = here.post("/language", {"language": "fr", "next": "/people/tom-becker?lang=en&x=1"}, follow=False)
    assert page.headers["Location"] == "/people/tom-becker?x=1"
    assert fresh(tom).lang == "fr"
    assert here.post("/language", {"language": "xx"}).status == 400
    assert here.post("/language", {"language": "en", "next": "//evil.example"}, follow=False).headers["Location"] == "/"
