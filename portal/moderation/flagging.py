"""Reporting a text: one report a person, and past the threshold it is out of sight until staff have looked."""

from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.holding import hold
from portal.database.writing import insert
from portal.extensions import db
from portal.ideas import rewriting
from portal.ideas.models import Idea
from portal.moderation.models import Flag, Judgement, Reason, Sign, fingerprint
from portal.moderation.trust import weight_of
from portal.settings import settings


def flag(thing: Any, by: User, reason: Reason, words: str = "") -> bool:
    """Report a text. True when that is new: a person reports it once, and again when it was edited since staff judged.

    The caller has begun the write, and commits.
    """
    hold(thing)
    report = {"reason": reason, "words": words, "weight": weight_of(by), "created_at": now()}
    fresh = {**report, "judged_at": None, "judged_by_id": None, "judgement": None, "judged_words": None}
    edited = Flag.judged_at.is_not(None) & (Flag.judged_words != fingerprint(thing))
    kept = db.session.execute(
        insert(Flag)
        .values(**_about(thing), user_id=by.id, signs="", **report)
        .on_conflict_do_update(index_elements=["user_id", "subject_type", "subject_id"], set_=fresh, where=edited)
        .returning(Flag.id)
    ).first()
    if kept is None:
        return False
    record(Action.FLAGGED, thing, by=by, why=reason, **thing.event_facts)
    if _is_past_threshold(thing):
        _hold(thing)
    return True


def hold_for(thing: Any, signs: list[Sign]) -> None:
    """Keep a new text out of sight until staff have looked, for these signs of spam."""
    db.session.add(Flag(**_about(thing), reason=Reason.SPAM, signs=",".join(signs)))
    _hold(thing, signs=signs)
    if isinstance(thing, Idea):
        rewriting.held(thing)


def hold_edited(thing: Any, signs: list[Sign]) -> None:
    """The same for words that were changed; nothing that is hidden already, nor what only its author and staff see."""
    if signs and thing.hidden_at is None and not getattr(thing, "is_private", False):
        hold_for(thing, signs)


def was_kept(thing: Any) -> bool:
    """Whether staff have judged these very words already, and kept them."""
    judged = select(Flag.id).where(Flag.about(thing), Flag.judgement == Judgement.KEPT)
    return db.session.scalar(judged.where(Flag.judged_words == fingerprint(thing)).limit(1)) is not None


def _is_past_threshold(thing: Any) -> bool:
    """Whether the open reports weigh enough; those of suspended people weigh nothing.

    What staff wrote, or judged as it stands, waits in everybody's sight.
    """
    threshold = settings().flags_to_hide * 100
    if not threshold or thing.hidden_at is not None or db.session.get_one(User, thing.author_id).is_staff:
        return False
    open_ = select(func.sum(Flag.weight)).join(User, User.id == Flag.user_id)
    open_ = open_.where(Flag.about(thing), Flag.judged_at.is_(None), ~User.is_suspended)
    return (db.session.scalar(open_) or 0) >= threshold and not was_kept(thing)


def _hold(thing: Any, **facts: Any) -> None:
    thing.hold()
    record(Action.TEXT_HELD, thing, by=None, **thing.event_facts, **facts)


def _about(thing: Any) -> dict[str, Any]:
    return {"subject_type": thing.__tablename__, "subject_id": thing.id, "author_id": thing.author_id}
