"""What staff decide about a text: keep it or hide it, each answering whoever reported it."""

from typing import Any

from sqlalchemy import select, update

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.clock import now
from portal.database.holding import hold
from portal.extensions import db
from portal.ideas import rewriting
from portal.ideas.models import Idea
from portal.moderation.models import Flag, Judgement, fingerprint, suspend


def still_waits(thing: Any) -> bool:
    """Hold the text; whether nobody has decided about it yet. The caller has begun the write."""
    hold(thing)
    return db.session.scalar(select(Flag.id).where(Flag.about(thing), Flag.judged_at.is_(None)).limit(1)) is not None


def keep(thing: Any, by: User) -> None:
    """Leave a text in sight, or show it again; a first text that waited is told to whoever would have been told."""
    judged = _answer(thing, Judgement.KEPT, by)
    if thing.hidden_at is not None:
        thing.restore(by=by)
        _tell_belatedly(thing)
    elif judged:
        record(Action.TEXT_KEPT, thing, by=by, **thing.event_facts)


def hide(thing: Any, by: User, reason: str) -> None:
    """Take a text out of sight; its author is told this reason."""
    _answer(thing, Judgement.HIDDEN, by)
    thing.hide(by=by, reason=reason)


def close(thing: Any, by: User) -> None:
    """Answer the reports of a text that its author deleted meanwhile: there is nothing to keep or to hide."""
    _answer(thing, Judgement.GONE, by)


def hide_and_suspend(thing: Any, by: User, reason: str) -> None:
    """Take a text out of sight and let its author only read: they are told once, of their suspension."""
    author = db.session.get_one(User, thing.author_id)
    if author is not thing:
        hold(author)
    suspend(author, by=by, reason=reason)
    hide(thing, by=by, reason=reason)


def _answer(thing: Any, judgement: Judgement, by: User) -> list[int]:
    """Judge every open report of a text, and record it once for all who sent one."""
    rows = db.session.execute(
        update(Flag)
        .where(Flag.about(thing), Flag.judged_at.is_(None))
        .values(judged_at=now(), judged_by_id=by.id, judgement=judgement, judged_words=fingerprint(thing))
        .returning(Flag.id, Flag.user_id),
        execution_options={"synchronize_session": False},
    ).all()
    sent = sorted(id for id, reporter in rows if reporter is not None)
    if sent:
        record(Action.FLAGS_ANSWERED, db.session.get_one(Flag, sent[0]), by=by, flags=sent, judgement=judgement)
    return [id for id, _reporter in rows]


def _tell_belatedly(thing: Any) -> None:
    """Of a comment that the portal held from the start, and of words that it held once changed, nobody was told."""
    if isinstance(thing, Idea):
        rewriting.shown_again(thing)
    if thing.__tablename__ != "comment" or not _was_held_at_first(thing):
        return
    told = select(Event.id).where(Event.subject_type == "comment", Event.subject_id == thing.id)
    if db.session.scalar(told.where(Event.action == Action.COMMENT_POSTED).limit(1)) is None:
        thing.announce()


def _was_held_at_first(thing: Any) -> bool:
    return db.session.scalar(select(Flag.id).where(Flag.about(thing), Flag.user_id.is_(None)).limit(1)) is not None
