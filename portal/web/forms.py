"""What all forms share: a token of their own, fields in each language, and messages that say what to do next."""

from typing import Any, ClassVar

from flask import g, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (
    FileField,
    MultipleFileField,
)

from portal.i18n import LANGUAGES, _, _l, languages
from portal.web.fields import InEachLanguage
from portal.web.tokens import FormToken

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
        csrf_class = FormToken

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
