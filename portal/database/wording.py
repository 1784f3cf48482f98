"""Words that the brand writes: one row a language. A reader sees those in their language, else in the portal's own."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import JSON, ColumnElement, ScalarSelect, String, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship
from sqlalchemy.sql.functions import GenericFunction

from portal.i18n import languages, locale


def chosen(words: Mapping[str, str], first: str = "") -> str:
    """The words for the reader (or in the language `first`), else in the portal's own, else in any; empty for none."""
    return words.get(first or locale()) or words.get(next(iter(languages()))) or next(filter(None, words.values()), "")


class _Gathered(GenericFunction[dict[str, str]]):
    """An object of JSON with what each row says."""

    type = JSON()
    inherit_cache = True


@compiles(_Gathered, "sqlite")
def _on_sqlite(element: _Gathered, compiler: Any, **kwargs: Any) -> str:
    return f"json_group_object({compiler.process(element.clauses, **kwargs)})"


@compiles(_Gathered, "postgresql")
def _on_postgresql(element: _Gathered, compiler: Any, **kwargs: Any) -> str:
    return f"json_object_agg({compiler.process(element.clauses, **kwargs)})"


def each(lang: Any, words: Any, of: ColumnElement[bool]) -> ScalarSelect[dict[str, str]]:
    """What these rows say by language, in the statement that reads the thing they are of: no second one is needed."""
    return select(_Gathered(lang, words)).where(of).correlate_except(lang.class_).scalar_subquery()


class Name:
    """A row of the names of something: what it is called in one language."""

    lang: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))


class Named:
    """Something with a name in each language. Read `name`; write `names`, by language: the others stay.

    A model brings `name_rows` (its rows, by language) and `called`, what `each()` reads of them.
    """

    name_class: ClassVar[type[Name]]

    @property
    def names(self) -> dict[str, str]:
        """Its names by language, as they stand: what was written and not saved yet, or else what was read."""
        if "name_rows" in self.__dict__:
            return {lang: row.name for lang, row in sorted(self.name_rows.items())}  # type: ignore[attr-defined]
        return dict(self.called or {})  # type: ignore[attr-defined]

    @names.setter
    def names(self, names: Mapping[str, str]) -> None:
        for lang, name in names.items():
            put(self.name_rows, self.name_class, lang, name=name)  # type: ignore[attr-defined]

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return chosen(self.names)

    @property
    def other_names(self) -> list[tuple[str, str]]:
        """What it is called in the other languages of the portal; empty where nobody wrote that yet."""
        names = self.names
        return [(lang, names.get(lang, "")) for lang in languages() if lang != locale()]

    @property
    def nameless_in(self) -> list[str]:
        """The languages of the portal in which nobody wrote its name yet."""
        names = self.names
        return [lang for lang in languages() if not names.get(lang)]

    def words(self, field: str) -> dict[str, str]:
        """What stands in this field of its form, by language."""
        return self.names


def rows_of(row_class: str, **options: Any) -> Any:
    """The relationship to the rows of a thing, by language."""
    by_language = attribute_keyed_dict("lang")
    return relationship(
        row_class, collection_class=by_language, cascade="all, delete-orphan", passive_deletes=True, **options
    )


def put(rows: dict[str, Any], row_class: type, lang: str, **words: str) -> None:
    """Write words in one language."""
    if lang not in rows:
        rows[lang] = row_class(lang=lang)
    for field, said in words.items():
        setattr(rows[lang], field, said)
