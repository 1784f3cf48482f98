"""Points are paid for outcomes that staff or a release confirm, never for noise; what is undone is taken back.

Whatever an event is about is brought in line with what stands now: what is owed and not paid is paid, what was paid
and stands no more is taken back by a row that names it. So an event may come twice, late, or after the next one.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.changelog.models import release_idea
from portal.comments.models import Comment
from portal.comments.splits import Split
from portal.database.writing import insert
from portal.extensions import db
from portal.ideas.family import hold_families
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.recognition.models import PointEntry
from portal.recognition.rules import UNDER_WAY, WORTH, Owed, owed_in
from portal.triage.acts import Act


def award(event: Event) -> int:
    """Bring the points of all that this event is about in line with what stands, and return how many rows are new.

    The caller has begun the write.
    """
    touches = POINTS.get(Action(event.action))
    ids = sorted(set(touches(event))) if touches else []
    roots = select(func.coalesce(Idea.survivor_id, Idea.id)).where(Idea.id.in_(ids))
    held = hold_families(Idea, list(db.session.scalars(roots.distinct()))) if ids else []
    return sum(_settle(idea, owed, event) for idea, owed in owed_in(held) if not _may_be_undone(idea))


def points_of(user: User) -> int:
    """All points that this person has."""
    return db.session.scalar(select(func.sum(PointEntry.points)).where(PointEntry.user_id == user.id)) or 0


def _settle(idea: Idea, found: list[Owed], event: Event) -> int:
    """Pay what is owed for this idea and is not paid, and take back what was paid and is not owed any more."""
    paid = db.session.scalars(select(PointEntry).where(PointEntry.is_open, _is_for(idea))).all()
    owed = [*dict.fromkeys(found)]
    stands = {(one.user_id, one.rule.value) for one in owed}
    undone = [entry for entry in paid if (entry.user_id, entry.rule) not in stands]
    known = {(entry.user_id, entry.rule) for entry in paid}
    missing = [one for one in owed if (one.user_id, one.rule.value) not in known]
    return _take_back(undone, event) + _pay(missing, idea, event)


def _may_be_undone(idea: Idea) -> bool:
    """Whether staff just did what moves points, and may still undo it: what comes of that settles them."""
    said = select(Comment.id).where(Comment.idea_id == idea.id)
    about = or_(
        (Event.subject_type == "idea") & (Event.subject_id == idea.id),
        (Event.subject_type == "comment") & Event.subject_id.in_(said),
    )
    waits = select(Event.id).where(about, Event.fanned_out_at.is_(None), Event.action.in_(POINTS))
    undoable = select(Act.id).where(Act.id == Event.facts["act"].as_string()).exists()
    return db.session.scalar(waits.where(undoable).limit(1)) is not None


def _is_for(idea: Idea) -> Any:
    """The condition of what was paid for this idea; once, comments were paid one by one."""
    comments = select(Comment.id).where(Comment.idea_id == idea.id)
    return or_(
        (PointEntry.subject_type == "idea") & (PointEntry.subject_id == idea.id),
        (PointEntry.subject_type == "comment") & PointEntry.subject_id.in_(comments),
    )


def _take_back(entries: Iterable[PointEntry], event: Event) -> int:
    """One row for each, which names it and counts in the same week, so that no week ends below nothing."""
    taken = 0
    for entry in entries:
        db.session.execute(update(PointEntry).where(PointEntry.id == entry.id).values(is_open=False))
        same = {name: getattr(entry, name) for name in ("user_id", "rule", "subject_type", "subject_id", "created_at")}
        row = {**same, "event_id": event.id, "points": -entry.points, "undoes_id": entry.id, "is_open": False}
        taken += _write([row])
    return taken


def _pay(owed: Iterable[Owed], idea: Idea, event: Event) -> int:
    """What comes back is paid again, and counts from when it was first earned."""
    owed = list(owed)
    payable = _payable({one.user_id for one in owed})
    first = _first_paid(idea)
    return _write(
        [
            {
                "user_id": one.user_id,
                "event_id": event.id,
                "rule": one.rule,
                "subject_type": "idea",
                "subject_id": idea.id,
                "points": WORTH[one.rule],
                "created_at": first.get((one.user_id, one.rule.value), one.since),
                "is_open": True,
            }
            for one in owed
            if one.user_id in payable
        ]
    )


def _first_paid(idea: Idea) -> dict[tuple[int, str], datetime]:
    """When each person was first paid by each rule for this idea."""
    by = PointEntry.user_id, PointEntry.rule
    rows = select(*by, func.min(PointEntry.created_at)).where(_is_for(idea)).group_by(*by)
    return {(user, rule): moment for user, rule, moment in db.session.execute(rows)}


def _write(rows: list[dict[str, Any]]) -> int:
    """Add the rows that are not there yet: of two at the same time one finds its row written."""
    if not rows:
        return 0
    new = insert(PointEntry).values(rows).on_conflict_do_nothing().returning(PointEntry.id)
    return len(db.session.execute(new).all())


def _payable(ids: set[int]) -> set[int]:
    """Of these people the members who can be thanked: not staff, not imported, not erased."""
    return set(db.session.scalars(select(User.id).where(User.id.in_(ids), User.role == Role.MEMBER, User.is_here)))


def _the_idea(event: Event) -> list[int]:
    return [event.subject_id]


def _it_and_where_it_began(event: Event) -> list[int]:
    """While an idea that began as a comment is in sight, the comment itself earns nothing."""
    began = select(Comment.idea_id).join(Split, Split.comment_id == Comment.id)
    return [event.subject_id, *db.session.scalars(began.where(Split.idea_id == event.subject_id))]


def _both_ideas(event: Event) -> list[int]:
    return [event.subject_id, event.facts["into"]]


def _idea_of_comment(event: Event) -> list[int]:
    return [event.facts["idea"]]


def _ideas_of_release(event: Event) -> Iterable[int]:
    return db.session.scalars(select(release_idea.c.idea_id).where(release_idea.c.release_id == event.subject_id))


def _ideas_of_person(event: Event) -> Iterable[int]:
    """The ideas for which this person has points, or would have."""
    id = event.subject_id
    moved = select(Idea.id).join(Status, Status.id == Idea.status_id).where(Idea.author_id == id)
    shaped = select(Comment.idea_id).where(Comment.author_id == id, Comment.shaped_at.is_not(None))
    paid = select(PointEntry.subject_id).where(PointEntry.user_id == id, PointEntry.subject_type == "idea")
    return db.session.scalars(moved.where(Status.kind.in_(UNDER_WAY)).union(shaped, paid))


def _ideas_of_what_was_undone(event: Event) -> Iterable[int]:
    """What was undone is known by its subjects: words on an idea by the idea. Somebody else may have had it settled."""
    found: dict[str, Callable[[Event], Iterable[int]]] = {
        "idea": _it_and_where_it_began, "release": _ideas_of_release, "user": _ideas_of_person,
    }  # fmt: skip
    undone = db.session.scalars(select(Event).where(Event.id.in_(event.facts["undone"])))
    moved = [was for was in undone if was.facts.get("act") in POINTS and was.subject_type in found]
    return [idea for was in moved for idea in found[was.subject_type](was)]


# After these, points may stand otherwise: for which ideas. All other actions leave them as they are.
POINTS: dict[Action, Callable[[Event], Iterable[int]]] = {
    Action.STATUS_CHANGED: _the_idea,
    Action.IDEA_MERGED: _both_ideas,
    Action.IDEA_UNMERGED: _both_ideas,
    Action.MERGE_OBJECTED: _both_ideas,
    Action.IDEA_CONVERTED: _the_idea,
    Action.IDEA_HIDDEN: _it_and_where_it_began,
    Action.IDEA_RESTORED: _it_and_where_it_began,
    Action.COMMENT_SHAPED: _idea_of_comment,
    Action.COMMENT_UNSHAPED: _idea_of_comment,
    Action.COMMENT_HIDDEN: _idea_of_comment,
    Action.COMMENT_RESTORED: _idea_of_comment,
    Action.COMMENT_DELETED: _idea_of_comment,
    Action.COMMENT_SPLIT: _idea_of_comment,
    Action.RELEASE_PUBLISHED: _ideas_of_release,
    Action.RELEASE_HIDDEN: _ideas_of_release,
    Action.RELEASE_RESTORED: _ideas_of_release,
    Action.MEMBER_SUSPENDED: _ideas_of_person,
    Action.MEMBER_REINSTATED: _ideas_of_person,
    Action.ACT_UNDONE: _ideas_of_what_was_undone,
}
