"""Every mail in both languages: a fact for a subject, a preheader, one button, its plain text, why, and how to stop."""

import re
from functools import cache

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from PIL import Image

from portal.accounts.models import User
from portal.mail import sending
from portal.mail.defusing import defused
from portal.mail.letter import chips, plain_words, wrapped
from portal.notifications.examples import EXAMPLES, Shown, preview
from portal.notifications.writing.shapes import ticket
from portal.notifications.writing.status import HEADINGS, NEXT
from portal.pictures import uploads
from portal.settings import Settings
from tests import leftovers
from tests.conftest import act

ASKED = {"sign-in", "confirm-vote", "confirm-idea", "confirm-issue", "confirm-comment", "test", "erased"}
ASKED |= {
    f"address-{name}" for name in ("asked", "new", "lost", "in-use", "changed", "welcome", "kept", "back", "gone")
}
EVERY = [(name, lang) for name in EXAMPLES for lang in ("en", "fr")]
PEOPLE = ("Marée", "Camille Martin", "Tom Becker")


_written: dict[tuple[str, str], Shown] = {}


@pytest.fixture
def shown(app: Flask, tom: User, name: str, lang: str) -> Shown:
    """The mail of this name, written once: the tests below only read it."""
    if (name, lang) not in _written:
        _written[name, lang] = preview(name, tom, lang)
    return _written[name, lang]


def soup(shown: Shown) -> BeautifulSoup:
    return BeautifulSoup(shown.html, "html.parser")


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_a_mail_is_whole(shown: Shown, name: str, lang: str) -> None:
    page = soup(shown)
    message = shown.message
    assert page.html and page.html["lang"] == lang and page.title and page.title.get_text() == message.subject
    assert message.preheader.strip() and message.preheader != message.subject
    assert page.select_one(".pre").get_text().startswith(defused(message.preheader))  # type: ignore[union-attr]
    assert {table.get("role") for table in page.find_all("table")} == {"presentation"}
    assert len(page.find_all("h1")) == 1 and not page.select("script, img, link")
    assert message.reason and message.reason in page.select_one(".foot").get_text()  # type: ignore[union-attr]
    assert "prefers-color-scheme: dark" in shown.html and shown.size < 16_000


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_a_mail_has_one_button_and_its_address_stands_in_the_text(shown: Shown, name: str, lang: str) -> None:
    (button,) = soup(shown).select("a.button")
    assert button.get_text(strip=True) and str(button["href"]).startswith("http://127.0.0.1:8000/")
    assert "background" in str(button["style"]) and button.find_parent("td").get("bgcolor")  # type: ignore[union-attr]
    assert str(button["href"]) in shown.text.splitlines()


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_a_mail_can_be_stopped_with_one_click_unless_it_was_asked_for(shown: Shown, name: str, lang: str) -> None:
    stop = shown.message.unsubscribe
    if name in ASKED:
        assert not stop and "/unsubscribe/" not in shown.html + shown.text
    else:
        assert shown.written["List-Unsubscribe"] == f"<{stop}>"
        assert soup(shown).select(f'.foot a[href="{stop}"]') and stop in shown.text.splitlines()


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_the_text_is_plain_and_says_the_same(shown: Shown, name: str, lang: str) -> None:
    lines = shown.text.splitlines()
    assert not [line for line in lines if len(line) > 72 and " " in line.strip()]
    assert not re.search(r"&\w+;|</?[a-z]+>|\*\*", shown.text), "no HTML and no Markdown in plain text"
    words = leftovers.folded(shown.text)
    assert leftovers.folded(shown.message.reason) in words
    for part in soup(shown).select("h1, .told a, .chip, .said p, .thanks p, .thanks li, .code"):
        said = leftovers.folded(part.get_text())
        assert said in words or leftovers.folded(said[1:]) in words, said


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_nothing_of_the_other_language_is_left(shown: Shown, name: str, lang: str) -> None:
    assert not leftovers.leftovers(shown.html, lang, PEOPLE)
    assert not leftovers.in_text(f"{shown.message.subject}\n\n{shown.text}", lang, PEOPLE)


def test_every_step_says_what_it_means_and_what_comes_next(app: Flask) -> None:
    assert set(HEADINGS) == set(NEXT)
    for lang in ("en", "fr"):
        with app.test_request_context(f"/?lang={lang}"):
            assert all(say() for say in HEADINGS.values()) and all(say() for say in NEXT.values() if say)


@cache
def hostile() -> str:
    return "<img src=x onerror=alert(1)>\"'& " + "W" * 91


def test_a_hostile_title_is_only_a_title(app: Flask, tom: User) -> None:
    message = sending.Message(
        f"Planned: {hostile()}",
        "notifications/emails/told",
        {"heading": hostile(), "lines": [hostile()], "url": "http://127.0.0.1:8000/", "button": "See"},
        preheader=hostile(),
        reason="Because.",
    )
    with sending.read_by(tom):
        built = sending.build(message, "tom@example.com", "example@127.0.0.1")
    html, text = (built.get_body((kind,)).get_content() for kind in ("html", "plain"))  # type: ignore[union-attr]
    page = BeautifulSoup(html, "html.parser")
    assert not page.select("img, [onerror]") and page.h1 and page.h1.get_text() == hostile()
    assert built["Subject"] == f"Planned: {hostile()}" and "<img src=x onerror=alert(1)>\"'&" in text
    assert "overflow-wrap: anywhere" in str(page.select_one(".sheet")["style"])  # type: ignore[index]


def test_the_ticket_of_a_mail_stands_where_the_idea_stands(app: Flask, offline: object, tom: User) -> None:
    with sending.read_by(tom):
        shown = ticket(offline)  # type: ignore[arg-type]
    assert (shown.kind, shown.status, shown.votes) == ("planned", "Planned", "4 votes")
    assert chips(178, 0.088)["planned"]["glyph"] == "◑"


def test_a_logo_signs_the_mail_for_each_theme_and_the_name_stands_in_for_it(app: Flask, tom: User) -> None:
    keys = {"logo_light": "a" * 32 + ".png", "logo_dark": "b" * 32 + ".png"}
    for key in keys.values():
        path = uploads.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (300, 100)).save(path)
    with act():
        for name, key in keys.items():
            setattr(Settings.current(), name, key)
    shown = soup(preview("planned", tom, "en"))
    logos = [(i["src"], i["alt"], i["width"], i["height"], i["class"]) for i in shown.select(".brand img")]
    address = "http://127.0.0.1:8000/brand/logo"
    assert logos == [
        (address, "Marée", "108", "36", ["for-light"]),
        (f"{address}-dark", "Marée", "108", "36", ["for-dark"]),
    ]
    assert "display: none" in str(shown.select_one(".for-dark")["style"])  # type: ignore[index]


def test_markdown_is_read_out_as_plain_text() -> None:
    said = plain_words(
        "Hello **you** & [a page](https://example.org/x).\nNext.\n\n> quoted\n\n- one\n- two\n  - more\n\n3. c"
    )
    assert said == ("Hello you & a page <https://example.org/x>.\nNext.\n\n> quoted\n\n- one\n- two\n  - more\n\n3. c")
    assert plain_words("`a < b`\n\n```\nx  y\n```\n\n|a|b|\n|-|-|\n|1|2|") == "a < b\n\nx  y\n\na  b\n1  2"


def test_long_lines_are_wrapped_and_addresses_are_not() -> None:
    address = "https://example.org/" + "x" * 90
    told = wrapped(f"- {'word ' * 20}\n{address}\n> {'said ' * 20}\n-- ")
    lines = told.split("\n")
    assert lines[1].startswith("  word") and address in lines and lines[-1] == "-- "
    assert all(line.startswith("> ") for line in lines if "said" in line)
    assert max(len(line) for line in lines if line != address) <= 72
