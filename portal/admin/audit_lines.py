"""The lines of the audit: each event in words, with its reason, what it changed, and where one reads more."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from portal import permissions
from portal.activity.catalogue import sentence
from portal.activity.models import Action, Event
from portal.admin.changes import Change, changes_of
from portal.i18n import _
from portal.notifications.subjects import Subjects
from portal.permissions import me

PLACES = {
    "status": "admin.statuses",
    "board": "admin.boards",
    "tag": "admin.tags",
    "snippet": "admin.snippets",
    "settings": "admin.settings",
    "release": "admin.releases",
    "flag": "admin.moderation",
    "partner": "admin.partners",
    "thank_you": "admin.partners",
    "delivery": "admin.deliveries",
    "event": "admin.deliveries",
}
# Changes of the settings that stand on a page of their own.
APART = {Action.JOB_EDITED: "admin.jobs", Action.TEXT_CHANGED: "admin.texts", Action.AUDIT_EXPORTED: "admin.audit"}


@dataclass(frozen=True)
class Line:
    """One event as the audit tells it."""

    event: Event
    actor: Any
    words: str
    reason: str
    url: str
    changes: list[Change]

    @property
    def who(self) -> str:
        """Who did it; the portal itself where nobody did."""
        if self.event.actor_id is None:
            return _("The portal")
        gone = self.actor is None or self.actor.is_former
        return _("A former member") if gone else str(self.actor.display_name)


def lines_of(events: list[Event]) -> list[Line]:
    """The events with their words and addresses: one question for each kind of thing that they are about."""
    subjects = Subjects(events)
    return [_line(event, subjects) for event in events]


def _line(event: Event, subjects: Subjects) -> Line:
    return Line(
        event,
        subjects.known("user", event.actor_id),
        sentence(event, subjects.known),
        str(event.facts.get("reason") or ""),
        _address(event, subjects.of(event)),
        changes_of(event, subjects.known),
    )


def _address(event: Event, subject: Any) -> str:
    """Where staff read more of it; empty where there is nothing to read."""
    if event.subject_type == "user" and subject is not None:
        return url_for("admin.member", handle=subject.handle) if permissions.see_members(me(), None) else ""
    place = APART.get(Action(event.action)) or PLACES.get(event.subject_type)
    if place:
        return url_for(place)
    if subject is None or event.subject_type not in ("idea", "comment"):
        return ""
    return str(subject.idea.url if getattr(subject, "is_deleted", False) else subject.url)
