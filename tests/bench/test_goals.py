"""What `bin/bench` asks for, what it wants of the answers, and how it says where the time goes."""

from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from flask_migrate import upgrade

from portal.app import create_app
from tools.bench import where
from tools.bench.data import fill
from tools.bench.figures import Figure, Report, Triage
from tools.bench.goals import goals, misses_its_aim, triage_goals
from tools.bench.load import Plan, ask_all
from tools.bench.pages import PAGES, Page
from tools.bench.readers import VISITOR, Portal, built, portal_of
from tools.bench.report import as_text
from tools.bench.shape import Size

BOARD = Figure("board", "member", "sqlite", 10_000, 100.0, 0.01, 9.0, 19.0, 5.2, 52.0, 12, 70_000, grown=1.1)


def page(name: str, who: str) -> Page:
    return next(page for page in PAGES if (page.name, page.who) == (name, who))


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """A small portal that keeps what it may for the whole test."""
    folder = tmp_path_factory.mktemp("portal")
    url = f"sqlite:///{folder / 'portal.db'}"
    app = create_app(DATA_DIR=folder, SQLALCHEMY_DATABASE_URI=url, REDIS_URL=None, KEEP_SECONDS=600, RATE_LIMITS=False)
    with app.app_context():
        upgrade()
        fill(Size(60, 60, 600))
    return portal_of(app, 10)


@pytest.fixture
def asked() -> Iterator[tuple[int, list[str]]]:
    """A server that answers everything: its port, and what it was asked for."""
    paths: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, paths
        server.shutdown()


def test_each_page_of_somebody_who_is_signed_in_has_a_goal_and_an_aim() -> None:
    signed_in = [page for page in PAGES if page.who != "visitor"]
    assert signed_in and all(page.cpu and 0 < page.cpu[1] < page.cpu[0] for page in signed_in)


def test_each_page_is_there_to_be_asked_for(portal: Portal) -> None:
    client = portal.app.test_client(use_cookies=False)
    asked = {page: client.open(built(page.requests(portal)[0][0])).status_code for page in PAGES}
    portal.app.extensions["kept_pages"].kept.clear()
    assert {page.name: status for page, status in asked.items() if status >= 400} == {}


def test_triage_has_a_goal_for_the_keys_and_one_for_the_wait() -> None:
    dealt_with = Triage("sqlite", 10_000, 300, 6, 240.0, 410.0, 90.0)
    assert [str(goal) for goal in triage_goals(dealt_with)] == [
        "≤ 6 keys an item beside text: met (6)",
        "the next after ≤ 300 ms: met (240 ms, p90 410, a bare page 90)",
    ]
    said = as_text(Report(triages=[replace(dealt_with, keys=8, median_ms=301.0)]))
    assert "Triage of 300 items by keyboard, SQLite" in said and "0 of 2 goals met" in said


def test_a_goal_says_what_was_found_and_an_aim_is_no_goal() -> None:
    said = [str(goal) for goal in goals(BOARD)]
    assert said == [
        "≤ 60 × hello: met (52.0), aim 35: missed",
        "CPU × 1.10 at ten times the data, ≤ 1.3: met",
    ]
    assert misses_its_aim(BOARD) and "2 of 2 goals met" in as_text(Report([BOARD]))
    assert not misses_its_aim(replace(BOARD, cpu_of_hello=30.0))
    far = replace(BOARD, cpu_of_hello=60.1, grown=1.4)
    assert [goal.met for goal in goals(far)] == [False, False]


def test_an_idea_that_is_first_asked_for_is_asked_for_once(portal: Portal) -> None:
    lists = page("idea, first asked", "visitor").requests(portal)
    requests = [request for some in lists for request in some]
    assert len(set(requests)) == len(requests) > 40
    assert VISITOR.get(portal.discussed) not in requests
    assert portal.app.test_client().open(built(requests[0])).status_code == 200


def test_what_is_made_anew_is_kept_by_nobody(portal: Portal) -> None:
    client, kept = portal.app.test_client(), portal.app.extensions["kept_pages"].kept
    for some in [page for page in PAGES if page.is_kept]:
        before = len(kept)
        assert client.open(built(some.anew(portal)[0][0])).status_code == 200
        assert len(kept) == before
        client.open(built(some.requests(portal)[0][0]))
        assert len(kept) == before + 1


def test_requests_go_on_where_they_were_left_and_end_with_the_list(asked: tuple[int, list[str]]) -> None:
    port, paths = asked
    lists = [[VISITOR.get(f"/{name}{number}") for number in range(3)] for name in "ab"]
    ask_all(Plan(port, lists, seconds=0))
    assert sorted(paths) == ["/a0", "/b0"]
    assert ask_all(Plan(port, lists, seconds=60, once=True)).count == 4
    assert sorted(paths) == ["/a0", "/a1", "/a2", "/b0", "/b1", "/b2"]


def test_a_profile_names_where_all_the_time_goes(portal: Portal) -> None:
    found = where.profile(BOARD, portal, seconds=0.5)
    assert found.samples > 10
    assert sum(found.shares.values()) == pytest.approx(1)
    assert found.shares.get(where.NAMELESS, 0) < 0.1
    assert {where.DATABASE, where.JINJA} <= set(found.shares)
    assert f"of {found.samples} samples" in as_text(Report([BOARD], profiles=[found]))
