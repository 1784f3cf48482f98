"""What people say about an idea: comments, replies and staff notes."""

from datetime import datetime
from typing import Any, Self

from flask import abort
from sqlalchemy import ForeignKey, Index, Select, String, Text, and_, delete, or_, select, update
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.blanking import Version
from portal.activity.hiding import Hideable
from portal.activity.models import Action, record
from portal.clock import now
from portal.comments.mentions import colleagues_in
from portal.comments.splits import Split, forget_proposals
from portal.database.types import Base
from portal.extensions import db
from portal.ideas.attachments import Attachment, Picture
from portal.ideas.captured import Captured
from portal.ideas.family import count_comments
from portal.ideas.models import Idea
from portal.web.addresses import url_for

COMMENT_MAX = 10_000


class Comment(Hideable, Base):
    """A comment, a reply to one (one level deep), or a note that only staff see."""

    hidden_as, restored_as = Action.COMMENT_HIDDEN, Action.COMMENT_RESTORED

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_idea_created", "idea_id", "created_at", "id"),
        Index("ix_comment_author_id", "author_id", "is_note", "deleted_at"),
        # Who wrote when, and whether it counts: for the figures of staff, which read nothing else.
        Index("ix_comment_written", "created_at", "author_id", "is_note", "deleted_at", "hidden_at", "imported_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    body: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(2), default="en")
    is_note: Mapped[bool] = mapped_column(default=False)
    is_official: Mapped[bool] = mapped_column(default=False)
    shaped_at: Mapped[datetime | None]
    shaped_by_staff: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    imported_key: Mapped[str | None] = mapped_column(String(200), unique=True)

    idea: Mapped[Idea] = relationship()
    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    revisions: Mapped[list["CommentRevision"]] = relationship(order_by="CommentRevision.id", viewonly=True)
    images: Mapped[list[Attachment]] = relationship(order_by=Attachment.id, viewonly=True)
    captured: Mapped[Captured | None] = relationship(uselist=False, passive_deletes="all")
    pictured: Mapped[list[list[Any]] | None] = column_property(
        Picture.those(Attachment.comment_id == id), deferred=True
    )

    became_id: Mapped[int | None] = column_property(Split.of_comment(id), deferred=True)

    @property
    def of_issue(self) -> bool:
        """Whether it was said of an issue."""
        return self.idea.is_issue

    @property
    def pictures(self) -> list[Picture]:
        """Its images, as a page shows them."""
        return Picture.all(self.pictured)

    @classmethod
    def post(
        cls, idea: Idea, body: str, by: User, parent: "Comment | None" = None, lang: str = "en", quietly: bool = False,
        captured: Captured | None = None,
    ) -> Self:  # fmt: skip
        """Say something in public; a reply to a reply joins the same thread. `quietly`: nobody is told yet.

        With `captured` a customer said it elsewhere: it is a voice, and no answer of the brand.
        """
        root = parent.parent_id or parent.id if parent else None
        answers = by.is_staff and captured is None
        comment = cls(idea_id=idea.id, body=body, author=by, parent_id=root, lang=lang, is_official=answers)
        comment.captured = captured
        comment._save(by)
        _count(idea, +1)
        if answers:
            idea.root.heard_from_staff(body)
        if not quietly:
            comment.announce()
        return comment

    @classmethod
    def note(cls, idea: Idea, body: str, by: User) -> Self:
        """Write down something for staff only; colleagues whom it names are told."""
        comment = cls(idea_id=idea.id, body=body, author=by, lang=by.lang, is_note=True)
        comment._save(by)
        named = [colleague.id for colleague in colleagues_in(body, by)]
        record(Action.NOTE_POSTED, comment, by=by, idea=idea.id, mentions=named)
        return comment

    @classmethod
    def visible_to(cls, user: Any) -> Select[Self]:
        """Every comment that this person may see, on the ideas that they may see."""
        return select(cls).join(Idea, cls.idea_id == Idea.id).where(Idea.seen_by(user), cls.seen_by(user))

    @classmethod
    def seen_by(cls, user: Any) -> Any:
        """The condition behind visible_to, on an idea that this person may see."""
        stands: Any = cls.deleted_at.is_(None)
        if user is not None and getattr(user, "is_staff", False):
            return stands
        shown: Any = cls.hidden_at.is_(None)
        if user is not None and getattr(user, "is_authenticated", True):
            shown = or_(shown, cls.author_id == user.id)
        return and_(stands, cls.is_note.is_(False), shown)

    @classmethod
    def find_or_404(cls, id: int, for_: Any) -> Self:
        return db.session.scalar(cls.visible_to(for_).where(cls.id == id)) or abort(404)

    @property
    def url(self) -> str:
        """Its own address, which leads to the part of the discussion where it stands."""
        return url_for("comments.show", id=self.id)

    def is_shown_to(self, user: Any) -> bool:
        """Whether this person may read its words: what is hidden is read by its author and staff."""
        if self.is_deleted:
            return False
        is_staff = bool(getattr(user, "is_staff", False))
        mine = getattr(user, "id", None) == self.author_id
        return is_staff or (not self.is_note and (self.hidden_at is None or mine))

    @property
    def said(self) -> list[str]:
        """Its words, as they stand."""
        return [self.body]

    def touched(self, action: Action, by: User) -> None:
        """What people do with a comment, they do with its idea, or where that lives: there it is read."""
        self.idea.root.touched(action, by)

    @property
    def event_facts(self) -> dict[str, Any]:
        return {"idea": self.idea_id}

    @property
    def source(self) -> str:
        """Where a customer said it, of a voice; else nothing."""
        return self.captured.source if self.captured else ""

    @property
    def link(self) -> str:
        """Where a voice can be read as it was written; else nothing."""
        return self.captured.link if self.captured else ""

    @property
    def has_shaped(self) -> bool:
        return self.shaped_at is not None

    @property
    def is_edited(self) -> bool:
        return self.edited_at is not None

    @property
    def is_deleted(self) -> bool:
        """Whether its author deleted it: the row stays without words, for the replies to it and for what is counted."""
        return self.deleted_at is not None

    def edit(self, body: str, by: User) -> None:
        """Change the words, keeping the earlier ones (also those that were imported without a revision)."""
        if body != self.body:
            if not self.revisions:
                first = CommentRevision(comment_id=self.id, editor_id=self.author_id, body=self.body)
                first.created_at = self.created_at
                db.session.add(first)
                db.session.flush()
            self.body, self.edited_at = body, now()
            db.session.add(CommentRevision(comment_id=self.id, editor_id=by.id, body=body))
            record(Action.COMMENT_EDITED, self, by=by, idea=self.idea_id, version=CommentRevision.latest(self.id))

    def mark_as_shaping(self, shaped: bool, by: User) -> None:
        """Say that this comment shaped the idea, or take that back. By the author of the idea it is a thank-you; by
        staff it pays as well."""
        if shaped != self.has_shaped:
            self.shaped_at = now() if shaped else None
            self.shaped_by_staff = shaped and by.may("mark_comment_as_shaping")
            record(Action.COMMENT_SHAPED if shaped else Action.COMMENT_UNSHAPED, self, by=by, idea=self.idea_id)

    def delete(self, by: User) -> list[str]:
        """Take its words, earlier ones and pictures out for good, with the mark that it shaped the idea.

        Gives the keys of its pictures: delete their files after the commit.
        """
        if self.is_deleted:
            return []
        if self.hidden_at is None:
            self._out_of_sight()
        keys = forget_words(Comment.id == self.id)
        db.session.refresh(self)
        record(Action.COMMENT_DELETED, self, by=by, idea=self.idea_id)
        return keys

    def announce(self) -> None:
        """Record that it was posted, which tells the followers of the idea."""
        said = {"source": self.captured.source} if self.captured else {}
        record(Action.COMMENT_POSTED, self, by=self.author, idea=self.idea_id, parent=self.parent_id, **said)

    def _out_of_sight(self) -> None:
        if not self.is_note and not self.is_deleted:
            _count(self.idea, -1)

    def _in_sight(self) -> None:
        if not self.is_note and not self.is_deleted:
            _count(self.idea, +1)

    def _save(self, by: User) -> None:
        db.session.add(self)
        db.session.flush()
        db.session.add(CommentRevision(comment_id=self.id, editor_id=by.id, body=self.body))


class CommentRevision(Version, Base):
    """What a comment said, each time it was saved."""

    __tablename__ = "comment_revision"
    of = "comment_id"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)

    editor: Mapped[User] = relationship(lazy="joined", innerjoin=True)


def forget_words(which: Any) -> list[str]:
    """Leave nothing of what these comments said. Gives the keys of their pictures. Nothing is counted."""
    ids = select(Comment.id).where(which)
    quiet = {"synchronize_session": False}
    pictures = delete(Attachment).where(Attachment.comment_id.in_(ids)).returning(Attachment.key)
    keys = list(db.session.scalars(pictures, execution_options=quiet))
    forget_proposals(ids)
    for model in (CommentRevision, Captured):
        db.session.execute(delete(model).where(model.comment_id.in_(ids)), execution_options=quiet)
    unmarked: dict[str, Any] = {"shaped_at": None, "shaped_by_staff": False}
    nothing = {"body": "", "edited_at": None, "hidden_at": None, "hidden_reason": "", "deleted_at": now(), **unmarked}
    db.session.execute(update(Comment).where(which).values(**nothing), execution_options=quiet)
    return keys


def _count(idea: Idea, change: int) -> None:
    """The number of comments that everyone sees, added to in the database so that two writers cannot lose one."""
    changed = update(Idea).where(Idea.id == idea.id).values(comments_count=Idea.comments_count + change)
    # Whether it has a family is what the row says: it may have been merged while we waited for it.
    survivor, others = db.session.execute(
        changed.returning(Idea.survivor_id, Idea.merged_count), execution_options={"synchronize_session": False}
    ).one()
    db.session.expire(idea, ["comments_count"])
    if survivor or others:
        db.session.flush()
        count_comments(Idea, [survivor or idea.id])
