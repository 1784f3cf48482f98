"""What a person was told, as their page, their bell and the board show it: grouped by what it is about."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, NamedTuple

from flask import g
from sqlalchemy import Select, bindparam

from portal.accounts.models import User
from portal.activity.catalogue import CATALOGUE, sentence
from portal.activity.models import Action, Happening
from portal.activity.subjects import NAMES
from portal.changelog.credits import naming
from portal.database.reading import rows
from portal.ideas.cards import Card, cards
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.notifications.about import AboutIdea, AboutPerson, AboutRelease
from portal.notifications.models import Notification
from portal.notifications.notices import Notice, count_unread, newest_unread, told
from portal.notifications.staff_mail import is_for_staff
from portal.notifications.subjects import QUOTED, Subjects
from portal.notifications.tabs import THANKS
from portal.notifications.telling import line_of, place_of
from portal.permissions import me
from portal.text import excerpt
from portal.web.addresses import url_for

ON_THEIR_WAY = 5
UNDER_WAY = (StatusKind.PLANNED, StatusKind.STARTED, StatusKind.TESTING)


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
    status_colour: str = ""


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
    def ids(self) -> list[int]:
        """Which notifications that is."""
        return [item.notification.id for item in self.unread]

    @property
    def idea(self) -> AboutIdea | None:
        return self.thing if isinstance(self.thing, AboutIdea) else None

    def is_by(self, reader: User) -> bool:
        """Whether it is about an idea or issue of theirs."""
        return self.idea is not None and self.idea.author_id == reader.id


def page_of(reader: User, after: str = "", show: str = "all") -> tuple[list[Group], str]:
    """One page of groups, those with something unread first, and the token of the next."""
    notices, further = told(reader, show, after)
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
    return sorted(groups.values(), key=lambda group: not group.unread), further


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
    status = subjects.known("status", notice.facts.get("new")) if kind else None
    return Item(notice, said, url, glyph, kind, words, status_colour=getattr(status, "colour", ""))


def url_of(event: Happening, subject: Any, reader: User) -> str:
    """Where the reader sees what happened; staff, where they decide about it."""
    return place_of(event, subject, reader) or str(getattr(subject, "url", "")) or url_for("notifications.index")


def unread_count() -> int:
    """How many unread notifications the bell shows, up to 100: asked once a request."""
    if "unread" not in g:
        g.unread = count_unread(me())
    return int(g.unread)


def since_last_visit() -> list[Item]:
    """The newest that a member has not read, one an idea, for the board; the number of the bell comes along."""
    reader = me()
    if not reader.is_authenticated:
        return []
    notices, g.unread = newest_unread(reader)
    subjects = Subjects(notices)
    return [_item(notice, subjects, reader) for notice in notices]


def on_their_way(reader: User) -> list[Card]:
    """The ideas of this person that are planned or being made, the latest step first."""
    return [Card.of(row) for row in rows(_moving(), {"reader": reader.id})]


@cache
def _moving() -> Select[Any]:
    mine = Idea.author_id == bindparam("reader"), Idea.kind == Kind.IDEA, Idea.hidden_at.is_(None)
    moving = cards().where(*mine, Status.kind.in_(UNDER_WAY))
    return moving.order_by(Idea.status_since.desc(), Idea.id.desc()).limit(ON_THEIR_WAY)
