"""What people type to take part in a discussion."""

from portal.accounts.forms import AddressField
from portal.comments.models import COMMENT_MAX
from portal.forms import AtMost, Filled, PortalForm, TextField
from portal.i18n import _l


class CommentForm(PortalForm):
    """A comment or a reply."""

    body = TextField(_l("Your comment"), [Filled(_l("Write your comment.")), AtMost(COMMENT_MAX)])


class VisitorCommentForm(CommentForm):
    """The same from somebody whom we do not know yet: it counts once they confirm it by mail."""

    email = AddressField()
