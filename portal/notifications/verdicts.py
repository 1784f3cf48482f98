"""Where whoever reported a text still sees it, once staff have decided."""

from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.sentences import model_of
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import Flag
from portal.web.addresses import url_for


def place_of(report: Flag, reader: User) -> str:
    """The page of the text; of a comment that is gone, that of its idea; empty where the reader sees neither."""
    if report.subject_type == "user":
        return _profile(report.subject_id)
    model: Any = model_of(report.subject_type)
    seen = db.session.scalar(model.visible_to(reader).where(model.id == report.subject_id))
    if seen is None or getattr(seen, "is_deleted", False):
        return _idea_of(report, reader)
    return str(seen.url)


def _profile(id: int) -> str:
    handle = db.session.scalar(select(User.handle).where(User.id == id, User.erased_at.is_(None)))
    return url_for("accounts.show", handle=handle) if handle else ""


def _idea_of(report: Flag, reader: User) -> str:
    if report.subject_type != "comment":
        return ""
    of_comment = select(Comment.idea_id).where(Comment.id == report.subject_id).scalar_subquery()
    idea = db.session.scalar(Idea.visible_to(reader).where(Idea.id == of_comment))
    return idea.url if idea else ""
