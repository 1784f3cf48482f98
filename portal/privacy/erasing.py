"""Erasing an account: what goes and what stays in numbers, and every table that holds something of the person."""

from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.notifications.farewell import address_to_write_to
from portal.notifications.models import Follow, Notification
from portal.privacy.holdings import HOLDINGS
from portal.privacy.taking_out import Wishes, count_earlier_versions, count_pictures, take_out
from portal.voting.models import Vote


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
    others = select(User.id).where(User.is_admin, User.id != user.id)
    return user.is_admin and db.session.scalar(others.limit(1)) is None


def erase(user: User, wishes: Wishes | None = None, by: User | None = None, reason: str = "") -> list[str]:
    """Take a person out of the portal: their votes, choices and address go, what they wrote stays without a name.

    `wishes`: what of it goes too. `by`: the admin who does it at their request, which they are told by mail.
    Gives the keys of the images that nothing shows any more: delete their files after the commit.
    """
    keys = take_out(user, wishes or Wishes())
    email, lang = user.email, user.lang
    for holding in reversed(HOLDINGS):
        if holding.erased.act:
            keys += holding.erased.act(user)
    facts: dict[str, Any] = {"reason": reason} if by else {}
    if by and email:
        facts["farewell"] = address_to_write_to(email, lang).id
    record(Action.MEMBER_ERASED, user, by=by or user, **facts)
    return keys
