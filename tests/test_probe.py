"""The probe of a container: what it asks for, and when it is content."""

import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from portal.config import ROOT


class Web(HTTPServer):
    """Answers every request with one status, and remembers what was asked under which host."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked: list[tuple[str, str]] = []


class Answers(BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Host"]))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def probe(port: int, **settings: str) -> int:
    command = [sys.executable, str(ROOT / "bin" / "probe.py"), "/readyz"]
    known = {name: value for name, value in os.environ.items() if name != "PUBLIC_URL"}
    return subprocess.run(command, env={**known, "PORT": str(port), **settings}, capture_output=True).returncode


def test_it_asks_under_the_address_that_people_type(web: Web) -> None:
    assert probe(web.server_port, PUBLIC_URL="https://ideas.example.com") == 0
    assert web.asked == [("/readyz", "ideas.example.com")]


def test_without_a_public_address_it_asks_for_the_server_itself(web: Web) -> None:
    assert probe(web.server_port) == 0
    assert web.asked == [("/readyz", f"127.0.0.1:{web.server_port}")]


@pytest.mark.parametrize("status", [204, 301, 400, 503])
def test_any_answer_but_200_is_a_failure(web: Web, status: int) -> None:
    web.status = status
    assert probe(web.server_port) == 1


def test_no_answer_is_a_failure() -> None:
    assert probe(1) != 0
