"""Who works on which delivery: claimed for a while by the database's clock, finished only by who holds the lease."""

import logging
import random
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import case, select, update

from portal.database.writing import begin_write
from portal.extensions import db
from portal.mail import reasons
from portal.notifications import folding
from portal.notifications.models import Delivery, State
from portal.notifications.moments import moment
from portal.notifications.objections import Objection

log = logging.getLogger(__name__)

BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=8),
    timedelta(hours=24),
)
TRIES = len(BACK_OFF) + 1
JITTER = 0.2


def claim(id: int | None = None) -> Delivery | None:
    """Take this delivery, or the one that is due longest, and spend one of its tries; None where none is free.

    The claim is committed before anything is sent, so that a crash has spent a try and no two workers send the same.
    """
    begin_write()
    due = select(Delivery.id).where(Delivery.state == State.PENDING, Delivery.next_attempt_at <= moment(0.0))
    due = due.where(Delivery.folded_into.is_(None), folding.is_first_of_its_thread())
    due = due.where(Delivery.id == id) if id else due.order_by(Delivery.next_attempt_at, Delivery.id)
    claimed = db.session.execute(
        update(Delivery)
        .where(Delivery.id == due.limit(1).with_for_update(skip_locked=True).scalar_subquery())
        .values(
            state=State.LEASED,
            attempts=Delivery.attempts + 1,
            lease_until=moment(float(current_app.config["LEASE_SECONDS"])),
            lease_token=secrets.token_hex(16),
        )
        .returning(Delivery.id),
        execution_options={"synchronize_session": False},
    ).scalar()
    if claimed:
        folding.take_along(claimed)
    db.session.commit()
    return db.session.get(Delivery, claimed) if claimed else None


def finish(
    id: int,
    token: str | None,
    state: State,
    against: Mapping[int, Objection] | None = None,
    otherwise: Sequence[int] = (),
    **values: Any,
) -> bool:
    """Say how it went, and what spoke `against` telling it or what goes along with it, by delivery.

    `otherwise`: the notifications that it left out because they are wanted at once. False, and nothing changed, where
    the lease was lost to another worker.
    """
    begin_write()
    done = state not in (State.PENDING, State.LEASED)
    kept = db.session.execute(
        update(Delivery)
        .where(Delivery.id == id, Delivery.lease_token == token, Delivery.state == State.LEASED)
        .values(state=state, lease_token=None, lease_until=None, done_at=moment(0.0) if done else None, **values)
        .returning(Delivery.event_id),
        execution_options={"synchronize_session": False},
    ).scalar()
    if kept is not None:
        folding.settle(id, state, against or {})
        folding.take_out(otherwise)
    db.session.commit()
    if kept is None:
        log.warning("the lease of delivery %s was lost: whoever has it now says how it went", id)
    else:
        log.info("delivery", extra={"delivery_id": id, "event_id": kept, "state": str(state)})
    return kept is not None


def later(attempts: int) -> Any:
    """When to try again after so many tries, with jitter; the last step stands for all after it."""
    step = BACK_OFF[min(attempts, len(BACK_OFF)) - 1].total_seconds()
    return moment(step * random.uniform(1 - JITTER, 1 + JITTER))


def take_back() -> int:
    """Free what a worker that stopped had claimed; what has no tries left is dead. Returns how many."""
    begin_write()
    expired = db.session.execute(
        update(Delivery)
        .where(Delivery.state == State.LEASED, Delivery.lease_until < moment(0.0))
        .values(
            state=case((Delivery.attempts >= TRIES, State.DEAD), else_=State.PENDING),
            done_at=case((Delivery.attempts >= TRIES, moment(0.0)), else_=None),
            lease_token=None,
            lease_until=None,
            last_error=reasons.STOPPED,
        )
        .returning(Delivery.id, Delivery.state),
        execution_options={"synchronize_session": False},
    ).all()
    folding.fold([row.id for row in expired if row.state == State.DEAD])
    db.session.commit()
    return len(expired)
