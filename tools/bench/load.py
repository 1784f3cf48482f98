"""Asks a server on this machine for pages, over connections that stay open. A process of its own, so that what it costs
is not counted as the server’s: reads Plans as JSON, one a line, and prints a Result for each."""

import json
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import ClassVar

PATIENCE = 30.0
MOST_SECONDS, MOST_REQUESTS = 1_800, 1_000_000


@dataclass
class Plan:
    """What each connection asks for, in turn, for so many seconds or until so many answers; with `once` each request
    once. A list of requests that was asked before goes on where it was left.

    `come_from`: an address of this machine, for somebody of another network.
    """

    port: int
    requests: list[list[str]]
    seconds: float
    most: int = MOST_REQUESTS
    once: bool = False
    come_from: str = "127.0.0.1"


@dataclass
class Result:
    """What came back. `statuses` counts them by number; an answer that never came has 0."""

    seconds: float
    statuses: dict[str, int]
    bytes: int
    waits: list[float] = field(repr=False)

    @property
    def count(self) -> int:
        return len(self.waits)

    @property
    def rps(self) -> float:
        return self.count / self.seconds

    @property
    def failures(self) -> dict[str, int]:
        """The answers that were errors, by status."""
        return {status: n for status, n in self.statuses.items() if not 200 <= int(status) < 400}

    def wait(self, part: float) -> float:
        """How many milliseconds this part of the answers took at most."""
        return 1000 * self.waits[min(self.count - 1, int(self.count * part))] if self.waits else 0.0


class Load:
    """The process that asks; it ends with the block."""

    def __enter__(self) -> "Load":
        command = [sys.executable, "-S", __file__]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate(timeout=PATIENCE)

    def run(self, plan: Plan) -> Result:
        """Do it, and wait for the result."""
        assert self.process.stdin and self.process.stdout
        print(json.dumps(asdict(plan)), file=self.process.stdin, flush=True)
        return Result(**json.loads(self.process.stdout.readline()))


class Connection:
    """One connection, with one question open at a time."""

    left_at: ClassVar[Counter[int]] = Counter()

    def __init__(self, port: int, requests: list[str], come_from: str) -> None:
        self.port, self.requests, self.come_from = port, [request.encode() for request in requests], come_from
        self.list = hash(tuple(requests))
        self.at = self.left_at[self.list] % len(requests)
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(
            ("127.0.0.1", self.port), timeout=PATIENCE, source_address=(self.come_from, 0)
        )
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> None:
        self.answer, self.needed = b"", -1
        self.began = time.perf_counter()
        self.socket.sendall(self.requests[self.at % len(self.requests)])
        self.at += 1
        self.left_at[self.list] = self.at

    def read(self) -> bool | None:
        """Read on: True when the answer is whole, None when the server hung up before."""
        try:
            more = self.socket.recv(1 << 18)
        except OSError:
            more = b""
        self.answer += more
        if self.needed < 0 and (end := self.answer.find(b"\r\n\r\n")) >= 0:
            head = self.answer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self.needed = end + 4 + length
        if 0 <= self.needed <= len(self.answer):
            return True
        return False if more else None

    @property
    def is_through(self) -> bool:
        """Whether the last request of its list was asked."""
        return self.at % len(self.requests) == 0

    @property
    def status(self) -> str:
        return self.answer[9:12].decode()


def ask_all(plan: Plan) -> Result:
    """Keep every connection busy until the plan is done."""
    chosen = selectors.DefaultSelector()
    open_ones = [Connection(plan.port, requests, plan.come_from) for requests in plan.requests]
    statuses: Counter[str] = Counter()
    waits: list[float] = []
    size = 0
    began = time.perf_counter()
    end = began + min(plan.seconds, MOST_SECONDS)
    for connection in open_ones:
        chosen.register(connection.socket, selectors.EVENT_READ, connection)
        connection.ask()
    busy = len(open_ones)
    while busy:
        ready = chosen.select(PATIENCE)
        if not ready:
            statuses["0"] += busy
            break
        for key, _ in ready:
            connection = key.data
            whole = connection.read()
            if whole is False:
                continue
            now = time.perf_counter()
            statuses[connection.status if whole else "0"] += 1
            if whole:
                waits.append(now - connection.began)
                size += len(connection.answer)
            else:
                chosen.unregister(connection.socket)
                connection.connect()
                chosen.register(connection.socket, selectors.EVENT_READ, connection)
            if (plan.once and connection.is_through) or now >= end or len(waits) + busy > plan.most:
                chosen.unregister(connection.socket)
                connection.socket.close()
                busy -= 1
            else:
                connection.ask()
    return Result(time.perf_counter() - began, dict(statuses), size // max(1, len(waits)), sorted(waits))


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(asdict(ask_all(Plan(**json.loads(line))))), flush=True)
