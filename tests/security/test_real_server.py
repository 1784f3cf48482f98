"""The real web server on a socket: bodies without end, and bytes that are no request."""

import contextlib
import os
import re
import socket
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from select import select as readable
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from launcher.serving import web_command
from portal.comments.models import Comment
from portal.extensions import db
from tests.launcher.test_serving import ROOT, free_port, wait
from tests.security.raw import NO_REQUESTS, OURS, odd_requests, request
from tests.security.target import Target
from tests.security.test_malformed import ALL

GIGABYTE, MEGABYTE = 1_000_000_000, b"x" * 1_000_000
PATIENCE = 2.0
CONTINUE = re.compile(rb"HTTP/1\.1 100 Continue\r\n\r\n")


class Server:
    """Granian as `bin/run` starts it, on the data of the target."""

    def __init__(self, target: Target) -> None:
        self.port = free_port()
        config = target.app.config
        ours = {"DATA_DIR": str(config["DATA_DIR"]), "SECRET_KEY": config["SECRET_KEY"], "REDIS_URL": "none"}
        ours |= {"PUBLIC_URL": f"http://127.0.0.1:{self.port}", "DATABASE_URL": "", "RATE_LIMITS": "off"}
        env = {**os.environ, **ours}
        self.process = subprocess.Popen(web_command("127.0.0.1", str(self.port)), env=env, cwd=ROOT)
        wait(lambda: self.status(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") == 200, 60)

    def status(self, *sent: bytes) -> int:
        """Send these bytes and give the status of the answer, 0 where the connection just ends."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
                for part in sent:
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                        connection.sendall(part)
                # Where the server waits for more, there is no more: it takes that for somebody who left.
                if not readable([connection], [], [], PATIENCE)[0]:
                    with contextlib.suppress(OSError):
                        connection.shutdown(socket.SHUT_WR)
                return self.answer(connection)
        except (ConnectionRefusedError, ConnectionResetError):
            return 0

    def pour(self, head: bytes, wrap: Callable[[bytes], bytes] = bytes) -> tuple[int, int]:
        """Send a head and then a gigabyte until somebody stops listening: the status, and how much had been sent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(head)
            poured, part = 0, wrap(MEGABYTE)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                while poured < GIGABYTE and not readable([connection], [], [], 0)[0]:
                    connection.sendall(part)
                    poured += len(MEGABYTE)
            return self.answer(connection), poured

    def hold(self, *sent: bytes) -> socket.socket:
        """A connection on which these bytes were sent, and on which more is said to follow."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        for part in sent:
            connection.sendall(part)
        return connection

    def ask(self, *sent: bytes) -> int:
        """The status of the answer to these bytes, however long it takes."""
        with self.hold(*sent) as connection:
            return self.answer(connection)

    def memory(self) -> int:
        """The most that each process of the server has held so far, in bytes, together."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        states = [Path(f"/proc/{pid}/status").read_text() for pid in (self.process.pid, *children)]
        return sum(int(re.findall(r"VmHWM:\s+(\d+)", state)[0]) * 1024 for state in states)

    @staticmethod
    def answer(connection: socket.socket) -> int:
        """The status of the answer that comes on it, 0 where it just ends."""
        found = b""
        with contextlib.suppress(ConnectionResetError, TimeoutError):
            while b"\r\n" not in found and (more := connection.recv(65536)):
                found = CONTINUE.sub(b"", found + more)
        return int(found.split()[1]) if found.startswith(b"HTTP/") else 0


@pytest.fixture(scope="module")
def server(standing_target: Target) -> Iterator[Server]:
    standing_target.restore()
    server = Server(standing_target)
    yield server
    server.process.terminate()
    server.process.wait(20)


def cookie_of(target: Target) -> str:
    """The header of a member who is signed in."""
    cookie = target.client("member").get_cookie("atelier")
    assert cookie is not None
    return f"Cookie: atelier={cookie.value}"


def head_of(target: Target, path: str, *headers: str, form: str = 'multipart/form-data; boundary="b"') -> bytes:
    """The head of a form that a member sends who is signed in."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", cookie_of(target), *headers]
    return ("\r\n".join([*lines, f"Content-Type: {form}"]) + "\r\n\r\n").encode()


PART = b'--b\r\nContent-Disposition: form-data; name="images"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'


@pytest.mark.parametrize("path", ["/ideas", "/settings", "/admin/settings", "/nothing-here"])
def test_a_gigabyte_is_refused_before_it_is_sent(server: Server, standing_target: Target, path: str) -> None:
    server.status(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    before = server.memory()
    status, poured = server.pour(head_of(standing_target, path, f"Content-Length: {GIGABYTE}") + PART)
    assert status in (0, 400, 403, 404, 413) and poured < GIGABYTE / 5
    assert server.memory() - before < 60_000_000


def test_a_gigabyte_of_unknown_length_is_refused_too(server: Server, standing_target: Target) -> None:
    server.status(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    before = server.memory()
    head = head_of(standing_target, "/ideas", "Transfer-Encoding: chunked") + b"%x\r\n%s\r\n" % (len(PART), PART)
    status, poured = server.pour(head, lambda part: b"%x\r\n%s\r\n" % (len(part), part))
    assert status in (0, 400, 411, 413, 422) and poured < GIGABYTE / 5
    assert server.memory() - before < 60_000_000


def comment_of(target: Target, text: str, length: int = 0) -> tuple[bytes, bytes]:
    """A comment by a member as it is sent, which says that it is so long."""
    body = urlencode({"csrf_token": target.csrf_token(), "body": text}).encode()
    path = f"/ideas/{target.facts['offline']}/comments"
    head = head_of(target, path, f"Content-Length: {length or len(body)}", form="application/x-www-form-urlencoded")
    return head, body


def comments(target: Target, text: str) -> int:
    with target.app.app_context():
        return len(db.session.scalars(select(Comment).where(Comment.body.startswith(text))).all())


def test_a_form_that_broke_off_is_not_posted(server: Server, standing_target: Target) -> None:
    whole = "This was written on a train, and the tunnel came before its end."
    server.hold(*comment_of(standing_target, whole[:30], 5_000)).close()
    assert server.ask(*comment_of(standing_target, whole)) == 303
    assert comments(standing_target, whole[:30]) == 1 and comments(standing_target, whole) == 1


def test_a_form_of_unknown_length_is_not_posted(server: Server, standing_target: Target) -> None:
    """Where such a one breaks off, the web server takes it for whole."""
    text = "Sent in pieces, of which the last never came."
    head, body = comment_of(standing_target, text)
    head = head.replace(b"Content-Length: %d" % len(body), b"Transfer-Encoding: chunked")
    assert server.ask(head, b"%x\r\n%s\r\n" % (len(body), body)) == 411
    assert comments(standing_target, text) == 0


def test_forms_that_never_end_hold_up_nobody_else(server: Server, standing_target: Target) -> None:
    text = "Written while others send slowly."
    slow = [server.hold(*comment_of(standing_target, "I take my time", 90_000)) for _ in range(40)]
    try:
        assert server.ask(b"GET / HTTP/1.1\r\n" + OURS + b"\r\n") == 200
        assert server.ask(*comment_of(standing_target, text)) == 429
    finally:
        for connection in slow:
            connection.close()
    wait(lambda: server.ask(*comment_of(standing_target, text)) == 303, 20)
    assert comments(standing_target, "I take my time") == 0


def test_no_odd_request_breaks_anything(server: Server, standing_target: Target) -> None:
    cookie, token = cookie_of(standing_target).encode(), standing_target.csrf_token().encode()
    server.status(request())
    sent = dict(odd_requests(cookie, token, every=1 if ALL else 4))
    with ThreadPoolExecutor(8) as crew:
        answers = dict(zip(sent, crew.map(server.status, sent.values()), strict=True))
    assert {about: status for about, status in answers.items() if status >= 500} == {}
    families = Counter(status // 100 for status in answers.values())
    assert min(families[family] for family in (2, 3, 4)) > 10 and families[0] < len(sent) / 20, "most are answered"
    assert server.status(request(path=b"/healthz")) == 200 and server.process.poll() is None


def test_a_request_hidden_in_another_is_not_answered(server: Server) -> None:
    """Whatever stands behind a body of two lengths is no request of its own."""
    hidden = b"GET /healthz HTTP/1.1\r\n" + OURS + b"\r\n"
    sent = NO_REQUESTS["both lengths"].partition(b"GET /admin")[0] + hidden
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(sent)
        connection.settimeout(0.5)
        answer = b""
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while more := connection.recv(65536):
                answer += more
    assert b"\r\n\r\nok\n" not in answer
