"""Relevance: nothing that fits is missed, though most ideas are never looked at."""

from random import Random

import pytest

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas import relevance, similar
from portal.ideas.models import Idea
from portal.ideas.postings import weights
from portal.ideas.similar import similar_to
from portal.search.results import search
from tests.conftest import act

pytestmark = pytest.mark.both


def found(title: str, reader: User | None) -> list[int]:
    """The ids of what is similar, best first."""
    return [card.id for card in similar_to(title, reader)]


def test_what_may_be_shown_is_found_behind_much_that_may_not(
    monkeypatch: pytest.MonkeyPatch, tom: User, lea: User
) -> None:
    monkeypatch.setattr(relevance, "SPARE", 0)
    monkeypatch.setattr(relevance, "LOOKED_UP", 2)
    with act():
        shown = Idea.propose(tom, "Oyster deliveries before the weekend on the calendar")
        for number in range(8):
            Idea.propose(tom, f"Oyster deliveries {number}").hide(by=lea, reason="Spam")
    assert found("Oyster deliveries", tom) == [shown.id]
    assert [card.id for card in search("oyster deliveries", tom)] == [shown.id]


def brute_force(text: str) -> list[int]:
    """What the weights of every single idea give, without leaving any out of the reckoning."""
    asked = relevance.asked_for(text)
    scored = []
    for idea in db.session.scalars(Idea.visible_to(None)):
        told = weights(idea.title, idea.body, idea.lang)
        parts = [told[stem] * rarity for stem, rarity in asked.known.items() if stem in told]
        if parts:
            scored.append((round(sum(parts), 9), idea.id))
    return [id for _, id in sorted(scored, reverse=True)[:20]]


def test_no_idea_is_missed_that_the_weights_of_all_would_find(monkeypatch: pytest.MonkeyPatch, tom: User) -> None:
    said = ["oyster", "menu", "waiter", "kitchen", "glass", "apron", "fridge", "cellar", "candle", "napkin"]
    often, random = [2.0**-rank for rank in range(len(said))], Random(7)
    with act():
        for number in range(90):
            chosen = random.choices(said, often, k=random.randint(2, 9))
            Idea.propose(tom, f"{' '.join(chosen[:3])} {number}", " ".join(chosen[3:]))
    for _ in range(25):
        text = " ".join(random.choices(said, k=random.randint(1, 6))) + " "
        assert [card.id for card in search(text, None)] == brute_force(text), text
        few = found(text, None)
        with monkeypatch.context() as all_of_them:
            all_of_them.setattr(similar, "COMPARED", 1_000)
            all_of_them.setattr(similar, "LEAST", 0)
            assert found(text, None)[:1] == few[:1], text
