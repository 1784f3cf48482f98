"""How tests promise, let answers be owed, and let days pass."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.ideas.models import Idea
from portal.triage.assigning import in_hand_of
from portal.triage.ledger import Promise, today
from portal.triage.owing import Obligation
from tests.browser import Browser
from tests.conftest import act

Opens = Callable[..., Browser]


def promise(idea: Idea, by: User, days: int, **more: Any) -> Promise:
    """A promise of this idea, for so many days from now."""
    with act():
        made = Promise.make(idea, today() + timedelta(days=days), by=by, **more)
    return made


@contextmanager
def later(app: Flask, moment: datetime) -> Iterator[None]:
    """The portal at this moment."""
    db.session.rollback()
    with time_machine.travel(moment, tick=False), app.app_context():
        yield
        db.session.rollback()


def told(action: Action) -> list[Event]:
    """Every event of this kind."""
    return list(db.session.scalars(select(Event).where(Event.action == action).order_by(Event.id)))


def owed(idea: Idea) -> list[Obligation]:
    """Every answer that was ever owed to this idea."""
    db.session.rollback()
    found = select(Obligation).where(Obligation.idea_id == idea.id).order_by(Obligation.id)
    return list(db.session.scalars(found, execution_options={"populate_existing": True}))


def owes(idea: Idea) -> int | None:
    """The id of whoever owes it an answer, having it in hand."""
    db.session.rollback()
    return in_hand_of(idea.id)
