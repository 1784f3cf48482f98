"""Who is served when: nobody before all of their request has come, only a few at a time, and each network in turn.

The web server gives each request a thread of its own, and lets it wait there for what its sender still sends. Of all
threads of a process one runs Python at any moment: more than a few that want to only get in each other's way.
"""

import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request
from werkzeug.exceptions import BadRequest, HTTPException, LengthRequired, TooManyRequests

from portal.extensions import SAFE, network_of
from portal.monitoring.logs import CAME_AT
from portal.pictures.uploads import MOST_SENT

# So many requests are worked on at a time.
AT_ONCE = 3
# So many of those who still send are waited for, and so many of them from one network: half of the server's threads.
MOST_SENDING, MOST_FROM_ONE = 16, 8
# A form of usual size comes with its head, and leaves its place at once: so long one is waited for.
PATIENCE = 1.0
IN_MEMORY, PART = 512_000, 65_536
# Python refuses to read a number of thousands of digits.
LONGEST_LENGTH = 20
REFUSED = "atelier.refused"


class Line:
    """So many may be inside at a time. Of those who wait each network is let in in turn, and of one whoever came first:
    nobody waits longer because somebody else asks for a hundred things at once.
    """

    def __init__(self, room: int) -> None:
        self.room, self.lock = room, threading.Lock()
        self.waiting: OrderedDict[str, deque[threading.Lock]] = OrderedDict()

    @contextmanager
    def turn(self, network: str) -> Iterator[None]:
        """Wait for one's turn, and let the next in."""
        gate = self._stand(network)
        if gate is not None:
            gate.acquire()
        try:
            yield
        finally:
            self._let_in()

    def _stand(self, network: str) -> "threading.Lock | None":
        """Take a place inside, or the last of this network's outside, behind a gate that opens when it is its turn."""
        with self.lock:
            if self.room:
                self.room -= 1
                return None
            gate = threading.Lock()
            gate.acquire()
            self.waiting.setdefault(network, deque()).append(gate)
            return gate

    def _let_in(self) -> None:
        with self.lock:
            if not self.waiting:
                self.room += 1
                return
            network, gates = self.waiting.popitem(last=False)
            gates.popleft().release()
            if gates:
                self.waiting[network] = gates


class Turns:
    """Stands before Flask, behind what is kept: that costs no turn."""

    def __init__(self, app: Flask, behind: WSGIApplication) -> None:
        app.extensions["turns"] = self
        self.behind = behind
        self.line = Line(AT_ONCE)
        self.sending: Counter[str] = Counter()
        self.place_free = threading.Condition()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not _may_send(environ):
            return self._answer(environ, start_response)
        with SpooledTemporaryFile(IN_MEMORY) as body:
            try:
                self._receive(environ, body)
            except (HTTPException, OSError) as problem:
                environ[REFUSED] = problem
            body.seek(0)
            return self._answer(environ | {"wsgi.input": body}, start_response)

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[CAME_AT] = time.perf_counter()
        with self.line.turn(network_of(environ.get("REMOTE_ADDR", ""))):
            return self.behind(environ, start_response)

    def _receive(self, environ: WSGIEnvironment, body: IO[bytes]) -> None:
        """Take in all that is sent; refused is what broke off, and what has no length to tell by whether it did."""
        stream, told = environ["wsgi.input"], environ.get("CONTENT_LENGTH")
        with self._place(network_of(environ.get("REMOTE_ADDR", ""))):
            if told is None and stream.read(1):
                raise LengthRequired
            missing = int(told or 0)
            while missing and (part := stream.read(min(missing, PART))):
                body.write(part)
                missing -= len(part)
        if missing:
            raise BadRequest("it broke off")

    @contextmanager
    def _place(self, network: str) -> Iterator[None]:
        """A place among those who send; TooManyRequests where none is free in time."""

        def is_free() -> bool:
            return self.sending[network] < MOST_FROM_ONE and self.sending.total() < MOST_SENDING

        with self.place_free:
            if not self.place_free.wait_for(is_free, PATIENCE):
                raise TooManyRequests
            self.sending[network] += 1
        try:
            yield
        finally:
            with self.place_free:
                self.sending[network] -= 1
                self.sending += Counter()
                self.place_free.notify_all()


def _may_send(environ: WSGIEnvironment) -> bool:
    """Whether there may be a body to take in. One that is too large is none: Flask refuses it unread."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if len(length) > LONGEST_LENGTH:
        return False
    is_sent = length != "0" or ("CONTENT_LENGTH" not in environ and "wsgi.input_terminated" in environ)
    return environ["REQUEST_METHOD"] not in SAFE and is_sent and length.isdecimal() and int(length) <= MOST_SENT


def refuse_broken_off() -> None:
    """Refuse a form that did not come whole, as Flask refuses: with a page, logged and counted."""
    if problem := request.environ.get(REFUSED):
        raise problem
