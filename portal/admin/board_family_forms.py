"""What an admin fills in to merge a board into another, or to split a part of it off."""

from typing import Any

from wtforms import HiddenField, SelectChoice, SelectField, ValidationError

from portal.admin.forms import ChoiceField, Names
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.boards import Board
from portal.ideas.tags import Tag
from portal.web.fields import AtMost, LineField
from portal.web.forms import PortalForm

WORDS_MAX = 100


class MergeBoardForm(PortalForm):
    """Which board another one becomes. A preview asks for it in its address, so it carries no token."""

    class Meta:
        csrf = False

    into = ChoiceField(_l("The board that stays"), id="into")

    def __init__(self, board: Board, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {str(other.id): other for other in Board.in_order(for_=None) if other.id != board.id}
        self.into.choices = [
            SelectChoice("", _("Choose a board")),
            *(SelectChoice(id, other.name) for id, other in self.others.items()),
        ]

    @property
    def chosen(self) -> Board | None:
        return self.others.get(self.into.data or "")

    def validate_into(self, field: Any) -> None:
        if self.chosen is None:
            raise ValidationError(_("Choose the board that stays."))


class PartForm(PortalForm):
    """Which ideas of a board: those with a tag, with words in their title, or both."""

    class Meta:
        csrf = False

    tag = SelectField(_l("With the tag"), id="part-tag", validate_choice=False)
    q = LineField(_l("With these words in the title"), [AtMost(WORDS_MAX)], id="part-words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tags = {tag.slug: tag for tag in db.session.scalars(Tag.in_use())}
        self.tag.choices = [("", _("Any")), *((slug, tag.name) for slug, tag in self.tags.items())]

    @property
    def tag_id(self) -> int | None:
        tag = self.tags.get(self.tag.data or "")
        return tag.id if tag else None

    @property
    def asks(self) -> bool:
        """Whether anything is asked for: the whole board is no part of it."""
        return self.tag_id is not None or bool(self.q.data)

    def validate_tag(self, field: Any) -> None:
        if field.data and field.data not in self.tags:
            raise ValidationError(_("There is no such tag. Choose one from the list."))
        if not self.asks:
            raise ValidationError(_("Choose a tag, or write words: they say which ideas go to the new board."))


class SplitForm(Names):
    """What the new board is called; `number`: how many ideas were shown to go there."""

    number = HiddenField(id=False)
