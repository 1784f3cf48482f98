"""What an admin types into a standing text."""

from wtforms import HiddenField

from portal.forms import AtMost, Filled, PortalForm, TextField
from portal.i18n import _l
from portal.texts.standing import TEXT_MAX


class StandingTextForm(PortalForm):
    """A standing text in both languages, and the version that was opened."""

    text_en = TextField(_l("In English"), validators=[Filled(_l("Write the English text.")), AtMost(TEXT_MAX)])
    text_fr = TextField(_l("In French"), validators=[Filled(_l("Write the French text.")), AtMost(TEXT_MAX)])
    opened = HiddenField()
