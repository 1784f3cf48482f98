"""What staff fill in where a comment is to become an idea of its own."""

from typing import Any

from wtforms import RadioField, SelectField

from portal.admin.forms import HIDE_REASON_MAX
from portal.admin.idea_forms import NamesTags
from portal.comments.forms import SplitWords
from portal.comments.models import Comment
from portal.i18n import _, _l
from portal.ideas.boards import Board
from portal.ideas.forms import OneOf
from portal.ideas.statuses import Kind
from portal.merging.splitting import Proposal, title_of
from portal.permissions import me
from portal.web.fields import AtMost, Filled, TextField
from portal.web.forms import PortalForm


class SplitBackForm(PortalForm):
    """Why it is a comment alone again."""

    reason = TextField(
        _l("Reason"),
        id="split-reason",
        validators=[Filled(_l("Say why: they are told the reason.")), AtMost(HIDE_REASON_MAX)],
    )


class SplitForm(NamesTags, SplitWords):
    """The same, with what it is, where it stands and by which tags it is found."""

    kind = RadioField(
        _l("What is it?"),
        [OneOf(_l("Choose whether it is an idea or an issue."))],
        choices=[(Kind.IDEA.value, _l("An idea")), (Kind.ISSUE.value, _l("An issue"))],
        default=Kind.IDEA.value,
        validate_choice=False,
    )
    board = SelectField(
        _l("Board"), [OneOf(_l("This board is not in use. Choose one from the list."))], validate_choice=False
    )

    def __init__(self, comment: Comment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boards = [(str(board.id), board.name) for board in Board.in_order(for_=me())]
        self.board.choices = [("", _("No board")), *boards]
        if comment.idea.is_private:
            del self.kind

    @classmethod
    def empty(cls, comment: Comment) -> "SplitForm":
        """What is suggested: its first sentence, its words, and where the idea stands on which it was written."""
        board = comment.idea.board_id if comment.idea.board and not comment.idea.board.is_closed else ""
        said = {"title": title_of(comment.body), "body": comment.body, "board": str(board)}
        return cls(comment, formdata=None, data={"kind": comment.idea.kind, **said})

    @property
    def proposal(self) -> Proposal:
        kind = str(self.kind.data) if "kind" in self else str(Kind.ISSUE)
        board = int(self.board.data) if self.board.data else None
        return Proposal(self.title.data or "", self.body.data or "", kind, board, self.names)
