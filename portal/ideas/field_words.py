"""What follows a change of a field by a job: search knows its words, and what nobody said is forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update

from portal.clock import now
from portal.database.holding import hold_all
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.fields import BoardField, FieldChoice
from portal.ideas.models import Idea
from portal.ideas.values import IdeaValue

AT_ONCE = 100
# Longer than anything waits to be confirmed that may still say it.
UNSAID = timedelta(days=2)


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


def forget_unsaid() -> None:
    """Fields and choices that are offered no more, and that no idea says, go."""
    begin_write()
    for row, own in (
        (FieldChoice, IdeaValue.choice_id == FieldChoice.id),
        (BoardField, IdeaValue.field_id == BoardField.id),
    ):
        gone = delete(row).where(row.archived_at < now() - UNSAID, ~exists().where(own))
        db.session.execute(gone, execution_options={"synchronize_session": False})
    db.session.commit()


def _stale_since(field_id: int) -> datetime | None:
    since: datetime | None = db.session.scalar(select(BoardField.stale_since).where(BoardField.id == field_id))
    return since


def _ideas(field_id: int, after: int) -> list[int]:
    told = select(IdeaValue.idea_id).where(IdeaValue.field_id == field_id, IdeaValue.idea_id > after)
    return list(db.session.scalars(told.order_by(IdeaValue.idea_id).limit(AT_ONCE)))
