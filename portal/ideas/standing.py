"""How many of the ideas and issues that everybody sees stand where: of one board, or with one tag."""

from typing import NamedTuple

from sqlalchemy import func, select

from portal.extensions import db
from portal.ideas.filter import listed
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Place, places
from portal.ideas.tag_sight import has_tag
from portal.middleware.caching import for_everybody


class Stands(NamedTuple):
    """How many ideas, or issues, stand at a step; steps of one kind are one, as they are for filters."""

    for_kind: str
    step: Place
    number: int


@for_everybody
def stands_of(of: str, id: int) -> tuple[Stands, ...]:
    """Where those stand that are of this `board`, or of this `tag`, by its id."""
    which = has_tag(id) if of == "tag" else Idea.board_id == id
    counted = select(Idea.status_id, func.count()).where(listed(), which).group_by(Idea.status_id)
    numbers: dict[int, int] = {status: number for status, number in db.session.execute(counted)}
    found: dict[tuple[str, str], Stands] = {}
    for for_kind in Kind:
        for step in places(for_kind):
            first = found.get((for_kind, step.kind), Stands(for_kind.value, step, 0))
            found[for_kind, step.kind] = first._replace(number=first.number + numbers.get(step.id, 0))
    return tuple(stands for stands in found.values() if stands.number)


@for_everybody
def ideas_on_boards() -> dict[int, int]:
    """How many ideas and issues each board has, by its id."""
    counted = select(Idea.board_id, func.count()).where(listed(), Idea.board_id.is_not(None)).group_by(Idea.board_id)
    return {board: number for board, number in db.session.execute(counted) if board}
