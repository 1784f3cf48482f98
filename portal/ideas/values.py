"""What ideas say to what their boards ask for: the rows, and how they are written and compared."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ForeignKey, Index, String, case, column, delete, select, table
from sqlalchemy.orm import Mapped, mapped_column

from portal.database.types import Base
from portal.extensions import db
from portal.ideas.boards import at_last, merged_boards
from portal.ideas.field_kinds import TEXT_MAX, FieldType, order_of
from portal.ideas.fields import BoardField, ChoiceName, FieldChoice

# By the id of a field: what is said to it, as one word of text (field_kinds.py).
Values = Mapping[int, str]
# Only these of an idea are needed here, which the model of ideas stands above.
_idea = table("idea", column("id"), column("board_id"))


class IdeaValue(Base):
    """What an idea says to one field: a text (a number or a version in one spelling, too) or a choice."""

    __tablename__ = "idea_value"
    __table_args__ = (
        Index("ix_idea_value_choice", "field_id", "choice_id", "idea_id"),
        Index("ix_idea_value_ordered", "field_id", "ordered", "idea_id"),
    )

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("board_field.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str] = mapped_column(String(TEXT_MAX), default="")
    ordered: Mapped[str | None] = mapped_column(String(50))
    choice_id: Mapped[int | None] = mapped_column(ForeignKey("field_choice.id"), index=True)

    @property
    def raw(self) -> str:
        return str(self.choice_id) if self.choice_id is not None else self.text


def values_of(idea_id: int) -> dict[int, str]:
    """All that an idea says, to whichever board."""
    found = db.session.scalars(select(IdeaValue).where(IdeaValue.idea_id == idea_id).order_by(IdeaValue.field_id))
    return {value.field_id: value.raw for value in found}


def differs(idea_id: int, values: Values) -> bool:
    """Whether an idea would say something else."""
    there = values_of(idea_id) if values else {}
    return any(raw != there.get(id, "") for id, raw in values.items())


def say(idea_id: int, values: Values) -> bool:
    """Let an idea say this to these fields (nothing where it is empty), and leave the others; True where that is new.

    What a field or a choice that is gone for good was to be told is left out.
    """
    there = {v.field_id: v for v in db.session.scalars(select(IdeaValue).where(IdeaValue.idea_id == idea_id))}
    new = {id: raw for id, raw in values.items() if raw != (there[id].raw if id in there else "")}
    known = _known(new)
    for id, raw in new.items():
        if not raw and id in there:
            db.session.delete(there[id])
        elif raw and id in known:
            value = there.get(id) or IdeaValue(idea_id=idea_id, field_id=id)
            value.text, value.ordered, value.choice_id = known[id]
            db.session.add(value)
    db.session.flush()
    return bool(new)


def words_of(idea_ids: Iterable[int]) -> dict[int, str]:
    """The words by which each of these ideas is found besides its own: what it says to its board, for all to read."""
    ids = list(idea_ids)
    found: dict[int, list[str]] = {}
    for statement in (_texts(), _choices()):
        for idea_id, words in db.session.execute(statement.where(IdeaValue.idea_id.in_(ids))):
            found.setdefault(idea_id, []).append(words)
    return {id: "\n".join(words) for id, words in found.items()}


def forget(idea_id: int) -> None:
    """Take out all that an idea says to boards."""
    db.session.execute(
        delete(IdeaValue).where(IdeaValue.idea_id == idea_id), execution_options={"synchronize_session": "fetch"}
    )


def _known(values: Values) -> dict[int, tuple[str, str | None, int | None]]:
    """What is to stand in the columns, by field."""
    kinds = select(BoardField.id, BoardField.type).where(BoardField.id.in_(list(values)))
    types = {id: type for id, type in db.session.execute(kinds)}
    picked = [int(raw) for id, raw in values.items() if raw and types.get(id) == FieldType.CHOICE]
    own = select(FieldChoice.id, FieldChoice.field_id).where(FieldChoice.id.in_(picked))
    owners = {id: field_id for id, field_id in db.session.execute(own)} if picked else {}
    rows: dict[int, tuple[str, str | None, int | None]] = {}
    for id, raw in values.items():
        if types.get(id) == FieldType.CHOICE:
            if raw and owners.get(int(raw)) == id:
                rows[id] = "", None, int(raw)
        elif id in types:
            rows[id] = raw, order_of(types[id], raw), None
    return rows


def _texts() -> Any:
    said = select(IdeaValue.idea_id, IdeaValue.text).join(BoardField, BoardField.id == IdeaValue.field_id)
    return _for_all(said).where(BoardField.type == FieldType.TEXT)


def _choices() -> Any:
    """What is chosen, in every language in which it has a name."""
    said = select(IdeaValue.idea_id, ChoiceName.name).join(BoardField, BoardField.id == IdeaValue.field_id)
    return _for_all(said).join(ChoiceName, ChoiceName.choice_id == IdeaValue.choice_id)


def _for_all(said: Any) -> Any:
    """What everybody may read: what was said to another board than the one on which it stands is left out."""
    merged = merged_boards()
    became = {board: at_last(board, merged) for board in merged}
    asks = case(became, value=BoardField.board_id, else_=BoardField.board_id) if became else BoardField.board_id
    here = said.join(_idea, _idea.c.id == IdeaValue.idea_id).where(_idea.c.board_id == asks)
    return here.where(BoardField.for_staff.is_(False)).order_by(IdeaValue.idea_id, BoardField.position, BoardField.id)
