"""Ideas and issues: what customers propose, and what becomes of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from flask import abort
from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, Text, or_, select, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.blanking import Version
from portal.activity.hiding import Hideable
from portal.activity.models import Action, record
from portal.clock import now
from portal.extensions import Base, db
from portal.ideas.boards import Board, Tag, idea_tag
from portal.ideas.responses import OfficialResponse, ResponseRevision
from portal.ideas.statuses import Kind, ReasonOwed, Status, StatusKind, TransitionRefused
from portal.text import excerpt, slug
from portal.web.addresses import url_for

TITLE_MAX = 120
BODY_MAX = 20_000


class Severity(StrEnum):
    """How much an issue hurts."""

    ANNOYING = "annoying"
    SERIOUS = "serious"
    BLOCKING = "blocking"


# The orders of the board, each with all that it can be narrowed to, and what counts it: over what everybody may see.
# No index of a board alone: SQLite would take it, and sort the whole board for one page.
NARROWED = ("status_id", "kind", "board_id")
LISTED = {
    "ix_idea_heat": ("heat", "id", *NARROWED),
    "ix_idea_votes": ("votes_count", "id", *NARROWED),
    "ix_idea_created": ("created_at", "id", *NARROWED),
    "ix_idea_listed": NARROWED,
}
PUBLIC_ONLY: dict[str, Any] = {
    "sqlite_where": text("hidden_at IS NULL AND is_private IS 0"),
    "postgresql_where": text("hidden_at IS NULL AND is_private IS false"),
}
WAITING_ONLY: dict[str, Any] = {
    "sqlite_where": text("waiting_since IS NOT NULL AND hidden_at IS NULL"),
    "postgresql_where": text("waiting_since IS NOT NULL AND hidden_at IS NULL"),
}
ISSUES_ONLY: dict[str, Any] = {
    "sqlite_where": text("kind = 'issue' AND hidden_at IS NULL"),
    "postgresql_where": text("kind = 'issue' AND hidden_at IS NULL"),
}
PRIVATE_ONLY: dict[str, Any] = {
    "sqlite_where": text("is_private IS 1"),
    "postgresql_where": text("is_private IS true"),
}


# What of a member's acts is one for the idea; whatever staff do with it is.
ACTS_OF_MEMBERS = frozenset({Action.IDEA_EDITED, Action.PICTURES_CHANGED, Action.COMMENT_POSTED, Action.COMMENT_EDITED})


def _since_it_was_made(context: Any) -> datetime:
    made: datetime = context.get_current_parameters()["created_at"]
    return made


class Idea(Hideable, Base):
    """Something that a customer wants (kind `idea`) or reports (kind `issue`).

    `here_since`: since when it is a matter of this portal; None for what was imported and nobody here has touched.
    """

    hidden_as, restored_as = Action.IDEA_HIDDEN, Action.IDEA_RESTORED

    __tablename__ = "idea"
    __table_args__ = (
        CheckConstraint("votes_count >= 0", name="votes_count"),
        CheckConstraint("kind IN ('idea', 'issue')", name="kind"),
        *(Index(name, *columns, **PUBLIC_ONLY) for name, columns in LISTED.items()),
        Index("ix_idea_all_created", "created_at", "id"),
        Index("ix_idea_title", "title"),
        Index("ix_idea_status", "status_id", "kind", "hidden_at", "created_at", "id"),
        Index("ix_idea_waiting", "waiting_since", "id", "kind", "hidden_at", **WAITING_ONLY),
        Index("ix_idea_to_confirm", "status_id", "here_since", "id", **ISSUES_ONLY),
        Index("ix_idea_private", "votes_count", "id", "status_id", **PRIVATE_ONLY),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), default=Kind.IDEA)
    title: Mapped[str] = mapped_column(String(500))
    body: Mapped[str] = mapped_column(Text, default="")
    lang: Mapped[str] = mapped_column(String(2), default="en")
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id"))
    status_id: Mapped[int] = mapped_column(ForeignKey("status.id"))
    is_private: Mapped[bool] = mapped_column(default=False)
    expected: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[str] = mapped_column(String(80), default="")
    severity: Mapped[str] = mapped_column(String(10), default="")
    votes_count: Mapped[int] = mapped_column(default=0)
    votes_set_aside: Mapped[int] = mapped_column(default=0, server_default="0")
    nice_count: Mapped[int] = mapped_column(default=0, server_default="0")
    important_count: Mapped[int] = mapped_column(default=0, server_default="0")
    critical_count: Mapped[int] = mapped_column(default=0, server_default="0")
    imported_support: Mapped[int] = mapped_column(default=0)
    comments_count: Mapped[int] = mapped_column(default=0)
    heat: Mapped[float] = mapped_column(default=0.0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    edited_at: Mapped[datetime | None]
    status_since: Mapped[datetime] = mapped_column(default=now)
    status_reason: Mapped[str] = mapped_column(Text, default="")
    waiting_since: Mapped[datetime | None] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]
    here_since: Mapped[datetime | None] = mapped_column(default=_since_it_was_made)
    imported_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    source_url: Mapped[str] = mapped_column(String(500), default="")

    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    board: Mapped[Board | None] = relationship(lazy="joined")
    status: Mapped[Status] = relationship(lazy="joined", innerjoin=True)
    tags: Mapped[list[Tag]] = relationship(secondary=idea_tag, order_by=Tag.name)
    response: Mapped[OfficialResponse | None] = relationship(back_populates="idea", uselist=False)

    @classmethod
    def propose(
        cls,
        by: User,
        title: str,
        body: str = "",
        kind: str = Kind.IDEA,
        board: Board | None = None,
        lang: str = "en",
        **details: Any,
    ) -> Self:
        """Add an idea or an issue with its first revision. `details`: is_private, expected, version, severity."""
        idea = cls(
            kind=kind, title=title, body=body, lang=lang, author=by, board=board, status=Status.first(kind), **details
        )
        db.session.add(idea)
        db.session.flush()
        db.session.add(Revision(idea_id=idea.id, editor_id=by.id, title=title, body=body, expected=idea.expected))
        idea._index()
        record(Action.IDEA_PROPOSED, idea, by=by)
        return idea

    @classmethod
    def visible_to(cls, user: Any) -> Select[Self]:
        """Every idea that this person (or visitor) may see: the one scope of pages, feeds, search, mail and counts."""
        return select(cls).where(cls.seen_by(user))

    @classmethod
    def seen_by(cls, user: Any) -> Any:
        """The condition behind visible_to, for counts and joins."""
        if user is not None and getattr(user, "is_staff", False):
            return true()
        public = cls.hidden_at.is_(None) & cls.is_private.is_(False)
        if user is None or not getattr(user, "is_authenticated", True):
            return public
        return or_(public, cls.author_id == user.id)

    @classmethod
    def moved_here(cls) -> Any:
        """The condition of ideas whose status was given here: an import says how things stood elsewhere."""
        return cls.imported_key.is_(None) | (cls.status_since > cls.created_at)

    @classmethod
    def find_or_404(cls, id: int, for_: Any) -> Self:
        """The idea, if this person may see it; a hidden one answers like one that never was."""
        return db.session.scalar(cls.visible_to(for_).where(cls.id == id)) or abort(404)

    @property
    def slug(self) -> str:
        return slug(self.title) or self.kind

    @property
    def url(self) -> str:
        return url_for("ideas.show", id=self.id, slug=self.slug)

    @property
    def is_issue(self) -> bool:
        return self.kind == Kind.ISSUE

    @property
    def is_open_to_votes(self) -> bool:
        return not self.status.is_closed

    @property
    def summary(self) -> str:
        """The first words of the body, plain."""
        return excerpt(self.body, 180)

    @property
    def said(self) -> list[str]:
        """Its words, as they stand."""
        return [self.title, self.body, self.expected]

    def allowed_statuses(self) -> list[Status]:
        """The statuses that staff may choose now."""
        return [s for s in Status.all_for(self.kind) if s.id != self.status_id and self.status.may_become(s)]

    def change_status(
        self, status: Status, by: User | None, reason: str = "", told_by_release: int | None = None
    ) -> None:
        """Move along the workflow (TransitionRefused, ReasonOwed). With `told_by_release` only the release tells."""
        if status.id == self.status_id:
            return
        if not self.status.may_become(status):
            raise TransitionRefused(f"{self.status.kind} -> {status.kind}")
        if status.kind == StatusKind.DECLINED and not reason.strip():
            raise ReasonOwed
        old, self.status = self.status, status
        self.status_since, self.status_reason = now(), reason.strip()
        self._answered()
        facts: dict[str, Any] = {"told_by_release": told_by_release} if told_by_release else {}
        record(
            Action.STATUS_CHANGED,
            self,
            by=by,
            old=old.id,
            new=status.id,
            old_kind=old.kind,
            new_kind=status.kind,
            reason=self.status_reason,
            **facts,
        )

    def respond(self, text: str, by: User) -> None:
        """Publish the official response, or replace it, keeping what it said before; the same words change nothing."""
        if self.response is not None and self.response.body == text:
            return
        first = self.response is None
        if self.response is None:
            self.response = OfficialResponse(author_id=by.id, body=text)
        else:
            self.response.author_id, self.response.body, self.response.edited_at = by.id, text, now()
        db.session.flush()
        db.session.add(ResponseRevision(response_id=self.response.id, editor_id=by.id, body=text))
        self._answered()
        record(Action.RESPONSE_POSTED if first else Action.RESPONSE_EDITED, self, by=by)

    def edit(self, title: str, body: str, by: User, **details: Any) -> bool:
        """Change the words, keeping the earlier ones as a revision; True when some are others than they were.

        `details`: expected, version, severity.
        """
        if (title, body) == (self.title, self.body) and all(getattr(self, k) == v for k, v in details.items()):
            return False
        if db.session.scalar(select(Revision.id).where(Revision.idea_id == self.id).limit(1)) is None:
            self._keep_imported_words()
        self.title, self.body, self.edited_at = title, body, now()
        for name, value in details.items():
            setattr(self, name, value)
        db.session.add(Revision(idea_id=self.id, editor_id=by.id, title=title, body=body, expected=self.expected))
        self._index()
        record(Action.IDEA_EDITED, self, by=by)
        return True

    def move(self, board: Board | None, by: User) -> None:
        if board is not self.board:
            old, self.board = self.board, board
            record(Action.IDEA_MOVED, self, by=by, old=old.id if old else None, new=board.id if board else None)

    def tag(self, names: list[str], by: User) -> None:
        """Put exactly these tags on the idea."""
        before = {tag.slug for tag in self.tags}
        self.tags = list({tag.id: tag for tag in map(Tag.named, names)}.values())
        after = {tag.slug for tag in self.tags}
        if before != after:
            record(Action.IDEA_TAGGED, self, by=by, added=sorted(after - before), removed=sorted(before - after))

    def set_private(self, private: bool, by: User) -> None:
        """Show an issue to everyone, or only to its author and staff."""
        if private != self.is_private:
            self.is_private = private
            record(Action.VISIBILITY_CHANGED, self, by=by, private=private)

    def _keep_imported_words(self) -> None:
        first = Revision(idea_id=self.id, editor_id=self.author_id, title=self.title, body=self.body)
        first.expected, first.created_at = self.expected, self.created_at
        db.session.add(first)
        db.session.flush()

    def _index(self) -> None:
        from portal.ideas import search  # it reads this model

        search.index(self)

    def _answered(self) -> None:
        self.waiting_since = None
        self.answered_at = self.answered_at or now()

    def touched(self, action: Action, by: User) -> None:
        """Somebody did something with it, or with a comment on it: what was imported begins to wait for an answer."""
        if by.is_staff or action in ACTS_OF_MEMBERS:
            self.begin_here()

    def begin_here(self) -> None:
        """Make what was imported a matter of this portal, once; it waits unless somebody has answered it."""
        if self.here_since is None:
            self.here_since = now()
            if self.status.kind == StatusKind.OPEN and self.answered_at is None:
                self.waiting_since = self.here_since

    def heard_from_staff(self) -> None:
        """A public comment of staff is an answer too."""
        self._answered()


class Revision(Version, Base):
    """What an idea said, each time it was saved."""

    __tablename__ = "revision"
    words, of = ("title", "body", "expected"), "idea_id"

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    title: Mapped[str] = mapped_column(String(500))
    body: Mapped[str] = mapped_column(Text, default="")
    expected: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    editor: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class Attachment(Base):
    """An image that somebody added, re-encoded and stored under a random key."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    alt: Mapped[str] = mapped_column(String(200), default="")
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), index=True)
    pending_id: Mapped[int | None] = mapped_column(ForeignKey("pending_action.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def url(self) -> str:
        return url_for("ideas.upload", key=self.key)
