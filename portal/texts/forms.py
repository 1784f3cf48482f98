"""What an admin types into a standing text."""

from datetime import datetime
from typing import Any

from portal.accounts.models import User
from portal.activity.forms import EditForm, last_event
from portal.activity.models import Action, Event
from portal.i18n import _l, languages
from portal.settings import Settings
from portal.texts.standing import TEXT_MAX, Text, source
from portal.web.fields import AtMost, Filled, InEachLanguage, TextField, in_language


def _text_field(label: Any, lang: str) -> TextField:
    missing = in_language(_l("Write the text."), _l("Write the text in %(language)s."), lang)
    return TextField(label, [Filled(missing), AtMost(TEXT_MAX)])


class StandingTextForm(EditForm):
    """A standing text in each language of the portal; the row of the settings is held for it."""

    told_by = (Action.TEXT_CHANGED,)

    text = InEachLanguage(_l("The text"), _l("In %(language)s"), _text_field)

    def __init__(self, text: Text, *args: Any, **kwargs: Any) -> None:
        self.of = text
        super().__init__(*args, **kwargs)

    def words_of(self, thing: Settings, name: str) -> dict[str, str]:
        return {lang: source(self.of, lang, thing) for lang in languages()}

    def last_change(self, thing: Settings) -> tuple[User | None, datetime | None]:
        return last_event(Event.facts["text"].as_string() == str(self.of), told_by=self.told_by)
