"""What all forms share: fields that clean what was typed, and messages that say what to do next."""

from typing import Any, ClassVar

from flask import g, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import FileField, MultipleFileField, StringField, TextAreaField, ValidationError
from wtforms.validators import StopValidation

from portal.i18n import _, _l, num
from portal.text import clean_line, clean_text

_NOT_LISTED = _l("This is not on the list. Choose one that is.")
_WORDS = {
    "Not a valid choice.": _NOT_LISTED,
    "Invalid Choice: could not coerce.": _NOT_LISTED,
    "This field is required.": _l("Write something here."),
    "Not a valid integer value.": _l("Write a whole number, without spaces."),
}


class _OurWords:
    """What WTForms itself would say, in words that tell what to do next."""

    def gettext(self, string: str) -> str:
        return str(_WORDS.get(string, string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return singular if n == 1 else plural


class PortalForm(FlaskForm):
    """A form that states its fields, and that shows a stale token as an error of its own instead of losing the text."""

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
