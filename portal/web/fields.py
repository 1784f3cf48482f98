"""Fields that clean what was typed, and what they refuse, in words that say what to do next."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask_babel import LazyString
from wtforms import (
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from portal.i18n import LANGUAGES, _, _l, called, languages, num
from portal.text import clean_line, clean_text


class InEachLanguage:
    """A field that a form asks for once in each language of the portal: `title` as `title_en`, `title_fr`.

    `label` is what it is called where the portal has one language; `among`, with `%(language)s`, where it has several.
    `make` gives the field in a language, for its label.
    """

    def __init__(self, label: Any, among: Any, make: Callable[[Any, str], Any]) -> None:
        self.fields = {lang: make(in_language(label, among, lang), lang) for lang in LANGUAGES}

    @staticmethod
    def name(field: str, lang: str) -> str:
        """What the field is called in this language."""
        return f"{field}_{lang}"


def in_language(alone: Any, among: Any, lang: str) -> Any:
    """Words that name the language where the portal has several; which it has is asked as they are read."""
    return LazyString(lambda: str(among) % {"language": called(lang)} if len(languages()) > 1 else str(alone))


class LineField(StringField):
    """One line, without control characters."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean_line(valuelist[0] if valuelist else "")


class TextField(TextAreaField):
    """Several lines, without control characters."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean_text(valuelist[0] if valuelist else "")


class CheckboxesField(SelectMultipleField):
    """Several of a few choices."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "CheckboxesField"  # by which the page knows how to draw it, and every kind of it


class LanguagesField(CheckboxesField):
    """The languages of the portal, of all that it can speak: one or more."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, choices=list(LANGUAGES.items()), **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            raise StopValidation(_("Choose at least one language."))

    def check_first(self, first: Any) -> None:
        """The portal's own language is one of them; where there is only one, it is that."""
        if len(self.data or []) == 1:
            first.data = self.data[0]
        elif self.data and first.data not in self.data:
            raise ValidationError(_("Choose one of the languages of the portal."))


class Filled:
    """Something must be written; the message says what."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, message: Any = _l("Write something here.")) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data or not str(field.data).strip():
            field.errors[:] = []
            raise StopValidation(str(self.message))


class AtMost:
    """No longer than `length` characters; the message gives both. Browsers are not told: they cut in silence."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __call__(self, form: Any, field: Any) -> None:
        written = len(field.data or "")
        if written > self.length:
            raise ValidationError(
                _(
                    "This has %(written)s characters. Shorten it to %(most)s.",
                    written=num(written),
                    most=num(self.length),
                )
            )


class AtLeast:
    """No shorter than `length` characters, once something is written."""

    def __init__(self, length: int, message: Any) -> None:
        self.length, self.message = length, message

    def __call__(self, form: Any, field: Any) -> None:
        if len(field.data or "") < self.length:
            raise StopValidation(str(self.message))
