"""The doorbell: a ring says that there is work in the tables. Losing every ring costs one sweep and nothing else."""

import logging
import queue
import threading
from contextlib import suppress
from datetime import datetime
from heapq import heappop, heappush
from time import monotonic
from typing import Any, NamedTuple

from flask import Flask, current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.clock import now
from portal.extensions import db

QUEUE = "atelier"
RING_TIMEOUT = 0.5
# Clocks differ: who is woken too early would find nothing due yet.
A_LITTLE = 0.1
log = logging.getLogger(__name__)


class Ring(NamedTuple):
    """A ring that is due at a moment of the monotonic clock, 0.0 for at once."""

    due: float
    job: str
    id: int
    first: bool


class Doorbell:
    """Rings RQ from a thread of its own, so that no request waits for a Redis that is slow or away.

    What is rung later waits in this process: losing it costs one sweep, as any ring.
    """

    def __init__(self, url: str) -> None:
        self.redis = Redis.from_url(url, socket_timeout=RING_TIMEOUT, socket_connect_timeout=RING_TIMEOUT)
        self.queue = Queue(QUEUE, connection=self.redis, serializer=JSONSerializer)
        self._rings: queue.SimpleQueue[Ring] = queue.SimpleQueue()
        self.later: list[Ring] = []
        self._pending = 0
        self._idle = threading.Condition()
        self._thread: threading.Thread | None = None

    def ring(self, job: str, id: int, first: bool = False, after: float = 0.0) -> None:
        """Ask for job(id) in so many seconds, or before all that waits; never raises and never waits."""
        with self._idle:
            self._pending += 1
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, daemon=True, name="doorbell")
                self._thread.start()
        self._rings.put(Ring(monotonic() + after if after > 0 else 0.0, job, id, first))

    def wait_until_rung(self, timeout: float = 5) -> bool:
        """True once every ring so far has been tried."""
        with self._idle:
            return self._idle.wait_for(lambda: self._pending == 0, timeout)

    def _run(self) -> None:
        while True:
            with suppress(queue.Empty):
                ring = self._rings.get(timeout=self._pause())
                if ring.due > monotonic():
                    heappush(self.later, ring)
                else:
                    self._enqueue(ring)
                self._tried(1)
            while self.later and self.later[0].due <= monotonic():
                self._enqueue(heappop(self.later))

    def _pause(self) -> float | None:
        """How long until something is to be rung that waits; None where nothing is."""
        return max(0.0, self.later[0].due - monotonic()) if self.later else None

    def _enqueue(self, ring: Ring) -> None:
        try:
            self.queue.enqueue(ring.job, ring.id, at_front=ring.first, result_ttl=0, failure_ttl=3600)
        except RedisError as problem:
            log.warning("rings were lost, the sweep will find the work: %s", problem)
            self._tried(self._forget_the_rest())

    def _forget_the_rest(self) -> int:
        """Drop what waits behind a ring that failed: each would wait as long, and the rings after it too."""
        dropped = 0
        with suppress(queue.Empty):
            while True:
                self._rings.get_nowait()
                dropped += 1
        return dropped

    def _tried(self, number: int) -> None:
        with self._idle:
            self._pending -= number
            self._idle.notify_all()


def init_app(app: Flask) -> None:
    """Hang the doorbell where Redis is configured; without it the worker polls."""
    url = app.config["REDIS_URL"]
    app.extensions["doorbell"] = Doorbell(url) if url else None


def doorbell() -> Doorbell | None:
    """The app's doorbell, or None where the worker polls."""
    return current_app.extensions.get("doorbell")


def enqueue(job: str, id: int, first: bool = False, at: datetime | None = None) -> None:
    """Ring for job(id), `first` of all that waits or last, once the transaction is committed; a rollback forgets it.

    `at`: not before this moment.
    """
    db.session.info.setdefault("rings", []).append((job, id, first, at))


@event.listens_for(Session, "after_commit")
def _ring(session: Session) -> None:
    rings: list[tuple[str, int, bool, datetime | None]] = session.info.pop("rings", [])
    bell = doorbell() if rings else None
    if bell:
        for job, id, first, at in rings:
            bell.ring(job, id, first, (at - now()).total_seconds() + A_LITTLE if at else 0.0)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session, *_: Any) -> None:
    session.info.pop("rings", None)
