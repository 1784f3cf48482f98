"""Takes the figures: each page beside a bare Flask asked a moment before, so that both feel the same neighbours."""

import math
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from sqlalchemy import make_url

from tools.bench import load, pages
from tools.bench.load import Load, Plan, Result
from tools.bench.pages import Page
from tools.bench.readers import VISITOR, Portal
from tools.bench.servers import Server

FLOOR_THREADS = 8
ROUNDS = ("1", "0", "1", "0", "1")


@dataclass(frozen=True)
class Pace:
    """How long each figure is taken (seconds), and how many requests prove that memory stays flat.

    After the moment `hurry_at` (of a steady clock) everything is taken half as long: a quick run has to end.
    """

    hello: float = 2.0
    busy: float = 5.0
    alone: float = 5.0
    requests: int = 100_000
    hurry_at: float = math.inf

    def at_most(self, wanted: float) -> float:
        """So many seconds, or requests, or half of them."""
        return wanted / 2 if time.monotonic() > self.hurry_at else wanted


@dataclass(frozen=True)
class Figure:
    """One line of the report. `errors` and `slower` (p50 against a tenth of the data) stay out of the JSON."""

    page: str
    who: str
    database: str
    ideas: int
    rps: float
    of_hello: float | None
    p50_ms: float
    p99_ms: float
    cpu_ms: float | None
    queries: int | None
    bytes: int
    errors: int = 0
    slower: float | None = None


@dataclass
class Memory:
    """MB of one web worker and the job worker, early and at the end of so many requests."""

    database: str
    requests: int
    first: dict[str, float]
    last: dict[str, float]
    errors: int = 0


@dataclass
class Report:
    """Everything that one run found."""

    figures: list[Figure] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)


class Bench:
    """A portal and a bare Flask that are both up, measured at this pace."""

    def __init__(self, database: str, server: Server, bare: Server, portal: Portal, pace: Pace, load: Load) -> None:
        self.database, self.server, self.bare, self.portal = database, server, bare, portal
        self.pace, self.load = pace, load

    def page(self, page: Page, before: float | None = None) -> Figure:
        """Busy with eight connections for the throughput, then with one for how long a reader waits."""
        requests = page.requests(self.portal)
        hello = self.hello().rps
        self._load(requests, 0.2)
        cpu = self.server.cpu()
        busy = self._load(requests, self.pace.busy)
        spent = self.server.cpu() - cpu
        alone = self._load(requests[-1:], self.pace.alone)
        return Figure(
            page.name, page.who, self.database, self.portal.ideas, busy.rps, busy.rps / hello, alone.wait(0.5),
            alone.wait(0.99), 1000 * spent / max(1, busy.count), self.portal.queries(requests[0][0]), busy.bytes,
            _errors(busy, alone), alone.wait(0.5) / before if before else None,
        )  # fmt: skip

    def wait(self, page: Page) -> float:
        """The median of what one reader waits, in milliseconds."""
        requests = page.requests(self.portal)[-1:]
        self._load(requests, 0.2)
        return self._load(requests, self.pace.alone).wait(0.5)

    def hello(self) -> Result:
        """The bare Flask, as busy as it gets."""
        requests = [[VISITOR.get("/")]] * pages.CONNECTIONS
        return self.load.run(Plan(self.bare.port, requests, self.pace.at_most(self.pace.hello)))

    def floor(self) -> Figure:
        """The bare Flask as a line of the report."""
        cpu = self.bare.cpu()
        busy = self.hello()
        spent = self.bare.cpu() - cpu
        alone = self.load.run(Plan(self.bare.port, [[VISITOR.get("/")]], self.pace.hello))
        waits = alone.wait(0.5), alone.wait(0.99), 1000 * spent / max(1, busy.count)
        return Figure("floor: hello", "", self.database, self.portal.ideas, busy.rps, 1.0, *waits, 0, busy.bytes)

    def crowd(self) -> Figure:
        """Two hundred people vote for one idea at once, and take it back, and again."""
        results = [self._load(pages.crowd(self.portal, voted), 20, once=True) for voted in ROUNDS]
        waits = sorted(wait for result in results for wait in result.waits)
        seconds, size = sum(result.seconds for result in results), results[0].bytes
        every = Result(seconds, {}, size, waits)
        name = f"vote, {len(self.portal.crowd)} people on one idea"
        return Figure(
            name, "member", self.database, self.portal.ideas, every.rps, None, every.wait(0.5), every.wait(0.99), None,
            None, size, _errors(*results) + len(results) * len(self.portal.crowd) - len(waits),
        )  # fmt: skip

    def neighbour(self) -> Figure:
        """The board of a member while somebody else's eight connections ask for the worst previews, without limits."""
        board, seconds = [[self.portal.member.get("/")]], self.pace.at_most(self.pace.alone)
        alone = self._load(board, seconds)
        with Load() as other, ThreadPoolExecutor(1) as beside:
            asked = Plan(self.server.port, pages.hostile(self.portal), seconds + 0.5, come_from="127.0.0.2")
            hostile = beside.submit(other.run, asked)
            time.sleep(0.3)
            found = self._load(board, seconds)
            hostile.result()
        slower = found.wait(0.5) / alone.wait(0.5)
        return Figure(
            f"{pages.NEIGHBOUR}, × {slower:.1f}", "member", self.database, self.portal.ideas, found.rps, None,
            found.wait(0.5), found.wait(0.99), None, None, found.bytes, _errors(alone, found, hostile.result()), slower,
        )  # fmt: skip

    def memory(self) -> Memory:
        """Before and after many requests of every kind; what is filled once (pools, caches) is filled before."""
        requests, most = pages.a_day(self.portal), int(self.pace.at_most(self.pace.requests))
        warm = self._load(requests, 300, most // 5)
        first = self.server.memory()
        rest = self._load(requests, 1500, most - warm.count)
        return Memory(self.database, warm.count + rest.count, first, self.server.memory(), _errors(warm, rest))

    def _load(
        self, requests: list[list[str]], seconds: float, most: int = load.MOST_REQUESTS, once: bool = False
    ) -> Result:
        return self.load.run(Plan(self.server.port, requests, self.pace.at_most(seconds), most, once))


def database_floor(database: str, url: str, portal: Portal, seconds: float) -> Figure:
    """The database’s own vote, with nothing around it: one transaction that adds the row and counts it."""
    waits: list[float] = []
    took = time.perf_counter()
    end = took + seconds
    threads = 1 if database == "sqlite" else FLOOR_THREADS
    voting = [threading.Thread(target=_vote_until, args=(end, waits, url, portal, n)) for n in range(threads)]
    for thread in voting:
        thread.start()
    for thread in voting:
        thread.join()
    result = Result(time.perf_counter() - took, {}, 0, sorted(waits))
    times = result.wait(0.5), result.wait(0.99)
    return Figure("floor: the database’s own vote", "", database, portal.ideas, result.rps, None, *times, None, 1, 0)


def _vote_until(end: float, waits: list[float], url: str, portal: Portal, number: int) -> None:
    user = 6 + len(portal.crowd) + number
    with _voting(url) as vote:
        while time.perf_counter() < end:
            for id in portal.open_ideas[number:]:
                began = time.perf_counter()
                vote(id, user)
                waits.append(time.perf_counter() - began)
                if began > end:
                    return


@contextmanager
def _voting(url: str) -> Iterator[Callable[[int, int], None]]:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        connection = sqlite3.connect(address.database or "", isolation_level=None, timeout=5)
        connection.execute("PRAGMA synchronous=FULL")

        def vote(idea: int, user: int) -> None:
            connection.execute("BEGIN IMMEDIATE")
            new = connection.execute(
                "INSERT INTO vote (idea_id, user_id, created_at) VALUES (?, ?, datetime('now')) ON CONFLICT DO NOTHING",
                (idea, user),
            ).rowcount
            connection.execute("UPDATE idea SET votes_count = votes_count + ? WHERE id = ?", (new, idea))
            connection.execute("COMMIT")

        yield vote
        connection.close()
        return
    with psycopg.connect(address.set(drivername="postgresql").render_as_string(False), autocommit=True) as server:
        yield lambda idea, user: _vote_on_postgres(server, idea, user)


def _vote_on_postgres(server: psycopg.Connection, idea: int, user: int) -> None:
    server.execute(
        "WITH new AS (INSERT INTO vote (idea_id, user_id, created_at) VALUES (%s, %s, now())"
        " ON CONFLICT DO NOTHING RETURNING idea_id)"
        " UPDATE idea SET votes_count = votes_count + 1 FROM new WHERE idea.id = new.idea_id",
        (idea, user),
    )


def _errors(*results: Result) -> int:
    return sum(sum(result.failures.values()) for result in results)
