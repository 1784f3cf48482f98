"""What the brand says of an idea, and what it said before."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.blanking import Version
from portal.clock import now
from portal.database.types import Base, when_made
from portal.i18n import _l
from portal.ideas.attachments import Attachment

if TYPE_CHECKING:
    from portal.ideas.models import Idea


class ResponseKind(StrEnum):
    """What an official response is: after a question the idea waits for its author, not for the brand."""

    ANSWER = "answer"
    QUESTION = "question"
    PROGRESS = "progress"
    MISTAKE = "mistake"
    DECLINE = "decline"


class KindWords(NamedTuple):
    """What a kind of response is called by who chooses it (`choice`), and above its words for everybody (`heading`)."""

    choice: Any
    heading: Any
    glyph: str


KINDS = {
    ResponseKind.ANSWER: KindWords(_l("An answer"), _l("Answer from the team"), "megaphone"),
    ResponseKind.QUESTION: KindWords(_l("Question to the author"), _l("A question from the team"), "message-square"),
    ResponseKind.PROGRESS: KindWords(_l("Progress"), _l("Update from the team"), "rocket"),
    ResponseKind.MISTAKE: KindWords(_l("Our mistake"), _l("The team made a mistake"), "circle-alert"),
    ResponseKind.DECLINE: KindWords(_l("No, and why"), _l("Why this will not come"), "st-declined"),
}


class OfficialResponse(Base):
    """What the brand says of an idea, pinned above the discussion.

    `created_at`: when it first said anything; `said_at`: when it said what stands there; `edited_at`: when that was put
    right.
    """

    __tablename__ = "official_response"
    __table_args__ = (
        CheckConstraint("kind IN ('answer', 'question', 'progress', 'mistake', 'decline')", name="kind"),
        Index("ix_official_response_author_id", "author_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), unique=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[str] = mapped_column(String(10), default=ResponseKind.ANSWER, server_default="answer")
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    said_at: Mapped[datetime] = mapped_column(default=when_made, index=True)
    edited_at: Mapped[datetime | None]

    idea: Mapped["Idea"] = relationship(back_populates="response")
    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    revisions: Mapped[list["ResponseRevision"]] = relationship(order_by="ResponseRevision.id", viewonly=True)
    images: Mapped[list[Attachment]] = relationship(order_by=Attachment.id, viewonly=True)

    @property
    def words(self) -> KindWords:
        """What its kind is called."""
        return KINDS[ResponseKind(self.kind)]

    @property
    def replaces_another(self) -> bool:
        """Whether the brand had said something else before."""
        return self.said_at > self.created_at


class Spokesperson(NamedTuple):
    """Who speaks for the brand, as far as a response names them."""

    display_name: str
    title: str
    is_former: bool


class Said(NamedTuple):
    """A response as a page shows it."""

    kind: str
    body: str
    created_at: datetime
    said_at: datetime
    edited_at: datetime | None
    author: Spokesperson

    @property
    def words(self) -> KindWords:
        """What its kind is called."""
        return KINDS[ResponseKind(self.kind)]

    @property
    def replaces_another(self) -> bool:
        """Whether the brand had said something else before."""
        return self.said_at > self.created_at

    @classmethod
    def columns(cls) -> tuple[Any, ...]:
        """What makes one, of the response and its author."""
        of = OfficialResponse
        said = of.kind, of.body, of.created_at, of.said_at, of.edited_at
        return (*said, User.display_name, User.title, User.is_former)

    @classmethod
    def of(
        cls, kind: str | None, body: Any, created_at: Any, said_at: Any, edited_at: Any, *author: Any
    ) -> "Said | None":
        return None if kind is None else cls(kind, body, created_at, said_at, edited_at, Spokesperson(*author))


class ResponseRevision(Version, Base):
    """What an official response said, each time it was saved."""

    __tablename__ = "response_revision"
    of = "response_id"

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("official_response.id", ondelete="CASCADE"), index=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[str] = mapped_column(String(10), default=ResponseKind.ANSWER, server_default="answer")
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)

    editor: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @property
    def called(self) -> Any:
        """What its kind is called."""
        return KINDS[ResponseKind(self.kind)].choice
