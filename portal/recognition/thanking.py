"""A personal thank-you from staff: written once, however often the button is pressed."""

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.clock import now
from portal.database.holding import hold
from portal.extensions import db
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


def thanks_lately(member: User) -> Any:
    """A select of the newest thank-you to a member in the last 30 days, a welcome left out."""
    lately = ThankYou.created_at > now() - timedelta(days=30), ThankYou.id.not_in(welcomes())
    return thanks_of(member).where(*lately).options(joinedload(ThankYou.author)).limit(1)
