"""What an admin types into a standing text."""

from datetime import datetime
from typing import Any

from portal.accounts.models import User
from portal.activity.forms import EditForm, last_event
from portal.activity.models import Action, Event
from portal.forms import AtMost, Filled, TextField
from portal.i18n import LANGUAGES, _l
from portal.settings import Settings
from portal.texts.standing import TEXT_MAX, Text, source


class StandingTextForm(EditForm):
    """A standing text in both languages; what is edited is the row of the settings."""

    told_by = (Action.TEXT_CHANGED,)

    text_en = TextField(_l("In English"), validators=[Filled(_l("Write the English text.")), AtMost(TEXT_MAX)])
    text_fr = TextField(_l("In French"), validators=[Filled(_l("Write the French text.")), AtMost(TEXT_MAX)])

    def __init__(self, text: Text, *args: Any, **kwargs: Any) -> None:
        self.text = text
        super().__init__(*args, **kwargs)

    def stands(self, thing: Settings) -> dict[str, Any]:
        return {f"text_{lang}": source(self.text, lang, thing) for lang in LANGUAGES}

    def last_change(self, thing: Settings) -> tuple[User | None, datetime | None]:
        return last_event(Event.facts["text"].as_string() == str(self.text), told_by=self.told_by)
