"""What staff fill in: what is decided about texts, votes and members, and the portal's own choices."""

from typing import Any

from wtforms import HiddenField, RadioField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, StopValidation, ValidationError

from portal.accounts.duties import JOBS
from portal.accounts.forms import WishesForm
from portal.accounts.membership import Role
from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.i18n import _, _l
from portal.ideas.statuses import COLOURS
from portal.web.fields import AtMost, CheckboxesField, Filled, InEachLanguage, LineField, TextField, in_language
from portal.web.forms import PortalForm

COLOUR_NAMES: dict[str, Any] = {
    "open": _l("Grey"),
    "under_review": _l("Violet"),
    "planned": _l("Blue"),
    "started": _l("Orange"),
    "testing": _l("Cyan"),
    "shipped": _l("Green"),
    "rose": _l("Rose"),
    "gold": _l("Gold"),
}
HIDE_REASON_MAX = 500


class ChoiceField(SelectField):
    """One of the choices; any other gets words of ours."""

    def pre_validate(self, form: Any) -> None:
        if self.validate_choice and self.data not in {str(value) for value, *_rest in self.iter_choices()}:
            raise ValidationError(_("This is not on the list. Choose one that is."))


class NumberBetween(NumberRange):
    """A number from `min` to `max`; whatever else was typed gets the same words, which name both."""

    def __call__(self, form: Any, field: Any) -> None:
        field.errors[:] = []
        super().__call__(form, field)


class JudgeForm(PortalForm):
    """What becomes of a reported text. To hide it or to suspend its author owes a reason."""

    judgement = HiddenField(id="judgement", default="kept")
    reason = TextField(_l("Reason"), id="judge-reason", validators=[AtMost(HIDE_REASON_MAX)])

    def validate_judgement(self, field: Any) -> None:
        if field.data not in ("kept", "hidden", "suspended"):
            raise ValidationError(_("This is not on the list. Choose one that is."))

    def validate_reason(self, field: Any) -> None:
        if self.judgement.data != "kept" and not field.data:
            raise ValidationError(_("Say why: they are told the reason."))


class VotesForm(PortalForm):
    """Which votes of an idea, by their voters."""

    voter = SelectMultipleField(_l("Votes"), id="voters", validate_choice=False)

    @property
    def voters(self) -> list[int]:
        return [int(id) for id in self.voter.data or () if id.isascii() and id.isdigit() and len(id) < 10]

    def validate_voter(self, field: Any) -> None:
        if not self.voters:
            raise ValidationError(_("Choose at least one person."))


class SetAsideForm(VotesForm):
    reason = TextField(
        _l("Reason"),
        id="set-aside-reason",
        validators=[Filled(_l("Say why: they are told the reason.")), AtMost(HIDE_REASON_MAX)],
    )


class SuspendForm(PortalForm):
    reason = TextField(
        _l("Reason"),
        id="suspend-reason",
        validators=[Filled(_l("Say why: they are told the reason.")), AtMost(HIDE_REASON_MAX)],
    )


class OnRequestForm(PortalForm):
    """Whom it is about, typed, so that no slip of the hand does it to somebody else; and why."""

    handle = LineField(_l("Confirmation"), [AtMost(80)])
    reason = TextField(
        _l("Why"), [Filled(_l("Say who asked for it, when and how: the person is told.")), AtMost(HIDE_REASON_MAX)]
    )

    def __init__(self, person: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def validate_handle(self, field: Any) -> None:
        if (field.data or "").casefold() != self.person.handle.casefold():
            raise ValidationError(
                _("Type “%(word)s” to confirm that it is about this person.", word=self.person.handle)
            )


class EraseOnRequestForm(WishesForm, OnRequestForm):
    """The same, with what goes besides the account."""


class JobsField(CheckboxesField):
    """The jobs of one of staff: one or more."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data and form.role.data == Role.STAFF:
            raise StopValidation(_("Choose at least one job."))


class RoleForm(EditForm):
    """The role of somebody else, and of staff their jobs."""

    told_by = (Action.ROLE_CHANGED, Action.JOBS_CHANGED)

    role = ChoiceField(
        _l("Role"),
        id="role",
        choices=[
            SelectChoice("member", _l("Member")),
            SelectChoice("staff", _l("Staff")),
            SelectChoice("admin", _l("Admin")),
        ],
    )
    jobs = JobsField(_l("Jobs"), choices=[SelectChoice(job.value, label) for job, label in JOBS.items()])


def _name_field(label: Any, lang: str) -> LineField:
    missing = in_language(_l("Write a name."), _l("Write the name in %(language)s."), lang)
    return LineField(label, [Filled(missing), AtMost(40)])


class Names(PortalForm):
    """A name in each language of the portal, for a board or a status."""

    name = InEachLanguage(_l("Name"), _l("Name in %(language)s"), _name_field)


class NamesForm(EditForm, Names):
    told_by = (Action.BOARD_CHANGED, Action.STATUS_EDITED)


class NewStatusForm(Names):
    """A new step of a workflow. Its kind is fixed for good."""

    kind = ChoiceField(_l("Kind"))
    colour = ChoiceField(
        _l("Colour"),
        choices=[
            SelectChoice("", _l("That of its kind")),
            *(SelectChoice(str(colour), COLOUR_NAMES[colour]) for colour in COLOURS),
        ],
        default="",
    )


class ColourForm(EditForm):
    """One of the colours that tokens.css gives to statuses, each measured on every ground and for every brand."""

    told_by = (Action.STATUS_EDITED,)

    colour = RadioField(
        _l("Colour"),
        id="colour",
        choices=[SelectChoice(str(colour), COLOUR_NAMES[colour]) for colour in COLOURS],
    )


class DeleteStatusForm(PortalForm):
    into = SelectField(_l("Where its ideas go"), validate_choice=False)


class DiscardForm(PortalForm):
    reason = LineField(
        _l("Reason"), id="discard-reason", validators=[Filled(_l("Say why it need not be sent.")), AtMost(200)]
    )
