"""To merge: one idea lives in another from now on, and nothing of either is lost."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import update

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import ReasonOwed
from portal.merging.models import Merge
from portal.merging.refusals import refusal
from portal.merging.saying import end_what_came_true
from portal.merging.standing import hold_where_they_live, let_stand
from portal.settings import settings


def merge(idea: Idea, into: Idea, by: User, reason: str, one_answer: bool = False) -> Merge:
    """Let this idea live in the other one, or where that lives by now (`survivor` says where). Its author may object
    for some days. The caller has begun the write.

    `one_answer`: staff say that the response of the survivor holds for both. Raises a MergeRefused, or ReasonOwed.
    """
    if not reason.strip():
        raise ReasonOwed
    until = now() + timedelta(days=settings().objection_days)
    return _join(idea, into, by, until, reason=reason.strip(), one_answer=one_answer)


def accept(idea: Idea, into: Idea, by: User, words: str = "") -> Merge:
    """The author lets their idea live in the other one, as members say that the two are the same: nobody objects to
    what they do themselves, so it is settled as soon as nothing of it can be undone. Raises a MergeRefused.

    Whose idea it is, and that others say so, the caller asks. The caller has begun the write.
    """
    until = now() + timedelta(seconds=current_app.config["UNDO_SECONDS"])
    return _join(idea, into, by, until, reason=words.strip(), by_author=True)


def _join(idea: Idea, into: Idea, by: User, until: datetime, one_answer: bool = False, **said: Any) -> Merge:
    hold_where_they_live(idea.id, into.id)
    refused = refusal(idea, into, one_answer)
    if refused is not None:
        raise refused
    merged = Merge(idea_id=idea.id, into_id=into.id, by_id=by.id, one_answer=one_answer, object_until=until, **said)
    db.session.add(merged)
    let_stand(idea.id, into.id)
    end_what_came_true(merged, idea.family_ids)
    _see_earlier_objections(merged)
    record(Action.IDEA_MERGED, idea, by=by, merge=merged.id, into=into.root_id, reason=merged.reason)
    return merged


def _see_earlier_objections(merged: Merge) -> None:
    """Whoever merges the two again has read why they parted."""
    before = Merge.idea_id == merged.idea_id, Merge.into_id == merged.into_id, Merge.is_disputed()
    seen = update(Merge).where(*before).values(objection_seen_at=now(), objection_seen_by_id=merged.by_id)
    db.session.execute(seen, execution_options={"synchronize_session": "fetch"})
