"""What a person was told, as their page, their bell and the board show it: grouped by what it is about."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import Any, NamedTuple

from flask import g
from sqlalchemy import Select, bindparam, case, func, select

from portal.accounts.models import User
from portal.activity.catalogue import CATALOGUE, sentence
from portal.activity.models import Action, Event, Happening
from portal.activity.subjects import NAMES
from portal.changelog.credits import naming
from portal.clock import now
from portal.extensions import db
from portal.ideas.cards import Card, cards
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.notifications.about import AboutIdea, AboutPerson, AboutRelease
from portal.notifications.models import Notification
from portal.notifications.staff_mail import is_for_staff
from portal.notifications.subjects import QUOTED, Subjects
from portal.notifications.tabs import LATELY, MOST, SHOWN, THANKS, Somebody, of_kind
from portal.notifications.telling import line_of, place_of
from portal.permissions import me
from portal.text import excerpt
from portal.web.addresses import url_for
from portal.web.paging import slice_of

PAGE = 50
ON_THEIR_WAY = 5
UNDER_WAY = (StatusKind.PLANNED, StatusKind.STARTED, StatusKind.TESTING)
SINCE = 4


class Notice(NamedTuple):
    """A notification with what happened: the columns of both that a list needs."""

    id: int
    created_at: datetime
    read_at: datetime | None
    action: str
    actor_id: int | None
    subject_type: str
    subject_id: int
    facts: dict[str, Any]


class Item(NamedTuple):
    """One notification as it is read: its sentence, where it leads, and its words.

    Its icon is that of a status (by kind), the face of who commented, or a glyph.
    """

    notification: Notice | Notification
    sentence: str
    url: str
    glyph: str
    status_kind: str | None = None
    words: str = ""
    who: AboutPerson | None = None


@dataclass
class Group:
    """All that is on this page about one thing, newest first: an idea, a release, or the reader themselves."""

    title: str
    url: str
    thing: Any = None
    tone: str = ""
    items: list[Item] = field(default_factory=list)

    @cached_property
    def unread(self) -> list[Item]:
        """What of it is unread, once all its items are there."""
        return [item for item in self.items if item.notification.read_at is None]

    @property
    def idea(self) -> AboutIdea | None:
        return self.thing if isinstance(self.thing, AboutIdea) else None

    def is_by(self, reader: User) -> bool:
        """Whether it is about an idea or issue of theirs."""
        return self.idea is not None and self.idea.author_id == reader.id


def page_of(reader: User, after: str = "", show: str = "all") -> tuple[list[Group], str]:
    """One page of groups, those with something unread first, and the token of the next."""
    told = _told(show if show in SHOWN else "all", reader.is_staff)
    given = {"reader": reader.id, "lately": now() - LATELY}
    found = slice_of(told, Notification.id, after=after, size=PAGE, given=given)
    notices = [Notice(*row) for row in found.rows]
    groups: dict[Any, Group] = {}
    subjects = Subjects(notices)
    for notice in notices:
        table, thing = subjects.told_together(notice)
        has_page = isinstance(thing, AboutIdea | AboutRelease)
        key = (table, thing.id) if has_page else notice.action in THANKS
        if key not in groups:
            groups[key] = _group(table, thing) if has_page else Group("", "", tone="sun" if key else "")
        groups[key].items.append(_item(notice, subjects, reader, quoting=True))
    _honour(groups.values(), reader)
    return sorted(groups.values(), key=lambda group: not group.unread), found.after


def _group(table: str, thing: AboutIdea | AboutRelease) -> Group:
    return Group(NAMES[table](thing), thing.url, thing)


def _honour(groups: Iterable[Group], reader: User) -> None:
    """Mark the releases that carry the reader's name."""
    told = {group.thing.id: group for group in groups if isinstance(group.thing, AboutRelease) and group.unread}
    for id in naming([*told], reader):
        told[id].tone = "sun"


def _item(notice: Notice, subjects: Subjects, reader: User, quoting: bool = False) -> Item:
    """A notification with its sentence in the reader's language; `quoting`: with the beginning of a comment."""
    subject = subjects.of(notice)
    kind = notice.facts.get("new_kind") if notice.action == Action.STATUS_CHANGED else None
    glyph = CATALOGUE[Action(notice.action)].glyph
    said = (sentence if is_for_staff(notice, subject, reader) else line_of)(notice, subjects.known)
    words = subject.body if notice.subject_type == "thank_you" and subject else ""
    url = url_of(notice, subject, reader)
    if quoting and notice.action == Action.COMMENT_POSTED and subject:
        return Item(notice, said, url, glyph, kind, excerpt(subject.body, QUOTED), subject.author)
    return Item(notice, said, url, glyph, kind, words)


def url_of(event: Happening, subject: Any, reader: User) -> str:
    """Where the reader sees what happened; staff, where they decide about it."""
    return place_of(event, subject, reader) or str(getattr(subject, "url", "")) or url_for("notifications.index")


def unread_count() -> int:
    """How many unread notifications the bell shows, up to 100: asked once a request."""
    if "unread" not in g:
        g.unread = db.session.scalar(_unread(me().is_staff), {"reader": me().id}) or 0
    return int(g.unread)


def since_last_visit() -> list[Item]:
    """The newest that a member has not read, one an idea, for the board."""
    reader = me()
    if not reader.is_authenticated or not unread_count():
        return []
    notices = [Notice(*row) for row in db.session.execute(_newest(reader.is_staff), {"reader": reader.id})]
    subjects = Subjects(notices)
    return [_item(notice, subjects, reader) for notice in notices]


def on_their_way(reader: User) -> list[Card]:
    """The ideas of this person that are planned or being made, the latest step first."""
    return [Card.of(row) for row in db.session.execute(_moving(), {"reader": reader.id})]


# To build one of these takes longer than to answer it, so each is built once.
@cache
def _told(show: str, is_staff: bool) -> Select[Any]:
    """What somebody was told, as far as this tab shows it."""
    reader = Somebody(is_staff)
    return Notification.visible_to(reader).where(*of_kind(show, reader)).with_only_columns(*_columns())


@cache
def _unread(is_staff: bool) -> Select[int]:
    """How many they have not read, as far as the bell counts."""
    unread = Notification.visible_to(Somebody(is_staff)).where(Notification.read_at.is_(None))
    return select(func.count()).select_from(unread.with_only_columns(Notification.id).limit(MOST).subquery())


@cache
def _newest(is_staff: bool) -> Select[Any]:
    """The newest unread notification about each of a few things; a comment is about its idea."""
    unread = Notification.visible_to(Somebody(is_staff)).where(Notification.read_at.is_(None))
    said = Event.subject_type == "comment"
    about = (
        case((said, "idea"), else_=Event.subject_type).label("kind"),
        case((said, Event.facts["idea"].as_integer()), else_=Event.subject_id).label("thing"),
    )
    lately = unread.with_only_columns(Notification.id, *about).order_by(Notification.id.desc()).limit(PAGE).subquery()
    newest = select(func.max(lately.c.id).label("id")).group_by(lately.c.kind, lately.c.thing)
    few = newest.order_by(func.max(lately.c.id).desc()).limit(SINCE)
    told = select(*_columns()).join(Notification.event).where(Notification.id.in_(few))
    return told.order_by(Notification.id.desc())


@cache
def _moving() -> Select[Any]:
    mine = Idea.author_id == bindparam("reader"), Idea.kind == Kind.IDEA, Idea.hidden_at.is_(None)
    moving = cards().where(*mine, Status.kind.in_(UNDER_WAY))
    return moving.order_by(Idea.status_since.desc(), Idea.id.desc()).limit(ON_THEIR_WAY)


def _columns() -> tuple[Any, ...]:
    """What makes a Notice."""
    told = Notification.id, Notification.created_at, Notification.read_at
    return (*told, Event.action, Event.actor_id, Event.subject_type, Event.subject_id, Event.facts)
