"""However long and deep what is sent: the work that it makes has a bound."""

import unicodedata

import pytest
from bs4 import BeautifulSoup

from portal.accounts.addressing import tidy_address
from portal.ideas.similar import MOST_ENDINGS, MOST_STEMS, _rare_stems
from portal.ideas.views import QUERY_MAX
from portal.text import clean_line, clean_text, render_markdown
from tests.security.target import Target


@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_marks_are_not_piled_up(clean):
    """Sorting a megabyte of them takes minutes, in which the process answers nobody."""
    piled = clean("e" + "\u0301\u0327" * 10_000 + "nd")
    assert piled.endswith("nd") and len(piled) <= 33
    assert clean("Việt Nam, Ἀχιλλεύς, हिन्दी, עִבְרִית") == unicodedata.normalize("NFC", "Việt Nam, Ἀχιλλεύς, हिन्दी, עִבְרִית")


def test_what_is_too_long_for_an_address_is_not_written_as_punycode():
    assert tidy_address("ada@bücher.example") == "ada@xn--bcher-kva.example"
    assert "é" in tidy_address("ada@" + "é" * 300 + ".example")


def test_a_stale_form_offers_no_more_fields_than_a_form_has(target: Target):
    answer = target.client("member").post(
        "/sign-out", data="a=&" * 5_000, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 400
    assert len(BeautifulSoup(answer.text, "html.parser").select("main form input")) <= 202


@pytest.mark.parametrize("rows", ["|\n" * 6_000, "x\n" * 6_000, ("|" * 100 + "\n") * 100])
def test_an_endless_table_is_none(rows):
    head = "a|b\n-|-\n" if rows[:2] in ("|\n", "x\n") else "|" * 100 + "\n" + "|-" * 99 + "|\n"
    assert "<table" in render_markdown(head + "c|d\n")
    assert "<table" not in render_markdown(head + rows)


@pytest.mark.parametrize("deep", [">", "- ", "1. ", "> - ", "[", "![", "**a ", "_a_"])
def test_markdown_nests_no_deeper_than_a_page_can_show(deep):
    page = render_markdown(deep * (20_000 // len(deep)))
    depth = max((len(list(tag.parents)) for tag in BeautifulSoup(page, "html.parser").find_all(True)), default=0)
    assert depth <= 50


def test_a_search_asks_for_few_words_however_long_it_is(app, visitor):
    words = " ".join(f"word{number}" for number in range(5_000))
    with app.test_request_context():
        assert len(_rare_stems(words[:QUERY_MAX], 100)[0]) <= MOST_STEMS + MOST_ENDINGS
    page = visitor.get("/search", query_string={"q": words})
    assert len(str(page.find("main input[name=q]")["value"])) <= QUERY_MAX
