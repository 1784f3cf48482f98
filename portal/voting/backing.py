"""What people backed of others: the votes that they cast, without those for what they wrote themselves."""

from typing import Any

from sqlalchemy import literal, select

from portal.ideas.models import Idea
from portal.voting.models import Vote
from portal.web.paging import sifted


def backed(ids: Any, *which: Any) -> tuple[Any, Any]:
    """Two selects, to be added up, of who of these people voted, when, and `weighs`: one for each vote that counts, and
    minus one for each for something of their own. So votes are counted in an index, and few ideas are looked at.
    """
    cast = select(Vote.user_id.label("who"), Vote.created_at.label("at"), literal(1).label("weighs"))
    own = select(Vote.user_id, Vote.created_at, literal(-1))
    its_author = (Idea.id == Vote.idea_id) & (Vote.user_id == sifted(Idea.author_id))
    own = own.join(Idea, its_author).where(Idea.author_id.in_(ids))
    counts = Vote.counted(), *which
    return cast.where(Vote.user_id.in_(ids), *counts), own.where(*counts)
