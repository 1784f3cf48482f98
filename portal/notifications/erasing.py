"""What the portal holds of a person: named, counted, and erased, down to the messages on their way."""

import secrets
from typing import Any

from sqlalchemy import delete, func, select, update

from portal.accounts.choices import CreditAs, MailWhen
from portal.accounts.email_tokens import EmailToken
from portal.accounts.jobs import drop_tokens
from portal.accounts.models import FORMER, Role, User
from portal.accounts.moving import AddressChange, Side
from portal.accounts.sessions import SignedIn
from portal.activity.models import Action, record
from portal.changelog.models import Credit
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import Flag
from portal.moderation.networks import VoteNetwork
from portal.notifications.farewell import address_to_write_to
from portal.notifications.models import Delivery, Follow, Notification, StaffMail, StaffMailBoard, State, Topic
from portal.notifications.taking_out import Wishes, count_earlier_versions, count_pictures, take_out
from portal.recognition.models import Partner, PointEntry, ThankYou
from portal.voting.models import SetAside, Vote

PROFILE = (
    "email", "mailbox", "own_name", "display_name", "handle", "role", "title", "bio", "lang", "timezone", "zone_chosen",
    "zone_declined", "credit_as", "pseudonym", "named_as_supporter", "featured", "hidden_words", "mail_progress",
    "mail_comments", "shortcuts", "theme", "motion", "created_at", "seen_at",
)  # fmt: skip
IDEA = (
    "id", "kind", "title", "body", "expected", "version", "severity", "lang", "is_private", "votes_count", "created_at",
)  # fmt: skip
COMMENT = ("id", "idea_id", "body", "lang", "created_at", "edited_at", "shaped_at")
# What goes with them.
THEIRS = (
    Follow.user_id, Notification.user_id, SignedIn.user_id, Partner.user_id, ThankYou.user_id,
    SetAside.user_id, VoteNetwork.user_id, StaffMailBoard.user_id, StaffMail.user_id, AddressChange.user_id,
)  # fmt: skip
DATA: dict[str, tuple[Any, tuple[str, ...]]] = {
    "votes": (Vote, ("idea_id", "importance", "is_counted", "created_at")),
    "votes_set_aside": (SetAside, ("idea_id", "reason", "answer", "created_at", "answered_at", "undone_at")),
    "networks_of_votes": (VoteNetwork, ("idea_id", "created_at")),
    "follows": (Follow, ("idea_id", "muted", "created_at")),
    "team_mail": (StaffMail, tuple(Topic)),
    "team_mail_boards": (StaffMailBoard, ("board_id",)),
    "notifications": (Notification, ("event_id", "created_at", "read_at")),
    "points": (PointEntry, ("id", "rule", "points", "subject_type", "subject_id", "created_at", "undoes_id")),
    "thanks": (ThankYou, ("body", "created_at")),
    "reports": (Flag, ("subject_type", "subject_id", "reason", "words", "created_at", "judged_at", "judgement")),
    "credits": (Credit, ("release_id", "idea_id", "role")),
    "address_changes": (
        AddressChange,
        (
            "old_email",
            "new_email",
            "lost_old",
            "asked_at",
            "old_confirmed_at",
            "new_confirmed_at",
            "ended_at",
            "ended_as",
            "reason",
            "done_at",
            "undone_at",
        ),
    ),
    "sessions": (SignedIn, ("user_agent", "created_at", "revoked_at")),
}


def what_goes_and_stays(user: User) -> dict[str, int]:
    """How many of each an erasure withdraws (votes, follows, notifications), keeps (final votes) or may keep."""

    def count(model: Any, condition: Any) -> int:
        return db.session.scalar(select(func.count()).select_from(model).where(condition)) or 0

    return {
        "votes": count(Vote, (Vote.user_id == user.id) & ~Vote.is_final()),
        "final_votes": count(Vote, (Vote.user_id == user.id) & Vote.is_final()),
        "follows": count(Follow, Follow.user_id == user.id),
        "notifications": count(Notification, Notification.user_id == user.id),
        "ideas": count(Idea, Idea.author_id == user.id),
        "comments": count(Comment, (Comment.author_id == user.id) & Comment.deleted_at.is_(None)),
        "versions": count_earlier_versions(user),
        "pictures": count_pictures(user),
    }


def is_only_admin(user: User) -> bool:
    """Whether the portal would be without an admin if this person left."""
    others = select(User.id).where(User.role == Role.ADMIN, User.suspended_at.is_(None), User.id != user.id)
    return user.is_admin and db.session.scalar(others.limit(1)) is None


def erase(user: User, wishes: Wishes | None = None, by: User | None = None, reason: str = "") -> list[str]:
    """Take a person out of the portal: their votes, choices and address go, what they wrote stays without a name.

    `wishes`: what of it goes too. `by`: the admin who does it at their request, which they are told by mail.
    Gives the keys of the images that nothing shows any more: delete their files after the commit.
    """
    keys = take_out(user, wishes or Wishes())
    Vote.withdraw_all(user)
    theirs = user.opened_by()
    tokens = select(EmailToken.id).where(theirs)
    changes = select(AddressChange.id).where(AddressChange.user_id == user.id)
    _cancel_messages([f"user:{user.id}", *(f"token:{id}" for id in db.session.scalars(tokens))])
    _cancel_messages([f"{side}:{id}" for id in db.session.scalars(changes) for side in (Side.OLD, Side.NEW)])
    keys += drop_tokens(theirs)[0]
    for owner in THEIRS:
        db.session.execute(delete(owner.class_).where(owner == user.id))
    facts: dict[str, Any] = {"reason": reason} if by else {}
    if by and user.email:
        facts["farewell"] = address_to_write_to(user.email, user.lang).id
    _forget(user)
    record(Action.MEMBER_ERASED, user, by=by or user, **facts)
    return keys


def _cancel_messages(recipients: list[str]) -> None:
    db.session.execute(
        update(Delivery)
        .where(Delivery.recipient.in_(recipients), Delivery.state.in_((State.PENDING, State.LEASED)))
        .values(state=State.CANCELLED, lease_until=None, lease_token=None, last_error=None, done_at=now())
    )


def _forget(user: User) -> None:
    user.email, user.imported_key = None, None
    user.display_name, user.handle = FORMER, f"former-{secrets.token_hex(8)}"
    user.title = user.bio = user.pseudonym = user.hidden_reason = ""
    user.hidden_words, user.hidden_at = {}, None
    user.role, user.credit_as = Role.MEMBER, CreditAs.NOBODY
    user.mail_progress = user.mail_comments = MailWhen.NEVER
    user.named_as_supporter = user.featured = False
    user.timezone, user.zone_declined, user.seen_at, user.erased_at = "UTC", "", None, now()
