"""To merge: one idea lives in another from now on, and nothing of either is lost."""

from datetime import timedelta

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import ReasonOwed
from portal.merging.models import Merge
from portal.merging.refusals import refusal
from portal.merging.standing import hold_where_they_live, let_stand
from portal.settings import settings


def merge(idea: Idea, into: Idea, by: User, reason: str, one_answer: bool = False) -> Merge:
    """Let this idea live in the other one, or where that lives by now (`survivor` says where). Its author may object
    for some days. The caller has begun the write.

    `one_answer`: staff say that the response of the survivor holds for both. Raises a MergeRefused, or ReasonOwed.
    """
    if not reason.strip():
        raise ReasonOwed
    hold_where_they_live(idea.id, into.id)
    refused = refusal(idea, into, one_answer)
    if refused is not None:
        raise refused
    until = now() + timedelta(days=settings().objection_days)
    said = {"reason": reason.strip(), "one_answer": one_answer, "object_until": until}
    merged = Merge(idea_id=idea.id, into_id=into.id, by_id=by.id, **said)
    db.session.add(merged)
    let_stand(idea.id, into.id)
    record(Action.IDEA_MERGED, idea, by=by, merge=merged.id, into=into.root_id, reason=merged.reason)
    return merged
