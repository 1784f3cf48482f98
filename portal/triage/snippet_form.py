"""The form of a ready phrase."""

from typing import Any

from wtforms import ValidationError

from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.i18n import _, _l, languages
from portal.triage.filling import FIELDS, unknown_fields
from portal.triage.snippets import TEXT_MAX
from portal.web.fields import AtMost, InEachLanguage, LineField, TextField
from portal.web.forms import PortalForm

NAME_MAX = 60


class KnownFields:
    """What stands in braces is one of our fields; the message names them."""

    def __call__(self, form: Any, field: Any) -> None:
        unknown = unknown_fields(field.data or "")
        if unknown:
            raise ValidationError(
                _(
                    "{%(name)s} is no field. Use one of these: %(known)s. To show a brace, write it twice.",
                    name=unknown[0],
                    known=" ".join(f"{{{name}}}" for name in FIELDS),
                )
            )


class SnippetWords(PortalForm):
    """What a phrase is called and says: in the portal's own language at least, which stands in for the others."""

    name = InEachLanguage(
        _l("Name"), _l("Name in %(language)s"), lambda label, lang: LineField(label, [AtMost(NAME_MAX)])
    )
    text = InEachLanguage(
        _l("Phrase"),
        _l("Phrase in %(language)s"),
        lambda label, lang: TextField(label, [AtMost(TEXT_MAX), KnownFields()]),
    )

    @property
    def in_turn(self) -> list[tuple[str, Any, Any]]:
        """A language after the other, each with the fields of the name and of the text."""
        texts = dict(self.each("text"))
        return [(lang, name, texts[lang]) for lang, name in self.each("name")]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        own = next(iter(languages()))
        owed = {"name": _("Write a name, by which your team finds it."), "text": _("Write the phrase.")}
        missing = [name for name in owed if not self.words(name)[own]]
        for name in missing:
            field = dict(self.each(name))[own]
            field.errors = [*field.errors, owed[name]]
        return valid and not missing


class SnippetForm(EditForm, SnippetWords):
    """The same of a phrase that is there already."""

    told_by = (Action.SNIPPET_CHANGED,)
