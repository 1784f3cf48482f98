"""What happened: one row an event, written in the transaction of the change that it tells of."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal import jobs
from portal.activity.waiting import waits
from portal.clock import now
from portal.database.types import Base
from portal.extensions import db


class Action(StrEnum):
    """Which kind of thing happened. Every reader of events has a table with all of them."""

    SIGN_IN_REQUESTED = "sign_in_requested"
    MEMBER_JOINED = "member_joined"
    MEMBER_SUSPENDED = "member_suspended"
    MEMBER_REINSTATED = "member_reinstated"
    MEMBER_ERASED = "member_erased"
    DATA_HANDED_OVER = "data_handed_over"
    PROFILE_HIDDEN = "profile_hidden"
    PROFILE_RESTORED = "profile_restored"
    ROLE_CHANGED = "role_changed"
    JOBS_CHANGED = "jobs_changed"
    ADDRESS_ASKED = "address_asked"
    ADDRESS_READY = "address_ready"
    ADDRESS_OBJECTED = "address_objected"
    ADDRESS_KEPT = "address_kept"
    ADDRESS_CHANGED = "address_changed"
    ADDRESS_TAKEN_BACK = "address_taken_back"
    IDEA_PROPOSED = "idea_proposed"
    IDEA_EDITED = "idea_edited"
    IDEA_REWRITTEN = "idea_rewritten"
    IDEA_MOVED = "idea_moved"
    IDEA_TAGGED = "idea_tagged"
    IDEA_ASSIGNED = "idea_assigned"
    IDEA_SNOOZED = "idea_snoozed"
    IDEA_LINKED = "idea_linked"
    IDEA_UNLINKED = "idea_unlinked"
    CONVERSION_ASKED = "conversion_asked"
    CONVERSION_WITHDRAWN = "conversion_withdrawn"
    CONVERSION_ANSWERED = "conversion_answered"
    IDEA_CONVERTED = "idea_converted"
    IDEA_HIDDEN = "idea_hidden"
    IDEA_RESTORED = "idea_restored"
    IDEA_MERGED = "idea_merged"
    IDEA_UNMERGED = "idea_unmerged"
    MERGE_OBJECTED = "merge_objected"
    MERGE_SETTLED = "merge_settled"
    OBJECTION_SEEN = "objection_seen"
    SAME_SAID = "same_said"
    SAME_TAKEN_BACK = "same_taken_back"
    SAME_DECLINED = "same_declined"
    SAME_DISMISSED = "same_dismissed"
    SAME_CAME_TRUE = "same_came_true"
    VISIBILITY_CHANGED = "visibility_changed"
    STATUS_CHANGED = "status_changed"
    TARGET_CHANGED = "target_changed"
    SOURCE_CORRECTED = "source_corrected"
    RESPONSE_POSTED = "response_posted"
    RESPONSE_EDITED = "response_edited"
    PROMISE_MADE = "promise_made"
    PROMISE_MOVED = "promise_moved"
    PROMISE_ENTRUSTED = "promise_entrusted"
    PROMISE_KEPT = "promise_kept"
    PROMISE_TAKEN_BACK = "promise_taken_back"
    PROMISE_REOPENED = "promise_reopened"
    PROMISE_DUE_SOON = "promise_due_soon"
    PROMISE_OVERDUE = "promise_overdue"
    ANSWER_OWED = "answer_owed"
    ANSWER_REMINDED = "answer_reminded"
    NOTE_POSTED = "note_posted"
    ACT_UNDONE = "act_undone"
    NEVER_HAPPENED = "never_happened"
    COMMENT_POSTED = "comment_posted"
    COMMENT_EDITED = "comment_edited"
    COMMENT_HIDDEN = "comment_hidden"
    COMMENT_RESTORED = "comment_restored"
    COMMENT_SHAPED = "comment_shaped"
    COMMENT_UNSHAPED = "comment_unshaped"
    COMMENT_DELETED = "comment_deleted"
    COMMENT_SPLIT = "comment_split"
    SPLIT_ASKED = "split_asked"
    SPLIT_WITHDRAWN = "split_withdrawn"
    SPLIT_ANSWERED = "split_answered"
    SPLIT_TAKEN_BACK = "split_taken_back"
    VERSION_BLANKED = "version_blanked"
    RESPONSE_BLANKED = "response_blanked"
    REASON_BLANKED = "reason_blanked"
    PICTURES_CHANGED = "pictures_changed"
    RELEASE_DRAFTED = "release_drafted"
    RELEASE_EDITED = "release_edited"
    RELEASE_DISCARDED = "release_discarded"
    RELEASE_PUBLISHED = "release_published"
    RELEASE_HIDDEN = "release_hidden"
    RELEASE_RESTORED = "release_restored"
    FLAGGED = "flagged"
    FLAGS_ANSWERED = "flags_answered"
    TEXT_HELD = "text_held"
    TEXT_KEPT = "text_kept"
    CRITICISM_ROSE = "criticism_rose"
    VOTES_SET_ASIDE = "votes_set_aside"
    VOTES_PUT_BACK = "votes_put_back"
    VOTE_ANSWERED = "vote_answered"
    PARTNER_PICKED = "partner_picked"
    PARTNER_THANKED = "partner_thanked"
    MEMBER_WELCOMED = "member_welcomed"
    DIGEST_DUE = "digest_due"
    STAFF_LETTER_DUE = "staff_letter_due"
    DELIVERY_RETRIED = "delivery_retried"
    DELIVERY_DISCARDED = "delivery_discarded"
    BOARD_CHANGED = "board_changed"
    BOARD_CLOSING = "board_closing"
    BOARD_OPENED = "board_opened"
    TAG_CHANGED = "tag_changed"
    STATUS_EDITED = "status_edited"
    JOB_EDITED = "job_edited"
    SNIPPET_CHANGED = "snippet_changed"
    SETTINGS_CHANGED = "settings_changed"
    TEXT_CHANGED = "text_changed"
    MAIL_TESTED = "mail_tested"
    AUDIT_EXPORTED = "audit_exported"
    PORTAL_RESTORED = "portal_restored"


class Subject(Protocol):
    """Anything an event can be about: a model with a table and an id."""

    __tablename__: str
    id: Any


class Happening(Protocol):
    """An event, or those of its columns that a sentence of it needs."""

    @property
    def action(self) -> str: ...
    @property
    def actor_id(self) -> int | None: ...
    @property
    def subject_type(self) -> str: ...
    @property
    def subject_id(self) -> int: ...
    @property
    def facts(self) -> dict[str, Any]: ...


class Event(Base):
    """A thing that happened: facts (ids, old, new), never rendered sentences."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_subject", "subject_type", "subject_id"),
        Index("ix_event_actor", "actor_id", "created_at"),
        Index(
            "ix_event_waiting",
            "due_at",
            sqlite_where=text("fanned_out_at IS NULL"),
            postgresql_where=text("fanned_out_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(40), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    dedupe_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    due_at: Mapped[datetime] = mapped_column(default=now)
    fanned_out_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    error: Mapped[str | None] = mapped_column(String(2000))


def record(action: Action, subject: Subject, by: Any, dedupe_key: str | None = None, **facts: Any) -> Event:
    """Write the event of a change in the change's own transaction, and ring for its fan-out after the commit.

    `by` is the person who acted, or None for the portal itself. Facts are plain JSON values. A subject that has
    `touched` hears of what people do. What is `told_later` is rung for once it is due.
    """
    if subject.id is None:
        db.session.flush()
    event = Event(
        action=action,
        actor_id=by.id if by is not None else None,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        facts=facts,
        dedupe_key=dedupe_key,
    )
    wait = waits()
    if wait:
        event.due_at, event.facts = wait.until, {**facts, **wait.facts}
        wait.events.append(event)
    db.session.add(event)
    db.session.flush()
    if by is not None and hasattr(subject, "touched"):
        subject.touched(action, by)
    jobs.enqueue("portal.fanout.catch_up", event.id, first=True, at=wait.until if wait else None)
    return event
