"""Whom a staff note names: a colleague whose public address stands in it after an @ is told of it, and nobody else."""

import re

from sqlalchemy import select

from portal.accounts.models import User
from portal.extensions import db

MOST = 20
_NAMED = re.compile(r"(?<![\w@/.])@([a-z0-9]+(?:-[a-z0-9]+)*)", re.IGNORECASE)


def handles_in(words: str) -> list[str]:
    """The public addresses that are named, each once, in their order; no more than a few."""
    return list(dict.fromkeys(handle.lower() for handle in _NAMED.findall(words)))[:MOST]


def colleagues_in(words: str, by: User) -> list[User]:
    """The colleagues of this one of staff who are named and at work; members are told of no note."""
    at_work = User.is_staff, User.is_here, User.id != by.id
    return list(db.session.scalars(select(User).where(User.handle.in_(handles_in(words)), *at_work).order_by(User.id)))
