"""What events are about, looked up together for a list: few columns of each kind, by statements that are built once."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from portal.accounts.models import User
from portal.activity.models import Action, Happening
from portal.changelog.models import Release, ReleaseText
from portal.comments.models import Comment
from portal.database.reading import among, rows
from portal.database.wording import chosen, each
from portal.ideas.boards import Board
from portal.ideas.cards import Named
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.ideas.tags import Tag
from portal.moderation.models import Flag
from portal.notifications.about import (
    AboutComment,
    AboutIdea,
    AboutPartner,
    AboutPerson,
    AboutRelease,
    AboutReport,
    AboutThanks,
)
from portal.recognition.models import Partner, ThankYou
from portal.triage.snippets import Snippet

QUOTED = 160
# As much of a comment as excerpt() looks at for so many characters.
READ = QUOTED * 6


class Subjects:
    """What these events are about, who acted, and statuses: each kind is read when a sentence first asks for one."""

    def __init__(self, events: Iterable[Happening]) -> None:
        self._found: dict[tuple[str, int], Any] = {}
        self._wanted: dict[str, set[int]] = {}
        for event in events:
            self._want(event.subject_type, event.subject_id)
            if event.actor_id:
                self._want("user", event.actor_id)
            if event.facts.get("owner"):
                self._want("user", event.facts["owner"])
            if event.facts.get("other"):
                self._want("idea", event.facts["other"])
            if event.action in (Action.STATUS_CHANGED, Action.RESPONSE_POSTED, Action.IDEA_CONVERTED):
                self._want("status", *(event.facts[name] for name in ("old", "new") if name in event.facts))
            if event.action == Action.IDEA_ASSIGNED:
                self._want("user", *(id for id in (event.facts.get("old"), event.facts.get("new")) if id))
            if event.action == Action.IDEA_MOVED:
                self._want("board", *filter(None, (event.facts.get("old"), event.facts.get("new"))))
            if event.facts.get("merge"):
                self._want("idea", event.facts["into"])
            if event.action == Action.STATUS_EDITED and event.facts.get("into"):
                self._want("status", event.facts["into"])

    def of(self, event: Happening) -> Any:
        """What this event is about, or None where it is gone."""
        return self.known(event.subject_type, event.subject_id)

    def told_together(self, event: Happening) -> tuple[str, Any]:
        """The table and the row of what this event is told under: of a comment, its idea."""
        subject = self.of(event)
        idea = getattr(subject, "idea", None)
        return ("idea", idea) if idea else (event.subject_type, subject)

    def known(self, table: str, id: Any) -> Any:
        """The row of this table with this id, or None where it is gone, or where no sentence names such."""
        if (table, id) not in self._found and table in self._wanted:
            self._read(table, self._wanted.pop(table))
        return self._found.get((table, id))

    def _want(self, table: str, *ids: int) -> None:
        if table in KINDS:
            self._wanted.setdefault(table, set()).update(ids)

    def _read(self, table: str, ids: set[int]) -> None:
        for row in rows(_statement(table), {"ids": [*ids]}):
            about = self._found[table, row[0]] = KINDS[table].made(*row)
            if isinstance(about, AboutComment):
                self._found["idea", about.idea.id] = about.idea
                self._found["user", about.author.id] = about.author
            if isinstance(about, AboutReport):
                self._want(about.subject_type, about.subject_id)


@cache
def _statement(table: str) -> Select[Any]:
    """To build it takes longer than to answer it, so it is built once."""
    statement = KINDS[table].columns()
    return statement.where(among(statement.selected_columns[0], "ids"))


def _people() -> Select[Any]:
    return select(*_of_a_person())


def _of_a_person() -> tuple[Any, ...]:
    return (User.id, User.display_name, User.handle, User.is_of_team, User.is_staff, User.is_former, User.hidden_at)


def _ideas() -> Select[Any]:
    return select(*_of_an_idea()).join(Status, Status.id == Idea.status_id)


def _of_an_idea() -> tuple[Any, ...]:
    return (
        Idea.id,
        Idea.kind,
        Idea.title,
        Idea.author_id,
        Idea.hidden_at,
        Idea.seen_by(None),
        Status.kind,
        Status.colour,
    )


def _comments() -> Select[Any]:
    said = Comment.id, func.substr(Comment.body, 1, READ), Comment.hidden_at, Comment.deleted_at.is_not(None)
    found = select(*said, *_of_an_idea(), *_of_a_person()).join(Idea, Idea.id == Comment.idea_id)
    return found.join(Status, Status.id == Idea.status_id).join(User, User.id == Comment.author_id)


def _comment(id: int, body: str, hidden_at: datetime | None, is_deleted: bool, *about: Any) -> AboutComment:
    return AboutComment(id, body, hidden_at, is_deleted, AboutIdea(*about[:8]), AboutPerson(*about[8:]))


def _releases() -> Select[Any]:
    titles = each(ReleaseText.lang, ReleaseText.title, ReleaseText.release_id == Release.id)
    return select(Release.id, titles, Release.author_id, Release.hidden_at, Release.in_public())


def _release(id: int, titles: dict[str, str] | None, *rest: Any) -> AboutRelease:
    return AboutRelease(id, dict(sorted((titles or {}).items())), *rest)


def _partners() -> Select[Any]:
    return select(Partner.id, *_of_a_person()).join(User, User.id == Partner.user_id)


def _thanks() -> Select[Any]:
    return select(ThankYou.id, ThankYou.body, *_of_a_person()).join(User, User.id == ThankYou.user_id)


def _named(_id: int, names: dict[str, str] | None, *look: str) -> Named:
    return Named(chosen(names or {}), *look)


class Reading(NamedTuple):
    """How a kind is read: the columns, its id first, and what is made of them."""

    columns: Callable[[], Any]
    made: Callable[..., Any]


# Whatever has a name in NAMES.
KINDS: dict[str, Reading] = {
    "idea": Reading(_ideas, AboutIdea),
    "comment": Reading(_comments, _comment),
    "release": Reading(_releases, _release),
    "user": Reading(_people, AboutPerson),
    "partner": Reading(_partners, lambda id, *user: AboutPartner(id, AboutPerson(*user))),
    "thank_you": Reading(_thanks, lambda id, body, *user: AboutThanks(id, body, AboutPerson(*user))),
    "flag": Reading(lambda: select(Flag.id, Flag.subject_type, Flag.subject_id, Flag.author_id), AboutReport),
    "board": Reading(lambda: select(Board.id, Board.called), _named),
    "status": Reading(lambda: select(Status.id, Status.called, Status.kind, Status.colour), _named),
    "tag": Reading(lambda: select(Tag.id, Tag.name), lambda _id, name: Named(name)),
    "snippet": Reading(lambda: select(Snippet.id, Snippet.called), _named),
}
