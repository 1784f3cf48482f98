"""What staff fill in to merge an idea into another one."""

from wtforms import BooleanField, HiddenField

from portal.admin.idea_forms import REASON_MAX
from portal.i18n import _l
from portal.merging.reading import OfTwo
from portal.web.fields import AtMost, Filled, TextField


class MergeForm(OfTwo):
    """Why the two are one, in public."""

    reason = TextField(
        _l("Public reason"),
        id="merge-reason",
        validators=[
            Filled(_l("Say why they are the same: the people who asked for it will read it.")),
            AtMost(REASON_MAX),
        ],
    )
    one_answer = BooleanField(_l("The answer of the one that stays holds for both"), id="merge-answer")
    seen = HiddenField(id="merge-seen")
