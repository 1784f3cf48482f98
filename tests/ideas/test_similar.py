"""Similar ideas: found by their stems in both languages, kept up to date, only through what the reader may see."""

from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.similar import similar_to
from portal.ideas.statuses import Status
from tests.browser import Browser
from tests.conftest import act
from tests.ideas.test_postings import counts_hold

pytestmark = pytest.mark.both

Browse = Callable[..., Browser]
HTMX = {"HX-Request": "true"}


def found(title: str, reader: User | None) -> list[int]:
    """The ids of what is similar, best first."""
    return [card.id for card in similar_to(title, reader)]


def test_a_proposed_idea_is_found_and_an_edited_one_by_its_new_words(tom: User, dark_mode: Idea) -> None:
    with act():
        idea = Idea.propose(tom, "Calendar synchronisation for waiters")
    assert idea.id in found("synchronise calendars", tom)
    with act():
        idea.edit("Barcode scanner in the cellar", "", by=tom)
    assert idea.id in found("barcode scanners", tom)
    assert idea.id not in found("synchronise calendars", tom)
    assert counts_hold()


def test_french_and_english_are_found_whatever_the_reader_writes(rest_warning: Idea, offline: Idea) -> None:
    assert found("prevenir heures de repos", None) == [rest_warning.id]
    assert offline.id in found("OFFLINE schedules", None)


def test_a_last_word_is_completed_only_where_nobody_uses_it(tom: User, offline: Idea) -> None:
    assert offline.id in found("offl", None)
    assert found("offl ", None) == []
    with act():
        short = Idea.propose(tom, "Off")
        Idea.propose(tom, "Office hours")
    assert found("off", None) == [short.id]


def test_words_in_common_are_not_the_same_wish(fax: Idea) -> None:
    assert found("A wine list for the cook on Monday", None) == []
    assert found("See my rota without network", None) == []


def test_the_very_title_comes_first_whatever_it_says(tom: User) -> None:
    titles = ["😊", "don’t have any", "Only the will of all", "A", "Rota", "rota!", "Rota for the rota of the rota"]
    with act():
        ids = {title: Idea.propose(tom, title, "rota " * 40).id for title in titles}
        for _ in range(30):
            Idea.propose(tom, "Rota, rota, rota", "rota")
    assert {title: found(title, None)[:1] for title in titles} == {title: [id] for title, id in ids.items()}
    assert found("DON’T have any", None) == [] and found("Don’t have any", None) == [ids["don’t have any"]]


def test_every_title_of_a_portal_finds_its_own_idea(tom: User) -> None:
    said, random = ["oyster", "menu", "waiter", "kitchen", "glass", "apron", "of", "the", "is", "no"], Random(3)
    with act():
        for number in range(50):
            title = " ".join(random.choices(said, k=random.randint(1, 7)))
            Idea.propose(tom, f"{title} {number // 20}", " ".join(random.choices(said, k=30)))
    for id, title in db.session.execute(select(Idea.id, Idea.title).where(Idea.seen_by(None))).tuples():
        first = similar_to(title, None)[0]
        assert first.id == id or first.title == title, title


@pytest.mark.parametrize("text", ["", "   ", "the of and", "…!?", "_%_", "a'b\"c", "🙂", "x" * 5000])
def test_words_that_say_nothing_find_nothing(app: object, text: str) -> None:
    assert similar_to(text, None) == []


def test_an_idea_has_similar_ones_but_itself(tom: User, offline: Idea) -> None:
    with act():
        copy = Idea.propose(tom, "Offline schedule on phones")
    assert similar_to(copy.title, None, but=copy.id)[0].id == offline.id


def test_hidden_and_private_ones_are_left_out(
    lea: User, camille: User, tom: User, salary_leak: Idea, offline: Idea
) -> None:
    with act():
        offline.hide(by=lea, reason="Spam")
    assert offline.id not in found("schedule offline phone", tom)
    words = "Wages of colleagues in the export"
    assert similar_to(words, None) == similar_to(words, tom) == []
    assert found(words, camille) == found(words, lea) == [salary_leak.id]


def test_at_most_three_with_status_and_vote(browser: Browse, tom: User, dark_mode: Idea, fax: Idea) -> None:
    with act():
        for hour in ("evening", "morning", "midday", "weekend"):
            Idea.propose(tom, f"Print the oyster menu for the {hour}")
    page = browser(tom).get("/ideas/similar?title=print the oyster menu", headers=HTMX)
    assert len(page.soup.select("li")) == 3 and "<html" not in page.html
    assert page.find("[data-announce]").get_text() == "3 similar ideas"
    page = browser(tom).get("/ideas/similar?title=dark mode for the night", headers=HTMX)
    assert page.find(f"form#vote-button-{dark_mode.id}[hx-post]")
    assert page.find('input[name="shape"]')["value"] == "button"
    assert page.find(".st").get_text() == "New"
    assert not browser(tom).get("/ideas/similar?title=schedule by fax", headers=HTMX).has(f"#vote-button-{fax.id}")


def test_a_visitor_gets_links_and_no_token(visitor: Browser, dark_mode: Idea) -> None:
    page = visitor.get("/ideas/similar?title=dark mode", headers=HTMX)
    assert page.find(f"a#vote-button-{dark_mode.id}")["href"] == f"/ideas/{dark_mode.id}/vote"
    assert "csrf_token" not in page.html and "Set-Cookie" not in page.headers


def test_what_shipped_answers_on_the_spot(browser: Browse, lea: User, offline: Idea) -> None:
    with act():
        offline.change_status(Status.first("idea", "shipped"), by=lea)
    page = browser().get("/ideas/similar?title=offline schedule", headers=HTMX)
    assert page.find(".dups a.ok, a.ok").get_text() == "Already there: see how it works"


def test_issues_tell_how_many_have_them(browser: Browse, double_shift: Idea, dark_mode: Idea) -> None:
    page = browser().get("/ideas/similar?kind=issue&title=split shift twice", headers=HTMX)
    told = " ".join(page.find(f"#count-{double_shift.id}").get_text(" ").split())
    assert told == "3 have it" and dark_mode.title not in page.html


@pytest.mark.parametrize("title", ["", "ab", "zzzz qqqq"])
def test_nothing_similar_is_an_empty_answer(visitor: Browser, title: str) -> None:
    assert visitor.get(f"/ideas/similar?title={title}", headers=HTMX).html.strip() == ""


def test_inside_the_form_what_was_shown_counts_as_seen(visitor: Browser) -> None:
    inside = visitor.get("/ideas/similar?form=1&title=dark mode", headers=HTMX)
    assert inside.has("input[name=seen_similar]")
    assert not visitor.get("/ideas/similar?title=dark mode", headers=HTMX).has("input[name=seen_similar]")


def test_without_htmx_it_is_a_page(visitor: Browser, dark_mode: Idea) -> None:
    page = visitor.get("/ideas/similar?title=dark mode")
    assert page.heading == "Similar ideas" and dark_mode.title in page.text
    assert "Nothing similar yet." in visitor.get("/ideas/similar?title=zzzz").text
