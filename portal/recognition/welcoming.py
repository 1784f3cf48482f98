"""A personal welcome: who waits for one, the letter as it could be written, and the one that is sent, once a person."""

from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, cast, exists, func, literal, select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.clock import now
from portal.comments.models import Comment
from portal.database.holding import hold
from portal.database.reading import rows
from portal.database.types import UTCDateTime
from portal.extensions import db
from portal.i18n import _, locale, reading_in
from portal.ideas.models import Idea
from portal.recognition.greeting import filled, greeting
from portal.recognition.models import ThankYou
from portal.settings import settings
from portal.voting.models import Vote

NEW_FOR = timedelta(days=30)
KEY = "welcome:"
# What the letter may quote of a title, so that it stays short.
QUOTED = 90


def newcomers(since: Any = None) -> ColumnElement[bool]:
    """The condition on User of those who wait for a welcome: here for less than a month, and nobody wrote to them yet.

    `since`: when that month began, for a statement that is built once.

    Nobody of the team, and nobody who would not read it: suspended, gone, or imported and without an address.
    """
    welcomed = exists().where(Event.dedupe_key == literal(KEY) + cast(User.id, String))
    return and_(
        User.role == Role.MEMBER,
        User.takes_part,
        User.created_at > (now() - NEW_FOR if since is None else since),
        ~welcomed,
    )


def waits_for_welcome(member: User) -> bool:
    """Whether this person is one of them."""
    return db.session.scalar(select(User.id).where(User.id == member.id, newcomers())) is not None


def waiting_among(ids: list[int]) -> set[int]:
    """Of the people with these ids, those who wait for a welcome."""
    given = {"ids": ids, "new": now() - NEW_FOR}
    return {id for (id,) in rows(_waiting(), given)}


@cache
def _waiting() -> Any:
    among: Any = bindparam("ids", expanding=True)
    return select(User.id).where(User.id.in_(among), newcomers(bindparam("new", type_=UTCDateTime())))


def welcome_of(member: User) -> Event | None:
    """That they were welcomed: by whom, and when."""
    return db.session.scalar(select(Event).where(Event.dedupe_key == f"{KEY}{member.id}"))


def welcome(member: User, body: str, by: User) -> ThankYou | None:
    """Write them a welcome in words of one's own; None where they do not wait for one, or not any more."""
    hold(member)
    if not waits_for_welcome(member):
        return None
    letter = ThankYou(user=member, author=by, body=body)
    db.session.add(letter)
    record(Action.MEMBER_WELCOMED, letter, by=by, dedupe_key=f"{KEY}{member.id}", user=member.id)
    return letter


def welcomes() -> Any:
    """A select of the ids of those letters that welcome, among all that staff wrote."""
    return select(Event.subject_id).where(Event.action == Action.MEMBER_WELCOMED)


def suggested(member: User, by: User) -> str:
    """A letter to begin from, in the language of who reads it: it says what they did here first, and who writes."""
    with reading_in(member.lang):
        chosen = settings()
        return filled(
            greeting(locale(), chosen),
            name=member.own_name or member.credited_name or "",
            brand=chosen.name,
            first=_first_step(member),
            me=by.display_name,
        )


def _first_step(member: User) -> str:
    """What they did here, in the order of what it cost them."""
    written = Idea.visible_to(member).where(Idea.author_id == member.id, Idea.hidden_at.is_(None))
    idea = db.session.scalar(written.order_by(Idea.id).limit(1))
    if idea is not None:
        return _said_of(idea, _("Thank you for your report “%(title)s”."), _("Thank you for your idea “%(title)s”."))
    if (idea := _first_of(_commented_by(member), member)) is not None:
        return _said_of(idea, *[_("Thank you for your comment on “%(title)s”.")] * 2)
    backed = select(Vote.idea_id).where(Vote.user_id == member.id, Vote.counted()).order_by(Vote.created_at)
    if (idea := _first_of(backed, member)) is not None:
        return _said_of(
            idea,
            _("You have “%(title)s” too: we write to you when it moves."),
            _("You voted for “%(title)s”: we write to you when it moves."),
        )
    return _("It is good that you are here.")


def _commented_by(member: User) -> Any:
    stands = Comment.deleted_at.is_(None), Comment.hidden_at.is_(None), Comment.is_note.is_(False)
    return select(Comment.idea_id).where(Comment.author_id == member.id, *stands).order_by(Comment.id)


def _first_of(ideas: Any, member: User) -> Idea | None:
    """One of the first of these that they may still see."""
    some = db.session.scalars(ideas.limit(5)).all()
    seen = Idea.visible_to(member).where(Idea.id.in_(some))
    found: Idea | None = db.session.scalar(seen.order_by(Idea.id).limit(1))
    return found


def _said_of(idea: Idea, of_issue: str, of_idea: str) -> str:
    title = str(idea.title)
    short = title if len(title) <= QUOTED else f"{title[:QUOTED].rstrip()}…"
    return (of_issue if idea.is_issue else of_idea) % {"title": short}


def waiting_for_welcome() -> int:
    """How many wait for a welcome."""
    return db.session.scalar(select(func.count(User.id)).where(newcomers())) or 0
