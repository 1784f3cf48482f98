"""What a board asks for when somebody proposes: up to three fields, each of a kind, shown to all or to the team."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from slugify import slugify
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from portal.clock import now
from portal.database.types import Base
from portal.database.wording import Name, Named, chosen, each, put, rows_of
from portal.extensions import db

MOST_FIELDS, MOST_CHOICES = 3, 20
NAME_MAX, HINT_MAX, UNIT_MAX = 60, 200, 20
Words = Mapping[str, str]


class FieldText(Name, Base):
    """What a field is called, what stands below that, and in what it is counted, in one language."""

    __tablename__ = "board_field_text"

    field_id: Mapped[int] = mapped_column(ForeignKey("board_field.id", ondelete="CASCADE"), primary_key=True)
    hint: Mapped[str] = mapped_column(String(HINT_MAX), default="")
    unit: Mapped[str] = mapped_column(String(UNIT_MAX), default="")


class ChoiceName(Name, Base):
    """What a choice is called in one language."""

    __tablename__ = "field_choice_name"

    choice_id: Mapped[int] = mapped_column(ForeignKey("field_choice.id", ondelete="CASCADE"), primary_key=True)


class FieldChoice(Named, Base):
    """One of what can be chosen. It is archived, not deleted, where an idea says it."""

    __tablename__ = "field_choice"
    name_class = ChoiceName

    id: Mapped[int] = mapped_column(primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("board_field.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]

    name_rows: Mapped[dict[str, ChoiceName]] = rows_of("ChoiceName")
    called: Mapped[dict[str, str]] = column_property(each(ChoiceName.lang, ChoiceName.name, ChoiceName.choice_id == id))


class BoardField(Named, Base):
    """One thing that a board asks for; nobody has to say it.

    Its kind (`type`) and its name in files (`slug`, one a board) stay. `for_staff`: only the team and whoever wrote it
    see what was said; that may be closed later, and is opened only while nobody has said anything. `archived_at`: it is
    asked no more, and what was said stays. `stale_since`: words of it changed, and search is to follow.
    """

    __tablename__ = "board_field"
    __table_args__ = (
        CheckConstraint("type IN ('text', 'choice', 'number', 'version')", name="type"),
        UniqueConstraint("board_id", "slug"),
    )
    name_class = FieldText

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(60))
    type: Mapped[str] = mapped_column(String(10))
    for_staff: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]
    stale_since: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    name_rows: Mapped[dict[str, FieldText]] = rows_of("FieldText")
    called: Mapped[dict[str, str]] = column_property(each(FieldText.lang, FieldText.name, FieldText.field_id == id))
    hints: Mapped[dict[str, str]] = column_property(each(FieldText.lang, FieldText.hint, FieldText.field_id == id))
    units: Mapped[dict[str, str]] = column_property(each(FieldText.lang, FieldText.unit, FieldText.field_id == id))

    @classmethod
    def on_board(cls, board_id: int, archived: bool = False) -> list[Self]:
        """What a board asks for, in order; or what it asked for once."""
        in_use = cls.archived_at.is_not(None) if archived else cls.archived_at.is_(None)
        return list(
            db.session.scalars(select(cls).where(cls.board_id == board_id, in_use).order_by(cls.position, cls.id))
        )

    @property
    def choices(self) -> list[FieldChoice]:
        """What can be chosen, in order."""
        own = FieldChoice.field_id == self.id, FieldChoice.archived_at.is_(None)
        return list(db.session.scalars(select(FieldChoice).where(*own).order_by(FieldChoice.position, FieldChoice.id)))

    @property
    def hint(self) -> str:
        return chosen(self.hints or {})

    @property
    def unit(self) -> str:
        return chosen(self.units or {})

    def words(self, field: str) -> dict[str, str]:
        """What stands in this field of its form, by language."""
        return {"hint": dict(self.hints or {}), "unit": dict(self.units or {})}.get(field, self.names)

    def put_words(self, names: Words, hints: Words, units: Words) -> None:
        """Write what it is called and how it is explained in these languages."""
        for lang, name in names.items():
            put(self.name_rows, FieldText, lang, name=name, hint=hints.get(lang, ""), unit=units.get(lang, ""))


def free_slug(board_id: int, name: str) -> str:
    """A name for files that no other field of this board has."""
    wanted = slugify(name)[:50] or "field"
    taken = set(db.session.scalars(select(BoardField.slug).where(BoardField.board_id == board_id)))
    return next(slug for n in range(len(taken) + 1) if (slug := f"{wanted}-{n + 1}" if n else wanted) not in taken)
