"""What shipped, told in each language of the portal, with the names of those who made it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from flask import abort
from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.hiding import Hideable
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.types import Base
from portal.database.wording import chosen, put, rows_of
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.moderation.models import Flag
from portal.settings import settings
from portal.text import excerpt, slug
from portal.voting.models import SetAside
from portal.web.addresses import url_for

TITLE_MAX = 120
STORY_MAX = 20_000

release_idea = Table(
    "release_idea",
    Base.metadata,
    Column("release_id", ForeignKey("release.id", ondelete="CASCADE"), primary_key=True),
    Column("idea_id", ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class CreditRole(StrEnum):
    """What somebody did for what shipped; the first that fits counts."""

    PROPOSER = "proposer"
    SHAPER = "shaper"
    SUPPORTER = "supporter"


class ReleaseText(Base):
    """What a release says in one language."""

    __tablename__ = "release_text"

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), primary_key=True)
    lang: Mapped[str] = mapped_column(String(2), primary_key=True)
    title: Mapped[str] = mapped_column(String(TITLE_MAX), default="")
    story: Mapped[str] = mapped_column(Text, default="")


class Release(Hideable, Base):
    """Something that shipped: a title and a story in each language, and the ideas in it."""

    hidden_as, restored_as = Action.RELEASE_HIDDEN, Action.RELEASE_RESTORED

    __tablename__ = "release"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    edited_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)

    texts: Mapped[dict[str, ReleaseText]] = rows_of("ReleaseText", lazy="selectin")
    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    ideas: Mapped[list[Idea]] = relationship(secondary=release_idea, order_by=Idea.votes_count.desc())
    credits: Mapped[list["Credit"]] = relationship(back_populates="release", order_by="Credit.id")
    image: Mapped[Attachment | None] = relationship(
        primaryjoin=Attachment.release_id == id, uselist=False, viewonly=True, order_by=Attachment.id.desc()
    )

    @classmethod
    def visible_to(cls, user: Any) -> Select[Self]:
        """Published releases; staff also see drafts, and what is hidden."""
        staff = user is not None and getattr(user, "is_staff", False)
        return select(cls).where(true() if staff else cls.in_public())

    @classmethod
    def in_public(cls) -> Any:
        """The condition of what everybody sees."""
        return cls.published_at.is_not(None) & cls.hidden_at.is_(None)

    @classmethod
    def find_or_404(cls, id: int, for_: Any) -> Self:
        return db.session.scalar(cls.visible_to(for_).where(cls.id == id)) or abort(404)

    @property
    def title(self) -> str:
        return chosen(self.words("title"))

    @property
    def story(self) -> str:
        return chosen(self.words("story"))

    @property
    def summary(self) -> str:
        """The first words of the story, plain."""
        return excerpt(self.story, 240)

    @property
    def slug(self) -> str:
        return slug(chosen(self.words("title"), first=settings().default_lang)) or "release"

    @property
    def url(self) -> str:
        return url_for("changelog.show", id=self.id, slug=self.slug)

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it."""
        return self.is_published and self.hidden_at is None

    @property
    def said(self) -> list[str]:
        """Its words, as they stand."""
        return [*self.words("title").values(), *self.words("story").values()]

    def words(self, field: str) -> dict[str, str]:
        """The title or the story, by language, as they stand."""
        return {lang: getattr(text, field) for lang, text in sorted(self.texts.items())}

    def write(self, **fields: dict[str, str]) -> None:
        """Write `title` and `story`, each by language; the other languages stay."""
        for field, words in fields.items():
            for lang, said in words.items():
                put(self.texts, ReleaseText, lang, **{field: said})

    def edit(self, by: User, ideas: list[Idea] | None = None, pictured: bool = False, **fields: dict[str, str]) -> None:
        """Change the words, and of a draft also the ideas; a change of what is published is recorded and tells nobody.

        `fields`: `title` and `story`, each by language; `pictured`: its image is changed as well.
        """
        before = {field: self.words(field) for field in fields}
        same = not pictured and all(before[field] | words == before[field] for field, words in fields.items())
        if same and (self.is_published or ideas is None or {*ideas} == {*self.ideas}):
            return
        self.write(**fields)
        self.edited_at = now()
        if self.is_published:
            record(Action.RELEASE_EDITED, self, by=by)
        elif ideas is not None:
            self.ideas = ideas


class Credit(Base):
    """That somebody proposed, shaped or supported an idea that this release ships."""

    __tablename__ = "credit"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(10))

    release: Mapped[Release] = relationship(back_populates="credits")
    idea: Mapped[Idea] = relationship()
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        UniqueConstraint("release_id", "idea_id", "user_id"),
        Index("ix_credit_idea", "idea_id", "id", "user_id", "role"),
    )

    @classmethod
    def stands(cls) -> Any:
        """The condition of the credits that are shown and counted: none for a vote that is set aside.

        The rows of such votes are written all the same, so that a vote that is put back is credited as any other.
        """
        return or_(cls.role != CreditRole.SUPPORTER, ~SetAside.open_of(cls.idea_id, cls.user_id).exists())


def discard(release: Release, by: User) -> list[str]:
    """Delete a draft for good, with its image; the ideas stay. Gives the keys of images that nothing shows any more.

    The caller has begun the write, and holds the row.
    """
    keys = list(db.session.scalars(select(Attachment.key).where(Attachment.release_id == release.id)))
    record(Action.RELEASE_DISCARDED, release, by=by)
    db.session.execute(delete(Flag).where(Flag.about(release)))
    db.session.execute(delete(Release).where(Release.id == release.id))
    db.session.expunge(release)
    return keys


def draft(by: User) -> Release:
    """Begin a release that nobody but staff sees."""
    release = Release(author=by)
    db.session.add(release)
    db.session.flush()
    record(Action.RELEASE_DRAFTED, release, by=by)
    return release
