"""A comment of the demo that says more: its writer is asked whether it may be an idea of its own."""

from sqlalchemy import select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.splitting import Proposal, ask


def ask_one(idea: Idea, writer: User, by: User) -> None:
    """What this person said of the idea, in fewer words."""
    own = Comment.idea_id == idea.id, Comment.author_id == writer.id
    said = db.session.scalars(select(Comment).where(*own).order_by(Comment.id)).first()
    if said is not None:
        words = "The manager should be able to say no within an hour."
        ask(said, Proposal("Let the manager say no to a swap within an hour", words, board_id=idea.board_id), by=by)
