"""The first public answer to the first thing that somebody wrote: the mail about it says so, once and in a line."""

from typing import Any

from sqlalchemy import and_, func, or_, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea

ON_THE_IDEA = (Action.STATUS_CHANGED, Action.RESPONSE_POSTED)


def is_first_answer(event: Event, reader: User) -> bool:
    """Whether this event is the team's first answer to the first idea or issue of this person.

    It asks the events alone, so a mail that is sent again says the same, and no second one can say it.
    """
    idea_id = _answered_by(event)
    if idea_id is None or event.actor_id == reader.id:
        return False
    mine = select(func.min(Idea.id)).where(Idea.author_id == reader.id, Idea.imported_key.is_(None))
    return bool(db.session.scalar(mine) == idea_id and db.session.scalar(_first_on(idea_id)) == event.id)


def _answered_by(event: Event) -> int | None:
    """The id of the idea that this event may answer."""
    if event.action in ON_THE_IDEA:
        return int(event.subject_id)
    return event.facts.get("idea") if event.action == Action.COMMENT_POSTED else None


def _first_on(idea_id: int) -> Any:
    official = select(Comment.id).where(Comment.idea_id == idea_id, Comment.is_official, ~Comment.is_note)
    on_idea = and_(Event.subject_type == "idea", Event.subject_id == idea_id, Event.action.in_(ON_THE_IDEA))
    said = and_(Event.subject_type == "comment", Event.subject_id.in_(official), Event.action == Action.COMMENT_POSTED)
    return select(func.min(Event.id)).where(or_(on_idea, said))
