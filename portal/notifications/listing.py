"""What a person was told, as their page, their bell and the board show it: grouped by what it is about."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import g, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, lazyload

from portal.accounts.models import User
from portal.activity.catalogue import CATALOGUE, sentence
from portal.activity.models import Action, Event
from portal.activity.subjects import NAMES, subjects_of
from portal.changelog.credits import naming
from portal.changelog.models import Release
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.notifications.models import Notification
from portal.notifications.staff_mail import is_for_staff
from portal.notifications.tabs import MOST, THANKS, Somebody, of_kind
from portal.notifications.telling import line_of, place_of
from portal.permissions import me
from portal.text import excerpt
from portal.web.paging import slice_of

PAGE = 50
ON_THEIR_WAY = 5
UNDER_WAY = (StatusKind.PLANNED, StatusKind.STARTED, StatusKind.TESTING)
SINCE = 4
QUOTED = 160


@dataclass(frozen=True)
class Item:
    """One notification as it is read: its sentence, where it leads, and its words.

    Its icon is that of a status (by kind), the face of who commented, or a glyph.
    """

    notification: Notification
    sentence: str
    url: str
    glyph: str
    status_kind: str | None = None
    words: str = ""
    who: User | None = None


@dataclass
class Group:
    """All that is on this page about one thing, newest first: an idea, a release, or the reader themselves."""

    title: str
    url: str
    thing: Any = None
    tone: str = ""
    items: list[Item] = field(default_factory=list)

    @property
    def unread(self) -> list[Item]:
        return [item for item in self.items if item.notification.read_at is None]

    @property
    def idea(self) -> Idea | None:
        return self.thing if isinstance(self.thing, Idea) else None

    def is_by(self, reader: User) -> bool:
        """Whether it is about an idea or issue of theirs."""
        return self.idea is not None and self.idea.author_id == reader.id


def page_of(reader: User, after: str = "", show: str = "all") -> tuple[list[Group], str]:
    """One page of groups, those with something unread first, and the token of the next."""
    told = Notification.visible_to(reader).where(*of_kind(show, reader))
    found = slice_of(told, Notification.id, after=after, size=PAGE)
    groups: dict[Any, Group] = {}
    subjects = subjects_of(row.event for row in found.rows)
    for row in found.rows:
        subject = subjects.get((row.event.subject_type, row.event.subject_id))
        group = _group(getattr(subject, "idea", subject), row.event)
        key = (type(group.thing), group.thing.id) if group.thing else group.tone
        groups.setdefault(key, group).items.append(item(row, subject, quoting=True))
    _honour(groups.values(), reader)
    return sorted(groups.values(), key=lambda group: not group.unread), found.after


def _honour(groups: Iterable[Group], reader: User) -> None:
    """Mark the releases that carry the reader's name."""
    told = {group.thing.id: group for group in groups if isinstance(group.thing, Release) and group.unread}
    for id in naming([*told], reader):
        told[id].tone = "sun"


def item(notification: Notification, subject: Any, quoting: bool = False) -> Item:
    """A notification with its sentence in the reader's language; `quoting`: with the beginning of a comment."""
    event = notification.event
    kind = event.facts.get("new_kind") if event.action == Action.STATUS_CHANGED else None
    glyph = CATALOGUE[Action(event.action)].glyph
    said = (sentence if is_for_staff(event, notification.user) else line_of)(event, subject)
    words = subject.body if event.subject_type == "thank_you" and subject else ""
    url = url_of(event, subject, notification.user)
    if quoting and event.action == Action.COMMENT_POSTED and subject:
        return Item(notification, said, url, glyph, kind, excerpt(subject.body, QUOTED), subject.author)
    return Item(notification, said, url, glyph, kind, words)


def url_of(event: Event, subject: Any, reader: User) -> str:
    """Where the reader sees what happened; staff, where they decide about it."""
    return place_of(event, subject, reader) or str(getattr(subject, "url", "")) or url_for("notifications.index")


def unread_count() -> int:
    """How many unread notifications the bell shows, up to 100."""
    return len(_unread())


def since_last_visit() -> list[Item]:
    """The newest that a member has not read, one an idea, for the board."""
    if not me().is_authenticated:
        return []
    newest = _newest_of_each_thing()
    if not newest:
        return []
    told = select(Notification).join(Notification.event).options(contains_eager(Notification.event))
    rows = list(db.session.scalars(told.where(Notification.id.in_(newest)).order_by(Notification.id.desc())))
    subjects = subjects_of(row.event for row in rows)
    return [item(row, subjects.get((row.event.subject_type, row.event.subject_id))) for row in rows]


def on_their_way(reader: User) -> list[Idea]:
    """The ideas of this person that are planned or being made, the latest step first."""
    thin = (contains_eager(Idea.status), lazyload(Idea.author), lazyload(Idea.board))
    mine = select(Idea).join(Idea.status).options(*thin).where(Idea.author_id == reader.id)
    moving = mine.where(Idea.kind == Kind.IDEA, Idea.hidden_at.is_(None), Status.kind.in_(UNDER_WAY))
    return list(db.session.scalars(moving.order_by(Idea.status_since.desc(), Idea.id.desc()).limit(ON_THEIR_WAY)))


def _newest_of_each_thing() -> list[int]:
    """The newest unread notification about each of a few things; a comment is about its idea."""
    newest: dict[Any, int] = {}
    for id, kind, subject, facts in _unread()[:PAGE]:
        about = ("idea", facts["idea"]) if kind == "comment" else (kind, subject)
        newest.setdefault(about, id)
    return list(newest.values())[:SINCE]


def _unread() -> list[Any]:
    """What the reader has not read, newest first, up to MOST: asked once a request, for the bell and for the board."""
    if "unread" not in g:
        newest = _unread_by(me().is_staff)
        g.unread = db.session.execute(newest, {"reader": me().id}).all()
    return list(g.unread)


@cache
def _unread_by(is_staff: bool) -> Select[Any]:
    """Every page asks this: to build it takes longer than to answer it, so it is built once."""
    columns = (Notification.id, Event.subject_type, Event.subject_id, Event.facts)
    unread = Notification.visible_to(Somebody(is_staff)).where(Notification.read_at.is_(None))
    return unread.with_only_columns(*columns).order_by(Notification.id.desc()).limit(MOST)


def _group(thing: Any, event: Event) -> Group:
    """A group of this thing, as far as it has a page; else one of what is about the reader, thanks apart."""
    name = NAMES.get(getattr(thing, "__tablename__", ""))
    if name is not None and hasattr(thing, "title") and hasattr(thing, "url"):
        return Group(name(thing), thing.url, thing)
    return Group("", "", tone="sun" if event.action in THANKS else "")
