"""What a vote says."""

from wtforms import HiddenField, RadioField

from portal.accounts.forms import AddressField
from portal.forms import AtMost, Filled, PortalForm, TextField
from portal.i18n import _l
from portal.ideas.forms import SEVERITIES, Severity
from portal.voting.models import Importance
from portal.voting.setting_aside import ANSWER_MAX

IMPORTANCES = [
    (Importance.NICE.value, _l("Nice to have")),
    (Importance.IMPORTANT.value, _l("Important")),
    (Importance.CRITICAL.value, _l("Critical")),
]
# Of an issue the same three, in the words in which it was reported.
HURTS = [
    (Importance.NICE.value, SEVERITIES[Severity.ANNOYING]),
    (Importance.IMPORTANT.value, SEVERITIES[Severity.SERIOUS]),
    (Importance.CRITICAL.value, SEVERITIES[Severity.BLOCKING]),
]


class AskForm(PortalForm):
    """A visitor's vote: the address that confirms it."""

    email = AddressField()
    next = HiddenField()


class AnswerForm(PortalForm):
    """What somebody says about their vote that was set aside."""

    answer = TextField(_l("Your answer"), [Filled(_l("Write what our team should know.")), AtMost(ANSWER_MAX)])


class ImportanceForm(PortalForm):
    importance = RadioField(_l("How much would it help you?"), choices=IMPORTANCES)
