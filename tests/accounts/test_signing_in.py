"""Signing in by link and by code; and everything that people try with them."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.accounts.pending import local_path
from portal.accounts.sessions import SignedIn
from portal.clock import now
from portal.extensions import db
from tests.accounts import letters
from tests.browser import Browser
from tests.conftest import act


def test_a_member_signs_in_by_link(browser, tom):
    here, elsewhere = browser(), browser()
    assert "Look in your mail" in letters.ask(here, tom.email).heading
    page = elsewhere.get(letters.link(tom.email))
    assert "Welcome back" in page.heading
    assert not letters.is_signed_in(elsewhere)
    elsewhere.submit(page)
    assert letters.is_signed_in(elsewhere)
    assert not letters.is_signed_in(here)


def test_a_member_signs_in_by_code_typed_with_a_space(browser, tom):
    here = browser()
    page = letters.ask(here, tom.email)
    code = letters.code(tom.email)
    here.submit(page, code=f" {code[:3]} {code[3:]} ")
    assert letters.is_signed_in(here)


def test_a_code_is_of_no_use_in_another_browser(browser, tom):
    letters.ask(browser(), tom.email)
    assert browser().get("/sign-in/code").path == "/sign-in"


@pytest.mark.both
def test_a_known_and_an_unknown_address_get_the_same_answer(browser, marc):
    """In the language of who asks, though the member reads another."""
    answers = []
    for address in (marc.email, "nobody@example.org"):
        page = letters.ask(browser(), address)
        form = page.find("main form").decode().replace(page.find("#csrf_token")["value"], "")
        text = letters.without_times(page.text).replace(address, "ADDRESS")
        answers.append((page.status, page.path, text, letters.without_times(form)))
    assert answers[0] == answers[1]


def test_somebody_new_gives_a_name_that_is_not_their_address(browser, app):
    here = browser()
    page = letters.ask(here, "zoe.secret@example.org")
    assert page.find("[name=display_name]").get("value") in (None, "")
    here.submit(page, code=letters.code("zoe.secret@example.org"), display_name="Zoé B")
    joined = User.with_email("zoe.secret@example.org")
    assert (joined.display_name, joined.handle) == ("Zoé B", "zoe-b")
    assert letters.is_signed_in(here)


def test_a_name_is_no_place_for_a_link(browser, app):
    here = browser(lang="fr")
    letters.ask(here, "zoe@example.org")
    page = here.submit(here.get(letters.link("zoe@example.org")), display_name="Montres à www.cheap.example")
    assert page.status == 422 and page.find("#display_name")["value"] == "Montres à www.cheap.example"
    assert "Écrivez votre nom sans adresse web ni e-mail." in page.find("#display_name-error").get_text()
    assert User.with_email("zoe@example.org") is None
    here.submit(page, display_name="Zoé")
    assert letters.is_signed_in(here)


def test_the_language_of_a_new_member_is_the_one_they_read(browser, app):
    here = browser(lang="fr")
    letters.ask(here, "zoe@example.org")
    here.submit(here.get(letters.link("zoe@example.org")), display_name="Zoé")
    assert User.with_email("zoe@example.org").lang == "fr"


def test_a_wrong_code_says_how_many_tries_are_left(browser, tom):
    here = browser()
    page = letters.ask(here, tom.email)
    page = here.submit(page, code=letters.wrong_code(tom.email))
    assert page.status == 422
    assert "You can try 4 more times." in page.text


def test_five_wrong_codes_spend_the_message_and_a_new_one_can_be_sent(browser, tom):
    here = browser()
    page = letters.ask(here, tom.email)
    for _ in range(5):
        page = here.submit(page, code=letters.wrong_code(tom.email))
    assert "This code has expired. We can send a new one." in page.heading
    spent = letters.link(tom.email)
    assert browser().get(spent).status == 410
    page = here.submit(page, "main form")
    assert "Look in your mail" in page.heading
    here.submit(page, code=letters.code(tom.email))
    assert letters.is_signed_in(here)


def test_what_cannot_be_a_code_spends_no_try(browser, tom):
    here = browser()
    page = letters.ask(here, tom.email)
    assert here.submit(page, code="é２34567").status == 422
    assert here.submit(page, code="").status == 422
    assert here.submit(page, code="12345").status == 422
    assert letters.latest(tom.email).wrong_tries == 0


def test_codes_cannot_be_guessed_for_days_but_links_go_on_working(browser, tom):
    with act():
        db.session.add(EmailToken(email=tom.email, wrong_tries=25, created_at=now() - timedelta(hours=23)))
    here = browser()
    page = letters.ask(here, tom.email)
    page = here.submit(page, code=letters.code(tom.email))
    assert "Use the link in the message instead." in page.text
    here.submit(here.get(letters.link(tom.email)))
    assert letters.is_signed_in(here)


def test_a_link_signs_in_once(browser, tom):
    letters.ask(browser(), tom.email)
    first, second = browser(), browser()
    forms = [first.get(letters.link(tom.email)), second.get(letters.link(tom.email))]
    first.submit(forms[0])
    page = second.submit(forms[1])
    assert page.status == 410
    assert "This link was already used" in page.heading
    assert page.has("a[href='/sign-in']")
    assert not letters.is_signed_in(second)
    assert browser().get(letters.link(tom.email)).status == 410


@pytest.mark.both
def test_two_clicks_at_once_make_one_session(app, browser, tom):
    letters.ask(browser(), tom.email)
    link, id = letters.link(tom.email), tom.id
    browsers = [browser(), browser()]
    forms = [(b, b.get(link)) for b in browsers]
    tokens = [page.find("[name=csrf_token]")["value"] for _, page in forms]
    start, statuses = Barrier(2), []

    def click(client, token):
        start.wait()
        statuses.append(client.post(link, data={"csrf_token": token}).status_code)

    threads = [Thread(target=click, args=(b.client, t)) for b, t in zip(browsers, tokens, strict=True)]
    db.session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 410]
    assert db.session.scalar(select(func.count()).select_from(SignedIn).where(SignedIn.user_id == id)) == 1


@pytest.mark.both
@pytest.mark.parametrize("use", [EmailToken.spend, EmailToken.settle])
def test_a_message_is_used_once_by_the_statement_that_uses_it(browser, tom, use):
    """Of two clicks that both saw it open, the second is told that it is spent."""
    letters.ask(browser(), tom.email)
    id = letters.latest(tom.email).id
    with act():
        assert use(id) is not None
        assert use(id) is None


def test_a_link_expires_after_half_an_hour_and_offers_a_new_one(browser, tom):
    here = browser()
    letters.ask(browser(), tom.email)
    link = letters.link(tom.email)
    with act():
        db.session.scalars(select(EmailToken)).one().expires_at -= timedelta(minutes=30)
    page = here.get(link)
    assert page.status == 410
    assert "This link has expired. We can send a new one." in page.heading
    page = here.submit(page, "main form")
    here.submit(page, code=letters.code(tom.email))
    assert letters.is_signed_in(here)


@pytest.mark.parametrize("change", ["x", "0", "é", ".", "99999999999999999999999999.aa", "-1.aa", "²."])
def test_a_forged_link_is_not_known(browser, tom, change):
    letters.ask(browser(), tom.email)
    link = letters.latest(tom.email).link_value
    forged = change if len(change) > 1 else link[:-1] + ("1" if link.endswith(change) else change)
    here = browser()
    page = here.get(f"/sign-in/{forged}")
    assert page.status == 404
    assert "We do not know this link" in page.heading
    assert here.post(f"/sign-in/{forged}").status == 404


def test_only_the_secret_of_this_portal_makes_a_link(browser, made_again, tom):
    letters.ask(browser(), tom.email)
    assert (
        Browser(made_again(SECRET_KEY="another secret of thirty-two characters")).get(letters.link(tom.email)).status
        == 404
    )


def test_a_set_up_link_is_no_sign_in_link(browser, app):
    with act():
        token = EmailToken(email="tom@example.com", purpose="setup")
        db.session.add(token)
        db.session.flush()
        value = token.link_value
    assert browser().get(f"/sign-in/{value}").status == 404


def test_opening_a_link_changes_nothing(browser, tom):
    letters.ask(browser(), tom.email)
    browser().get(letters.link(tom.email))
    browser().client.head(letters.link(tom.email))
    assert letters.latest(tom.email).used_at is None
    assert db.session.scalar(select(func.count()).select_from(SignedIn)) == 0


@pytest.mark.parametrize(
    "address",
    ["", "tom", "tom@", "@example.com", "tom@example", "a b@example.com", "tom@example.com,x@example.com", "é" * 300,
     "tom@-example.com", "..@example.com", "tom\u2028@example", "a" * 250 + "@example.com"],
)  # fmt: skip
def test_what_is_no_address_is_said_at_the_field(browser, app, address):
    page = letters.ask(browser(), address)
    assert page.status == 422
    assert page.has("#email-error")
    assert db.session.scalar(select(func.count()).select_from(EmailToken)) == 0


@pytest.mark.both
def test_an_address_is_found_whatever_its_case(browser, tom):
    letters.ask(browser(), "  TOM@Example.COM ")
    assert letters.latest(tom.email)


ATTACKS = [
    "//evil.example",
    "///evil.example",
    "https://evil.example/",
    "http:/evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "evil",
    "/\t/evil.example",
    "/x\r\nSet-Cookie: a=b",
    "/x y",
    "/\u2028/x",
    "//[::1",
    "/" + "a" * 600,
]


@pytest.mark.parametrize("address", ATTACKS)
def test_next_goes_nowhere_else(address):
    assert local_path(address) == ""


@pytest.mark.parametrize("address", ["/", "/ideas/7-x?sort=new&q=caf%C3%A9#comment-3", "/roadmap"])
def test_next_goes_to_a_page_of_the_portal(address):
    assert local_path(address) == address


@pytest.mark.parametrize("attack", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_signing_in_never_leads_away(browser, tom, attack):
    here = browser()
    letters.ask(here, tom.email, next_url=attack)
    answer = here.submit(here.get(letters.link(tom.email)))
    assert answer.path == "/"


def test_after_signing_in_people_are_where_they_wanted_to_be(browser, tom):
    here = browser()
    page = here.get("/settings")
    assert page.path == "/sign-in"
    here.submit(page, email=tom.email)
    assert here.submit(here.get(letters.link(tom.email))).path == "/settings"


def test_a_stale_token_keeps_the_address_and_the_name(browser, app):
    here = browser()
    page = here.submit(here.get("/sign-in"), email="zoe@example.org", csrf_token="stale")
    assert page.status == 422
    assert page.find("[name=email]")["value"] == "zoe@example.org"
    letters.ask(here, "zoe@example.org")
    page = here.submit(here.get(letters.link("zoe@example.org")), display_name="Zoé", csrf_token="stale")
    assert page.status == 422
    assert page.find("[name=display_name]")["value"] == "Zoé"
    assert User.with_email("zoe@example.org") is None


@pytest.mark.both
@pytest.mark.parametrize("address", ["tom@example.com", "nobody@example.org"])
def test_an_address_gets_five_messages_in_ten_minutes(with_limits, address):
    for _ in range(5):
        assert letters.ask(Browser(with_limits), address).status == 200
    page = letters.ask(Browser(with_limits), address)
    assert page.status == 422
    assert "We have already sent several messages to this address." in page.text


@pytest.mark.both
def test_a_network_asks_thirty_times_in_ten_minutes(with_limits):
    here = Browser(with_limits)
    for _ in range(30):
        assert here.post("/sign-in", {"email": "no"}).status == 422
    page = here.post("/sign-in", {"email": "no"})
    assert page.status == 429
    assert "That was fast" in page.heading
