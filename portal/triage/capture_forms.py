"""What staff write down of what a customer said elsewhere: as an idea, as an issue, or as a voice on one."""

from datetime import datetime
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, ValidationError

from portal.accounts.models import User
from portal.activity.forms import EditForm, last_event
from portal.activity.models import Action, Event
from portal.comments.models import COMMENT_MAX
from portal.i18n import _, _l
from portal.ideas.boards import Board
from portal.ideas.captured import LINK_MAX, SOURCES, Captured
from portal.ideas.closing import offered_as
from portal.ideas.forms import PRIVATE, PUBLIC, TITLE_MIN, IdeaWords, IssueWords, OneOf, OneOfTheBoards
from portal.ideas.models import BODY_MAX, TITLE_MAX
from portal.ideas.statuses import Kind
from portal.permissions import me
from portal.web.addresses import parts_of
from portal.web.fields import AtLeast, AtMost, Filled, LineField, TextField
from portal.web.forms import PortalForm


class SecureLink:
    """A whole address of a page on the web, as browsers show it, read by nobody on the way; or nothing."""

    def __call__(self, form: Any, field: Any) -> None:
        link = parts_of(field.data)
        whole = link.scheme == "https" and "." in (link.hostname or "") and "@" not in link.netloc
        if field.data and (not whole or " " in field.data):
            raise ValidationError(_("Copy the whole address of the page: it begins with https://."))


class WhereItWasSaid(PortalForm):
    """Where a customer said it, and a link to it where there is one."""

    source = RadioField(
        _l("Where was it said?"),
        [OneOf(_l("Choose where it was said."))],
        choices=list(SOURCES.items()),
        validate_choice=False,
    )
    link = LineField(_l("Link"), [AtMost(LINK_MAX), SecureLink()], render_kw={"type": "url", "autocomplete": "off"})


class SourceForm(EditForm, WhereItWasSaid):
    """The same of what was noted already."""

    told_by = (Action.SOURCE_CORRECTED,)

    def last_change(self, thing: Captured) -> tuple[User | None, datetime | None]:
        about = ("idea", thing.idea_id) if thing.idea_id else ("comment", thing.comment_id)
        return last_event(Event.subject_type == about[0], Event.subject_id == about[1], told_by=self.told_by)


class VoiceForm(WhereItWasSaid):
    """A voice on an idea or an issue that is here already."""

    body = TextField(_l("What did they say?"), [Filled(_l("Write what they said.")), AtMost(COMMENT_MAX)])


class CapturedIdeaForm(WhereItWasSaid, IdeaWords):
    """What a customer wishes, as an idea of its own."""

    kind = HiddenField(default=Kind.IDEA)
    title = LineField(
        _l("Their wish, in one sentence"),
        [
            Filled(_l("Write their wish in one sentence.")),
            AtLeast(TITLE_MIN, _l("Write a few more words so others can find it.")),
            AtMost(TITLE_MAX),
        ],
        render_kw={"autocomplete": "off"},
    )
    body = TextField(_l("What did they say?"), [AtMost(BODY_MAX)])
    board = SelectField(
        _l("Part of the product"),
        [OneOfTheBoards()],
        default="",
        validate_choice=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boards = [(board.slug, offered_as(board)) for board in Board.in_order(for_=me())]
        self.board.choices = [("", _("I don’t know")), *boards]


class CapturedIssueForm(CapturedIdeaForm, IssueWords):
    """What goes wrong for a customer, as an issue: private unless whoever notes it says otherwise."""

    kind = HiddenField(default=Kind.ISSUE)
    title = LineField(
        _l("The issue, in one sentence"),
        [
            Filled(_l("Write in one sentence what goes wrong.")),
            AtLeast(TITLE_MIN, _l("Write a few more words so others can find it.")),
            AtMost(TITLE_MAX),
        ],
        render_kw={"autocomplete": "off"},
    )
    body = TextField(_l("What did they say?"), [Filled(_l("Write what they said.")), AtMost(BODY_MAX)])
    visibility = RadioField(
        _l("Who may see it?"),
        [OneOf(_l("Choose who may see it."))],
        choices=[
            (PRIVATE, _l("Private: only our team sees this.")),
            (PUBLIC, _l("Public: others can find it and say that they have it too.")),
        ],
        default=PRIVATE,
        validate_choice=False,
    )

    @property
    def details(self) -> dict[str, Any]:
        return {**super().details, "is_private": self.visibility.data == PRIVATE}


def captured_form(kind: str, **values: Any) -> CapturedIdeaForm:
    """The form of this kind; of an unknown one, that of ideas."""
    form = (CapturedIssueForm if kind == Kind.ISSUE else CapturedIdeaForm)(**values)
    form.kind.data = Kind.ISSUE if kind == Kind.ISSUE else Kind.IDEA
    return form
