"""What staff fill in: decisions on ideas, words to members, and the portal's own choices."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, StopValidation, ValidationError

from portal.accounts.duties import JOBS
from portal.accounts.forms import WishesForm
from portal.accounts.membership import Role
from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.comments.models import COMMENT_MAX
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.boards import Board, Tag, tags_on
from portal.ideas.models import BODY_MAX, Idea
from portal.ideas.pictures import ChangesPictures
from portal.ideas.responses import KINDS, ResponseKind
from portal.ideas.statuses import COLOURS, Status
from portal.ideas.targets import Target
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
REASON_MAX = 2000
HIDE_REASON_MAX = 500
TAGS_MOST = 12
TAG_MAX = 40


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


class StatusForm(EditForm):
    """Where an idea goes next, and why; decided on the status at which it was shown."""

    told_by = (Action.STATUS_CHANGED,)

    status = SelectField(_l("Move to"), id="tool-status", validate_choice=False)
    reason = TextField(_l("Public reason"), id="tool-reason", validators=[AtMost(REASON_MAX)])
    quietly = BooleanField(_l("Tell nobody"), id="tool-quietly")

    def stands(self, thing: Idea) -> dict[str, Any]:
        return {"status": str(thing.status_id)}

    def say(self, name: str, value: Any) -> str:
        status = db.session.get(Status, int(value)) if str(value).isdecimal() else None
        return status.name if status else ""


class TargetForm(EditForm):
    """When an idea may be there, as a code."""

    told_by = (Action.TARGET_CHANGED,)

    slips = False
    target = SelectField(_l("When it may be there"), id="tool-target", validate_choice=False)

    def say(self, name: str, value: Any) -> str:
        target = Target.read(str(value))
        return target.words if target else _("No estimate yet")


class ResponseForm(ChangesPictures, EditForm):
    """The official response: of which kind, its words and its pictures. `anew`: it says something new, and is told."""

    told_by = (Action.RESPONSE_POSTED, Action.RESPONSE_EDITED)
    most_pictures = 4

    kind = ChoiceField(
        _l("What it is"),
        id="tool-response-kind",
        choices=[SelectChoice(kind.value, words.choice) for kind, words in KINDS.items()],
        default=ResponseKind.ANSWER.value,
    )

    text = TextField(
        _l("Official response"),
        id="tool-response",
        validators=[Filled(_l("Write the answer: it is pinned above the discussion.")), AtMost(BODY_MAX)],
    )

    anew = BooleanField(_l("It says something new: tell those concerned"), id="tool-response-anew")

    def __init__(self, *args: Any, thing: Idea, **kwargs: Any) -> None:
        there = thing.response.images if thing.response else ()
        super().__init__(*args, thing=thing, there=there, **kwargs)
        self.images.id = "tool-response-images"  # beside the form of a comment
        if thing.response is None:
            del self.anew

    def stands(self, thing: Idea) -> dict[str, Any]:
        there = thing.response
        return {"kind": there.kind if there else ResponseKind.ANSWER.value, "text": there.body if there else ""}

    @property
    def says_anew(self) -> bool:
        return bool("anew" in self and self.anew.data)


class ReasonWordsForm(PortalForm):
    """Words to be taken out of a reason."""

    words = TextField(
        _l("Words to take out"),
        id="words-out",
        validators=[Filled(_l("Copy the words that are to go from the reason.")), AtMost(BODY_MAX)],
    )


class NoteForm(PortalForm):
    text = TextField(
        _l("Staff note"),
        id="tool-note",
        validators=[Filled(_l("Write the note: only staff see it.")), AtMost(COMMENT_MAX)],
    )


class TagsForm(EditForm):
    told_by = (Action.IDEA_TAGGED,)

    tags = LineField(_l("Tags"), id="tool-tags", validators=[AtMost(TAGS_MOST * (TAG_MAX + 2))])

    @property
    def names(self) -> list[str]:
        """The tags that were written, without blanks and repeats."""
        return list(dict.fromkeys(name for name in map(str.strip, (self.tags.data or "").split(",")) if name))

    def stands(self, thing: Idea) -> dict[str, Any]:
        return {"tags": _listed(tags_on(thing.id))}

    def sent(self, name: str, shown: str) -> str:
        """The tags as they are called where they are known already."""
        slugs = {Tag.slug_of(tag): tag for tag in self.names}
        known = db.session.execute(select(Tag.slug, Tag.name).where(Tag.slug.in_(slugs)))
        return _listed((slugs | {slug: tag for slug, tag in known}).values())

    def validate_tags(self, field: Any) -> None:
        for name in self.names:
            if len(name) > TAG_MAX:
                raise ValidationError(_("“%(tag)s” is too long. Shorten it to %(most)s characters.", tag=name, most=40))
        if len(self.names) > TAGS_MOST:
            raise ValidationError(_("Keep at most %(most)s tags: take some away.", most=TAGS_MOST))


class BoardForm(EditForm):
    """Which board an idea is on; empty for none."""

    told_by = (Action.IDEA_MOVED,)

    board = SelectField(_l("Board"), id="tool-board", validate_choice=False)

    def stands(self, thing: Idea) -> dict[str, Any]:
        return {"board": str(thing.board_id or "")}

    def say(self, name: str, value: Any) -> str:
        board = db.session.get(Board, int(value)) if str(value).isdecimal() else None
        return board.name if board else _("No board")


class HideForm(PortalForm):
    """Hide something and say why, or (hidden=0) show it again."""

    hidden = HiddenField(id="tool-hidden")
    reason = TextField(_l("Reason"), id="tool-hide-reason", validators=[AtMost(HIDE_REASON_MAX)])

    def validate_reason(self, field: Any) -> None:
        if self.hidden.data == "1" and not field.data:
            raise ValidationError(_("Say why you hide it: the reason is kept in the audit."))


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


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names, key=str.casefold))
