"""Who sees what was said to a board: what is for the team alone stands on no surface of others, and in no search."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.admin import asking_for
from portal.extensions import db
from portal.ideas import field_words
from portal.ideas.fields import BoardField
from portal.ideas.models import Idea
from portal.ideas.postings import Stem
from portal.ideas.similar import similar_to
from portal.privacy.taking_out import Wishes, take_out
from portal.search.results import search
from portal.triage.acts import Act, undoable
from portal.triage.undoing import undo
from tests.browser import Browser
from tests.conftest import act
from tests.ideas.asks import asks, board_called, choice_of, says
from tests.privacy.held import data_in, page_in, taken_along

pytestmark = pytest.mark.both
Opens = Callable[..., Browser]
SECRET = "quetzalcoatl"
SURFACES = (
    "/ideas/{id}", "/ideas/{id}/history", "/ideas/{id}/feed.atom", "/ideas/{id}/share", "/feed.atom", "/?sort=new",
    "/?board=mobile", "/search?q=dark", "/people/yuki-tan",
    "/oembed?url=http%3A//127.0.0.1%3A8000/ideas/{id}", "/roadmap", "/sitemap.xml",
)  # fmt: skip


@pytest.fixture
def secret(nora: User, yuki: User, dark_mode: Idea) -> int:
    field = asks(nora, "mobile", "text", "Zanzibar", for_staff=True)
    says(dark_mode, yuki, **{f"f{field}": SECRET})
    return field


def found(word: str, reader: User | None = None) -> list[str]:
    db.session.rollback()
    return [card.title for card in search(word, reader, 5)]


@pytest.mark.parametrize("place", SURFACES)
def test_what_is_for_the_team_is_on_no_surface_of_others(
    browser: Opens, tom: User, dark_mode: Idea, secret: int, place: str
) -> None:
    url = place.format(id=dark_mode.id)
    for reader in (browser(), browser(tom)):
        page = reader.get(url)
        text = page.response.get_data(as_text=True)
        assert page.status == 200
        assert "Zanzibar" not in text and SECRET not in text


def test_the_search_finds_neither_it_nor_by_it_whoever_asks(app: Flask, nora: User, secret: int) -> None:
    assert not found(SECRET) and not found(SECRET, nora)
    assert not similar_to(SECRET, nora)
    assert db.session.scalar(select(func.count()).select_from(Stem).where(Stem.stem.startswith("quetzal"))) == 0


def test_the_search_finds_words_and_choices_that_are_for_all(app: Flask, nora: User, dark_mode: Idea) -> None:
    car, device = asks(nora, "mobile", "text", "Car"), asks(nora, "mobile", "choice", "Device", "Zeppelin", "Boat")
    says(dark_mode, nora, **{f"f{car}": "Omnibus", f"f{device}": choice_of(device, "Zeppelin")})
    assert found("omnibus") == found("zeppelin") == [dark_mode.title]
    says(dark_mode, nora, **{f"f{car}": ""})
    assert not found("omnibus") and found("zeppelin")


def test_closed_to_the_team_it_is_found_no_more(
    app: Flask, browser: Opens, nora: User, dark_mode: Idea, run_jobs: Callable[[], None]
) -> None:
    car = asks(nora, "mobile", "text", "Car")
    says(dark_mode, nora, **{f"f{car}": "Omnibus"})
    admin = browser(nora)
    page = admin.get(f"/admin/boards/{board_called('mobile').id}/fields/{car}")
    assert admin.submit(page, "main form.form", shown="staff").status == 200
    assert "Omnibus" not in browser().get(f"/ideas/{dark_mode.id}").html
    run_jobs()
    assert not found("omnibus")
    again = admin.submit(
        admin.get(f"/admin/boards/{board_called('mobile').id}/fields/{car}"), "main form.form", shown="all"
    )
    assert again.status == 422 and "said to our team alone, and stays so" in again.text


def test_a_choice_with_another_name_is_found_by_that_even_where_the_ring_was_lost(
    app: Flask, nora: User, dark_mode: Idea
) -> None:
    device = asks(nora, "mobile", "choice", "Device", "Zeppelin", "Boat")
    says(dark_mode, nora, **{f"f{device}": choice_of(device, "Zeppelin")})
    renamed = {int(choice_of(device, "Zeppelin")): {"en": "Airship"}}
    words = {"name": {"en": "Device"}, "hint": {}, "unit": {}}
    with act():
        asking_for.change(db.session.get_one(BoardField, device), words, False, None, nora, renamed=renamed)
    field_words.refresh_all()
    field_words.refresh_all()
    assert found("airship") == [dark_mode.title] and not found("zeppelin")


def test_on_another_board_it_is_not_found_until_it_is_back(app: Flask, nora: User, dark_mode: Idea) -> None:
    car = asks(nora, "mobile", "text", "Car")
    says(dark_mode, nora, **{f"f{car}": "Omnibus"})
    with act():
        idea = db.session.get_one(Idea, dark_mode.id)
        with undoable(idea, by=nora):
            idea.move(board_called("team"), by=nora)
    assert not found("omnibus")
    with act():
        undo(db.session.scalars(select(Act)).one(), by=nora)
    assert found("omnibus") == [dark_mode.title]


def test_its_author_takes_all_of_it_along_with_what_it_was(
    browser: Opens, yuki: User, dark_mode: Idea, secret: int
) -> None:
    says(dark_mode, yuki, **{f"f{secret}": "cormorant"})
    archive = taken_along(browser(yuki))
    mine = next(idea for idea in data_in(archive)["ideas"] if idea["id"] == dark_mode.id)
    assert mine["fields"] == {"zanzibar": "cormorant"}
    assert [version["fields"] for version in mine["versions"]][-2:] == [{"zanzibar": SECRET}, {"zanzibar": "cormorant"}]
    assert "cormorant" in page_in(archive).get_text()


def test_who_takes_their_texts_out_takes_it_out_too(
    app: Flask, yuki: User, dark_mode: Idea, secret: int, browser: Opens
) -> None:
    with act():
        take_out(db.session.get_one(User, yuki.id), Wishes(texts=True))
    reader = browser(yuki)
    assert SECRET not in reader.get(f"/ideas/{dark_mode.id}").html
    assert SECRET not in reader.get(f"/ideas/{dark_mode.id}/history").html


def test_a_private_issue_and_a_hidden_idea_are_not_found_by_what_they_say(
    app: Flask, nora: User, camille: User
) -> None:
    car = asks(nora, "team", "text", "Car")
    leak = db.session.scalars(select(Idea).where(Idea.is_private)).one()
    says(leak, camille, **{f"f{car}": "Omnibus"})
    assert not found("omnibus") and found("omnibus", camille) == [leak.title]
