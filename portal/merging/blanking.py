"""Taking words out of why two ideas were merged, or of what an author said against it, for good; the merge stays."""

from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.extensions import db
from portal.merging.models import Merge
from portal.moderation.blanking import OUT

# What of a merge has words.
SAID = ("reason", "objection")


def blank_merge(merge: Merge, said: str, words: str, by: User) -> bool:
    """Take these words out of what is `said` of it, wherever that stands. False where they do not stand in it.

    The caller holds the merge.
    """
    before: str = getattr(merge, said)
    if not words or words not in before:
        return False
    left = before.replace(words, OUT)
    setattr(merge, said, left)
    for event in _events_of(merge) if said == "reason" else ():
        event.facts = {**event.facts, "reason": left}
    record(Action.REASON_BLANKED, merge.idea, by=by, of_merge=merge.id)
    return True


def _events_of(merge: Merge) -> list[Event]:
    """What tells of it with its reason."""
    about = Event.subject_type == "idea", Event.subject_id == merge.idea_id, Event.action == Action.IDEA_MERGED
    return list(db.session.scalars(select(Event).where(*about, Event.facts["merge"].as_integer() == merge.id)))
