"""A mail as it leaves: its headers, its two parts, and the outbox."""

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from portal.accounts.models import User
from portal.accounts.pending import ask_by_mail
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.mail import sending
from portal.notifications.models import Delivery
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

pytestmark = pytest.mark.jobs
Opens = Callable[..., Browser]


@pytest.fixture
def asked(app: Flask, run_jobs: Callable[[], None]) -> None:
    """A visitor asked for a link to sign in."""
    with app.test_request_context(method="POST"), act():
        ask_by_mail("new@example.com")
    run_jobs()


@pytest.fixture
def told(swap: Idea, lea: User, tom: User, run_jobs: Callable[[], None], mailbox: Mailbox) -> EmailMessage:
    with act():
        swap.change_status(
            Status.first("idea", "planned"), by=lea, reason="<b>Bold</b> & [a link](https://example.org)"
        )
    run_jobs()
    return mailbox.to(tom)[0]


def written(subject: str, name: str = "Tom", address: str = "tom@example.com") -> EmailMessage:
    """A message with this subject, as another program would read its bytes."""
    message = sending.Message(
        subject, "notifications/emails/told", {"lines": ["Hello."]}, preheader="Hi", reason="Because."
    )
    with sending.read_by(lang="en"):
        built = sending.build(message, address, "20270101T000000000000.00000001@example.com", name)
    parsed = message_from_bytes(built.as_bytes(), policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_sign_in_message_has_a_link_and_a_code_and_nothing_to_unsubscribe(asked: None, mailbox: Mailbox) -> None:
    (message,) = mailbox.messages
    assert str(message["To"]) == "new@example.com" and message["List-Unsubscribe"] is None
    assert len(mailbox.code(message)) == 6 and mailbox.link(message, "/sign-in/")


def test_a_message_says_that_a_machine_sent_it_and_how_to_stop_it(told: EmailMessage) -> None:
    assert told["Auto-Submitted"] == "auto-generated" and told["Date"] and told["List-Unsubscribe"]
    assert str(told["From"]) == "Marée <portal@127.0.0.1>" or "Marée" in str(told["From"])
    assert str(told["To"]) == "Tom Becker <tom@example.com>"


def test_the_html_is_one_column_inlined_and_safe(told: EmailMessage) -> None:
    part = told.get_body(("html",))
    assert part
    soup = BeautifulSoup(part.get_content(), "html.parser")
    button = soup.select_one("a.button")
    assert button and "background" in str(button["style"])
    assert not soup.select("script, img") and "<b>" not in str(soup.select_one(".said"))
    assert soup.select_one(".pre").get_text(strip=True)  # type: ignore[union-attr]
    assert "prefers-color-scheme: dark" in str(soup.style)


@pytest.mark.parametrize(
    "subject",
    [
        "Hello\r\nBcc: all@example.com",
        "Hello\nBcc: all@example.com",
        "Hello\u2028Bcc: all@example.com",
        "Hello\x00Bcc: all@example.com",
        "Hello\x85Bcc: all@example.com",
    ],
)
def test_no_header_can_be_added_by_a_title_or_a_name(app: Flask, subject: str) -> None:
    for message in (written(subject), written("Hello", name=subject)):
        assert message["Bcc"] is None and len(message["To"].addresses) == 1
        assert message["To"].addresses[0].addr_spec == "tom@example.com"


@pytest.mark.parametrize(
    "name", ['Tom "the chef" Becker', "Becker, Tom", "Inès <ines@evil.example>", "東京 太郎", "a@b.c", "x" * 200]
)
def test_a_name_stays_a_name(app: Flask, name: str) -> None:
    (address,) = written("Hello", name=name)["To"].addresses
    assert (address.display_name, address.addr_spec) == (name, "tom@example.com")


@pytest.mark.parametrize(
    "subject", ["Planned: " + "word " * 40, "Prévue : " + "é" * 300, "x" * 500, "The team answered: " + "y" * 60]
)
def test_a_long_subject_arrives_as_it_was(app: Flask, subject: str) -> None:
    assert written(subject)["Subject"] == subject.strip()


@pytest.mark.parametrize(
    "address", ["tom@exa mple.com", "tom", "é@example.com", "a@b@c", "tom@example.com\r\nBcc: x@y.z"]
)
def test_an_address_that_cannot_be_written_is_refused(app: Flask, address: str) -> None:
    with pytest.raises(sending.Refused) as refused:
        written("Hello", address=address)
    assert address not in str(refused.value), "what is kept of it would stay after its person was erased"


def test_the_id_is_the_delivery_s_on_every_try(app: Flask) -> None:
    made = now()
    assert sending.message_id(7, made) == sending.message_id(7, made) != sending.message_id(8, made)


def test_what_is_written_for_somebody_leaves_no_trace(app: Flask, ines: User) -> None:
    from flask import g, has_request_context

    with sending.read_by(ines):
        assert has_request_context()
    assert not has_request_context() and "_login_user" not in g


def test_the_outbox_is_read_in_development(told: EmailMessage, browser: Opens, mailbox: Mailbox, tom: User) -> None:
    visitor = browser()
    listed = visitor.get("/dev/mail")
    assert "Planned" in listed.text
    shown = visitor.get(str(listed.find("main li a")["href"]))
    assert "Tom" in shown.text or "tom" in shown.text or "@example.com" in shown.text
    body = visitor.get(str(shown.find("iframe")["src"]), follow=False, headers={"HX-Request": "true"})
    assert body.headers["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'"
    )
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]


def test_an_empty_outbox_says_how_to_fill_it(browser: Opens) -> None:
    assert "No mail yet." in browser().get("/dev/mail").text


@pytest.mark.parametrize("name", ["nothing", "..%2Fportal", "%2e%2e"])
def test_an_unknown_message_is_a_404(browser: Opens, name: str) -> None:
    assert browser().get(f"/dev/mail/{name}").status == 404
    assert browser().get(f"/dev/mail/{name}/body").status == 404


def test_in_production_the_outbox_does_not_exist(asked: None, app: Flask, mailbox: Mailbox, browser: Opens) -> None:
    name = mailbox.messages[0]["Message-ID"].strip("<>").partition("@")[0]
    places = ["/dev/mail", f"/dev/mail/{name}", f"/dev/mail/{name}/body"]
    assert [browser().client.get(place).status_code for place in places] == [200, 200, 200]
    app.config["PRODUCTION"] = True
    try:
        assert [browser().get(place).status for place in places] == [404, 404, 404]
    finally:
        app.config["PRODUCTION"] = False


def test_deliveries_hold_no_address(told: EmailMessage) -> None:
    for delivery in db.session.scalars(db.select(Delivery)):
        assert "@example.com" not in f"{delivery.recipient} {delivery.last_error} {delivery.message_id}"
