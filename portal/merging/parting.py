"""To unmerge: staff part two ideas again, or the author of the one objects. Everything is as if they had not met."""

from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.clock import now
from portal.database.holding import hold
from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.models import Merge
from portal.merging.standing import hold_where_they_live, let_stand, owe_no_more


class NotMerged(Exception):
    """It does not live in another one, or no more."""


class TooLate(Exception):
    """The days in which its author may object are over, or the merge was undone already."""


def unmerge(idea: Idea, by: User) -> Merge:
    """Let this idea stand for itself again, with all that lived in it. Raises NotMerged. The write has begun."""
    merged = _held(idea)
    knew = _who_knows(merged)
    _part(merged, by)
    record(Action.IDEA_UNMERGED, idea, by=by, merge=merged.id, into=merged.into_id, **knew)
    return merged


def object_to(idea: Idea, by: User, words: str = "") -> Merge:
    """Its author says that the two are not the same: they part at once, and staff hear of it.

    Raises NotMerged, or TooLate. Whose idea it is, the caller asks (`Merge.may_object`). The write has begun.
    """
    merged = _held(idea)
    if not merged.may_object(by):
        raise TooLate
    merged.objected_at, merged.objection = now(), words.strip()
    _part(merged, by)
    record(Action.MERGE_OBJECTED, idea, by=by, merge=merged.id, into=merged.into_id)
    return merged


def see_objection(merged: Merge, by: User) -> None:
    """Staff have read why its author says no: it is disputed no more. Twice is once. The write has begun."""
    hold(merged.idea)
    hold(merged)
    if merged.objected_at is None or merged.objection_seen_at is not None:
        return
    merged.objection_seen_at, merged.objection_seen_by_id = now(), by.id
    record(Action.OBJECTION_SEEN, merged.idea, by=by, merge=merged.id, into=merged.into_id)


def _held(idea: Idea) -> Merge:
    hold_where_they_live(idea.id)
    merged = Merge.of(idea)
    if merged is None:
        raise NotMerged
    return merged


def _part(merged: Merge, by: User) -> None:
    root = merged.idea.root_id
    merged.undone_at, merged.undone_by_id = now(), by.id
    let_stand(merged.idea_id, root)
    owe_no_more([merged.idea_id, root], since=merged.created_at)


def _who_knows(merged: Merge) -> dict[str, Any]:
    """Who was told that the two were merged: its author, and who supports or follows it."""
    said = select(Event.id).where(Event.subject_type == "idea", Event.subject_id == merged.idea_id)
    said = said.where(Event.action == Action.IDEA_MERGED, Event.facts["merge"].as_integer() == merged.id)
    author = db.session.scalar(said.where(Event.fanned_out_at.is_not(None)).limit(1)) is not None
    return {"author_knows": author, "all_know": merged.settled_at is not None}
