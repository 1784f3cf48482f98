"""What events are about: the things and people that they name, and what each is called."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from flask import g
from sqlalchemy import select

from portal.activity.models import Action, Event, Happening
from portal.database.types import Base
from portal.database.wording import chosen
from portal.extensions import db
from portal.i18n import _

# Gives the row of a table with an id, or None where it is gone: `row_of`, or what a list has looked up together.
Known = Callable[[str, Any], Any]


def subject_of(event: Happening) -> Any:
    """What the event is about, or None where it is gone."""
    return row_of(event.subject_type, event.subject_id)


def model_of(table: str) -> Any:
    """The model of a table: what events are about lies on rungs above this one."""
    return _models().get(table)


@cache
def _models() -> dict[str, Any]:
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}


def row_of(table: str, id: Any) -> Any:
    """The row of this table with this id, or None where it is gone."""
    model = model_of(table)
    return db.session.get(model, id) if model else None


@dataclass(frozen=True)
class Told:
    """An event with what a sentence of it needs: the subject, and the names of who acted and of what it is about."""

    event: Happening
    known: Known = row_of

    @cached_property
    def subject(self) -> Any:
        """What it is about, or None where it is gone."""
        return self.known(self.event.subject_type, self.event.subject_id)

    @property
    def who(self) -> str:
        """The name of who acted, as it may be shown."""
        return _name(self.known("user", self.event.actor_id)) if self.event.actor_id else _("The portal")

    @property
    def title(self) -> str:
        """What it is about: the title of the idea or the release, the name of the person or the thing."""
        naming = NAMES.get(self.event.subject_type)
        if naming is None or self.subject is None:
            return _name_of_gone(self.event.subject_type, self.event.subject_id)
        return naming(self.subject)

    @property
    def is_issue(self) -> bool:
        """Whether it is about an issue, or what was said of one."""
        return bool(getattr(getattr(self.subject, "idea", self.subject), "is_issue", False))

    def person(self, which: str) -> str:
        """The name of the person whom the event names as `old` or `new`."""
        return _name(self.known("user", self.event.facts.get(which)))

    def idea(self, which: str) -> str:
        """The title of the other idea that the event names."""
        row = self.known("idea", self.event.facts.get(which))
        return str(row.title) if row else "…"

    def status(self, which: str) -> str:
        """The name of the `old` or the `new` status, in the reader's language."""
        id = self.event.facts.get(which, 0)
        row = self.known("status", id)
        return str(row.name) if row else _name_of_gone("status", id)


def _name_of_gone(table: str, id: int) -> str:
    """The last name of a status that was deleted: the event of that keeps it, and a context asks once."""
    if table != "status":
        return "…"
    known: dict[int, dict[str, Any]] = g.setdefault("gone_statuses", {})
    if id not in known:
        last = select(Event.facts).where(Event.subject_type == table, Event.subject_id == id).order_by(Event.id.desc())
        known[id] = db.session.scalar(last.where(Event.action == Action.STATUS_EDITED).limit(1)) or {}
    return chosen(known[id].get("names", {})) or "…"


def _name(user: Any) -> str:
    return _("A former member") if user is None or user.is_former else str(user.display_name)


NAMES: dict[str, Callable[[Any], str]] = {
    "idea": lambda idea: str(idea.title),
    "comment": lambda comment: str(comment.idea.title),
    "release": lambda release: str(release.title) or _("a release without a title"),
    "user": _name,
    "partner": lambda partner: _name(partner.user),
    "thank_you": lambda thanks: _name(thanks.user),
    "flag": lambda flag: _("a report"),
    "board": lambda board: str(board.name),
    "status": lambda status: str(status.name),
    "tag": lambda tag: str(tag.name),
    "snippet": lambda snippet: str(snippet.name),
}
