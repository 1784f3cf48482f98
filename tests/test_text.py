"""What people write is made safe, whatever they write."""

from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from portal.text import clean_line, clean_text, excerpt, holds_address, plain, render_markdown

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://tracker.example/pixel.gif)",
    "<div hx-get=/evil hx-trigger=load>x</div>",
    "<a href=\"x\" onclick='alert(1)'>x</a>",
    "<svg/onload=alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "<style>*{display:none}</style>",
    '"><iframe src=//evil.example>',
    "`<script>` and ```\n<script>\n```",
    "```banner\nx\n```",
    "[x](ftp://evil.example/x)",
    "[x](tel:+33123456789)",
)
ALLOWED = {
    "p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "code", "pre", "h3", "h4", "h5", "hr",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


def is_harmless(html: str) -> bool:
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        if tag.name not in ALLOWED or set(tag.attrs) - {"href", "title", "start", "rel"}:
            return False
        if "href" in tag.attrs and not str(tag["href"]).lower().startswith(
            ("http://", "https://", "mailto:", "/", "#")
        ):
            return ":" not in str(tag["href"]).split("/")[0]
    return True


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_runs_survives(payload: str) -> None:
    assert is_harmless(render_markdown(payload))


@given(st.text(max_size=300))
def test_any_text_becomes_harmless_html(text: str) -> None:
    assert is_harmless(render_markdown(clean_text(text)))


@given(st.text(max_size=120))
def test_any_name_fits_into_a_mail(text: str) -> None:
    message = EmailMessage()
    message["Subject"] = clean_line(text)
    message["To"] = "someone@example.com"
    message.set_content(clean_text(text))
    assert message.as_bytes()


@given(st.text(max_size=400), st.integers(min_value=10, max_value=80))
def test_an_excerpt_is_never_longer_than_asked(text: str, length: int) -> None:
    assert len(excerpt(clean_text(text), length)) <= length


def test_headings_begin_below_the_pages_own() -> None:
    assert render_markdown("# Big") == "<h3>Big</h3>\n"


def test_links_do_not_lend_our_name() -> None:
    assert 'rel="nofollow ugc noopener"' in render_markdown("[x](https://example.com)")


def links(text: str) -> list[tuple[str, str]]:
    """The words of each link in a text, and where it leads."""
    return [(a.get_text(), str(a["href"])) for a in BeautifulSoup(render_markdown(text), "html.parser").find_all("a")]


@pytest.mark.parametrize(
    ("text", "words", "to"),
    [
        ("See https://a.example/x_y_z.", "https://a.example/x_y_z", "https://a.example/x_y_z"),
        ("(www.a.example/p)", "www.a.example/p", "https://www.a.example/p"),
        ("**https://a.example/w/Foo_(bar)**!", "https://a.example/w/Foo_(bar)", "https://a.example/w/Foo_(bar)"),
        ("https://a.example/?a=1&b=2&quot;", "https://a.example/?a=1&b=2", "https://a.example/?a=1&b=2"),
        ("_https://a.example/_x_/y_", "https://a.example/_x_/y", "https://a.example/_x_/y"),
        ("« http://a.example/é »", "http://a.example/é", "http://a.example/%C3%A9"),
        ("看https://a.example，好", "https://a.example", "https://a.example"),
        ("# www.a.example", "www.a.example", "https://www.a.example"),
        ("![The plan](https://a.example/p.png)", "The plan", "https://a.example/p.png"),
        ("![](https://a.example/p.png)", "https://a.example/p.png", "https://a.example/p.png"),
        ("[![The plan](https://b.example/p.png)](https://a.example)", "The plan", "https://a.example"),
        ("[at https://b.example](https://a.example)", "at https://b.example", "https://a.example"),
    ],
)
def test_addresses_and_pictures_of_elsewhere_are_links(text: str, words: str, to: str) -> None:
    assert links(text) == [(words, to)]
    assert 'rel="nofollow ugc noopener"' in render_markdown(text) and "<img" not in render_markdown(text)
    assert words in plain(text).replace("&amp;", "&")


@pytest.mark.parametrize(
    "text",
    ["a.example", "`https://a.example`", "www.", "www.a", "https://", "ftp://a.example", "ned@www.a.example",
     "xhttps://a.example", "```\nhttps://a.example\n```", "javascript:https://", "![x](javascript:alert(1))"],
)  # fmt: skip
def test_what_is_no_address_is_no_link(text: str) -> None:
    assert links(text) == []


def test_separators_become_spaces_in_a_line_and_breaks_in_a_text() -> None:
    assert clean_line("a\u2028b\u2029c\x00d\n e") == "a b cd e"
    assert clean_text("a\u2028b\r\nc\x00") == "a\nb\nc"


def test_nothing_unseen_turns_or_parts_the_words_of_a_line() -> None:
    assert clean_line("a\u202eb\u2066c\u2069d\u200be\u2060f\ufeffg\x85h\x7fi") == "abcdefghi"


def test_an_excerpt_ends_at_a_word_and_shows_no_markup() -> None:
    assert excerpt("**Bold** & <i>not</i> bold, and so on for a while", 24) == "Bold & <i>not</i>…"
    assert plain("# One\n\ntwo") == "One two"


def test_emoji_and_right_to_left_words_are_kept() -> None:
    assert clean_line("שלום 👩‍🍳 مرحبا") == "שלום 👩‍🍳 مرحبا"


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("https://cheap.example", True), ("Ned, www.cheap.example", True), ("Cheap-Watches.com", True),
        ("montres.FR/soldes", True), ("ned at cheap.co.uk!", True), ("ned@cheap.example", True),
        ("Ned", False), ("J.R.R. d’Été-Roux", False), ("M.de Vries", False), ("St.John", False),
        ("Ned, Watch Co.", False), ("Ned.", False), ("N.com", False), ("Ned @ work", False),
        ("Prof.Comte", False), ("王小明", False),
        ("evil.de", True), ("ＥＶＩＬ．ＣＯＭ", True), ("evil。com", True), ("evil｡com", True), ("evil․com", True),
        ("Ned (evil.la)", True), ("зло.рф", True), ("例え。中国", True), ("evil.xn--p1ai", True), ("t.me/evil", True),
        ("ev\u00adil.\u200dde", True), ("Ned＠evil.com", True), ("evil.casino", True), ("ned.ly", True),
        ("J.R.", False), ("Ned, Ltd.", False), ("M.Dupont", False), ("St.Pauli", False), ("Dr.No", False),
        ("Mr.Li", False), ("Moreau & Co.KG", False), ("Dipl.Ing Roth", False), ("Node.js fan", False),
        ("Wait…it is", False),
        ("Ph.D.", False), ("J.Smith/Sales", False), ("Dupont M.", False), ("e.V.", False), ("N. de Vries", False),
    ],
)  # fmt: skip
def test_an_address_is_told_from_a_name_with_dots(name: str, is_one: bool) -> None:
    assert holds_address(name) is is_one


def test_a_long_line_is_searched_for_an_address_in_a_moment() -> None:
    assert not any(holds_address(part * 100_000) for part in ("a", "a.", "a@", "a-", "w"))
