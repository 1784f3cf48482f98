"""No word that a stranger wrote becomes a link in a mail; what is a link stays one."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status, StatusKind
from portal.mail import sending
from portal.mail.defusing import JOINER, defused, defused_html
from portal.mail.letter import plain_words
from portal.mail.sending import Message, build
from portal.settings import Settings
from portal.text import render_markdown
from tests.conftest import act
from tests.mailbox import Mailbox

# What the greediest mail programs take for a link: a scheme, www, a mailbox, or a name with a known ending. None takes
# a word joiner for a letter.
ENDINGS = "com|net|org|de|fr|ru|cn|io|co|me|tv|la|no|рф|中国|xn--p1ai|app|dev|zip|shop|online|paris"
LINKS = re.compile(
    rf"[a-z][a-z0-9+.-]*:/|\bwww\.|[^\s@\u2060]@[\w-]+\.|mailto:|\\\\\w|[^\s.\u2060]\.(?:{ENDINGS})(?![\w-])",
    re.IGNORECASE,
)
EVIL = [
    "evil.de", "ＥＶＩＬ．ＣＯＭ", "evil。com", "evil｡com", "https://evil.de/pay?x=1", "HTTP://EVIL.RU", "www.evil",
    "a@evil.de", "mailto:a@evil", "💩.la", "зло.рф", "evil.xn--p1ai", "my-shop.co.uk/a.b", "(evil.net)", "evil․com", "ftp://evil",
    "\\\\evil\\share", "x.y.z.zip", "user＠evil.com", "https:\\\\evil.de",
]  # fmt: skip
# What is no link either where it stands in a text: there, an address that is written out is one.
NAMED = [word for word in EVIL if not re.match(r"https?://|www\.\w+\.", word, re.IGNORECASE)]
WORDS = st.lists(
    st.one_of(
        st.sampled_from(EVIL), st.text("ab.:/@\\。．-_() é中", max_size=12), st.sampled_from(["J.R.", " ", "3.5"])
    ),
    min_size=1,
    max_size=5,
).map("".join)


def links(text: str) -> list[str]:
    """What a mail program would make a link of, in plain text; NFKC and ideographic dots as the greediest read them."""
    return LINKS.findall(unicodedata.normalize("NFKC", text).replace("。", "."))


@given(said=WORDS)
@example(" ".join(EVIL))
def test_no_word_is_a_link_and_each_is_read_as_before(said: str) -> None:
    assert not links(defused(said)), defused(said)
    assert defused(said).replace(JOINER, "") == said.replace(JOINER, "") and defused(defused(said)) == defused(said)


@pytest.mark.parametrize(
    "said", ["J.R. Hartley", "Ned, Ltd.", "Wait... what?", "at 9:30, 3.5 stars", "Prévue : oui", "a/b"]
)
def test_what_makes_no_link_stays_letter_for_letter(said: str) -> None:
    assert defused(said) == said


def test_links_that_were_written_as_links_stay() -> None:
    source = (
        "See [our page](https://example.org/a.b), <https://example.org/x> and evil.de, ev*il.d*e, `evil.com`;"
        " https://example.org/y, www.example.org and ![a plan](https://example.org/p.png)."
    )
    html = BeautifulSoup(defused_html(render_markdown(source)), "html.parser")
    pages = ["https://example.org/a.b", "https://example.org/x", "https://example.org/y", "https://www.example.org"]
    assert [a["href"] for a in html.find_all("a")] == [*pages, "https://example.org/p.png"]
    assert html.find_all("a")[1].get_text() == "https://example.org/x"
    for a in html.find_all("a"):
        a.extract()
    assert not links(html.get_text())
    words = plain_words(source)
    assert "our page <https://example.org/a.b>, https://example.org/x and evil" in words
    assert "; https://example.org/y, https://www.example.org and a plan <https://example.org/p.png>." in words
    assert not links(re.sub(r"https://(www\.)?example\.org(/[\w.]+)?", "", words))


def test_a_mark_of_ours_that_somebody_types_is_no_way_round() -> None:
    assert not links(plain_words("\ue000https://evil.de\ue000 and <b title='>'>evil.de</b>"))


def text_of(written: sending.EmailMessage) -> tuple[str, str, str]:
    """Subject, text and the words of the HTML that are in no link; addresses of ours are left out."""
    plain, html = (written.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    soup = BeautifulSoup(html, "html.parser")
    for piece in soup.select("a, style"):
        piece.extract()
    return str(written["Subject"]), re.sub(r"http://127\.0\.0\.1:8000/\S*", "", plain), soup.get_text()


def test_nothing_that_people_named_is_a_link_in_any_mail(
    app: Flask, swap: Idea, lea: User, tom: User, ines: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    """As older data may hold it: in names, titles, a status, reasons, comments and the brand."""
    with act():
        for number, person in enumerate((lea, tom, ines)):
            person.display_name, person.mail_comments = EVIL[number], "at_once"
        swap.title, Settings.current().name = " ".join(EVIL[3:9]), EVIL[0]
        for status in db.session.scalars(db.select(Status)):
            status.names = {"en": EVIL[1], "fr": EVIL[1]}
        comment = Comment.post(swap, " ".join(NAMED), by=ines, lang="en")
        swap.change_status(Status.first("idea", StatusKind.PLANNED), by=lea, reason=" ".join(NAMED))
        swap.respond(" ".join(NAMED), lea)
        comment.hide(by=lea, reason=" ".join(NAMED))
    run_jobs()
    assert len(mailbox.messages) >= 6
    for message in mailbox.messages:
        for part in text_of(message):
            assert not links(part.replace("portal@127.0.0.1", "")), part


def test_addresses_of_the_portal_stay_whole(app: Flask, tom: User) -> None:
    ours, theirs = "http://127.0.0.1:8000/ideas/1", "http://127.0.0.1:8000.evil.de/ideas/1"
    context = {"lines": [f"{ours} {theirs}"], "url": ours, "button": "See"}
    with sending.read_by(tom):
        built = build(Message("Hi", "notifications/emails/told", context, reason="Why"), "tom@example.com", "1@x")
    text = built.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.count(ours) == 2 and theirs not in text and "evil.de" not in text
