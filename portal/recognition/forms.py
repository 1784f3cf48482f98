"""What staff write to a partner, and to a newcomer."""

from datetime import datetime

from portal.accounts.models import User
from portal.activity.forms import EditForm, last_event
from portal.activity.models import Action, Event
from portal.i18n import _l, languages
from portal.recognition.greeting import GREETING, GREETING_MAX, greeting
from portal.settings import Settings
from portal.web.fields import AtLeast, AtMost, Filled, InEachLanguage, TextField
from portal.web.forms import PortalForm


class ThankYouForm(PortalForm):
    text = TextField(
        _l("Your words"),
        validators=[
            Filled(_l("Write what you thank them for.")),
            AtLeast(20, _l("Write a little more: say what they did and what became of it.")),
            AtMost(1000),
        ],
    )


class WelcomeForm(PortalForm):
    text = TextField(
        _l("Your words"),
        validators=[
            Filled(_l("Write a few words of welcome.")),
            AtLeast(20, _l("Write a little more: who you are, and what they can do here.")),
            AtMost(1000),
        ],
    )


class GreetingForm(EditForm):
    """The text from which a welcome begins, in each language of the portal; the row of the settings is held for it."""

    told_by = (Action.TEXT_CHANGED,)

    text = InEachLanguage(
        _l("The text"), _l("In %(language)s"), lambda label, lang: TextField(label, [AtMost(GREETING_MAX)])
    )

    def words_of(self, thing: Settings, name: str) -> dict[str, str]:
        return {lang: greeting(lang, thing) for lang in languages()}

    def last_change(self, thing: Settings) -> tuple[User | None, datetime | None]:
        return last_event(Event.facts["text"].as_string() == GREETING, told_by=self.told_by)
