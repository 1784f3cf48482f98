"""What one of staff just did: kept while it can be undone, and gone before the first person is told."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.models import User
from portal.activity.models import Event
from portal.activity.waiting import told_later
from portal.clock import now
from portal.database.types import Base
from portal.database.writing import begin_write
from portal.extensions import db
from portal.triage.rows import Change, Stand

# So long is the way from the server to the window and back: ten seconds to read are ten seconds.
ON_THE_WAY = timedelta(seconds=2)
# So long ago may an act be of which somebody asks whether it can be undone.
LONGEST = timedelta(hours=1)


@dataclass
class Undoable:
    """What is being done: the press under which it is undone, empty where there is nothing to undo."""

    press: str = ""


class Act(Base):
    """An act on one thing (an idea, a comment, a release, a person) that may still be undone. What was done with one
    press has the same `press`.

    `kept`: the events that it recorded, and every row that it changed, as it stood before and as it was left.
    """

    __tablename__ = "act"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    press: Mapped[str] = mapped_column(String(32), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    kept: Mapped[dict[str, Any]]
    until: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)

    @classmethod
    def is_about(cls, thing: Any) -> ColumnElement[bool]:
        """The condition of what was done to this very thing."""
        return (cls.subject_type == thing.__tablename__) & (cls.subject_id == thing.id)

    @property
    def is_over(self) -> bool:
        """Whether the time in which it could be undone has passed."""
        return self.until <= now()

    @property
    def events(self) -> list[Event]:
        """What was recorded of it, and was told to nobody so far."""
        return list(db.session.scalars(select(Event).where(Event.id.in_(self.kept["events"])).order_by(Event.id)))

    @property
    def changes(self) -> list[Change]:
        changes: list[Change] = self.kept["changes"]
        return changes

    @classmethod
    def done_with(cls, press: str) -> list["Act"]:
        """What was done with this press and can still be undone, as it was done."""
        return list(db.session.scalars(select(cls).where(cls.press == press).order_by(cls.created_at, cls.subject_id)))

    @classmethod
    def told_with(cls, press: str) -> int:
        """How much of what was done to several ideas with this press cannot be undone any more."""
        lately = Event.created_at > now() - LONGEST, Event.facts["bulk"].as_string() == press
        done = select(Event.subject_id.distinct()).where(*lately, Event.subject_type == "idea")
        undoable_still = select(cls.subject_id).where(cls.press == press, cls.subject_type == "idea")
        told = done.where(Event.subject_id.not_in(undoable_still)).subquery()
        return db.session.scalar(select(func.count()).select_from(told)) or 0

    @classmethod
    def claim(cls, id: str) -> bool:
        """Take the act for oneself, to undo it or to tell of it: True for the one of all who try at once."""
        taken = delete(cls).where(cls.id == id).returning(cls.id)
        return db.session.scalar(taken, execution_options={"synchronize_session": False}) is not None


def new_press() -> str:
    """The name of one press of a button."""
    return secrets.token_urlsafe(16)


@contextmanager
def undoable(
    thing: Any,
    by: User,
    press: str = "",
    together: bool = False,
    until: datetime | None = None,
    done: Undoable | None = None,
    person: User | None = None,
) -> Iterator[Undoable]:
    """What happens inside to this thing, which is held, can be undone for some seconds, and is told only after them.

    Acts with one `press` are undone together; `together` lets those who support several of these ideas get one
    message. `person`: who is concerned as well, as an author who is suspended. The caller commits.
    """
    done = done or Undoable()
    seconds: int = current_app.config["UNDO_SECONDS"]
    if not seconds:
        yield done
        return
    id, stood = secrets.token_urlsafe(16), Stand(thing, person)
    until, press = until or now() + timedelta(seconds=seconds) + ON_THE_WAY, press or id
    with told_later(until, act=id, **({"bulk": press} if together else {})) as wait:
        yield done
    if wait.events:
        kept = {"events": [event.id for event in wait.events], "changes": stood.changes()}
        about = {"subject_type": thing.__tablename__, "subject_id": thing.id}
        db.session.add(Act(id=id, press=press, by_id=by.id, **about, kept=kept, until=until))
        db.session.flush()
        done.press = press


def may_be_told(event: Event) -> bool:
    """End the time in which what it tells could be undone; whether it still happened. Commits.

    Undoing takes the same row away: of the two exactly one finds it, and the other sees what came of it.
    """
    id, action = event.facts.get("act"), event.action
    if not id:
        return True
    begin_write()
    Act.claim(id)
    db.session.refresh(event)
    stands = event.action == action and event.fanned_out_at is None
    db.session.commit()
    return stands
