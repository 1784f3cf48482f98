"""Undoing: what was undone in time never happened, but for the audit, which keeps both lines."""

from typing import Any

from sqlalchemy import or_, select

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.clock import now
from portal.comments.models import Comment
from portal.database.holding import hold
from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.models import Merge
from portal.merging.standing import hold_where_they_live, let_stand, owe_no_more
from portal.triage.acts import Act
from portal.triage.rows import but_counted, moved_on, put_back, stand_as_left, touches

# What answers an idea: of two answers, only the later one can be undone, as it stopped the clock no more.
ANSWERS = frozenset({Action.STATUS_CHANGED, Action.RESPONSE_POSTED, Action.RESPONSE_EDITED, Action.COMMENT_POSTED})
SIGHT = frozenset({Action.IDEA_HIDDEN, Action.IDEA_RESTORED, Action.TEXT_HELD, Action.TEXT_KEPT})
MERGES = frozenset({Action.IDEA_MERGED, Action.IDEA_UNMERGED, Action.MERGE_OBJECTED, Action.MERGE_SETTLED})

# What is a change of the same thing, so that undoing the earlier one would drop it. All else may go on meanwhile.
SAME_THING: dict[str, frozenset[Action]] = {
    Action.STATUS_CHANGED: ANSWERS,
    Action.RESPONSE_POSTED: ANSWERS,
    Action.RESPONSE_EDITED: ANSWERS,
    Action.IDEA_MOVED: frozenset({Action.IDEA_MOVED}),
    Action.IDEA_TAGGED: frozenset({Action.IDEA_TAGGED}),
    Action.IDEA_HIDDEN: SIGHT,
    Action.IDEA_RESTORED: SIGHT,
    Action.VISIBILITY_CHANGED: frozenset({Action.VISIBILITY_CHANGED}),
    Action.IDEA_MERGED: MERGES,
    Action.IDEA_UNMERGED: MERGES,
}

# What the line of the audit needs to be read: no words that were taken back.
KEPT_FACTS = ("old", "new", "old_kind", "new_kind", "added", "removed", "private", "idea", "into")


class TooLate(Exception):
    """The time in which it could be undone is over, or it was undone already."""


class Overtaken(Exception):
    """Somebody changed the same thing since; `event` says what they did, where an event tells it."""

    def __init__(self, event: Event | None) -> None:
        super().__init__()
        self.event = event


def undo(act: Act, by: User) -> Idea:
    """Let this act never have happened; raises TooLate or Overtaken. The caller begins the write, and commits.

    What was recorded of it becomes a line of the audit, of an action that no other reader of events knows.
    """
    id, idea_id, events, done_at = act.id, act.idea_id, act.kept["events"], act.created_at
    changes = act.changes
    if act.is_over or not Act.claim(id):
        raise TooLate
    idea = db.session.get_one(Idea, idea_id)
    families = _families_of(idea) if touches(Merge, changes) else []
    if families:
        changes = but_counted(changes)
        hold_where_they_live(*families)
    hold(idea)
    later = _changed_since(idea, events)
    if later or not stand_as_left(changes):
        raise Overtaken(later)
    leaving = moved_on(changes)
    undone = record(Action.ACT_UNDONE, idea, by=by, undone=events)
    undone.fanned_out_at = now()  # nobody is told, and what would be paid for it never was
    for event in db.session.scalars(select(Event).where(Event.id.in_(events))):
        _strike(event, idea)
    db.session.flush()
    put_back(changes, leaving)
    if families:
        let_stand(*families)
        owe_no_more(families, since=done_at)
    return idea


def _families_of(idea: Idea) -> list[int]:
    """The idea, and whatever it was ever merged into."""
    return [idea.id, *db.session.scalars(select(Merge.into_id).where(Merge.idea_id == idea.id).distinct())]


def changed_lately(idea: Idea, action: Action | None) -> Event | None:
    """What was done last to what this action changes of an idea."""
    return _changed_since(idea, [0], {action} if action else {Action.IDEA_MOVED})


def _changed_since(idea: Idea, events: list[int], done: set[Any] | None = None) -> Event | None:
    """What was done to the same thing since, newest first, by whomever."""
    done = done or set(db.session.scalars(select(Event.action).where(Event.id.in_(events))))
    same = {action for one in done for action in SAME_THING.get(one, ())}
    comments = select(Comment.id).where(Comment.idea_id == idea.id)
    about = or_(
        (Event.subject_type == "idea") & (Event.subject_id == idea.id),
        (Event.subject_type == "comment") & Event.subject_id.in_(comments),
    )
    since = select(Event).where(about, Event.id > max(events), Event.action.in_(same))
    by_staff = Event.actor_id.in_(select(User.id).where(User.is_staff))
    since = since.where(or_(Event.action != Action.COMMENT_POSTED, by_staff))
    return db.session.scalar(since.order_by(Event.id.desc()).limit(1))


def _strike(event: Event, idea: Idea) -> None:
    """Keep who did what and when; the idea stands for what was written on it, which is gone."""
    facts: dict[str, Any] = {name: event.facts[name] for name in KEPT_FACTS if name in event.facts}
    event.facts = {"act": event.action, **facts}
    event.action, event.fanned_out_at, event.dedupe_key = Action.NEVER_HAPPENED, now(), None
    if event.subject_type == "comment":
        event.subject_type, event.subject_id = "idea", idea.id
