"""Ready phrases: short texts that staff use again and again in their answers, in each language of the portal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ForeignKey, Text, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.types import Base
from portal.database.wording import Name, Named, chosen, each, put, rows_of
from portal.extensions import db

TEXT_MAX = 4000
Words = Mapping[str, str]


class SnippetText(Name, Base):
    """What a phrase is called, and what it says, in one language."""

    __tablename__ = "snippet_text"

    snippet_id: Mapped[int] = mapped_column(ForeignKey("snippet.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")


class Snippet(Named, Base):
    """A ready phrase. Its text may have fields, which are filled in when it is used (`filling.py`)."""

    __tablename__ = "snippet"
    name_class = SnippetText

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)

    name_rows: Mapped[dict[str, SnippetText]] = rows_of("SnippetText")
    called: Mapped[dict[str, str]] = column_property(
        each(SnippetText.lang, SnippetText.name, SnippetText.snippet_id == id)
    )
    said: Mapped[dict[str, str]] = column_property(
        each(SnippetText.lang, SnippetText.text, SnippetText.snippet_id == id)
    )

    @classmethod
    def in_order(cls) -> list[Self]:
        """Every phrase, as staff ordered them."""
        return list(db.session.scalars(select(cls).order_by(cls.position, cls.id)))

    @classmethod
    def add(cls, names: Words, texts: Words, by: User) -> Self:
        """A new phrase at the end."""
        last = db.session.scalar(select(func.max(cls.position))) or 0
        snippet = cls(position=last + 1)
        snippet._put(names, texts)
        db.session.add(snippet)
        record(Action.SNIPPET_CHANGED, snippet, by=by, what="added", names=dict(names), texts=dict(texts))
        return snippet

    @property
    def texts(self) -> dict[str, str]:
        """What it says by language, as it stands."""
        if "name_rows" in self.__dict__:
            return {lang: row.text for lang, row in sorted(self.name_rows.items())}
        return dict(self.said or {})

    @property
    def text(self) -> str:
        """What it says, in the reader's language."""
        return chosen(self.texts)

    def words(self, field: str) -> dict[str, str]:
        """What stands in this field of its form, by language."""
        return self.texts if field == "text" else self.names

    def write(self, names: Words, texts: Words, by: User) -> None:
        """Change what it is called and says in these languages; the same words change nothing."""
        before: dict[str, Any] = {"old_names": self.names, "old_texts": self.texts}
        self._put(names, texts)
        if (self.names, self.texts) != (before["old_names"], before["old_texts"]):
            before |= {"names": self.names, "texts": self.texts}
            record(Action.SNIPPET_CHANGED, self, by=by, what="edited", **before)

    def delete(self, by: User) -> None:
        """Offer it no more. What was answered with it stays as it is."""
        gone: dict[str, Any] = {"old_names": self.names, "old_texts": self.texts}
        record(Action.SNIPPET_CHANGED, self, by=by, what="deleted", names=self.names, **gone)
        db.session.delete(self)

    def put_at(self, place: int, by: User) -> None:
        """Give it another place among the phrases; the others make room."""
        phrases = Snippet.in_order()
        before = phrases.index(self)
        phrases.insert(max(0, min(place, len(phrases) - 1)), phrases.pop(before))
        if phrases.index(self) != before:
            for number, snippet in enumerate(phrases):
                snippet.position = number
            places: dict[str, Any] = {"old": before, "new": phrases.index(self)}
            record(Action.SNIPPET_CHANGED, self, by=by, what="moved", names=self.names, **places)

    def _put(self, names: Words, texts: Words) -> None:
        for lang in {**names, **texts}:
            put(self.name_rows, SnippetText, lang, name=names.get(lang, ""), text=texts.get(lang, ""))
