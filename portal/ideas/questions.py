"""A question of our team to who wrote something: who was asked, by whom, until when, and what came of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from sqlalchemy import ColumnElement, ForeignKey, String, select, text, update
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portal.accounts.models import User
from portal.clock import now
from portal.extensions import db

# So long a question waits; so long what was asked is kept.
WAITS, KEPT = timedelta(days=14), timedelta(days=90)
WAITING, DONE, REFUSED, WITHDRAWN, UNANSWERED = "", "done", "refused", "withdrawn", "unanswered"
OPEN_ONLY: dict[str, Any] = {"sqlite_where": text("outcome = ''"), "postgresql_where": text("outcome = ''")}


class NotAsked(Exception):
    """The question is answered, was taken back, or its time is over."""


class Question:
    """A row that asks somebody whether something may become of what they wrote, or says what was done, asked or not.

    `of`: the column that says of what; `asked_id`: who wrote it, where they were asked; `by_id`: who asked, or did it.
    """

    of: ClassVar[str]

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(10), default=WAITING)

    @declared_attr
    def asked(cls) -> Mapped[User | None]:
        return relationship(foreign_keys=_its("asked_id", cls))

    @declared_attr
    def by(cls) -> Mapped[User | None]:
        return relationship(foreign_keys=_its("by_id", cls))

    @property
    def waits(self) -> bool:
        """Whether it can still be answered: nobody has, nobody took it back, and its time is not over."""
        return self.outcome == WAITING and self.asked_id is not None and self.until > now()

    def require_waiting(self) -> None:
        """Raises NotAsked."""
        if not self.waits:
            raise NotAsked

    def end(self, outcome: str) -> None:
        """Say that nothing comes of it, and why. Raises NotAsked."""
        self.require_waiting()
        self.outcome = outcome

    @classmethod
    def about(cls, id: int) -> ColumnElement[bool]:
        """The condition of those about the thing with this id."""
        condition: ColumnElement[bool] = getattr(cls, cls.of) == id
        return condition

    @classmethod
    def latest(cls, id: int) -> Self | None:
        """What was asked or done last, of this thing."""
        return db.session.scalars(select(cls).where(cls.about(id)).order_by(cls.id.desc()).limit(1)).first()

    @classmethod
    def asked_of(cls, id: int) -> Self | None:
        """The question that waits for an answer, if any."""
        question = db.session.scalars(select(cls).where(cls.about(id), cls.outcome == WAITING)).first()
        return question if question is not None and question.waits else None

    @classmethod
    def end_all(cls, *which: Any, outcome: str = UNANSWERED, **values: Any) -> None:
        """Of the waiting ones of these nothing comes any more."""
        ended = update(cls).where(cls.outcome == WAITING, *which).values(outcome=outcome, **values)
        db.session.execute(ended, execution_options={"synchronize_session": "fetch"})


def can_be_asked(author: User) -> bool:
    """Whether who wrote it is here, and may answer."""
    return bool(author.takes_part)


def _its(name: str, model: Any) -> Callable[[], Any]:
    return lambda: getattr(model, name)
