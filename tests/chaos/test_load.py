"""What the load asks for tells what was lost from what was there already."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest
from flask import Flask

from tools.chaos.load import GIVE_UP, PAUSE, Load, Size
from tools.chaos.people import fill

pytestmark = pytest.mark.both


class Away(HTTPServer):
    """A portal that cannot take anything just now; `asked` is what it was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[str] = []


class Answer(BaseHTTPRequestHandler):
    """503 to whatever is posted."""

    server: Away

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked += form["status"]
        self.send_error(503)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def away() -> Iterator[Away]:
    with Away() as server:
        Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


def test_an_idea_is_asked_to_no_status_twice_while_the_portal_is_away(app: Flask, away: Away) -> None:
    people = fill(voters=1, followers=1, ideas=1, moving=1)
    load = Load(away.server_port, people, Size(votes=0, comments=0, moves=0), seed=1)
    for _ in range(int(GIVE_UP / PAUSE)):
        load.move(people["moved"][0])
    assert len(set(away.asked)) == len(away.asked) == GIVE_UP / PAUSE
