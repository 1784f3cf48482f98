"""Postings: the words of an idea, by their stems in both languages, kept up to date."""

from collections.abc import Iterable

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.postings import Posting, Stem, Text, index_many, stem, weights, words
from portal.ideas.statuses import Status
from portal.search.results import search
from tests.conftest import act

pytestmark = pytest.mark.both


def counts_hold() -> bool:
    """Whether every stem says in how many ideas it stands."""
    told = {
        row.stem: row.ideas_count for row in db.session.execute(select(Stem.stem, Stem.ideas_count)) if row.ideas_count
    }
    rows = db.session.execute(select(Posting.stem, func.count()).group_by(Posting.stem)).tuples()
    return told == dict(rows.all())


def texts(ideas: Iterable[Idea]) -> list[Text]:
    return [Text(idea.id, idea.title, idea.body, idea.lang) for idea in ideas]


def test_words_lose_case_accents_and_what_says_nothing() -> None:
    assert words("Ajouter l’ÉCHÉANCE des équipes, please!") == ["echeance", "equipes"]
    assert stem("schedules", "en") == stem("schedule", "en")
    assert stem("plannings", "fr") == stem("planning", "fr")
    assert len(stem("x" * 300, "en")) == 40


def test_a_word_of_the_title_weighs_more_than_one_of_the_body() -> None:
    found = weights("Calendar export", "Print the rota", "en")
    assert found["calendar"] > found["rota"]


def test_indexing_again_changes_nothing(app: object) -> None:
    before = set(db.session.execute(select(Posting.stem, Posting.idea_id)).tuples())
    with act():
        index_many(texts(db.session.scalars(select(Idea)).all()))
    assert set(db.session.execute(select(Posting.stem, Posting.idea_id)).tuples()) == before
    assert counts_hold()


def test_many_ideas_are_indexed_at_once(tom: User) -> None:
    with act():
        status = Status.first("idea")
        ideas = [Idea(title=f"Delivery {n} of fresh oysters", author=tom, status=status) for n in range(30)]
        db.session.add_all(ideas)
        db.session.flush()
        index_many(texts(ideas))
    assert len(search("oyster deliveries", None, limit=100)) == 30
    assert counts_hold()
