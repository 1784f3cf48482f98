"""What became an idea of its own, read at both ends: the comment leads to the idea, and the idea to the comment."""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, case, literal, select

from portal.accounts.membership import Somebody
from portal.comments.models import Comment
from portal.comments.splits import Split
from portal.extensions import db
from portal.ideas.models import Idea
from portal.text import slug
from portal.web.addresses import url_for


class OtherEnd(NamedTuple):
    """The idea at the other end, as far as its reader may see it; `is_read`: whether they may read the comment."""

    id: int
    title: str
    lang: str
    kind: str
    comment_id: int
    is_read: int

    @property
    def url(self) -> str:
        return url_for("ideas.show", id=self.id, slug=slug(self.title) or self.kind)

    @property
    def comment_url(self) -> str:
        """Where the comment stands; the idea on which it stood, where it is gone."""
        return url_for("comments.show", id=self.comment_id) if self.is_read else self.url


NAMED = Idea.id, Idea.title, Idea.lang, Idea.kind, Split.comment_id


def became(comments: list[Comment], reader: Any) -> dict[int, OtherEnd]:
    """The ideas that these comments became, as far as this person may see them, each by the id of the comment.

    None that was taken back, or is out of sight otherwise. Asked only where one became any.
    """
    ids = [comment.id for comment in comments if comment.became_id]
    if not ids:
        return {}
    found = select(*NAMED, literal(1)).join(Split, Split.idea_id == Idea.id)
    seen = found.where(Split.comment_id.in_(ids), Idea.hidden_at.is_(None), Idea.seen_by(reader))
    return {row.comment_id: OtherEnd(*row) for row in db.session.execute(seen)}


@cache
def began(reader: Somebody | None) -> Select[Any]:
    """The idea on which the `idea` was a comment before, where such a reader may see it."""
    is_read = case((Comment.seen_by(reader), 1), else_=0)
    found = (
        select(*NAMED, is_read).join(Comment, Comment.idea_id == Idea.id).join(Split, Split.comment_id == Comment.id)
    )
    return found.where(Split.idea_id == bindparam("idea", type_=Integer), Idea.seen_by(reader))
