"""Words that ask for something else than what people voted for: told to them, at most once in two weeks an idea."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from portal import jobs
from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.activity.waiting import waits
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.postings import stem, words
from portal.ideas.revisions import Revision

PAUSE = timedelta(days=14)


def rewrite(
    idea: Idea, title: str, body: str, by: User, material: bool = False, at_once: bool = False, **details: Any
) -> Event | None:
    """Change the words of an idea (Idea.edit), and let those hear of it whose votes stand under other words now.

    They hear of what somebody calls `material`, and of half of a title changed. Gives the event that tells it, new or
    waiting already; None where nobody is told. `at_once`: staff let the mail go at once, not in the daily digest.
    """
    called = idea.title
    if not idea.edit(title, body, by=by, **details):
        return None
    if not (material or at_once or asks_for_something_else(called, idea.title, idea.lang)):
        return None
    return _tell(idea, by, at_once)


def asks_for_something_else(old: str, new: str, lang: str) -> bool:
    """Whether half of the words of a title, or more, are others: by their stems, words like “the” left out."""
    before, after = _stems(old, lang), _stems(new, lang)
    return before != after and 2 * len(before & after) <= max(len(before), len(after))


def next_telling(idea: Idea) -> datetime:
    """From when on those who support the idea may hear of a change again; now, where nothing was told lately."""
    last = db.session.scalar(_tellings(idea).where(Event.fanned_out_at.is_not(None)).limit(1))
    return max(now(), last.due_at + PAUSE) if last else now()


def held(idea: Idea) -> None:
    """The portal keeps the idea out of sight until staff have looked: what was to be told of it waits for them."""
    waiting = db.session.scalar(_tellings(idea).where(Event.fanned_out_at.is_(None)).limit(1))
    if waiting:
        waiting.facts = {**waiting.facts, "held": True}


def shown_again(idea: Idea) -> None:
    """Tell what nobody was told while the idea was held: once that it is shown cannot be undone any more."""
    last, wait = db.session.scalar(_tellings(idea).limit(1)), waits()
    if last and last.facts.get("held"):
        told = {name: fact for name, fact in last.facts.items() if name != "held"}
        last.facts = {**told, **wait.facts} if wait else told
        last.fanned_out_at, last.due_at = None, max(wait.until if wait else now(), last.due_at)
        jobs.enqueue("portal.fanout.catch_up", last.id, at=last.due_at if wait else None)


def _tell(idea: Idea, by: User, at_once: bool) -> Event:
    waiting = db.session.scalar(_tellings(idea).where(Event.fanned_out_at.is_(None)).limit(1))
    if waiting:
        waiting.facts = {**waiting.facts, "at_once": at_once or waiting.facts["at_once"]}
        return waiting
    due, saved = next_telling(idea), select(Revision.id).where(Revision.idea_id == idea.id)
    before = db.session.scalar(saved.order_by(Revision.id.desc()).offset(1).limit(1))
    event = record(Action.IDEA_REWRITTEN, idea, by=by, before=before, at_once=at_once)
    event.due_at = due
    return event


def _tellings(idea: Idea) -> Select[Event]:
    of = Event.subject_type == "idea", Event.subject_id == idea.id, Event.action == Action.IDEA_REWRITTEN
    return select(Event).where(*of).order_by(Event.id.desc())


def _stems(title: str, lang: str) -> set[str]:
    return {stem(word, lang) for word in words(title)} or {title.casefold()}
