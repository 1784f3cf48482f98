"""What became untrue before anybody was told: hidden and shown again, moved there and back, answered or judged.

Each condition says of the subject of an event whether what the event tells still holds; `telling.py` says of which.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from portal.activity.models import Action, Event
from portal.comments.splits import Split
from portal.extensions import db
from portal.ideas.closing import is_last_word
from portal.ideas.revisions import Revision
from portal.ideas.transitions import Tells
from portal.merging.conversions import Conversion
from portal.merging.models import Merge
from portal.moderation.models import Flag
from portal.triage.assigning import in_hand_of
from portal.triage.assignments import assignment_of
from portal.triage.ledger import Promise
from portal.triage.owing import Obligation

# What may have led an idea on: a step, and a response that was published together with one and stays when it is undone.
STEPS = (Action.STATUS_CHANGED, Action.RESPONSE_POSTED)
Still = Callable[[Any, Event], bool]


def is_hidden(thing: Any, _event: Event) -> bool:
    return thing.hidden_at is not None and not thing.is_held


def is_shown(thing: Any, _event: Event) -> bool:
    return thing.hidden_at is None


def is_reported(text: Any, _event: Event) -> bool:
    return db.session.scalar(select(Flag.id).where(Flag.about(text), Flag.judged_at.is_(None)).limit(1)) is not None


def waits(idea: Any, _event: Event) -> bool:
    return idea.waiting_since is not None and idea.hidden_at is None


def has_this_owner(idea: Any, event: Event) -> bool:
    """Whether it is still in the hands of whom it was given to."""
    kept = assignment_of(idea)
    return kept is not None and kept.user_id == event.facts.get("new")


def is_held(text: Any, _event: Event) -> bool:
    return bool(text.is_held)


def is_answered(idea: Any, event: Event) -> bool:
    """Whether the response is still of the kind that was told (events of before kinds name none), or the idea stands
    where it went with it.
    """
    moved = "new" in event.facts and idea.status_id == event.facts["new"]
    return moved or (idea.response is not None and idea.response.kind == event.facts.get("kind", idea.response.kind))


def has_shaped(comment: Any, _event: Event) -> bool:
    return bool(comment.has_shaped)


def is_suspended(member: Any, _event: Event) -> bool:
    return bool(member.is_suspended)


def has_this_role(member: Any, event: Event) -> bool:
    return bool(member.role == event.facts["new"])


def has_these_jobs(member: Any, event: Event) -> bool:
    return bool(member.is_of_team and member.jobs == event.facts["new"])


def has_this_target(idea: Any, event: Event) -> bool:
    return bool(idea.target == event.facts["new"])


def was_not_quietly_undone(idea: Any, event: Event) -> bool:
    """Whether nobody led it back to where it stood, telling nobody, before anybody could be told of this step."""
    later = select(Event.facts, Event.created_at).where(Event.subject_type == "idea", Event.subject_id == idea.id)
    later = later.where(Event.action == Action.STATUS_CHANGED, Event.id > event.id)
    return not any(
        facts.get("tells") == Tells.NOBODY and facts.get("new") == event.facts.get("old") and _at_once(event, when)
        for facts, when in db.session.execute(later)
    )


def _at_once(event: Event, later: datetime) -> bool:
    """Whether this moment came before mails about the event left."""
    return bool((later - event.created_at).total_seconds() <= current_app.config["FOLD_SECONDS"])


def is_merged(_idea: Any, event: Event) -> bool:
    """Whether this very merge still holds."""
    found = db.session.get(Merge, event.facts["merge"])
    return found is not None and found.undone_at is None


def stands_for_itself(idea: Any, _event: Event) -> bool:
    """Whether it was not merged again."""
    return not idea.is_merged


def is_said_last(_board: Any, event: Event) -> bool:
    """Whether it closes as it was told: nobody said another day, or that it stays, since."""
    return is_last_word(event)


def is_promised(_idea: Any, event: Event) -> bool:
    """Whether the promise stands, and for the very day that the event tells."""
    promise = db.session.get(Promise, event.facts["promise"])
    return promise is not None and promise.settled_at is None and promise.day.isoformat() == event.facts["day"]


def is_settled(_idea: Any, event: Event) -> bool:
    """Whether the promise was not opened again."""
    promise = db.session.get(Promise, event.facts["promise"])
    return promise is not None and promise.settled_at is not None


def is_owed(idea: Any, event: Event) -> bool:
    """Whether no answer has come, and it is still theirs to give."""
    obligation = db.session.get(Obligation, event.facts["obligation"])
    there = obligation is not None and obligation.fulfilled_at is None
    return there and in_hand_of(idea.id) == event.facts["owner"]


def is_asked(_idea: Any, event: Event) -> bool:
    """Whether the question waits for an answer still."""
    question = db.session.get(Conversion, event.facts["conversion"])
    return question is not None and question.waits


def is_asked_of_comment(_comment: Any, event: Event) -> bool:
    """The same of a question about a comment."""
    question = db.session.get(Split, event.facts["split"])
    return question is not None and question.waits


def reads_otherwise(idea: Any, event: Event) -> bool:
    """Whether the idea is there, and its words are not again those that it had."""
    before = db.session.get(Revision, event.facts.get("before") or 0)
    if idea is None:
        return False
    return before is None or any(getattr(before, words) != getattr(idea, words) for words in before.words)


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
    steps = [e for e in kept if "new" in e.facts and e.action in STEPS and e.subject_id == step.subject_id]
    for place, earlier in enumerate(steps):
        if _at_once(earlier, step.created_at) and earlier.facts["old"] == step.facts["new"]:
            return [event for event in kept if event not in steps[place:] or event.action != Action.STATUS_CHANGED]
    return None
