"""Everything that happened, newest first: who, what, to what, and why."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func, or_, select

from portal import permissions
from portal.accounts.models import User
from portal.activity.catalogue import label, sentence
from portal.activity.models import Action, Event
from portal.admin.changes import Change, changes_of
from portal.admin.labels import SUBJECTS
from portal.admin.views import bp
from portal.middleware.caching import for_everybody
from portal.notifications.subjects import Subjects
from portal.permissions import require
from portal.text import clean_line
from portal.web.pages import page
from portal.web.paging import listing

PLACES = {
    "status": "admin.statuses",
    "board": "admin.boards",
    "snippet": "admin.snippets",
    "settings": "admin.settings",
    "release": "admin.releases",
    "flag": "admin.moderation",
    "partner": "admin.partners",
    "thank_you": "admin.partners",
    "delivery": "admin.deliveries",
}


@dataclass(frozen=True)
class Line:
    """One event as the audit tells it."""

    event: Event
    actor: Any
    words: str
    reason: str
    url: str
    changes: list[Change]


@bp.get("/audit")
def audit() -> str:
    """The events that the address asks for."""
    require(permissions.see_audit)
    rows, more = listing(_found(), Event.id, Event.id)
    return page(
        "admin/audit.html",
        lines=_lines(rows),
        more=more,
        actions=_actions(),
        subjects=[(name, str(label)) for name, label in SUBJECTS.items()],
        chosen={name: request.args.get(name, "") for name in ("by", "action", "subject", "about")},
    )


@for_everybody
def _actions() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((str(action), label(action)) for action in Action), key=lambda row: row[1]))


def _found() -> Select[Any]:
    asked = request.args
    found = select(Event)
    by, about = clean_line(asked.get("by"))[:200], clean_line(asked.get("about"))[:200].removeprefix("#")
    if by:
        people = select(User.id).where(or_(User.handle == by, User.named_like(by)))
        found = found.where(Event.actor_id.in_(people))
    if asked.get("action") in set(Action):
        found = found.where(Event.action == asked["action"])
    if asked.get("subject") in SUBJECTS:
        found = found.where(Event.subject_type == asked["subject"])
    if about.isascii() and about.isdigit():
        found = found.where(Event.subject_type == "idea", Event.subject_id == int(about[:9]))
    elif about:
        person = select(User.id).where(func.lower(User.handle) == about.lower())
        found = found.where(Event.subject_type == "user", Event.subject_id.in_(person))
    return found


def _lines(events: list[Event]) -> list[Line]:
    """The events with their words and addresses: one question for each kind of thing that they are about."""
    subjects = Subjects(events)
    return [_line(event, subjects) for event in events]


def _line(event: Event, subjects: Subjects) -> Line:
    subject = subjects.of(event)
    return Line(
        event,
        subjects.known("user", event.actor_id),
        sentence(event, subjects.known),
        str(event.facts.get("reason") or ""),
        _address(event, subject),
        changes_of(event),
    )


def _address(event: Event, subject: Any) -> str:
    """Where staff read more of it; empty where there is nothing to read."""
    if event.subject_type == "user" and subject is not None:
        return url_for("admin.member", handle=subject.handle)
    if event.subject_type in PLACES:
        return url_for(PLACES[event.subject_type])
    if subject is None or event.subject_type not in ("idea", "comment"):
        return ""
    return str(subject.idea.url if getattr(subject, "is_deleted", False) else subject.url)
