"""What the author of a merged idea fills in, where they object."""

from portal.i18n import _l
from portal.web.fields import AtMost, TextField
from portal.web.forms import PortalForm

WORDS_MAX = 2000


class ObjectionForm(PortalForm):
    """That the two are not the same, and why, if they wish to say it."""

    words = TextField(_l("What is different about yours?"), id="objection", validators=[AtMost(WORDS_MAX)])
