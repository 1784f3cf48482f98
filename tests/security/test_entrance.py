"""What people try at the entrance: hosts and addresses that lead elsewhere, guesses, repeats, and who is known here."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from portal.accounts.email_tokens import EmailToken
from portal.accounts.sessions import SignedIn
from portal.extensions import db
from tests.accounts import letters
from tests.browser import Browser
from tests.conftest import act

pytestmark = pytest.mark.both

FORWARDED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil",
    "X-Original-URL": "/admin",
    "X-Rewrite-URL": "/admin",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
}


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:80@localhost", "localhost@evil.example", "a b", ""]
)
def test_another_host_is_answered_with_nothing_but_our_address(visitor, app, host):
    page = visitor.client.get("/sign-in?next=/settings", headers={"Host": host})
    assert page.status_code == 400
    links = set(re.findall(r'href="(https?://[^/"]+)', page.text))
    assert links <= {app.config["PUBLIC_URL"]} and "evil" not in page.text and "Set-Cookie" not in page.headers


def test_what_a_proxy_would_say_is_not_believed_without_one(visitor, app):
    plain, told = visitor.get("/"), visitor.get("/", headers=FORWARDED)
    assert told.html == plain.html and told.status == 200
    assert "evil" not in told.html and app.config["PUBLIC_URL"] in told.html


def test_a_redirect_names_no_host_of_the_request(visitor, dark_mode):
    answer = visitor.get(f"/ideas/{dark_mode.id}", follow=False, headers=FORWARDED)
    assert answer.headers["Location"].startswith("/ideas/")


NOWHERE_ELSE = ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)",
                "/%0d%0aSet-Cookie:a=b", "http:evil.example", "/..//evil.example"]  # fmt: skip


@pytest.mark.parametrize("path", ["/language", "/settings/choices"])
def test_no_form_leads_away(browser, tom, path):
    here = browser(tom)
    for attack in NOWHERE_ELSE:
        data = {"lang": "en", "theme": "dark", "next": attack}
        answer = here.post(path, data, follow=False)
        where = answer.headers["Location"]
        assert where.startswith("/") and not where.startswith(("//", "/\\")) and "\n" not in where, attack


def test_no_link_to_sign_in_leads_away(browser, tom):
    here, visitor = browser(tom), browser()
    for attack in NOWHERE_ELSE:
        answer = here.get("/sign-in", query_string={"next": attack}, follow=False)
        assert re.match(r"/(?![/\\])", answer.headers["Location"]), attack
        visitor.post("/sign-in", {"email": tom.email, "next": attack}, follow=False)
        assert re.match(r"(/(?![/\\])|$)", letters.latest(tom.email).next_url), attack


def test_no_vote_leads_away(browser, tom, dark_mode):
    here = browser(tom)
    for attack in NOWHERE_ELSE:
        for data, headers in (({"next": attack}, {}), ({}, {"Referer": attack})):
            answer = here.post(f"/ideas/{dark_mode.id}/vote", {"voted": "1", **data}, follow=False, headers=headers)
            assert re.match(r"/(?![/\\])", answer.headers["Location"]), attack


def test_the_page_of_another_site_is_no_place_to_go_back_to(browser, tom, dark_mode):
    """Also where it has a path that is one of ours."""
    here = browser(tom)
    for site, onward in (("localhost", "/roadmap"), ("evil.example", f"/ideas/{dark_mode.id}-")):
        came = {"Referer": f"http://{site}/roadmap", "Origin": "http://localhost"}
        answer = here.post(f"/ideas/{dark_mode.id}/vote", {"voted": "1"}, follow=False, headers=came)
        assert answer.headers["Location"].startswith(onward)


def queries(run: Callable[[], object]) -> list[str]:
    """The shape of every statement that the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        run()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return asked


@pytest.mark.parametrize("path", ["/sign-in", "/ideas/{}/vote", "/ideas/{}/comments"])
def test_the_same_is_asked_of_the_database_for_a_known_and_an_unknown_address(browser, tom, dark_mode, path):
    asked = []
    path, known = path.format(dark_mode.id), tom.email
    for address in (known, "nobody@example.org"):
        here = browser()
        here.csrf_token()
        form = {"email": address, "body": "Hello.", "voted": "1"}
        asked.append(queries(lambda here=here, form=form: here.post(path, form, follow=False)))
    assert asked[0] == asked[1] and len(asked[0]) > 3


def test_a_code_works_once_and_in_one_browser(browser, tom):
    here, there = browser(), browser()
    page, other = letters.ask(here, tom.email), letters.ask(there, tom.email)
    first, second = (token.code for token in db.session.scalars(select(EmailToken).order_by(EmailToken.id)))
    assert there.submit(other, code=first).status == 422, "the code of another message"
    here.submit(page, code=first)
    assert letters.is_signed_in(here) and not letters.is_signed_in(there)
    assert here.post("/sign-in/code", {"code": first}).path == "/sign-in" or letters.is_signed_in(here)
    there.submit(other, code=second)  # which ended as the first was used
    assert db.session.scalar(select(func.count()).select_from(SignedIn)) == 1


def test_a_link_of_one_address_is_no_link_of_another(browser, tom, lea):
    with act():
        tokens = [EmailToken(email=person.email) for person in (tom, lea)]
        db.session.add_all(tokens)
        db.session.flush()
        (mine, mac), (theirs, _) = (token.link_value.split(".") for token in tokens)
    here = browser()
    for value in (f"{theirs}.{mac}", f"{mine}.{mac[:-1]}", f"0{mine}.{mac}x", f"{mine}.{mac.upper()}", f"{mine}."):
        assert here.get(f"/sign-in/{value}").status == 404, value


def test_an_old_link_is_none_once_its_number_belongs_to_another_message(browser, tom):
    """SQLite gives the number of a message that was purged out again."""
    with act():
        token = EmailToken(id=7, email=tom.email)
        db.session.add(token)
        db.session.flush()
        old = token.link_value
        db.session.delete(token)
        db.session.flush()
        db.session.add(EmailToken(id=7, email=tom.email))
    assert browser().get(f"/sign-in/{old}").status == 404


def test_every_sign_in_has_an_id_of_its_own(browser, tom):
    ids = set()
    for _ in range(2):
        here = browser()
        letters.ask(here, tom.email)
        here.submit(here.get(letters.link(tom.email)))
        with here.client.session_transaction() as session:
            ids.add(session["_user_id"])
    assert len(ids) == 2 and all(len(id) >= 43 for id in ids)


WORD = "=?utf-8?q?=0ABcc:_x=0AContent-Type:_text/html=0A=0A<h1>Pay</h1>?="


def test_a_title_and_a_name_add_no_header_to_a_real_mail(browser: Callable[..., Browser], app, run_jobs, mailbox):
    """Through the real forms, queue and writer: what ends a line in some standard, or would be decoded into lines."""
    ends = ("\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x00", WORD)
    for number, end in enumerate(ends):
        here = browser()
        address, evil = f"eve{number}@example.org", f"An idea that is long enough{end}Bcc: all{number}@example.com"
        here.post("/ideas", {"kind": "idea", "board": "", "title": evil, "seen_similar": "1", "email": address})
        run_jobs()
        page = here.get(mailbox.link(mailbox.to(address)[0], "/sign-in/"))
        here.submit(page, display_name=f"Eve{end}Bcc: all{number}@example")
    letters.ask(browser(), "eve1@example.org")
    run_jobs()
    assert len(mailbox.messages) == 12
    for message in mailbox.messages:
        assert message.get_content_type() == "multipart/alternative" and message["Content-Type"].defects == ()
        assert message["Bcc"] is None and message["Cc"] is None and len(message.get_all("To")) == 1
        assert len(message["To"].addresses) == 1 and message["To"].addresses[0].domain == "example.org"
        assert message.get_all("Subject") and "\n" not in message["Subject"]


@pytest.mark.parametrize("path", ["/?", "/ideas/{}/history?", "/people?", "/?sort=new&"])
def test_no_question_becomes_a_part_of_the_next_address(visitor, offline, path):
    """Flask's url_for() has arguments of its own: where to, how, and under which scheme."""
    asked = "_scheme=javascript&_external=1&_anchor=%0aalert(1)&_method=POST&id=99&endpoint=x&lang=en"
    page = visitor.get(path.format(offline.id) + asked)
    assert page.status == 200
    links = [str(link["href"]) for link in page.soup.select("a[href], link[href]")]
    assert all(link.startswith(("/", "#", "http://127.0.0.1:8000")) for link in links), links
    assert not [link for link in links if "alert" in link.partition("?")[0] or "#\nalert" in link]
