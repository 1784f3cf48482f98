"""Earlier words that are taken out for good: a version keeps its place and its date, and nothing of what it said."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import now
from portal.extensions import db


class Version:
    """What a text said when it was saved. `words`: its columns with words; `of`: the column that names the text."""

    words: ClassVar[tuple[str, ...]] = ("body",)
    of: ClassVar[str]

    id: Any
    blanked_at: Mapped[datetime | None]
    blanked_by_staff: Mapped[bool] = mapped_column(default=False)

    @property
    def is_blanked(self) -> bool:
        return self.blanked_at is not None

    @classmethod
    def latest(cls, id: int) -> int:
        """The number of the latest version of the text with this id: how many there are."""
        db.session.flush()
        return db.session.scalar(select(func.count(cls.id)).where(getattr(cls, cls.of) == id)) or 0

    @classmethod
    def blank(cls, which: Any, by_staff: bool) -> int:
        """Take the words out of these versions for good, and return of how many.

        The last one of a text stays: it holds what the text says now. The caller has begun the write.
        """
        taken = update(cls).where(which, cls.blanked_at.is_(None), cls.is_earlier())
        taken = taken.values(**cls.nothing(), blanked_at=now(), blanked_by_staff=by_staff)
        gone = db.session.scalars(taken.returning(cls.id), execution_options={"synchronize_session": "fetch"})
        return len(gone.all())

    @classmethod
    def nothing(cls) -> dict[str, Any]:
        """What stands in its columns once its words are taken out."""
        return dict.fromkeys(cls.words, "")

    def text_of(self, name: str) -> str:
        """What it said in this field."""
        text: str = getattr(self, name)
        return text

    @classmethod
    def is_earlier(cls) -> Any:
        """The condition of a version after which the text was saved again."""
        later: Any = cls.__table__.alias("later")  # type: ignore[attr-defined]
        same = later.c[cls.of] == getattr(cls, cls.of)
        return select(later.c.id).where(same, later.c.id > cls.id).exists()
