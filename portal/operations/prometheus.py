"""What Prometheus reads at /metrics: what was counted, and what stands in the tables at that moment."""

import hmac
import ipaddress
import platform
import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Blueprint, Flask, Response, abort, request
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.activity.models import Event
from portal.clock import now
from portal.config import ROOT
from portal.database import schema
from portal.extensions import db
from portal.fanout import TRIES, count_set_aside
from portal.jobs import doorbell
from portal.monitoring.metrics import registry as counted
from portal.notifications.models import Delivery, State

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_VIA")
ALLOWED = "atelier.may_watch"
bp = Blueprint("operations", __name__)


@bp.get("/metrics")
def metrics() -> Response:
    """Every figure, in Prometheus' own format, for whoever may watch; for everyone else there is nothing."""
    if not request.environ.get(ALLOWED):
        request.url_rule = None  # so that the answer is that of an address where there is nothing
        abort(404)
    registry = counted()
    registry.register(Standing())
    return Response(
        generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
    )


class Standing:
    """What the tables and the queue hold. A database or a Redis that is away leaves its figures out, and says so."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _build()
        try:
            figures = [*_deliveries(), *_events()]
        except SQLAlchemyError:
            db.session.rollback()
            figures = []
        yield GaugeMetricFamily("atelier_database_up", "Whether the database answered.", bool(figures))
        yield from figures
        yield from _queue()


def _build() -> GaugeMetricFamily:
    family = GaugeMetricFamily("atelier_build_info", "What runs here.", labels=["version", "schema", "python"])
    family.add_metric([VERSION, schema.head() or "", platform.python_version()], 1)
    return family


def _deliveries() -> Iterator[GaugeMetricFamily]:
    watched = (State.PENDING, State.LEASED, State.DEAD)
    found = {
        row.state: row
        for row in db.session.execute(
            select(
                Delivery.state,
                func.count().label("number"),
                func.min(Delivery.created_at).label("oldest"),
                func.min(Delivery.next_attempt_at).filter(Delivery.folded_into.is_(None)).label("due"),
            )
            .where(Delivery.state.in_(watched))
            .group_by(Delivery.state)
        )
    }
    count = GaugeMetricFamily("atelier_deliveries", "Messages, by state; dead ones wait for staff.", labels=["state"])
    for state in watched:
        count.add_metric([state], found[state].number if state in found else 0)
    yield count
    waiting = [found[state].oldest for state in (State.PENDING, State.LEASED) if state in found]
    yield _age("atelier_delivery_oldest_seconds", "Age of the oldest message on its way.", min(waiting, default=None))
    due = found[State.PENDING].due if State.PENDING in found else None
    yield _age("atelier_delivery_overdue_seconds", "For how long a due message has waited for a worker.", due)


def _events() -> Iterator[GaugeMetricFamily]:
    untold = Event.fanned_out_at.is_(None)
    due = untold & (Event.attempts < TRIES) & (Event.due_at <= now())
    number, oldest = db.session.execute(select(func.count(), func.min(Event.due_at)).where(due)).one()
    yield GaugeMetricFamily("atelier_events_untold", "Events that are due and that nobody was told of.", number)
    yield _age("atelier_event_oldest_seconds", "For how long such an event has waited.", oldest)
    aside = "Events that could not be told; they wait for staff."
    yield GaugeMetricFamily("atelier_events_set_aside", aside, count_set_aside())


def _queue() -> Iterator[GaugeMetricFamily]:
    bell = doorbell()
    if bell is None:
        return
    try:
        length: int | None = bell.queue.count
    except RedisError:
        length = None
    yield GaugeMetricFamily("atelier_redis_up", "Whether Redis answered.", length is not None)
    if length is not None:
        yield GaugeMetricFamily("atelier_queue_length", "Rings that no worker has answered yet.", length)


def _age(name: str, meaning: str, since: datetime | None) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, max(0.0, (now() - since).total_seconds()) if since else 0)


class Watched:
    """Looks at who asks before any proxy's word is taken; whoever may watch asks by any name of the server."""

    def __init__(self, app: Flask, behind: WSGIApplication) -> None:
        self.app, self.behind = app, behind

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == "/metrics" and _may_watch(self.app.config, environ):
            environ[ALLOWED] = True
            environ["HTTP_HOST"] = urlsplit(self.app.config["PUBLIC_URL"]).netloc
        return self.behind(environ, start_response)


def _may_watch(config: dict[str, Any], environ: dict[str, Any]) -> bool:
    """Who has the token, or a program on this machine itself: behind a proxy everybody seems to be one."""
    expected, sent = f"Bearer {config['METRICS_TOKEN']}", environ.get("HTTP_AUTHORIZATION", "")
    if config["METRICS_TOKEN"] and hmac.compare_digest(expected.encode(), sent.encode()):
        return True
    if config["PROXY_HOPS"] or any(name in environ for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
