"""What a person may take out of the portal when they leave, in one press: earlier words, comments, pictures, texts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update

from portal.accounts.models import User
from portal.comments.models import Comment, CommentRevision, forget_words
from portal.extensions import db
from portal.i18n import _, reading_in
from portal.ideas.attachments import Attachment
from portal.ideas.captured import Captured
from portal.ideas.family import count_comments
from portal.ideas.models import Idea
from portal.ideas.revisions import Revision
from portal.ideas.values import values_of
from portal.merging.models import Merge
from portal.moderation.models import Flag
from portal.voting.models import Vote

QUIET = {"synchronize_session": False}


@dataclass(frozen=True)
class Wishes:
    """What goes besides the account: words that were edited out, comments, pictures, and the texts of ideas."""

    versions: bool = True
    comments: bool = False
    pictures: bool = False
    texts: bool = False


def take_out(user: User, wishes: Wishes) -> list[str]:
    """Do what they wish. Gives the keys of pictures: delete their files after the commit. No commit."""
    keys: list[str] = []
    if wishes.texts:
        _replace_texts(user)
    if wishes.comments:
        keys += _delete_comments(user)
    if wishes.pictures:
        gone = delete(Attachment).where(_own_pictures(user)).returning(Attachment.key)
        keys += db.session.scalars(gone, execution_options=QUIET)
    if wishes.versions or wishes.texts:
        Revision.blank(_of_ideas(user), by_staff=False)
        CommentRevision.blank(_of_comments(user), by_staff=False)
        judged = Flag.author_id == user.id, Flag.judged_words.is_not(None)
        db.session.execute(update(Flag).where(*judged).values(judged_words=""), execution_options=QUIET)
    return keys


def count_earlier_versions(user: User) -> int:
    """How many earlier versions of what they wrote still hold words."""
    of = (Revision, _of_ideas(user)), (CommentRevision, _of_comments(user))
    counts = (select(func.count(model.id)).where(own, _holds_words(model)) for model, own in of)
    return sum(db.session.scalar(count) or 0 for count in counts)


def count_pictures(user: User) -> int:
    """How many pictures they added to ideas and comments."""
    return db.session.scalar(select(func.count(Attachment.id)).where(_own_pictures(user))) or 0


def _holds_words(model: Any) -> Any:
    return model.blanked_at.is_(None) & model.is_earlier()


def _of_ideas(user: User) -> Any:
    return Revision.idea_id.in_(select(Idea.id).where(Idea.author_id == user.id))


def _of_comments(user: User) -> Any:
    return CommentRevision.comment_id.in_(select(Comment.id).where(Comment.author_id == user.id))


def _own_pictures(user: User) -> Any:
    """Those of releases and of official responses belong to the brand."""
    of_brand = Attachment.release_id.is_not(None) | Attachment.response_id.is_not(None)
    of_brand |= Attachment.board_id.is_not(None)
    return (Attachment.owner_id == user.id) & ~of_brand


def _delete_comments(user: User) -> list[str]:
    """All that they said in public; what staff noted for each other stays."""
    theirs = (Comment.author_id == user.id) & Comment.deleted_at.is_(None) & Comment.is_note.is_(False)
    ideas = db.session.scalars(select(Comment.idea_id).where(theirs).distinct()).all()
    keys = forget_words(theirs)
    for begin in range(0, len(ideas), 500):
        some = list(ideas[begin : begin + 500])
        survivors = select(Idea.survivor_id).where(Idea.id.in_(some), ~Idea.stands()).distinct()
        count_comments(Idea, [*some, *db.session.scalars(survivors)])
    db.session.expire_all()
    return keys


def _replace_texts(user: User) -> None:
    """Put a few words in the place of each text; a title stays where others voted or commented."""
    for idea in db.session.scalars(select(Idea).where(Idea.author_id == user.id).order_by(Idea.id)).all():
        with reading_in(idea.lang):
            title = idea.title if _means_something_to_others(idea) else _("An idea that its author took out")
            details = {"expected": "", "version": ""} if idea.is_issue else {}
            nothing = dict.fromkeys(values_of(idea.id), "")
            idea.edit(title, _("(taken out by its author)"), by=user, fields=nothing, **details)
    objected = update(Merge).where(Merge.undone_by_id == user.id, Merge.objected_at.is_not(None))
    db.session.execute(objected.values(objection=""), execution_options=QUIET)
    noted = update(Captured).where(Captured.by_id == user.id, Captured.idea_id.is_not(None))
    db.session.execute(noted.values(link=""), execution_options=QUIET)


def _means_something_to_others(idea: Idea) -> bool:
    voted = select(Vote.user_id).where(Vote.idea_id == idea.id, Vote.user_id != idea.author_id).exists()
    said = select(Comment.id).where(Comment.idea_id == idea.id, Comment.author_id != idea.author_id).exists()
    return idea.imported_support > 0 or bool(db.session.scalar(select(voted | said)))
