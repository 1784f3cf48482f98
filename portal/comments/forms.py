"""What people type to take part in a discussion."""

from typing import Any

from portal.accounts.forms import AddressField
from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.comments.models import COMMENT_MAX
from portal.i18n import _l
from portal.ideas.forms import TITLE_MIN
from portal.ideas.models import BODY_MAX, TITLE_MAX
from portal.ideas.pictures import ChangesPictures, WithPictures
from portal.web.fields import AtLeast, AtMost, Filled, LineField, TextField
from portal.web.forms import PortalForm


class CommentWords(PortalForm):
    """The words of a comment."""

    body = TextField(_l("Your comment"), [Filled(_l("Write your comment.")), AtMost(COMMENT_MAX)])


class EditCommentForm(EditForm, CommentWords, ChangesPictures):
    """The words and the pictures of a comment that was posted."""

    told_by = (Action.COMMENT_EDITED,)


class SplitWords(PortalForm):
    """The words of a comment as an idea of its own."""

    title = LineField(
        _l("In one sentence"),
        [
            Filled(_l("Write in one sentence what it is about.")),
            AtLeast(TITLE_MIN, _l("Write a few more words so others can find it.")),
            AtMost(TITLE_MAX),
        ],
        render_kw={"autocomplete": "off"},
    )
    body = TextField(_l("Text"), [Filled(_l("Leave the words that say what it is about.")), AtMost(BODY_MAX)])


class CommentForm(CommentWords, WithPictures):
    """A comment, or a reply to the one whose id is `parent`: several of these forms may stand on one page."""

    def __init__(self, *args: Any, parent: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = field.label.field_id = f"{f'reply-{parent}' if parent else 'comment'}-{field.name}"


class VisitorCommentForm(CommentForm):
    """The same from somebody whom we do not know yet: it counts once they confirm it by mail."""

    email = AddressField()
