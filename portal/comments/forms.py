"""What people type to take part in a discussion."""

from typing import Any

from portal.accounts.forms import AddressField
from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.comments.models import COMMENT_MAX
from portal.i18n import _l
from portal.ideas.pictures import ChangesPictures, WithPictures
from portal.web.fields import AtMost, Filled, TextField
from portal.web.forms import PortalForm


class CommentWords(PortalForm):
    """The words of a comment."""

    body = TextField(_l("Your comment"), [Filled(_l("Write your comment.")), AtMost(COMMENT_MAX)])


class EditCommentForm(EditForm, CommentWords, ChangesPictures):
    """The words and the pictures of a comment that was posted."""

    told_by = (Action.COMMENT_EDITED,)


class CommentForm(CommentWords, WithPictures):
    """A comment, or a reply to the one whose id is `parent`: several of these forms may stand on one page."""

    def __init__(self, *args: Any, parent: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = field.label.field_id = f"{f'reply-{parent}' if parent else 'comment'}-{field.name}"


class VisitorCommentForm(CommentForm):
    """The same from somebody whom we do not know yet: it counts once they confirm it by mail."""

    email = AddressField()
