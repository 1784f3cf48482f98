"""Tags: words that staff put on ideas, and those of them that authors may choose themselves."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Self

from slugify import slugify
from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    Text,
    bindparam,
    delete,
    false,
    select,
    union_all,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.holding import keep_all
from portal.database.reading import rows
from portal.database.types import Base
from portal.database.wording import chosen, put, rows_of
from portal.database.writing import insert
from portal.extensions import db

TAG_MAX = 40
Words = Mapping[str, str]


class TagTaken(Exception):
    """Another tag has this name, or had it: its address leads to `tag`."""

    def __init__(self, tag: "Tag") -> None:
        super().__init__(tag.slug)
        self.tag = tag


class TagText(Base):
    """What a tag is for, in one language."""

    __tablename__ = "tag_text"

    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True)
    lang: Mapped[str] = mapped_column(String(2), primary_key=True)
    description: Mapped[str] = mapped_column(Text, default="")


class TagAddress(Base):
    """An address that a tag had before it was renamed. It leads on for ever, so nothing else is called so."""

    __tablename__ = "tag_address"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), index=True)


class MergedTag(Base):
    """A tag that became another: its row stays, with its name and address, and no idea has it any more."""

    __tablename__ = "merged_tag"

    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Tag(Base):
    """A word that staff put on ideas. `colour`: one of those of the statuses, or none; `is_offered`: to authors."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(TAG_MAX))
    colour: Mapped[str] = mapped_column(String(20), default="", server_default="")
    is_offered: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(default=now)

    texts: Mapped[dict[str, TagText]] = rows_of("TagText")

    @staticmethod
    def slug_of(name: str) -> str:
        """What two names of one tag have in common."""
        return slugify(name)[:60] or "-".join(f"{ord(sign):x}" for sign in name)[:60]

    @classmethod
    def in_use(cls) -> Select[Self]:
        """Every tag but those that became another, by name."""
        return select(cls).where(cls.id.not_in(select(MergedTag.tag_id))).order_by(cls.name, cls.id)

    @classmethod
    def offered(cls) -> Select[Self]:
        """Those that authors may put on their own ideas."""
        return cls.in_use().where(cls.is_offered)

    @classmethod
    def now_at(cls, slug: str) -> Self | None:
        """The tag to which this address leads: it may have been renamed, or merged."""
        return cls.known([slug]).get(slug)

    @classmethod
    def known(cls, slugs: Iterable[str]) -> dict[str, Self]:
        """The tags to which these addresses lead, each by the address that was asked for."""
        led = leads(slugs)
        tags = {tag.id: tag for tag in db.session.scalars(select(cls).where(cls.id.in_(led.values())))}
        return {slug: tags[id] for slug, id in led.items() if id in tags}

    @classmethod
    def all_named(cls, names: Iterable[str]) -> list[Self]:
        """The tags of these names, made where there are none; of one that was renamed or merged, what became of it.

        Nobody renames, merges or deletes them before the transaction ends.
        """
        wanted: dict[str, str] = {}
        for name in names:
            wanted.setdefault(cls.slug_of(name), name[:TAG_MAX])
        while True:
            _make(wanted)
            found = leads(wanted)
            held = keep_all(cls, cls.id.in_(found.values()))
            if found.keys() == wanted.keys() and len(held) == len({*found.values()}) and leads(wanted) == found:
                return held

    @property
    def descriptions(self) -> dict[str, str]:
        """What it is for, by language."""
        return {lang: text.description for lang, text in sorted(self.texts.items())}

    @property
    def description(self) -> str:
        """What it is for, in the reader's language."""
        return chosen(self.descriptions)

    def words(self, field: str) -> dict[str, str]:
        """What stands in this field of its form, by language."""
        return self.descriptions

    @classmethod
    def add(cls, name: str, by: User) -> Self:
        """A new tag, which no idea has yet. Raises TagTaken."""
        tag = cls(name=name)
        tag._move_to(cls.slug_of(name))
        record(Action.TAG_CHANGED, tag, by=by, what="added", name=name)
        return tag

    def write(self, by: User, name: str, colour: str, is_offered: bool, descriptions: Words) -> None:
        """Change what it is called, how it looks and what it is for; the same changes nothing. Raises TagTaken.

        With another name comes another address; the one before leads on.
        """
        before = self._stands()
        if self.slug_of(name) != self.slug:
            self._move_to(self.slug_of(name))
        self.name, self.colour, self.is_offered = name, colour, is_offered
        for lang, description in descriptions.items():
            put(self.texts, TagText, lang, description=description)
        after = self._stands()
        changes = {field: [old, after[field]] for field, old in before.items() if old != after[field]}
        if changes:
            record(Action.TAG_CHANGED, self, by=by, what="edited", name=name, changes=changes)

    def _stands(self) -> dict[str, Any]:
        own = {"name": self.name, "colour": self.colour, "is_offered": self.is_offered}
        return {**own, "description": {lang: said for lang, said in self.descriptions.items() if said}}

    def _move_to(self, slug: str) -> None:
        """Give it this address, and let the one that it had lead on."""
        there = leads([slug]).get(slug)
        taken = _of_slug(slug) or (there if there != self.id else None)
        if taken:
            raise TagTaken(db.session.get_one(Tag, taken))
        db.session.execute(delete(TagAddress).where(TagAddress.slug == slug))
        if self.slug:
            db.session.add(TagAddress(slug=self.slug, tag_id=self.id))
        try:
            with db.session.begin_nested():
                self.slug = slug
                db.session.add(self)
                db.session.flush()
        except IntegrityError:  # somebody made one of this name at the same moment
            raise TagTaken(db.session.get_one(Tag, _of_slug(slug))) from None


idea_tag = Table(
    "idea_tag",
    Base.metadata,
    Column("idea_id", ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_idea_tag_tag_id", "tag_id"),
)


def leads(slugs: Iterable[str]) -> dict[str, int]:
    """To the id of which tag each of these addresses leads, past all renaming and merging; left out where to none."""
    asked = {"slugs": [*slugs]}
    if not asked["slugs"]:
        return {}
    found: dict[str, int] = {slug: id for slug, id in rows(_at(), asked)}
    merged: dict[int, int] = {tag: into for tag, into in rows(_merged(), {})} if found else {}
    for slug, id in found.items():
        while id in merged:
            id = merged[id]
        found[slug] = id
    return found


def tags_on(idea_id: int) -> list[str]:
    """What the tags of an idea are called."""
    return [name for (name,) in rows(_tags_on(), {"idea": idea_id})]


@cache
def _at() -> Any:
    asked: Any = bindparam("slugs", expanding=True)
    before = select(TagAddress.slug, TagAddress.tag_id).where(TagAddress.slug.in_(asked))
    return union_all(before, select(Tag.slug, Tag.id).where(Tag.slug.in_(asked)))


@cache
def _merged() -> Any:
    return select(MergedTag.tag_id, MergedTag.into_id)


@cache
def _tags_on() -> Select[str]:
    tagged = select(Tag.name).join(idea_tag, idea_tag.c.tag_id == Tag.id)
    return tagged.where(idea_tag.c.idea_id == bindparam("idea")).order_by(Tag.name)


def _of_slug(slug: str) -> int | None:
    return db.session.scalar(select(Tag.id).where(Tag.slug == slug))


def _make(wanted: Mapping[str, str]) -> None:
    """Make those of these tags (slug -> name) to which no address leads."""
    for slug in wanted.keys() - leads(wanted).keys():
        made = insert(Tag).values(slug=slug, name=wanted[slug], created_at=now()).on_conflict_do_nothing()
        id = db.session.scalar(made.returning(Tag.id))
        if id and db.session.get(TagAddress, slug, populate_existing=True):
            # The one that had this name was renamed while we waited for it: the address is its own.
            db.session.execute(delete(Tag).where(Tag.id == id))
