"""What staff fill in about an idea: its status, target, notes, tags and board, and hiding it."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import ValidationError

from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.admin.forms import HIDE_REASON_MAX
from portal.comments.models import COMMENT_MAX
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.boards import Board
from portal.ideas.models import BODY_MAX, Idea
from portal.ideas.statuses import Status
from portal.ideas.tags import Tag, tags_on
from portal.ideas.targets import Target
from portal.web.fields import AtMost, Filled, LineField, TextField
from portal.web.forms import PortalForm

REASON_MAX = 2000
TAGS_MOST = 12
TAG_MAX = 40


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


class NamesTags(PortalForm):
    """Tags by their names, with commas between them."""

    tags = LineField(_l("Tags"), id="tool-tags", validators=[AtMost(TAGS_MOST * (TAG_MAX + 2))])

    @property
    def names(self) -> list[str]:
        """The tags that were written, without blanks and repeats."""
        return list(dict.fromkeys(name for name in map(str.strip, (self.tags.data or "").split(",")) if name))

    def validate_tags(self, field: Any) -> None:
        for name in self.names:
            if len(name) > TAG_MAX:
                raise ValidationError(_("“%(tag)s” is too long. Shorten it to %(most)s characters.", tag=name, most=40))
        if len(self.names) > TAGS_MOST:
            raise ValidationError(_("Keep at most %(most)s tags: take some away.", most=TAGS_MOST))


class TagsForm(NamesTags, EditForm):
    told_by = (Action.IDEA_TAGGED,)

    def stands(self, thing: Idea) -> dict[str, Any]:
        return {"tags": _listed(tags_on(thing.id))}

    def sent(self, name: str, shown: str) -> str:
        """The tags as they are called now where they are known already."""
        slugs = {Tag.slug_of(tag): tag for tag in self.names}
        known = Tag.known(slugs)
        return _listed(dict.fromkeys(known[slug].name if slug in known else tag for slug, tag in slugs.items()))


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


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names, key=str.casefold))
