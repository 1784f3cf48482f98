"""The forms by which staff add a tag, change it, and merge it into another."""

from typing import Any

from wtforms import BooleanField, RadioField, SelectChoice
from wtforms.validators import ValidationError

from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.admin.forms import COLOUR_NAMES, ChoiceField
from portal.i18n import _, _l
from portal.ideas.statuses import COLOURS
from portal.ideas.tag_merging import is_merged
from portal.ideas.tags import TAG_MAX, Tag, TagTaken
from portal.web.fields import AtMost, Filled, InEachLanguage, LineField, TextField
from portal.web.forms import PortalForm

DESCRIPTION_MAX = 300


class TagName(PortalForm):
    """What a tag is called."""

    name = LineField(_l("Name"), [Filled(_l("Write a name.")), AtMost(TAG_MAX)])

    def validate_name(self, field: Any) -> None:
        if "," in (field.data or ""):
            raise ValidationError(_("Leave the comma out: among the tags of an idea it parts one from the next."))

    def say_taken(self, taken: TagTaken) -> None:
        """Say at the name whose it is."""
        said = _l("There is a tag “%(tag)s” already. Merge the two, or choose another name.")
        if taken.tag.slug != Tag.slug_of(self.name.data or ""):
            said = _l("The tag “%(tag)s” was called so before, and its old address leads there. Choose another name.")
        elif is_merged(taken.tag):
            said = _l("“%(tag)s” was merged into another tag. Separate the two first, or choose another name.")
        self.name.errors = [*self.name.errors, str(said) % {"tag": taken.tag.name}]


class TagForm(EditForm, TagName):
    """All that staff say of a tag."""

    told_by = (Action.TAG_CHANGED,)

    description = InEachLanguage(
        _l("What it is for"),
        _l("What it is for, in %(language)s"),
        lambda label, _lang: TextField(label, [AtMost(DESCRIPTION_MAX)]),
    )
    colour = RadioField(
        _l("Colour"),
        id="colour",
        choices=[
            SelectChoice("", _l("None")),
            *(SelectChoice(str(colour), COLOUR_NAMES[colour]) for colour in COLOURS if colour != "open"),
        ],
    )
    is_offered = BooleanField(_l("Authors may put it on their own ideas"))

    @property
    def chosen(self) -> dict[str, Any]:
        """What the tag is to be, as it is written."""
        own = {"name": self.name.data or "", "colour": self.colour.data or ""}
        return {**own, "is_offered": bool(self.is_offered.data), "descriptions": self.words("description")}


class MergeForm(PortalForm):
    """Which tag another one becomes. A preview asks for it in its address, so it carries no token."""

    class Meta:
        csrf = False

    into = ChoiceField(_l("The tag that stays"), id="into")

    def __init__(self, tag: Tag, others: list[Tag], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {str(other.id): other for other in others if other.id != tag.id}
        self.into.choices = [
            SelectChoice("", _("Choose a tag")),
            *(SelectChoice(id, other.name) for id, other in self.others.items()),
        ]

    @property
    def chosen(self) -> Tag | None:
        return self.others.get(self.into.data or "")

    def validate_into(self, field: Any) -> None:
        if self.chosen is None:
            raise ValidationError(_("Choose the tag that stays."))
