"""Points are paid for outcomes, never for noise: what an event pays, to whom, and once."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from portal.accounts.models import Role, User
from portal.activity.models import Action, Event
from portal.changelog.publishing import SHAPING
from portal.comments.models import Comment
from portal.extensions import db, insert
from portal.ideas.models import Idea
from portal.ideas.statuses import StatusKind
from portal.recognition.models import PointEntry


class Rule(StrEnum):
    """What points are paid for."""

    IDEA_SHIPPED = "idea_shipped"
    ISSUE_FIXED = "issue_fixed"
    IDEA_SHAPED = "idea_shaped"
    IDEA_PLANNED = "idea_planned"
    ISSUE_CONFIRMED = "issue_confirmed"
    COMMENT_SHAPED = "comment_shaped"


WORTH: dict[Rule, int] = {
    Rule.IDEA_SHIPPED: 50,
    Rule.ISSUE_FIXED: 50,
    Rule.IDEA_SHAPED: 30,
    Rule.IDEA_PLANNED: 20,
    Rule.ISSUE_CONFIRMED: 15,
    Rule.COMMENT_SHAPED: 15,
}


@dataclass(frozen=True)
class Entry:
    """That a rule pays somebody for a subject."""

    rule: Rule
    user_id: int
    subject_type: str
    subject_id: int


def award(event: Event) -> int:
    """Write the points that this event pays, and return how many entries are new.

    A person, rule and subject is paid once, so an event may come twice and a status may go back and forth. What was
    paid stays paid: it was for an outcome, and taking a mark or a status back reverses nothing. The caller has begun
    the write.
    """
    pays = POINTS[Action(event.action)]
    entries = pays(event) if pays else []
    paid = _payable({entry.user_id for entry in entries})
    rows = [
        {
            "user_id": entry.user_id,
            "event_id": event.id,
            "rule": entry.rule,
            "subject_type": entry.subject_type,
            "subject_id": entry.subject_id,
            "points": WORTH[entry.rule],
            "created_at": event.created_at,
        }
        for entry in entries
        if entry.user_id in paid
    ]
    if not rows:
        return 0
    new = db.session.execute(
        insert(PointEntry).values(rows).on_conflict_do_nothing().returning(PointEntry.user_id)
    ).all()
    return len(new)


def _status_changed(event: Event) -> list[Entry]:
    idea = db.session.get(Idea, event.subject_id)
    if idea is None:
        return []
    kind = event.facts.get("new_kind")
    if kind == StatusKind.PLANNED:
        rule = Rule.ISSUE_CONFIRMED if idea.is_issue else Rule.IDEA_PLANNED
        return [Entry(rule, idea.author_id, "idea", idea.id)]
    if kind == StatusKind.SHIPPED:
        rule = Rule.ISSUE_FIXED if idea.is_issue else Rule.IDEA_SHIPPED
        shapers = db.session.scalars(
            select(Comment.author_id)
            .where(Comment.idea_id == idea.id, Comment.author_id != idea.author_id, *SHAPING)
            .distinct()
        )
        return [
            Entry(rule, idea.author_id, "idea", idea.id),
            *(Entry(Rule.IDEA_SHAPED, shaper, "idea", idea.id) for shaper in shapers),
        ]
    return []


def _comment_shaped(event: Event) -> list[Entry]:
    comment = db.session.get(Comment, event.subject_id)
    if comment is None or comment.author_id == event.actor_id:
        return []
    return [Entry(Rule.COMMENT_SHAPED, comment.author_id, "comment", comment.id)]


def _payable(ids: set[int]) -> set[int]:
    """Of these people the members who can be thanked: not staff, not imported, not erased."""
    return set(
        db.session.scalars(
            select(User.id).where(
                User.id.in_(ids), User.role == Role.MEMBER, User.erased_at.is_(None), User.email.is_not(None)
            )
        )
    )


POINTS: dict[Action, Callable[[Event], list[Entry]] | None] = {
    Action.SIGN_IN_REQUESTED: None,
    Action.MEMBER_JOINED: None,
    Action.MEMBER_SUSPENDED: None,
    Action.MEMBER_REINSTATED: None,
    Action.MEMBER_ERASED: None,
    Action.PROFILE_HIDDEN: None,
    Action.PROFILE_RESTORED: None,
    Action.ROLE_CHANGED: None,
    Action.IDEA_PROPOSED: None,
    Action.IDEA_EDITED: None,
    Action.IDEA_MOVED: None,
    Action.IDEA_TAGGED: None,
    Action.IDEA_HIDDEN: None,
    Action.IDEA_RESTORED: None,
    Action.VISIBILITY_CHANGED: None,
    Action.STATUS_CHANGED: _status_changed,
    Action.RESPONSE_POSTED: None,
    Action.RESPONSE_EDITED: None,
    Action.NOTE_POSTED: None,
    Action.COMMENT_POSTED: None,
    Action.COMMENT_EDITED: None,
    Action.COMMENT_HIDDEN: None,
    Action.COMMENT_RESTORED: None,
    Action.COMMENT_SHAPED: _comment_shaped,
    Action.COMMENT_UNSHAPED: None,
    Action.RELEASE_DRAFTED: None,
    Action.RELEASE_EDITED: None,
    Action.RELEASE_PUBLISHED: None,
    Action.RELEASE_HIDDEN: None,
    Action.RELEASE_RESTORED: None,
    Action.FLAGGED: None,
    Action.FLAGS_ANSWERED: None,
    Action.TEXT_HELD: None,
    Action.TEXT_KEPT: None,
    Action.VOTES_SET_ASIDE: None,
    Action.VOTES_PUT_BACK: None,
    Action.VOTE_ANSWERED: None,
    Action.PARTNER_PICKED: None,
    Action.PARTNER_THANKED: None,
    Action.DIGEST_DUE: None,
    Action.DELIVERY_RETRIED: None,
    Action.DELIVERY_DISCARDED: None,
    Action.BOARD_CHANGED: None,
    Action.STATUS_EDITED: None,
    Action.SETTINGS_CHANGED: None,
    Action.TEXT_CHANGED: None,
    Action.MAIL_TESTED: None,
    Action.PORTAL_RESTORED: None,
}
