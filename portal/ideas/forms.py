"""What people send in: ideas and issues, with their pictures."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, ValidationError
from wtforms.validators import StopValidation

from portal.accounts.forms import AddressField
from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.board_asks import Field
from portal.ideas.boards import Board
from portal.ideas.closing import closing_said, offered_as, takes_nothing
from portal.ideas.field_forms import AsksFields, EditsFields, asked_of, with_fields
from portal.ideas.models import BODY_MAX, TITLE_MAX, Idea
from portal.ideas.pictures import ChangesPictures, WithPictures, pictures_of
from portal.ideas.severity import SEVERITIES, Severity
from portal.ideas.statuses import Kind
from portal.ideas.tags import Tag
from portal.permissions import me
from portal.web.fields import AtLeast, AtMost, CheckboxesField, Filled, LineField, TextField
from portal.web.forms import PortalForm

TITLE_MIN = 8
MOST_PICTURES = 5
MOST_TAGS_OF_AUTHOR = 5
PRIVATE, PUBLIC = "private", "public"


class OneOf:
    """One of the choices; the message says which kind of thing is to be chosen."""

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        given = field.data if isinstance(field.data, list) else [field.data]
        if set(given) - {str(value) for value, _label in field.choices}:
            raise StopValidation(str(self.message))


class OneOfTheBoards(OneOf):
    """A board in use; it may have closed, or become another, while the form was filled in."""

    def __init__(self) -> None:
        super().__init__(_l("Choose one of the boards in the list."))

    def __call__(self, form: Any, field: Any) -> None:
        board = Board.now_at(field.data) if field.data else None
        if board is not None and board.is_closed:
            raise StopValidation(takes_nothing(board))
        field.data = board.slug if board is not None else field.data
        super().__call__(form, field)


class WithTags(PortalForm):
    """The tags that authors may put on an idea themselves, where staff offer any."""

    tags = CheckboxesField(_l("Tags"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.offered = {tag.slug: tag for tag in db.session.scalars(Tag.offered())}
        super().__init__(*args, **kwargs)
        if self.offered:
            self.tags.choices = [SelectChoice(slug, tag.name) for slug, tag in self.offered.items()]
        else:
            del self.tags

    def validate_tags(self, field: Any) -> None:
        if len(field.data or ()) > MOST_TAGS_OF_AUTHOR:
            raise ValidationError(_("Choose at most %(most)s tags.", most=MOST_TAGS_OF_AUTHOR))

    @property
    def chosen_tags(self) -> list[str]:
        """The addresses of the tags that were chosen."""
        return list(self.tags.data or ()) if "tags" in self else []


class IdeaWords(PortalForm):
    """The words of an idea."""

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

    @property
    def details(self) -> dict[str, Any]:
        """What is kept besides title and body."""
        return {}


class IssueWords(IdeaWords):
    """The words of an issue, and its facts."""

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
        choices=list(SEVERITIES.items()),
        default=Severity.ANNOYING.value,
        validate_choice=False,
    )

    @property
    def details(self) -> dict[str, Any]:
        return {"expected": self.expected.data, "version": self.version.data, "severity": self.severity.data}


class Rewriting(WithTags, EditForm):
    """What is changed where others voted already: whoever changes it says whether it asks for something else now."""

    told_by = (Action.IDEA_EDITED, Action.IDEA_TAGGED)

    material = BooleanField(_l("It asks for something else now: tell those who support it"))
    at_once = BooleanField(_l("Tell them at once, by e-mail too"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not me().may("edit_idea"):
            del self.at_once

    @property
    def telling(self) -> dict[str, bool]:
        """Who is told of the change, and when."""
        at_once = self.at_once.data if "at_once" in self else False
        return {"material": bool(self.material.data), "at_once": bool(at_once)}

    def stands(self, thing: Idea) -> dict[str, Any]:
        here = {tag.slug for tag in thing.tags}
        stands = {**super().stands(thing), "tags": [slug for slug in self.offered if slug in here]}
        return stands if self.offered else {name: value for name, value in stands.items() if name != "tags"}

    def say(self, name: str, value: Any) -> str:
        if name != "tags":
            return super().say(name, value)
        slugs = value.split(",") if isinstance(value, str) else value or ()
        return ", ".join(self.offered[slug].name for slug in slugs if slug in self.offered)

    def tags_of(self, idea: Idea) -> list[str]:
        """What its tags are to be: those that were chosen, and those that are not offered, as staff put them there."""
        others = [tag.name for tag in idea.tags if tag.slug not in self.offered]
        return [*others, *(self.offered[slug].name for slug in self.chosen_tags)]


class EditIdeaForm(EditsFields, Rewriting, ChangesPictures, IdeaWords):
    """The words and the pictures of an idea that was sent, and what it says to its board."""

    most_pictures = MOST_PICTURES


class EditIssueForm(EditsFields, Rewriting, ChangesPictures, IssueWords):
    """The same of an issue."""

    material = BooleanField(_l("It tells of something else now: tell those who have it"))

    most_pictures = MOST_PICTURES


def words_of(idea: Idea) -> EditIdeaForm | EditIssueForm:
    """The form that changes an idea or an issue, filled with what stands there now."""
    asked = asked_of(idea)
    kind = with_fields(EditIssueForm if idea.is_issue else EditIdeaForm, asked)
    form: EditIdeaForm | EditIssueForm = kind(thing=idea, there=pictures_of(idea), asked=asked)
    return form


class ProposalForm(AsksFields, WithTags, WithPictures, IdeaWords):
    """What is sent in, idea or issue, with its board and pictures; a visitor adds an address."""

    most_pictures = MOST_PICTURES

    kind = HiddenField()
    board = SelectField(
        _l("Part of the product"),
        [OneOfTheBoards()],
        default="",
        validate_choice=False,
    )
    email = AddressField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.board.choices = [
            ("", _("I don’t know")),
            *((board.slug, offered_as(board)) for board in Board.in_order(for_=me())),
        ]
        if me().is_authenticated:
            del self.email

    @property
    def closing(self) -> str:
        """When the chosen board closes, and why; empty where it stays."""
        board = Board.now_at(self.board.data) if self.board.data else None
        return closing_said(board) if board is not None else ""


class IssueForm(ProposalForm, IssueWords):
    """A report: who may see it is for its author to say."""

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
        return {**super().details, "is_private": self.visibility.data == PRIVATE}


def proposal_form(kind: str, asked: Sequence[Field] = (), **values: Any) -> ProposalForm:
    """The form of this kind, with what the board asks for; of an unknown kind, the form of ideas, which says so."""
    made = with_fields(IssueForm if kind == Kind.ISSUE else ProposalForm, asked)
    form: ProposalForm = made(kind=kind, asked=asked, **values)
    form.kind.data = Kind.ISSUE if kind == Kind.ISSUE else Kind.IDEA
    return form
