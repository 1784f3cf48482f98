"""What people send in: ideas and issues, with their pictures; and how they narrow the board."""

from typing import Any

from flask import request
from flask_login import current_user
from wtforms import HiddenField, MultipleFileField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from portal import uploads
from portal.accounts.forms import AddressField
from portal.forms import AtLeast, AtMost, Filled, LineField, PortalForm, TextField
from portal.i18n import _, _l, _n
from portal.ideas.boards import Board
from portal.ideas.filter import Filter, Sort, status_names, tags_in_use
from portal.ideas.models import BODY_MAX, TITLE_MAX, Severity
from portal.ideas.statuses import Kind
from portal.uploads import Saved, UploadRefused

TITLE_MIN = 8
MOST_IMAGES = 5
PRIVATE, PUBLIC = "private", "public"


class OneOf:
    """One of the choices; the message says which kind of thing is to be chosen."""

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        given = field.data if isinstance(field.data, list) else [field.data]
        if set(given) - {str(value) for value, _label in field.choices}:
            raise StopValidation(str(self.message))


class ProposalForm(PortalForm):
    """What ideas and issues have in common."""

    kind = HiddenField()
    title = LineField(
        _l("Your idea, in one sentence"),
        [
            Filled(_l("Write your idea in one sentence.")),
            AtLeast(TITLE_MIN, _l("Write a few more words so others can find your idea.")),
            AtMost(TITLE_MAX),
        ],
        render_kw={"autocomplete": "off"},
    )
    body = TextField(_l("Why, and for whom?"), [AtMost(BODY_MAX)])
    board = SelectField(
        _l("Part of the product"), [OneOf(_l("Choose one of the boards in the list."))], validate_choice=False
    )
    images = MultipleFileField(_l("Pictures"), [Optional()], render_kw={"accept": ",".join(uploads.MIMETYPES.values())})
    email = AddressField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boards = Board.in_order()
        self.board.choices = [("", _("I don’t know")), *((board.slug, board.name) for board in boards)]
        self.kept = [saved for saved in map(Saved.from_token, request.form.getlist("kept")[:MOST_IMAGES]) if saved]
        if current_user.is_authenticated:
            del self.email

    def validate(self, extra_validators: Any = None) -> bool:
        """Check everything, and store the pictures that pass, so that they need not be sent twice."""
        valid = super().validate(extra_validators)
        return self._keep_images() and valid

    def _keep_images(self) -> bool:
        files = [file for file in self.images.data or [] if getattr(file, "filename", "")]
        if "csrf_token" in self.errors or not files:
            return True
        problems = []
        for file in files[: max(0, MOST_IMAGES - len(self.kept))]:
            try:
                self.kept.append(uploads.save_image(file))
            except UploadRefused as refused:
                problems.append(str(refused))
        if len(files) + len(request.form.getlist("kept")) > MOST_IMAGES:
            problems.append(_n("Add at most %(num)s picture.", "Add at most %(num)s pictures.", MOST_IMAGES))
        self.images.errors = [*self.images.errors, *problems]
        return not problems

    @property
    def details(self) -> dict[str, Any]:
        """What only this kind has."""
        return {}


class IdeaForm(ProposalForm):
    pass


class IssueForm(ProposalForm):
    title = LineField(
        _l("The issue, in one sentence"),
        [
            Filled(_l("Write in one sentence what goes wrong.")),
            AtLeast(TITLE_MIN, _l("Write a few more words so others can find this issue.")),
            AtMost(TITLE_MAX),
        ],
        render_kw={"autocomplete": "off"},
    )
    body = TextField(
        _l("What happened?"), [Filled(_l("Say what happened, and what you did before.")), AtMost(BODY_MAX)]
    )
    expected = TextField(_l("What did you expect?"), [AtMost(BODY_MAX)])
    version = LineField(_l("Version or device"), [AtMost(80)])
    severity = RadioField(
        _l("How much does it hurt?"),
        [OneOf(_l("Choose how much it hurts."))],
        choices=[
            (Severity.ANNOYING.value, _l("It is annoying")),
            (Severity.SERIOUS.value, _l("It costs me time every day")),
            (Severity.BLOCKING.value, _l("I cannot work")),
        ],
        default=Severity.ANNOYING.value,
        validate_choice=False,
    )
    visibility = RadioField(
        _l("Who may see it?"),
        [OneOf(_l("Choose who may see it."))],
        choices=[
            (PRIVATE, _l("Private: only you and our team see this.")),
            (PUBLIC, _l("Public: others can find it and say that they have it too.")),
        ],
        default=PRIVATE,
        validate_choice=False,
    )

    @property
    def details(self) -> dict[str, Any]:
        return {
            "expected": self.expected.data,
            "version": self.version.data,
            "severity": self.severity.data,
            "is_private": self.visibility.data == PRIVATE,
        }


def proposal_form(kind: str, **values: Any) -> ProposalForm:
    """The form of this kind; of an unknown one, the form of ideas, which says so."""
    form = (IssueForm if kind == Kind.ISSUE else IdeaForm)(kind=kind, **values)
    form.kind.data = Kind.ISSUE if kind == Kind.ISSUE else Kind.IDEA
    return form


class CheckboxesField(SelectMultipleField):
    """Several of a few choices."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class FilterForm(PortalForm):
    """How the reader narrowed the board; what we do not know narrows nothing, and is said."""

    class Meta:
        csrf = False

    board = SelectField(
        _l("Part of the product"),
        [OneOf(_l("There is no such board. Choose one from the list."))],
        validate_choice=False,
    )
    tag = SelectField(_l("Tag"), [OneOf(_l("There is no such tag. Choose one from the list."))], validate_choice=False)
    kind = SelectField(
        _l("Kind"), [OneOf(_l("There are ideas and issues. Choose one from the list."))], validate_choice=False
    )
    status = CheckboxesField(
        _l("Status"), [OneOf(_l("There is no such status. Choose from the list."))], validate_choice=False
    )

    def __init__(self, args: Any) -> None:
        super().__init__(args)
        kind = args.get("kind", "")
        self.board.choices = [("", _("All boards"))] + [(board.slug, board.name) for board in Board.in_order()]
        self.tag.choices = [("", _("All tags"))] + [(tag.slug, tag.name) for tag in tags_in_use(args.get("tag", ""))]
        self.status.choices = status_names(kind)
        self.kind.choices = [
            ("", _("Ideas and issues")),
            (Kind.IDEA.value, _("Ideas")),
            (Kind.ISSUE.value, _("Issues")),
        ]
        for field in (self.board, self.tag, self.kind):
            field.data = args.get(field.name, "")

    def chosen(self, sort: Sort) -> Filter:
        """The filter, without the values that we do not know."""
        self.validate()
        known = {field.name: field.data for field in self if not field.errors}
        return Filter(
            sort, known.get("board", ""), known.get("tag", ""), tuple(known.get("status") or ()), known.get("kind", "")
        )
