"""What the tests of discussions share."""

from io import BytesIO

from PIL import Image
from sqlalchemy import select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.notifications.models import Follow

FORM = "form.reply-box"


def at(idea: Idea) -> str:
    return f"/ideas/{idea.id}-{idea.slug}"


def said(idea: Idea) -> list[str]:
    """What people said about it, oldest first."""
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Comment.body)
            .where(Comment.idea_id == idea.id, Comment.is_note.is_(False))
            .order_by(Comment.created_at, Comment.id)
        )
    )


def follows(user: User, idea: Idea) -> Follow | None:
    db.session.rollback()
    return db.session.get(Follow, (user.id, idea.id))


def picture(name: str = "screen.png") -> tuple[BytesIO, str]:
    content = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "PNG")
    content.seek(0)
    return content, name
