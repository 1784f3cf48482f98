"""What staff write to a partner, and to a newcomer."""

from portal.i18n import _l
from portal.web.fields import AtLeast, AtMost, Filled, TextField
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
