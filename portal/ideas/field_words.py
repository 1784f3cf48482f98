"""Search follows where the words of a field change: a choice has another name, or only the team sees what was said."""

from datetime import datetime

from sqlalchemy import select, update

from portal.database.holding import hold_all
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.fields import BoardField
from portal.ideas.models import Idea
from portal.ideas.values import IdeaValue

AT_ONCE = 100


def refresh(field_id: int) -> None:
    """Index anew the ideas that say something to this field, some at a time; refresh_all() does whatever is left."""
    since = _stale_since(field_id)
    last = 0
    while since and (some := _ideas(field_id, last)):
        begin_write()
        for idea in hold_all(Idea, Idea.id.in_(some)):
            idea.index_words()
        db.session.commit()
        last = some[-1]
    begin_write()
    fresh = BoardField.id == field_id, BoardField.stale_since == since
    db.session.execute(update(BoardField).where(*fresh).values(stale_since=None))
    db.session.commit()


def refresh_all() -> None:
    """What a ring that was lost, or a stop on the way, left undone."""
    for id in db.session.scalars(select(BoardField.id).where(BoardField.stale_since.is_not(None))).all():
        refresh(id)


def _stale_since(field_id: int) -> datetime | None:
    since: datetime | None = db.session.scalar(select(BoardField.stale_since).where(BoardField.id == field_id))
    return since


def _ideas(field_id: int, after: int) -> list[int]:
    told = select(IdeaValue.idea_id).where(IdeaValue.field_id == field_id, IdeaValue.idea_id > after)
    return list(db.session.scalars(told.order_by(IdeaValue.idea_id).limit(AT_ONCE)))
