"""Undoing: what was undone in time never happened, but for the audit, which keeps both lines."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.activity.subjects import row_of
from portal.clock import now
from portal.comments.models import Comment
from portal.database.holding import hold
from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.linking import hold_links, stands_well
from portal.merging.links import Link
from portal.merging.models import Merge
from portal.merging.splitting import HasMovedOn, IsWanted, require_untouched
from portal.merging.standing import hold_where_they_live, let_stand, owe_no_more
from portal.triage.acts import Act
from portal.triage.rows import Change, but_counted, hold_again, moved_on, put_back, stand_as_left, touches

# What answers an idea: of two answers, only the later one can be undone, as it stopped the clock no more.
ANSWERS = frozenset({Action.STATUS_CHANGED, Action.RESPONSE_POSTED, Action.RESPONSE_EDITED, Action.COMMENT_POSTED})
# Who sees a text, whatever kind of text it is.
SIGHT = frozenset(
    {
        Action.IDEA_HIDDEN, Action.IDEA_RESTORED, Action.COMMENT_HIDDEN, Action.COMMENT_RESTORED,
        Action.RELEASE_HIDDEN, Action.RELEASE_RESTORED, Action.PROFILE_HIDDEN, Action.PROFILE_RESTORED,
        Action.TEXT_HELD, Action.TEXT_KEPT, Action.COMMENT_DELETED, Action.MEMBER_ERASED,
    }
)  # fmt: skip
MARKS = frozenset({Action.COMMENT_SHAPED, Action.COMMENT_UNSHAPED, Action.COMMENT_DELETED})
STANDING = frozenset({Action.MEMBER_SUSPENDED, Action.MEMBER_REINSTATED, Action.MEMBER_ERASED})
KINDS = frozenset(
    {
        Action.CONVERSION_ASKED,
        Action.CONVERSION_WITHDRAWN,
        Action.CONVERSION_ANSWERED,
        Action.IDEA_CONVERTED,
        Action.STATUS_CHANGED,
        Action.VISIBILITY_CHANGED,
        Action.TARGET_CHANGED,
    }
)
SPLITS = frozenset(
    {Action.SPLIT_ASKED, Action.SPLIT_WITHDRAWN, Action.SPLIT_ANSWERED, Action.COMMENT_SPLIT, Action.SPLIT_TAKEN_BACK}
)
LINKS = frozenset({Action.IDEA_LINKED, Action.IDEA_UNLINKED})
CLOSING = frozenset({Action.BOARD_CLOSING, Action.BOARD_OPENED})
# What is done to the idea in which one lives, and undone there alone.
DONE_THERE = frozenset(
    {
        Action.STATUS_CHANGED, Action.RESPONSE_POSTED, Action.RESPONSE_EDITED, Action.TARGET_CHANGED,
        Action.IDEA_ASSIGNED, Action.IDEA_SNOOZED, Action.IDEA_CONVERTED, Action.CONVERSION_ASKED,
    }
)  # fmt: skip
MERGES = frozenset({Action.IDEA_MERGED, Action.IDEA_UNMERGED, Action.MERGE_OBJECTED, Action.MERGE_SETTLED})

# What is a change of the same thing, so that undoing the earlier one would drop it. All else may go on meanwhile.
SAME_THING: dict[str, frozenset[Action]] = {
    Action.STATUS_CHANGED: ANSWERS,
    Action.RESPONSE_POSTED: ANSWERS,
    Action.RESPONSE_EDITED: ANSWERS,
    Action.IDEA_MOVED: frozenset({Action.IDEA_MOVED}),
    Action.IDEA_TAGGED: frozenset({Action.IDEA_TAGGED}),
    Action.TARGET_CHANGED: frozenset({Action.TARGET_CHANGED}),
    Action.IDEA_ASSIGNED: frozenset({Action.IDEA_ASSIGNED}),
    Action.IDEA_SNOOZED: frozenset({Action.IDEA_SNOOZED}),
    Action.IDEA_LINKED: LINKS,
    Action.CONVERSION_ASKED: KINDS,
    Action.CONVERSION_WITHDRAWN: KINDS,
    Action.IDEA_CONVERTED: KINDS,
    Action.IDEA_UNLINKED: LINKS,
    **dict.fromkeys(SPLITS - {Action.SPLIT_ANSWERED}, SPLITS),
    Action.VISIBILITY_CHANGED: frozenset({Action.VISIBILITY_CHANGED}),
    Action.IDEA_MERGED: MERGES,
    Action.IDEA_UNMERGED: MERGES,
    **dict.fromkeys(CLOSING, CLOSING),
    **dict.fromkeys(SIGHT, SIGHT),
    **dict.fromkeys((Action.COMMENT_SHAPED, Action.COMMENT_UNSHAPED), MARKS),
    **dict.fromkeys((Action.MEMBER_SUSPENDED, Action.MEMBER_REINSTATED), STANDING),
}

# What the line of the audit needs to be read: no words that were taken back.
KEPT_FACTS = (
    "old", "new", "old_kind", "new_kind", "added", "removed", "private", "idea", "due", "until", "flags", "other",
    "relation", "kind", "into", "began",
)  # fmt: skip


class TooLate(Exception):
    """The time in which it could be undone is over, or it was undone already."""


class Overtaken(Exception):
    """Somebody changed the same thing since; `event` says what they did, where an event tells it."""

    def __init__(self, event: Event | None) -> None:
        super().__init__()
        self.event = event


def undo(act: Act, by: User) -> Any:
    """Let this act never have happened; raises TooLate, Overtaken or LivesElsewhere. The caller begins the write, and
    commits.

    What was recorded of it becomes a line of the audit, of an action that no other reader of events knows. Gives what
    the act was about.
    """
    id, events, changes = act.id, act.kept["events"], act.changes
    done_at = act.created_at
    thing = row_of(act.subject_type, act.subject_id)
    if act.is_over or thing is None or not Act.claim(id):
        raise TooLate
    families = _families_of(thing) if touches(Merge, changes) else []
    if families:
        changes = but_counted(changes)
        hold_where_they_live(*families)
    hold(thing)
    hold_again(changes)
    if any(change["table"] == Link.__tablename__ for change in changes):
        hold_links()
    done = list(db.session.scalars(select(Event).where(Event.id.in_(events)).order_by(Event.id)))
    if isinstance(thing, Idea) and not DONE_THERE.isdisjoint(event.action for event in done):
        thing.require_standing()
    later = _changed_since(done)
    if later or not stand_as_left(changes) or _is_wanted(changes):
        raise Overtaken(later)
    leaving = moved_on(changes)
    record(Action.ACT_UNDONE, thing, by=by, undone=events)
    for event in done:
        _strike(event, by)
    db.session.flush()
    put_back(changes, leaving)
    if families:
        let_stand(*families)
        owe_no_more(families, since=done_at)
    if isinstance(thing, Idea):
        _settle(thing, changes)
    return thing


def _families_of(idea: Idea) -> list[int]:
    """The idea, and whatever it was ever merged into."""
    return [idea.id, *db.session.scalars(select(Merge.into_id).where(Merge.idea_id == idea.id).distinct())]


def _settle(idea: Idea, changes: list[Change]) -> None:
    """What follows from the rows that were put back; raises Overtaken where they do not go with what others did."""
    if any("board_id" in (change["old"] or {}) for change in changes):
        idea.index_words()  # what it says to a board is found while it stands there
    if not stands_well(idea.id):
        raise Overtaken(None)


def _is_wanted(changes: list[Change]) -> bool:
    """Whether the act made an idea that others support or spoke of since: it would go with what they did."""
    try:
        for change in changes:
            if change["table"] == Idea.__tablename__ and change["old"] is None:
                require_untouched(db.session.get_one(Idea, int(change["key"])))
    except (IsWanted, HasMovedOn):
        return True
    return False


def changed_lately(idea: Idea, told_by: Collection[Action]) -> Event | None:
    """What was done last to an idea of these actions."""
    about = Event.subject_type == "idea", Event.subject_id == idea.id, Event.action.in_(told_by)
    return db.session.scalar(select(Event).where(*about).order_by(Event.id.desc()).limit(1))


def _changed_since(done: list[Event]) -> Event | None:
    """What was done to the same things since, the latest of it, by whomever."""
    same = [_is_same(event) for event in done if event.action in SAME_THING]
    if not same:
        return None
    since = select(Event).where(or_(*same), Event.id > max(event.id for event in done))
    return db.session.scalar(since.order_by(Event.id.desc()).limit(1))


def _is_same(event: Event) -> ColumnElement[bool]:
    """The condition of what changes the same as this event; a word of staff on an idea answers it."""
    same = SAME_THING[event.action]
    about = (Event.subject_type == event.subject_type) & (Event.subject_id == event.subject_id)
    condition = about & Event.action.in_(same)
    if Action.COMMENT_POSTED not in same:
        return condition
    comments = select(Comment.id).where(Comment.idea_id == event.subject_id)
    by_staff = Event.actor_id.in_(select(User.id).where(User.is_staff))
    said = (Event.subject_type == "comment") & Event.subject_id.in_(comments)
    return or_(condition, said & (Event.action == Action.COMMENT_POSTED) & by_staff)


def _strike(event: Event, by: User) -> None:
    """Keep who did what and when; the idea stands for what was said on it, which may be gone."""
    facts: dict[str, Any] = {name: event.facts[name] for name in KEPT_FACTS if name in event.facts}
    event.facts = {"act": event.action, **facts}
    event.actor_id = by.id
    event.action, event.fanned_out_at, event.dedupe_key = Action.NEVER_HAPPENED, now(), None
    if event.subject_type == "comment":
        event.subject_type, event.subject_id = "idea", event.facts["idea"]
    elif "began" in event.facts:
        event.subject_id = event.facts["began"]
