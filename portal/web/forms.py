"""What all forms share: fields that clean what was typed, and messages that say what to do next."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask import g, request
from flask_babel import LazyString
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (
    FileField,
    MultipleFileField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from portal.i18n import LANGUAGES, _, _l, called, languages, num
from portal.text import clean_line, clean_text

_NOT_LISTED = _l("This is not on the list. Choose one that is.")
_WORDS = {
    "Not a valid choice.": _NOT_LISTED,
    "Invalid Choice: could not coerce.": _NOT_LISTED,
    "'%(value)s' is not a valid choice for this field.": _NOT_LISTED,
    "This field is required.": _l("Write something here."),
    "Not a valid integer value.": _l("Write a whole number, without spaces."),
}


class _OurWords:
    """What WTForms itself would say, in words that tell what to do next."""

    def gettext(self, string: str) -> str:
        return str(_WORDS.get(string, string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(_WORDS.get(singular, singular if n == 1 else plural))


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


class PortalForm(FlaskForm):
    """A form that states its fields, and that shows a stale token as an error of its own instead of losing the text.

    `in_languages`: the fields that it asks for in each language of the portal.
    """

    in_languages: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        asked = {name: value for name, value in vars(cls).items() if isinstance(value, InEachLanguage)}
        for name, each in asked.items():
            for lang, field in each.fields.items():
                setattr(cls, InEachLanguage.name(name, lang), field)
        inherited = [name for base in cls.__bases__ for name in getattr(base, "in_languages", ())]
        cls.in_languages = (*dict.fromkeys([*inherited, *asked]),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.in_languages:
            for lang in LANGUAGES.keys() - languages().keys():
                del self[InEachLanguage.name(name, lang)]

    def each(self, name: str) -> list[tuple[str, Any]]:
        """The fields of this name, each with its language."""
        return [(lang, self[InEachLanguage.name(name, lang)]) for lang in languages()]

    def words(self, name: str) -> dict[str, str]:
        """What was typed into the fields of this name, by language."""
        return {lang: field.data or "" for lang, field in self.each(name)}

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> _OurWords:
            return _OurWords()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent: files to the fields for files, and words to all others, whatever name they came under."""
            found = super().wrap_formdata(form, formdata)
            if found is not request.form and not isinstance(found, CombinedMultiDict):
                return found
            for_files = {field.name for field in form if isinstance(field, FileField | MultipleFileField)}
            files = [(name, file) for name, file in request.files.items(multi=True) if name in for_files]
            words = [(name, said) for name, said in request.form.items(multi=True) if name not in for_files]
            return CombinedMultiDict([MultiDict(files), MultiDict(words)])

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if "csrf_token" in self.errors:
            self.form_errors.append(
                _("This page had been open for too long. What you wrote is kept below: please send it again.")
            )
        else:
            g.pop("csrf_owed", None)
        return valid

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Every error as (id of the field, message), in the order of the form; form-wide ones have no id."""
        found = [("", str(message)) for message in self.form_errors]
        for field in self:
            if field.name != "csrf_token":
                found += [(field.id, str(message)) for message in field.errors if isinstance(message, str) or message]
        return found


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
