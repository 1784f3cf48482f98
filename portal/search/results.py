"""What a search finds: ideas and issues of every status, the best match first."""

from typing import Any

from portal.extensions import db
from portal.ideas.cards import Card, cards
from portal.ideas.models import Idea
from portal.ideas.relevance import asked_for, may_show, shown


def search(query: str, user: Any, limit: int = 20, kind: str | None = None, skip: int = 0) -> list[Card]:
    """The ideas of every status that this person may see and that fit the query best."""
    page = shown(asked_for(query), may_show(user, kind), skip + limit)[skip:]
    rows = {card.id: card for card in (Card.of(row) for row in db.session.execute(cards().where(Idea.id.in_(page))))}
    return [rows[id] for id in page if id in rows]
