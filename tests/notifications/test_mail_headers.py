"""What people wrote stays text in every header, whatever it looks like, and a mail that says more never leaves."""

import base64
from collections.abc import Callable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import compat32, default

import pytest
from flask import Flask, current_app
from hypothesis import example, given
from hypothesis import strategies as st

from portal.accounts.choices import CreditAs
from portal.accounts.models import User
from portal.accounts.pending import ask_by_mail, hold
from portal.changelog.models import draft
from portal.changelog.publishing import publish
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.mail import headers, sending
from portal.mail.defusing import defused
from portal.recognition.thanking import thank
from portal.settings import Settings
from portal.translations import collect
from tests.browser import Browser
from tests.conftest import act
from tests.examples import a_quarter
from tests.mailbox import Mailbox

HEADERS = [
    "MIME-Version", "Content-Type", "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted",
    "Content-Language", "List-Unsubscribe", "List-Unsubscribe-Post",
]  # fmt: skip
ATTACK = "\nContent-Type: text/html\n\n<h1>Pay here</h1>"
CHARSETS = ("utf-8", "UTF-8", "utf-7", "utf-16", "utf-16le", "iso-8859-1", "shift_jis", "x-unknown", "us-ascii*en", "")


def word(charset: str, encoding: str, said: str) -> str:
    """An encoded word that says this, so far as the charset can."""
    try:
        content = said.encode(charset.partition("*")[0] or "utf-8")
    except (LookupError, UnicodeError):
        content = said.encode()
    if encoding in "bB":
        text = base64.b64encode(content).decode()
    else:
        text = "".join(f"={byte:02X}" if byte < 48 or byte > 122 or byte in b"=?_" else chr(byte) for byte in content)
    return f"=?{charset}?{encoding}?{text}?="


WORDS = st.builds(
    word, st.sampled_from(CHARSETS), st.sampled_from("bBqQx"), st.one_of(st.just(ATTACK), st.text(max_size=12))
)
PIECES = st.one_of(
    WORDS,
    WORDS.map(lambda one: one[:-3]),
    st.sampled_from(
        [" ", "  ", "\r\n", "\n ", "\x00", "\x85", "\u2028", "=?", "?=", "\t", ",", '"', "<a@b.c>", ";", "\\"]
    ),
    st.sampled_from(["heures d'été", "Prévue : ", "東京 太郎", "👩‍🍳", "x" * 90, "é" * 90, "@", "(a)", "[b]:"]),
    st.text(max_size=20),
)
HOSTILE = st.lists(PIECES, min_size=1, max_size=6).map("".join)
EVIL = [
    f"Hello {word('utf-8', 'q', ATTACK)} x",
    f"{word('utf-7', 'Q', ATTACK)} {word('UTF-8', 'b', ATTACK)}",
    f"a{word('utf-16', 'B', ATTACK)}b =?x-unknown?q?=0A?= =?utf-8?b?broken!?=",
    f"{'word ' * 14}{word('utf-8', 'Q', ATTACK)} été\x85\u2028Bcc: all@example.com",
]


def mail_with(*lines: headers.Header) -> EmailMessage:
    built = EmailMessage(policy=headers.POLICY)
    built.set_content("Hello.\n")
    built.add_alternative("<p>Hello.</p>\n", subtype="html")
    for line in lines:
        built[line.name] = line
    return built


def lines_of(raw: bytes) -> list[str]:
    return raw.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")


@given(said=HOSTILE)
@example(EVIL[0])
@example("Prévue : un rappel quand la pause dépasse les heures d'été prévues par la convention collective")
def test_a_subject_is_read_as_it_was_written(said: str) -> None:
    raw = headers.checked(mail_with(headers.text("Subject", said)))
    read = BytesParser(policy=default).parsebytes(raw)
    assert read["Subject"] == defused(headers.tidy(said))
    assert sorted(read.keys()) == ["Content-Type", "MIME-Version", "Subject"]
    assert within(lines_of(raw), said)


@given(name=HOSTILE)
@example(EVIL[0])
@example('Tom "the chef" Becker')
@example("Becker, Tom <tom@evil.example>")
def test_a_name_is_read_as_it_was_written(name: str) -> None:
    raw = headers.checked(mail_with(headers.mailbox("To", name, "tom@example.com")))
    (address,) = BytesParser(policy=default).parsebytes(raw)["To"].addresses
    # Python’s own reader sees a space between two encoded words of a name.
    assert address.display_name.replace(" ", "") == headers.tidy(name).replace(" ", "")
    assert address.addr_spec == "tom@example.com" and within(lines_of(raw), name)
    said = headers.tidy(name)
    assert headers.read(raw)["To"] == (f"{said} <tom@example.com>" if said else "tom@example.com")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_sentence_of_the_catalogue_is_read_as_it_was_written(lang: str) -> None:
    """Any of them may stand in a subject; 5 % of the French ones lost a space where they were folded."""
    for message in collect.read("fr"):
        for said in (message.id,) if lang == "en" else (message.string,):
            for one in (said,) if isinstance(said, str) else said:
                line = headers.text("Subject", one).line
                assert headers.decoded(line.removeprefix("Subject: ")) == defused(headers.tidy(one))
                assert BytesParser(policy=default).parsebytes(line.encode())["Subject"] == defused(headers.tidy(one))


def test_plain_words_are_written_as_they_are() -> None:
    assert headers.text("Subject", "Planned: A dark mode").line == "Subject: Planned: A dark mode"
    assert headers.mailbox("To", "Tom Becker", "tom@example.com").line == "To: Tom Becker <tom@example.com>"


def within(lines: list[str], said: str) -> bool:
    """No line is longer than mail programs like, unless one plain word is."""
    longest = max((len(word) for word in said.split()), default=0)
    return max(map(len, lines)) <= max(78, longest + 10)


@pytest.mark.parametrize("host", ["example.com", "localhost", "[127.0.0.1]", "[IPv6:::1]"])
@pytest.mark.parametrize("name", ["", "Tom Becker", "Marée", EVIL[1]], ids=["none", "plain", "encoded", "hostile"])
def test_an_address_on_any_host_leaves_as_it_was_written(name: str, host: str) -> None:
    """Some Pythons of each version read no number of a host, where a portal without a domain has one."""
    raw = headers.checked(mail_with(headers.mailbox("From", name, f"portal@{host}")))
    (address,) = BytesParser(policy=default).parsebytes(raw)["From"].addresses
    assert address.addr_spec == f"portal@{host}" and "\nBcc" not in raw.decode()


def altered(change: Callable[[EmailMessage], None]) -> EmailMessage:
    built = mail_with(headers.text("Subject", "Hello"), headers.mailbox("To", "Tom", "tom@example.com"))
    change(built)
    return built


def written_raw(subject: str) -> Callable[[EmailMessage], None]:
    """As a bug in a writer of headers would."""

    def change(built: EmailMessage) -> None:
        built.replace_header("Subject", headers.Header("Subject", "Hello", f"Subject: {subject}"))

    return change


BOTH = "tom@example.com, all@example.com"


@pytest.mark.parametrize(
    "change",
    [
        written_raw("Hello\r\nBcc: all@example.com"),
        written_raw("Hello\nBcc: all@example.com"),
        written_raw("Hello\r\n\r\n<h1>Pay</h1>"),
        written_raw("=?utf-8?q?Hello=0ABcc=3A?="),
        written_raw("=?x-unknown?q?Hello?="),
        written_raw("=?utf-8?b?Hel?="),
        written_raw("Other"),
        lambda built: built.add_header("X-More", "of ours, but not written as text"),
        lambda built: built.replace_header("To", headers.Header("To", "Tom <tom@example.com>", "To: a@b.c, tom@d.e")),
        lambda built: built.replace_header("To", headers.Header("To", BOTH, f"To: {BOTH}", "tom@example.com")),
        lambda built: built.replace_header("To", headers.Header("To", "Tom", "To: Tom", "Tom")),
        lambda built: built.add_attachment("more", filename="more.txt"),
        lambda built: built.set_payload(built.get_payload()[:1]),
        lambda built: built.set_payload(list(reversed(built.get_payload()))),
    ],
)  # fmt: skip
def test_a_mail_that_would_be_read_as_another_does_not_leave(change: Callable[[EmailMessage], None]) -> None:
    with pytest.raises(headers.Altered):
        headers.checked(altered(change))


# A host in brackets is a number; half a bracket, a port and a second address are what only some programs read as one.
ODD = ["tom@a:b", "tom@[a", "tom@a]", "tom@[a]b", "tom@[]", "tom@[a],b@[c]"]
NO_ADDRESSES = ["tom@exa mple.com", "tom", "é@example.com", "a@b@c", "tom@example.com\r\nBcc: x@y.z", "<tom@x.y>", ""]


@pytest.mark.parametrize("address", NO_ADDRESSES + ODD)
def test_an_address_that_no_header_holds_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        headers.mailbox("To", "Tom", address)


@pytest.mark.parametrize("id", ["", "a\r\nBcc: x@y.z", "a\nb", "=?utf-8?q?a?=", "é", " a", "x" * 901])
def test_an_id_that_a_header_cannot_hold_as_it_stands_is_refused(id: str) -> None:
    with pytest.raises(ValueError):
        headers.exact("Message-ID", id)


@a_quarter
@given(subject=HOSTILE, name=HOSTILE, body=HOSTILE)
@example(EVIL[0], EVIL[1], EVIL[2])
def test_a_whole_mail_is_exactly_what_was_set(app: Flask, subject: str, name: str, body: str) -> None:
    message = sending.Message(
        subject, "notifications/emails/told", {"lines": [body]}, reason="Why", unsubscribe="http://x/"
    )
    with sending.read_by(lang="en"):
        built = sending.build(message, "tom@example.com", "20270101T000000000000.00000001@example.com", name)
    seen = BytesParser(policy=default).parsebytes(headers.checked(built))
    assert seen.keys() == HEADERS
    assert [part.get_content_type() for part in seen.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert not seen.defects and [a.addr_spec for a in seen["To"].addresses] == ["tom@example.com"]


@pytest.fixture
def everywhere(request: pytest.FixtureRequest, app: Flask, swap: Idea, lea: User, tom: User, ines: User) -> str:
    """The same words in all that people name: themselves, the brand, a board, a status, an idea, a release, reasons."""
    said: str = request.param
    with act():
        for person in (lea, tom, ines):
            person.display_name, person.mail_comments, person.credit_as = said[:80], "at_once", CreditAs.NAME
        Settings.current().name, swap.title = said[:60], said[:140]
        swap.board = swap.board or db.session.scalars(db.select(Board)).first()
        for place in [*db.session.scalars(db.select(Board)), *db.session.scalars(db.select(Status))]:
            place.names = {"en": said[:40], "fr": said[:40]}
    return said


@pytest.mark.parametrize("everywhere", EVIL, indirect=True, ids=range(len(EVIL)))
def test_words_of_people_are_text_in_every_mail(
    everywhere: str, swap: Idea, lea: User, tom: User, ines: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    said = everywhere
    with act():
        comment = Comment.post(swap, said, by=ines, lang="en")
        Comment.post(swap, said, by=lea, parent=comment, lang="en")
        swap.change_status(Status.first("idea", StatusKind.PLANNED), by=lea, reason=said)
        swap.respond(said, lea)
        comment.mark_as_shaping(True, by=lea)
        comment.hide(by=lea, reason=said)
        tom.hide(by=lea, reason=said)
        thank(tom, said, by=lea)
        release = draft(lea)
        release.write(title={"en": said[:120], "fr": said[:120]}, story={"en": said, "fr": said})
        release.ideas = [swap]
        db.session.flush()
        publish(release, by=lea)
    with act():
        ask_by_mail("one@example.com")
        hold("vote", {"idea": swap.id}, "two@example.com")
        for kind in (Kind.IDEA, Kind.ISSUE):
            words = {"title": said[:140], "body": said, "board": None, "details": {}}
            hold(kind, words, f"{kind}@example.com")
    run_jobs()
    files = sorted(mailbox.folder.glob("*.eml"))
    assert len(files) >= 15
    for raw in (file.read_bytes() for file in files):
        parsed = BytesParser(policy=compat32).parsebytes(raw)
        assert parsed.get_content_type() == "multipart/alternative" and len(parsed.get_payload()) == 2
        assert parsed.keys() == HEADERS[: len(parsed.keys())] and len(parsed.keys()) >= 9
        assert headers.read(raw)["From"] == f"{headers.tidy(said[:60])} <{current_app.config['MAIL_FROM']}>"
    assert len([message for message in mailbox.messages if "=?" in message["Subject"]]) >= 8


@pytest.mark.parametrize("everywhere", EVIL[:1], indirect=True)
def test_the_pages_that_show_mails_say_what_was_set(
    everywhere: str, swap: Idea, hugo: User, run_jobs: Callable[[], None], browser: Callable[..., Browser]
) -> None:
    with act():
        hold("vote", {"idea": swap.id}, "two@example.com")
    run_jobs()
    visitor, title = browser(), defused(headers.tidy(everywhere))
    listed = visitor.get("/dev/mail")
    assert title in listed.find("main li a").get_text()
    shown = visitor.get(str(listed.find("main li a")["href"]))
    assert title in shown.find("h1").get_text() and headers.tidy(everywhere[:60]) in shown.find("dl").get_text()
    assert headers.tidy(everywhere[:60]) in browser(hugo).get("/admin/emails/planned").find("dl").get_text()
