"""However long and deep what is sent: the work that it makes has a bound."""

import json
import random
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from portal.accounts.addressing import tidy_address
from portal.extensions import db
from portal.ideas.differences import differences
from portal.ideas.postings import Stem
from portal.ideas.relevance import asked_for
from portal.mail.letter import plain_words
from portal.markdown.reading import Reader
from portal.search.views import QUERY_MAX
from portal.text import MOST_STEPS, clean_line, clean_text, excerpt, render_markdown
from tests.security import families
from tests.security.target import Target

LONGEST = 20_000
TEXTS = families.texts(LONGEST)
# Calls of functions, counted by the interpreter: what so many steps, and telling the words, may take.
MOST_CALLS = 1_200_000
CORPORA = Path(__file__).parents[3] / "shared" / "data"


def calls(do: Callable[[], Any]) -> int:
    """How many functions are called meanwhile, those of the libraries too."""
    count = 0

    def note(_frame: Any, event: str, _about: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        do()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", ["'!['", "'[a]: b\\n'", "'> - ' a line", "'*a_'", "'a|b\\n'", "pictures in pictures"])
def test_what_is_too_much_work_is_shown_as_it_was_written(name):
    text = f"Read this first.\n\n{TEXTS[name]}\n\n<b>And this</b> *last*."
    shown = BeautifulSoup(render_markdown(text), "html.parser")
    assert shown.find("p").get_text() == "Read this first." and "<b>And this</b>" in shown.get_text()
    assert len(render_markdown(text)) < 8 * len(text)


def test_one_long_address_does_not_make_a_page_of_megabytes():
    text = f"[a]: https://{'x' * 15_000}\n\n" + "[a] " * 800
    assert len(render_markdown(text)) < 8 * len(text)


def test_what_people_wrote_is_never_too_much_work():
    if not CORPORA.exists():
        pytest.skip("the corpora in ../shared/data are not beside this clone")
    reader, seen = Reader(), 0
    for file in (*CORPORA.glob("*/ideas.jsonl"), *CORPORA.glob("*/comments.jsonl")):
        for line in file.read_text().splitlines():
            seen += bool(reader.html(clean_text(json.loads(line).get("body")), MOST_STEPS // 5))
    assert seen > 6_000


def test_two_versions_are_compared_for_a_while():
    dice = random.Random(1)
    words = [f"w{number}" for number in range(300)] * 10
    versions = ([word for n, word in enumerate(words) if n % 3], words[::-1], dice.sample(words, len(words)))
    for version in versions:
        old, new = " ".join(words), " ".join(version)
        assert calls(lambda old=old, new=new: differences(old, new)) < MOST_CALLS
        assert "".join(piece.text for piece in differences(old, new) if piece.kind != "del") == new


def test_versions_of_ten_thousand_words_are_not_compared():
    """A hundred words, each as often as it may be before the library leaves it out: each look costs a million calls."""
    words = [chr(0x4E00 + number) for number in range(100)] * 100
    old, new = " ".join(words), " ".join(reversed(words))
    assert calls(lambda: differences(old, new)) < MOST_CALLS


@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_marks_are_not_piled_up(clean):
    """Sorting a megabyte of them takes minutes, in which the process answers nobody."""
    piled = clean("e" + "\u0301\u0327" * 10_000 + "nd")
    assert piled.endswith("nd") and len(piled) <= 33
    assert clean("Việt Nam, Ἀχιλλεύς, हिन्दी, עִבְרִית") == unicodedata.normalize("NFC", "Việt Nam, Ἀχιλλεύς, हिन्दी, עִבְרִית")


def test_what_is_too_long_for_an_address_is_not_written_as_punycode():
    assert tidy_address("ada@bücher.example") == "ada@xn--bcher-kva.example"
    address = "ada@" + "".join(chr(0x4E00 + number) for number in range(5_000)) + ".example"
    assert calls(lambda: tidy_address(address)) < MOST_CALLS // 100 and tidy_address(address) == address


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


def test_a_table_stays_one_in_a_long_text():
    table = "|a|b|c|d|e|f|\n|-|-|-|-|-|-|\n" + "|1|2|3|4|5|6|\n" * 20
    assert render_markdown(f"{table}\n" + "A line of words.\n\n" * 700).count("<td>") == 120


@pytest.mark.parametrize("deep", [">", "- ", "1. ", "> - ", "[", "![", "**a ", "_a_"])
def test_markdown_nests_no_deeper_than_a_page_can_show(deep):
    page = render_markdown(deep * (20_000 // len(deep)))
    depth = max((len(list(tag.parents)) for tag in BeautifulSoup(page, "html.parser").find_all(True)), default=0)
    assert depth <= 50


def test_a_search_asks_for_few_words_however_long_it_is(app, visitor):
    words = " ".join(f"word{number}" for number in range(5_000))
    known = " ".join(sorted(db.session.scalars(select(Stem.stem).where(func.length(Stem.stem) > 2)), key=len))
    # Eight words, each by its stem in two languages, and six that begin like the last.
    assert 0 < len(asked_for(known[:QUERY_MAX]).known) <= 8 * 2 + 6
    page = visitor.get("/search", query_string={"q": words})
    assert len(str(page.find("main input[name=q]")["value"])) <= QUERY_MAX


@pytest.mark.parametrize("number", range(12))
def test_no_text_takes_more_work_than_it_may(number):
    """Every family once: read, told as plain words, and in a summary."""
    took = {}
    for name, text in list(TEXTS.items())[number::12]:
        text = clean_text(text)
        took[name] = calls(lambda text=text: (plain_words(text), excerpt(text, 240)))
    assert {name: count for name, count in took.items() if count > MOST_CALLS} == {}
