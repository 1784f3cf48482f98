"""Ideas and issues: what customers propose, and what becomes of it."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Self

from flask import abort
from sqlalchemy import CheckConstraint, ForeignKey, Select, String, Text, and_, bindparam, or_, select, true
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from portal.accounts.membership import Somebody
from portal.accounts.models import User
from portal.activity.hiding import Hideable
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.types import Base
from portal.extensions import db
from portal.ideas import postings, values
from portal.ideas.aimed import Aimed
from portal.ideas.answerable import Answerable, Reason
from portal.ideas.boards import Board
from portal.ideas.captured import Captured
from portal.ideas.family import Mergeable
from portal.ideas.indexes import INDEXES
from portal.ideas.responses import OfficialResponse
from portal.ideas.revisions import Revision
from portal.ideas.statuses import Kind, ReasonOwed, Status, StatusKind, TransitionRefused
from portal.ideas.tags import Tag, idea_tag
from portal.ideas.transitions import Tells, Transition, way_between
from portal.text import excerpt, slug
from portal.triage import ledger
from portal.web.addresses import url_for

TITLE_MAX = 120
BODY_MAX = 20_000


class Began(NamedTuple):
    """On which other idea it was a comment before, and who made it an idea of its own."""

    idea_id: int
    by: User


class Idea(Answerable, Aimed, Mergeable, Hideable, Base):
    """Something that a customer wants (kind `idea`) or reports (kind `issue`)."""

    hidden_as, restored_as = Action.IDEA_HIDDEN, Action.IDEA_RESTORED

    __tablename__ = "idea"
    __table_args__ = (
        CheckConstraint("votes_count >= 0", name="votes_count"),
        CheckConstraint("kind IN ('idea', 'issue')", name="kind"),
        *INDEXES,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), default=Kind.IDEA)
    title: Mapped[str] = mapped_column(String(500))
    body: Mapped[str] = mapped_column(Text, default="")
    lang: Mapped[str] = mapped_column(String(2), default="en")
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
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
    imported_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    source_url: Mapped[str] = mapped_column(String(500), default="")

    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    board: Mapped[Board | None] = relationship(lazy="joined")
    status: Mapped[Status] = relationship(lazy="joined", innerjoin=True)
    tags: Mapped[list[Tag]] = relationship(secondary=idea_tag, order_by=Tag.name)
    response: Mapped[OfficialResponse | None] = relationship(back_populates="idea", uselist=False)
    captured: Mapped[Captured | None] = relationship(uselist=False, passive_deletes="all")

    @classmethod
    def propose(
        cls,
        by: User,
        title: str,
        body: str = "",
        kind: str = Kind.IDEA,
        board: Board | None = None,
        lang: str = "en",
        fields: values.Values | None = None,
        began: Began | None = None,
        **details: Any,
    ) -> Self:
        """Add an idea or an issue with its first revision. `fields`: what it says to those of its board; `details`:
        is_private, expected, version, severity. `began`: that it began as a comment, and who made it one.
        """
        idea = cls(
            kind=kind, title=title, body=body, lang=lang, author=by, board=board, status=Status.first(kind), **details
        )
        db.session.add(idea)
        db.session.flush()
        if fields:
            values.say(idea.id, fields)
        idea._keep_words(by.id)
        idea.index_words()
        said: Captured | None = details.get("captured")
        facts: dict[str, Any] = {"source": said.source} if said else {}
        facts |= {"began": began.idea_id} if began else {}
        record(Action.IDEA_PROPOSED, idea, by=began.by if began else by, **facts)
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
        public = and_(cls.hidden_at.is_(None), cls.is_private.is_(False), Board.holds(cls.board_id, user))
        if user is None or not getattr(user, "is_authenticated", True):
            return public
        return or_(public, cls.author_id == user.id)

    @property
    def is_public(self) -> bool:
        """Whether visitors see it, so that it may be named to anybody, and kept for everybody."""
        return self.hidden_at is None and not self.is_private and (self.board is None or self.board.is_public)

    @classmethod
    def moved_here(cls) -> Any:
        """The condition of ideas whose status was given here: an import says how things stood elsewhere."""
        return cls.imported_key.is_(None) | (cls.status_since > cls.created_at)

    @classmethod
    def find_or_404(cls, id: int, for_: Any) -> Self:
        """The idea, if this person may see it; a hidden one answers like one that never was."""
        asked = {"id": id, "reader": getattr(for_, "id", None)}
        return db.session.scalar(_one_seen(Somebody.like(for_)), asked) or abort(404)

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
        """Whether it takes votes; one that lives in another goes by that one."""
        return not self.root.status.is_closed and not self.is_on_closed_board

    @property
    def is_on_closed_board(self) -> bool:
        """Whether its board is closed, so that it stays to be read; one that lives in another goes by that one."""
        board = self.root.board
        return board is not None and board.is_closed

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
        return self.status.next_ones()

    def way_to(self, status: Status) -> Transition:
        """The way on which it may go there, as it stands in this transaction. Raises TransitionRefused."""
        way = way_between(self.status_id, status.id)
        if way is None:
            raise TransitionRefused(f"{self.status.kind} -> {status.kind}")
        return way

    def change_status(
        self,
        status: Status,
        by: User | None,
        reason: str = "",
        told_by_release: int | None = None,
        quietly: bool = False,
        answer: Reason | None = None,
    ) -> None:
        """Move along the workflow (TransitionRefused, ReasonOwed, LivesElsewhere). `quietly`: nobody is told, and it
        stands in the journey. With `told_by_release` only the release tells, and its story is the reason; an `answer`
        is the reason where one is owed, and tells in place of the step where it is told itself.
        """
        if status.id == self.status_id:
            return
        self.require_standing()
        way = self.way_to(status)
        owed = status.kind == StatusKind.DECLINED or (way.owes_reason and not told_by_release)
        reason = answer.words if answer and owed else reason
        if owed and not reason.strip():
            raise ReasonOwed
        old, self.status = self.status, status
        self.status_since, self.status_reason = now(), reason.strip()
        self.heard_from_staff()
        told: dict[str, Any] = {"tells": str(Tells.NOBODY if quietly else way.tells)}
        told |= {"said_in": answer.version, "told_by_response": answer.tells} if answer else {}
        record(
            Action.STATUS_CHANGED,
            self,
            by=by,
            old=old.id,
            new=status.id,
            old_kind=old.kind,
            new_kind=status.kind,
            reason=self.status_reason,
            **({"told_by_release": told_by_release} if told_by_release else told),
        )
        ledger.follow(self, old.kind, by, self.status_reason)

    def edit(self, title: str, body: str, by: User, fields: values.Values | None = None, **details: Any) -> bool:
        """Change the words, keeping the earlier ones as a revision; True when some are others than they were.

        `fields`: what it says to those of boards from now on, the others stay; `details`: expected, version, severity.
        """
        told = values.differs(self.id, fields or {})
        same = (title, body) == (self.title, self.body) and all(getattr(self, k) == v for k, v in details.items())
        if same and not told:
            return False
        if db.session.scalar(select(Revision.id).where(Revision.idea_id == self.id).limit(1)) is None:
            # An imported one has none yet.
            self._keep_words(self.author_id, created_at=self.created_at)
            db.session.flush()
        self.title, self.body, self.edited_at = title, body, now()
        if told:
            values.say(self.id, fields or {})
        for name, value in details.items():
            setattr(self, name, value)
        self._keep_words(by.id)
        self.index_words()
        record(Action.IDEA_EDITED, self, by=by, version=Revision.latest(self.id))
        return True

    def move(self, board: Board | None, by: User) -> None:
        """Put it on a board, or on what that became meanwhile, or on none."""
        board = Board.keep_at(board.slug) if board is not None else None
        if board is not self.board:
            old, self.board = self.board, board
            self.index_words()
            record(Action.IDEA_MOVED, self, by=by, old=old.id if old else None, new=board.id if board else None)

    def tag(self, names: list[str], by: User) -> None:
        """Put exactly these tags on the idea."""
        before = {tag.slug for tag in self.tags}
        self.tags = Tag.all_named(names)
        after = {tag.slug for tag in self.tags}
        if before != after:
            record(Action.IDEA_TAGGED, self, by=by, added=sorted(after - before), removed=sorted(before - after))

    def set_private(self, private: bool, by: User) -> None:
        """Show an issue to everyone, or only to its author and staff."""
        if private != self.is_private:
            self.is_private = private
            self.came_or_went()
            record(Action.VISIBILITY_CHANGED, self, by=by, private=private)

    def _out_of_sight(self) -> None:
        self.came_or_went()

    def _in_sight(self) -> None:
        self.came_or_went()

    def _keep_words(self, editor_id: int, **at: datetime) -> None:
        words: dict[str, Any] = {"title": self.title, "body": self.body, "expected": self.expected}
        words["fields"] = {str(id): raw for id, raw in values.values_of(self.id).items()}
        db.session.add(Revision(idea_id=self.id, editor_id=editor_id, **words, **at))

    def index_words(self) -> None:
        """Let it be found by the words that it has now, and by what it says to its board for all to read."""
        db.session.flush()
        said = values.words_of([self.id]).get(self.id, "")
        postings.index(self.id, self.title, postings.joined(self.body, said), self.lang)


@cache
def _one_seen(reader: Somebody | None) -> Select[Idea]:
    """The idea of this `id`, for such a reader: whatever is about one idea asks this, so it is built once."""
    return Idea.visible_to(reader).where(Idea.id == bindparam("id")).options(joinedload(Idea.captured))
