"""A personal thank-you from staff: written once, however often the button is pressed."""

import hashlib
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.clock import now
from portal.database.holding import hold
from portal.database.reading import rows
from portal.extensions import db
from portal.ideas.cards import Author
from portal.recognition.models import ThankYou
from portal.recognition.welcoming import welcomes


def may_be_thanked(member: User) -> bool:
    """Whether they can ever read it: who left, or was only imported, opens no page here."""
    return member.is_here


def thank(member: User, body: str, by: User) -> ThankYou | None:
    """Thank a member in words of one's own; None where the same words went to them today already."""
    hold(member)
    words = hashlib.sha256(body.encode()).hexdigest()[:32]
    key = f"thanks:{member.id}:{by.id}:{now():%Y-%m-%d}:{words}"
    if db.session.scalar(select(Event.id).where(Event.dedupe_key == key)) is not None:
        return None
    thanks = ThankYou(user=member, author=by, body=body)
    db.session.add(thanks)
    record(Action.PARTNER_THANKED, thanks, by=by, dedupe_key=key, user=member.id)
    return thanks


def thanks_of(member: User) -> Any:
    """A select of what staff wrote to a member, thanks and a welcome, newest first."""
    return select(ThankYou).where(ThankYou.user_id == member.id).order_by(ThankYou.id.desc())


class Letter(NamedTuple):
    """What one of staff wrote to a member."""

    body: str
    author: Author


def thanks_lately(member: User) -> Letter | None:
    """The newest thank-you to a member in the last 30 days, a welcome left out."""
    since = now() - timedelta(days=30)
    found = rows(_lately(), {"member": member.id, "since": since}).first()
    return Letter(found[0], Author(*found[1:])) if found else None


@cache
def _lately() -> Select[str, str, str, bool, bool]:
    """To build this takes longer than to answer it, so it is built once."""
    words = ThankYou.body, User.display_name, User.handle, User.is_of_team, User.is_former
    theirs = ThankYou.user_id == bindparam("member"), ThankYou.created_at > bindparam("since")
    found = select(*words).join(ThankYou.author).where(*theirs, ThankYou.id.not_in(welcomes()))
    return found.order_by(ThankYou.id.desc()).limit(1)
