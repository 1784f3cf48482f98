"""The fields of a ready phrase: filled in as plain words, and closed up where they say nothing."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.markdown.escaping import literal
from portal.text import render_markdown
from portal.triage.filling import fill, unknown_fields

NOBODY = {"author": "", "title": "Plans", "board": ""}


@pytest.mark.parametrize(
    "phrase, answer",
    [
        ("Thank you, {author}.", "Thank you."),
        ("Merci {author}\u00a0!", "Merci\u00a0!"),
        ("Hello {author}, thank you.", "Hello, thank you."),
        ("{author}, thank you.", "Thank you."),
        ("Hello.\n\n{author}, thank you.", "Hello.\n\nThank you."),
        ("Thank you, **{author}**, for it.", "Thank you, for it."),
        ("It stands on “{board}”.", "It stands on."),
        ("{author}", ""),
    ],
)
def test_an_empty_field_takes_what_went_with_it_along(phrase: str, answer: str) -> None:
    assert fill(phrase, NOBODY) == answer


def test_a_field_says_its_value_however_it_is_spelled() -> None:
    assert fill("{title} { TITLE }", {"title": "Plans"}) == "Plans Plans"


def test_two_braces_are_one_and_other_braces_stay() -> None:
    assert fill("{{author}} {{}} { } {a b}", {"author": "Tom"}) == "{author} {} { } {a b}"


def test_words_that_are_no_field_are_named() -> None:
    assert unknown_fields("{author} {auteur} {{known}} {x}") == ["auteur", "x"]


def test_a_value_is_not_read_for_fields() -> None:
    assert fill("{title}", {"title": "{author}", "author": "Tom"}) == "{author}"


@pytest.mark.parametrize(
    "title",
    [
        "*Stars* and _lines_ and ~~gone~~", "[a link](https://example.org)", "<b>bold</b> &amp; so on",
        "# Not a heading",
        "1. Not a list", "- Neither", "+ nor this", "> no quote", "![a picture](x.png)", "https://example.org/a_b",
        "see www.example.org", "`code` \\ slash", "| a | b |", "===", "---", "a snake_case_name",
        "<https://example.org>",
        "[x]: https://example.org", "5 - 3 = 2", "1986) it was",
    ],
)  # fmt: skip
def test_what_stands_in_a_value_is_no_markup(title: str) -> None:
    assert shown(title) == f"<p>{html.escape(title, quote=False)}</p>"
    assert shown(title, "So: {title}") == f"<p>So: {html.escape(title, quote=False)}</p>"


@given(st.text(alphabet="ab1 *_~`[]()<>#+-=.!|\\&;:/hw\"'{}@", min_size=1, max_size=30))
def test_no_value_is_ever_markup(title: str) -> None:
    words = " ".join(title.split())
    if words:
        assert shown(words) == f"<p>{html.escape(words, quote=False)}</p>"


def shown(title: str, phrase: str = "{title}") -> str:
    return re.sub(r"\s+$", "", str(render_markdown(fill(phrase, {"title": title})))).replace("&quot;", '"')


def test_the_words_of_most_titles_are_left_as_they_are() -> None:
    title = "L’app: 3 shifts (or more) & a break, 20% faster - finally!"
    assert literal(title) == title
