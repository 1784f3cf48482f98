"""What somebody fills in to report a text, and the words for what staff read of it."""

from typing import Any

from wtforms import RadioField, SelectChoice
from wtforms.validators import ValidationError

from portal.accounts.forms import AddressField
from portal.i18n import _, _l
from portal.moderation.models import WORDS_MAX, Reason, Sign
from portal.web.fields import AtMost, TextField
from portal.web.forms import PortalForm

REASONS: dict[Reason, Any] = {
    Reason.SPAM: _l("Advertising or spam"),
    Reason.ABUSIVE: _l("Insults, threats or hate"),
    Reason.PRIVATE: _l("Private information about somebody"),
    Reason.ILLEGAL: _l("Against the law"),
    Reason.OFF_TOPIC: _l("Off topic"),
    Reason.OTHER: _l("Something else"),
}
SIGNS: dict[Sign, Any] = {
    Sign.LINKS: _l("Links in a first text"),
    Sign.SPEED: _l("Sent faster than anybody types"),
    Sign.COPY: _l("A copy of a recent text"),
    Sign.TRAP: _l("Filled in a field that people do not see"),
}


class FlagForm(PortalForm):
    """Why a text is reported."""

    reason = RadioField(
        _l("What is wrong with it?"), choices=[SelectChoice(reason.value, label) for reason, label in REASONS.items()],
        validate_choice=False,
    )  # fmt: skip
    words = TextField(_l("Tell us more"), [AtMost(WORDS_MAX)])

    def validate_reason(self, field: Any) -> None:
        if field.data not in set(Reason):
            raise ValidationError(_("Choose what is wrong with it."))

    def validate_words(self, field: Any) -> None:
        if self.reason.data == Reason.OTHER and not field.data:
            raise ValidationError(_("Say in a few words what is wrong with it."))


class VisitorFlagForm(FlagForm):
    """The same from somebody whom we do not know yet: it counts once they confirm it by mail."""

    email = AddressField()
