"""What became untrue before anybody was told: hidden and shown again, moved there and back, answered or judged."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import current_app
from sqlalchemy import select

from portal.activity.models import Action, Event
from portal.activity.sentences import subject_of
from portal.extensions import db
from portal.ideas.revisions import Revision
from portal.moderation.models import Flag

Still = Callable[[Any, Event], bool]


def _is_hidden(thing: Any, _event: Event) -> bool:
    return thing.hidden_at is not None and not thing.is_held


def _is_shown(thing: Any, _event: Event) -> bool:
    return thing.hidden_at is None


def _is_reported(text: Any, _event: Event) -> bool:
    return db.session.scalar(select(Flag.id).where(Flag.about(text), Flag.judged_at.is_(None)).limit(1)) is not None


def _waits(idea: Any, _event: Event) -> bool:
    return idea.waiting_since is not None and idea.hidden_at is None


STILL: dict[Action, Still] = {
    Action.MEMBER_SUSPENDED: lambda member, _event: member.is_suspended,
    Action.ROLE_CHANGED: lambda member, event: member.role == event.facts["new"],
    Action.PROFILE_HIDDEN: _is_hidden,
    Action.PROFILE_RESTORED: _is_shown,
    Action.IDEA_PROPOSED: _waits,
    Action.FLAGGED: _is_reported,
    Action.IDEA_HIDDEN: _is_hidden,
    Action.IDEA_RESTORED: _is_shown,
    Action.COMMENT_HIDDEN: _is_hidden,
    Action.COMMENT_RESTORED: _is_shown,
    Action.COMMENT_SHAPED: lambda comment, _event: comment.has_shaped,
    Action.RELEASE_HIDDEN: _is_hidden,
    Action.RELEASE_RESTORED: _is_shown,
    Action.TEXT_HELD: lambda text, _event: text.is_held,
    Action.RESPONSE_POSTED: lambda idea, _event: idea.response is not None,
}


def is_undone(event: Event) -> bool:
    """Whether what it tells is no longer so, or what it is about is gone."""
    if event.action == Action.IDEA_REWRITTEN:
        return _reads_as_before(event)
    still = STILL.get(Action(event.action))
    if still is None:
        return False
    subject = subject_of(event)
    return subject is None or not still(subject, event)


def _reads_as_before(event: Event) -> bool:
    """Whether the idea is gone, or its words are again those that it had."""
    idea, before = subject_of(event), db.session.get(Revision, event.facts.get("before") or 0)
    return idea is None or (before is not None and all(getattr(before, w) == getattr(idea, w) for w in before.words))


def without_detours(events: Iterable[Event]) -> list[Event]:
    """These events, oldest first, without the steps of an idea that led back to where it stood before anybody could be
    told: they never happened. A way back that came later is told, as the page of the idea shows it.
    """
    kept: list[Event] = []
    for event in events:
        shorter = _without_the_way_back(kept, event)
        kept = [*kept, event] if shorter is None else shorter
    return kept


def _without_the_way_back(kept: list[Event], step: Event) -> list[Event] | None:
    """What is left where this step leads to where an earlier one began; None where it leads on."""
    if step.action != Action.STATUS_CHANGED:
        return None
    steps = [e for e in kept if e.action == Action.STATUS_CHANGED and e.subject_id == step.subject_id]
    for place, earlier in enumerate(steps):
        at_once = (step.created_at - earlier.created_at).total_seconds() <= current_app.config["FOLD_SECONDS"]
        if at_once and earlier.facts["old"] == step.facts["new"]:
            return [event for event in kept if event not in steps[place:]]
    return None
