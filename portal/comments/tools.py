"""What a comment shows, by its values, and what its reader may do with it."""

from datetime import datetime
from typing import Any, NamedTuple

from portal import permissions
from portal.comments.models import Comment
from portal.ideas.cards import Author
from portal.permissions import me
from portal.web.addresses import url_for


class Said(NamedTuple):
    """A comment as it was said, by its values."""

    id: int
    idea_id: int
    author: Author
    body: str
    lang: str
    is_note: bool
    is_official: bool
    has_shaped: bool
    is_edited: bool
    of_issue: bool
    source: str
    link: str
    created_at: datetime

    @property
    def url(self) -> str:
        return url_for("comments.show", id=self.id)


class Tools(NamedTuple):
    """What the reader may do with a comment; visitors are asked to sign in first."""

    reply: bool
    edit: bool
    shape: bool
    report: bool
    hide: bool
    delete: bool
    split: bool

    @property
    def are_plain(self) -> bool:
        """Whether they are what most readers get, with nothing of theirs in them."""
        return not (self.edit or self.shape or self.hide or self.delete or self.split)


def tools(comment: Comment) -> Tools:
    """What the tools under this comment are for whoever reads it."""
    reader: Any = me()
    shown, is_visitor = comment.hidden_at is None, not reader.is_authenticated
    return Tools(
        reply=shown and not comment.is_note and _takes_replies(comment.idea, reader),
        edit=permissions.edit_comment(reader, comment),
        shape=shown and permissions.mark_comment_as_shaping(reader, comment),
        report=shown and (is_visitor or permissions.flag(reader, comment)),
        hide=permissions.hide_comment(reader, comment),
        delete=permissions.delete_comment(reader, comment),
        split=permissions.split_comment(reader, comment),
    )


def _takes_replies(idea: Any, reader: Any) -> bool:
    """Whether something is said there still; visitors are asked to sign in first."""
    if reader.is_authenticated:
        return permissions.comment_on_idea(reader, idea)
    return not idea.is_on_closed_board


def as_said(comment: Comment, offered: Tools) -> Said | None:
    """All that shows of a comment that stands as it was said, to a reader with plain tools; None for any other."""
    if comment.hidden_at is not None or comment.pictured or not offered.are_plain:
        return None
    who, it = comment.author, comment
    author = Author(who.display_name, who.handle, who.is_staff, who.is_former, who.is_imported)
    marks = it.is_note, it.is_official, it.has_shaped, it.is_edited, it.of_issue, it.source, it.link
    return Said(it.id, it.idea_id, author, it.body, it.lang, *marks, it.created_at)
