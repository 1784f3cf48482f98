"""Stopping messages with one click, without signing in (RFC 8058): a signed address says who, and what."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.notifications.models import Follow, Hears, StaffMail, Topic
from portal.web.site import public_url

PROGRESS, COMMENTS, DIGEST = "progress", "comments", "digest"
STAFF = "staff"
PROGRESS_AND_COMMENTS = "progress-and-comments"


@dataclass(frozen=True)
class Stop:
    """Who wants to stop what: `progress`, `comments`, both, `digest`, all about one idea, or what staff hear of."""

    user: User
    topic: str
    idea: Idea | None = None
    for_staff: tuple[Topic, ...] = ()

    def perform(self) -> None:
        """Stop it; stopping twice changes nothing. The caller begins the write and commits."""
        if self.idea:
            follow(self.idea, self.user, "muted")
        if self.for_staff:
            choices = StaffMail.of(self.user)
            for topic in self.for_staff:
                setattr(choices, topic, Hears.NEVER)
            db.session.add(choices)
        if self.topic in (PROGRESS, PROGRESS_AND_COMMENTS):
            self.user.mail_progress = MailWhen.NEVER
        if self.topic in (COMMENTS, PROGRESS_AND_COMMENTS):
            self.user.mail_comments = MailWhen.NEVER
        if self.topic == DIGEST:
            for name in ("mail_progress", "mail_comments"):
                if getattr(self.user, name) == MailWhen.DAILY:
                    setattr(self.user, name, MailWhen.NEVER)


def staff_topics(topics: Iterable[Topic]) -> str:
    """What stops these of what staff hear of."""
    return f"{STAFF}:{','.join(topics)}"


def stop_url(user: User, topic: str) -> str:
    """The address on which this person stops this topic, as it stands in their mail. It does not run out."""
    return public_url(url_for("notifications.unsubscribe", token=_signer().dumps([user.id, topic])))


def read_stop(token: str) -> Stop | None:
    """What a token stops, or None for one that we never signed or whose person left."""
    try:
        user_id, topic = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    user = db.session.get(User, user_id)
    if user is None or user.is_former:
        return None
    kind, _, number = topic.partition(":")
    if kind == STAFF:
        topics = number.split(",")
        return Stop(user, STAFF, for_staff=tuple(map(Topic, topics))) if set(topics) <= set(Topic) else None
    if kind != "idea":
        return Stop(user, topic) if topic in (PROGRESS, COMMENTS, PROGRESS_AND_COMMENTS, DIGEST) else None
    idea = db.session.scalar(Idea.visible_to(user).where(Idea.id == int(number)))
    return Stop(user, topic, idea) if idea else None


def follow(idea: Idea, user: User, wanted: str) -> None:
    """Follow an idea (`on`), leave that to votes and authorship (`off`), or hear nothing about it (`muted`).

    Authors follow what they wrote without a row: for them `off` is `muted`. Whoever follows no more follows nothing of
    its family. The caller begins the write and commits.
    """
    if wanted == "off" and not _wrote(idea, user):
        gone = delete(Follow).where(Follow.user_id == user.id, Follow.idea_id.in_(idea.family_ids))
        db.session.execute(gone)
        return
    row = db.session.get(Follow, (user.id, idea.id))
    if row:
        row.muted = wanted != "on"
    else:
        db.session.add(Follow(user_id=user.id, idea_id=idea.id, muted=wanted != "on"))


def following(idea: Idea, user: User) -> str:
    """`on`, `off` or `muted`: what this person hears of the idea's discussion.

    Whoever follows one of a family, or wrote it, follows all of it, unless they muted the one that they ask of.
    """
    if not user.is_authenticated:
        return "off"
    row = db.session.get(Follow, (user.id, idea.id))
    if row:
        return "muted" if row.muted else "on"
    others = Follow.user_id == user.id, Follow.idea_id.in_(idea.family_ids), Follow.muted.is_(False)
    follows = idea.has_family and db.session.scalar(select(Follow.idea_id).where(*others).limit(1)) is not None
    return "on" if follows or _wrote(idea, user) else "off"


def _wrote(idea: Idea, user: User) -> bool:
    """Whether they wrote it, or one of its family that they have not muted."""
    if not idea.has_family or idea.author_id == user.id:
        return bool(idea.author_id == user.id)
    muted = select(Follow.idea_id).where(Follow.user_id == user.id, Follow.muted)
    theirs = select(Idea.id).where(Idea.family_of(idea.root_id), Idea.author_id == user.id, Idea.id.not_in(muted))
    return db.session.scalar(theirs.limit(1)) is not None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="unsubscribe")
