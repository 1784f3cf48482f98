"""What a vote says."""

from wtforms import HiddenField, RadioField

from portal.accounts.forms import AddressField
from portal.i18n import _l
from portal.voting.models import Importance
from portal.voting.setting_aside import ANSWER_MAX
from portal.web.fields import AtMost, Filled, TextField
from portal.web.forms import PortalForm


class AskForm(PortalForm):
    """A visitor's vote: the address that confirms it."""

    email = AddressField()
    next = HiddenField()


class AnswerForm(PortalForm):
    """What somebody says about their vote that was set aside."""

    answer = TextField(_l("Your answer"), [Filled(_l("Write what our team should know.")), AtMost(ANSWER_MAX)])


class ImportanceForm(PortalForm):
    """How much it would help, or hurts: the same choices for both, in other words."""

    importance = RadioField(choices=[(importance.value, "") for importance in Importance])
