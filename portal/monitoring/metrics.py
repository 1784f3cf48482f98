"""What is counted as it happens: requests, how long they took, votes. `operations/prometheus.py` shows it.

With PROMETHEUS_MULTIPROC_DIR all web processes of a machine add up there, as `bin/run` lets them; without, each counts
alone.
"""

import os
from pathlib import Path

from flask import Flask, Response
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.monitoring import logs

REQUESTS = Counter("atelier_requests", "Requests answered.", ["method", "route", "status"], registry=None)
SECONDS = Histogram(
    "atelier_request_seconds",
    "How long requests took.",
    ["route"],
    registry=None,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
VOTES = Counter("atelier_votes", "Votes cast and withdrawn.", ["act"], registry=None)


def init_app(_app: Flask) -> None:
    """Make the folder in which all web processes of a machine add up."""
    if together := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        Path(together).mkdir(parents=True, exist_ok=True)


def registry() -> CollectorRegistry:
    """All that was counted, by this process or by all of them."""
    counted = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(counted)
    else:
        for metric in (REQUESTS, SECONDS, VOTES):
            counted.register(metric)
    return counted


def count(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(route).observe(seconds)


def count_vote(act: str) -> None:
    """Count a vote that is `cast` or `withdrawn` once the running transaction is committed; a rollback forgets it."""
    db.session.info.setdefault("votes", []).append(act)


def count_answer(response: Response) -> Response:
    """Count a request that Flask answered."""
    count(logs.method(), logs.route(), response.status_code, logs.seconds())
    return response


@event.listens_for(Session, "after_commit")
def _count_votes(session: Session) -> None:
    for act in session.info.pop("votes", []):
        VOTES.labels(act).inc()


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("votes", None)
