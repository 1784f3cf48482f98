"""What the author of an idea fills in where it was merged, or is said to be the same as another one."""

from wtforms import HiddenField

from portal.i18n import _l
from portal.merging.reading import OfTwo
from portal.web.fields import AtMost, TextField
from portal.web.forms import PortalForm

WORDS_MAX, REASON_MAX = 2000, 500


class ObjectionForm(PortalForm):
    """That the two are not the same, and why, if they wish to say it."""

    words = TextField(_l("What is different about yours?"), id="objection", validators=[AtMost(WORDS_MAX)])


class AcceptForm(OfTwo):
    """That theirs is the same, and what they wish to add to it in public."""

    words = TextField(_l("Anything to add? Everyone can read it"), id="accept-words", validators=[AtMost(REASON_MAX)])
    seen = HiddenField(id="accept-seen")


class DeclineForm(PortalForm):
    """That theirs is something else, and why, if they wish to say it."""

    words = TextField(_l("What is different about yours?"), id="decline-words", validators=[AtMost(WORDS_MAX)])
