"""What Prometheus reads: right figures, and only for whoever may watch."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Event
from portal.app import create_app
from portal.clock import now
from portal.config import ROOT
from portal.database.writing import begin_write
from portal.extensions import db
from portal.fanout import TRIES
from portal.ideas.models import Idea
from portal.notifications.models import Delivery, State
from portal.voting.models import Vote
from tests.browser import Browser
from tests.conftest import act

TOKEN = "t" * 32
Figures = Callable[[str], float]


@pytest.fixture
def figure(visitor: Browser) -> Figures:
    """A figure as it is read now, by its name and labels."""

    def read(name: str) -> float:
        found = re.search(rf"^{re.escape(name)} (\S+)$", visitor.client.get("/metrics").text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    return read


def test_requests_are_counted_by_rule_and_status(visitor: Browser, figure: Figures, offline: Idea) -> None:
    names = (
        'atelier_requests_total{method="GET",route="/roadmap",status="200"}',
        'atelier_request_seconds_count{route="/roadmap"}',
        'atelier_requests_total{method="GET",route="-",status="404"}',
    )
    before = [figure(name) for name in names]
    took = figure('atelier_request_seconds_sum{route="/roadmap"}')
    visitor.get("/roadmap")
    visitor.get("/nothing-here/of/this/name")
    assert [figure(name) for name in names] == [number + 1 for number in before]
    assert 0 < figure('atelier_request_seconds_sum{route="/roadmap"}') - took < 5
    assert "of/this/name" not in visitor.client.get("/metrics").text


def test_votes_are_counted_when_they_are_kept(figure: Figures, rest_warning: Idea, lea: User) -> None:
    cast, withdrawn = 'atelier_votes_total{act="cast"}', 'atelier_votes_total{act="withdrawn"}'
    before = figure(cast), figure(withdrawn)
    begin_write()
    Vote.cast(rest_warning, by=lea)
    db.session.rollback()
    for change in (Vote.cast, Vote.cast, Vote.withdraw):
        with act():
            change(rest_warning, by=lea)
    assert (figure(cast), figure(withdrawn)) == (before[0] + 1, before[1] + 1)


def test_what_waits_and_what_failed_is_told_with_its_age(figure: Figures, tom: User, ines: User, yuki: User) -> None:
    assert figure("atelier_database_up") == 1 and figure("atelier_delivery_oldest_seconds") == 0
    events = db.session.scalars(select(Event).limit(3)).all()
    hour = now() - timedelta(hours=1)
    with act():
        for who, state, later in ((tom, State.PENDING, 0), (yuki, State.PENDING, 20), (ines, State.DEAD, -60)):
            made = hour + timedelta(minutes=later)
            db.session.add(
                Delivery(
                    event_id=events[0].id, recipient=f"user:{who.id}", state=state, created_at=made,
                    next_attempt_at=made + timedelta(minutes=30),
                )
            )  # fmt: skip
        events[1].fanned_out_at, events[1].due_at = None, hour
        events[2].fanned_out_at, events[2].attempts = None, TRIES
    assert (figure('atelier_deliveries{state="pending"}'), figure('atelier_deliveries{state="dead"}')) == (2, 1)
    assert 3600 <= figure("atelier_delivery_oldest_seconds") < 3700
    assert 1800 <= figure("atelier_delivery_overdue_seconds") < 1900
    assert figure("atelier_events_untold") == figure("atelier_events_set_aside") == 1
    assert 3600 <= figure("atelier_event_oldest_seconds") < 3700


def test_alerts_and_manual_ask_for_figures_that_there_are(
    app: Flask, visitor: Browser, rest_warning: Idea, lea: User
) -> None:
    with act():
        Vote.cast(rest_warning, by=lea)
    visitor.get("/roadmap")
    there = set(re.findall(r"^(?:# TYPE )?(atelier_\w+)", metrics(app).text, re.MULTILINE))
    for file in ("deploy/alerts.yml", "docs/operations.md"):
        asked = set(re.findall(r"\batelier_\w+", (ROOT / file).read_text()))
        assert asked and asked <= there | ({"atelier_redis_up", "atelier_queue_length"} if no_queue(app) else set()), (
            file
        )


def no_queue(app: Flask) -> bool:
    return app.extensions["doorbell"] is None


def test_what_runs_is_told(visitor: Browser) -> None:
    assert re.search(
        r'atelier_build_info\{python="3[^"]+",schema="\w+",version="[\d.]+"\} 1', metrics(visitor.app).text
    )


def metrics(app: Flask, peer: str = "127.0.0.1", **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get("/metrics", headers=sent, environ_overrides={"REMOTE_ADDR": peer})


@pytest.mark.parametrize(
    ("allowed", "hops", "token", "asked"),
    [
        (True, 0, "", {}),
        (True, 0, "", {"peer": "::1"}),
        (False, 0, "", {"peer": "203.0.113.9"}),
        (False, 0, "", {"peer": ""}),
        (False, 0, "", {"X_Forwarded_For": "127.0.0.1"}),
        (False, 0, "", {"X_Real_IP": "127.0.0.1"}),
        (False, 0, "", {"X_Forwarded_Host": "127.0.0.1:8000"}),
        (False, 0, "", {"Forwarded": "for=127.0.0.1"}),
        (False, 0, "", {"Via": "1.1 proxy"}),
        (False, 0, "", {"peer": "203.0.113.9", "X_Forwarded_For": "127.0.0.1"}),
        (False, 1, "", {}),
        (False, 1, "", {"peer": "203.0.113.9", "X_Forwarded_For": "127.0.0.1"}),
        (True, 1, TOKEN, {"peer": "203.0.113.9", "Authorization": f"Bearer {TOKEN}"}),
        (False, 1, TOKEN, {"Authorization": f"Bearer {TOKEN[:-1]}"}),
        (False, 1, TOKEN, {"Authorization": TOKEN}),
        (False, 1, "", {"Authorization": "Bearer "}),
    ],
)
def test_only_who_may_watch_sees_that_there_is_something(
    app: Flask, monkeypatch: pytest.MonkeyPatch, allowed: bool, hops: int, token: str, asked: dict[str, str]
) -> None:
    monkeypatch.setitem(app.config, "PROXY_HOPS", hops)
    monkeypatch.setitem(app.config, "METRICS_TOKEN", token)
    answer = metrics(app, **asked)
    assert (answer.status_code == 200) == allowed
    if not allowed:
        nothing = app.test_client().get("/metricz")
        assert answer.status_code == nothing.status_code == 404
        assert answer.text == nothing.text.replace("metricz", "metrics")


def test_prometheus_asks_by_the_name_of_the_machine(made_again: Callable[..., Flask], tmp_path: Path) -> None:
    """A public portal trusts its own host only, which a scraper inside does not know."""
    host = "ideas.example.com"
    public = made_again(DATA_DIR=tmp_path, PUBLIC_URL=f"https://{host}", TRUSTED_HOSTS=[host], METRICS_TOKEN=TOKEN)
    assert metrics(public, Host="web:8000", Authorization=f"Bearer {TOKEN}").status_code == 200
    assert metrics(public, "10.0.0.7", Host="web:8000").status_code == 400


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nowhere' / 'portal.db'}"
    away = create_app(DATA_DIR=tmp_path, SQLALCHEMY_DATABASE_URI=url, REDIS_URL="unix:///nowhere", SECRET_KEY="k" * 32)
    assert away.test_client().get("/healthz").status_code == 200
    assert away.test_client().get("/readyz").status_code == 503
    text = metrics(away).text
    assert "atelier_database_up 0.0" in text and "atelier_redis_up 0.0" in text and "atelier_build_info" in text
