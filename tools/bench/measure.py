"""Takes the figures: each page beside a bare Flask asked before and after it, so that both feel the same neighbours."""

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools.bench import load, pages
from tools.bench.figures import Figure, Memory
from tools.bench.load import Load, Plan, Result
from tools.bench.pages import Page
from tools.bench.readers import VISITOR, Portal
from tools.bench.servers import Server

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
class Busy:
    """What came over eight connections that were kept busy, and the CPU of one request in milliseconds."""

    result: Result
    cpu_ms: float


@dataclass(frozen=True)
class Beside:
    """What a page came to, and what part of the bare Flask's requests a second, and how many times its CPU, that is."""

    page: Busy
    of_hello: float
    cpu_of_hello: float


class Bench:
    """A portal and a bare Flask that are both up, measured at this pace."""

    def __init__(self, database: str, server: Server, bare: Server, portal: Portal, pace: Pace, load: Load) -> None:
        self.database, self.server, self.bare, self.portal = database, server, bare, portal
        self.pace, self.load = pace, load

    def page(self, page: Page, before: float | None = None) -> Figure:
        """Busy with eight connections for the throughput, then with one for how long a reader waits."""
        requests = page.requests(self.portal)
        queries = self.portal.queries(requests[0][0])
        found = self._beside_hello(requests, page.once)
        result = found.page.result
        alone = self._load(requests[-1:], self.pace.alone, once=page.once)
        making = self.making(page) if before and page.is_kept else found.cpu_of_hello
        return Figure(
            page.name, page.who, self.database, self.portal.ideas, result.rps, found.of_hello, alone.wait(0.5),
            alone.wait(0.99), found.page.cpu_ms, found.cpu_of_hello, queries, result.bytes, _errors(result, alone),
            making / before if before else None,
        )  # fmt: skip

    def making(self, page: Page) -> float:
        """The CPU of making the page for one request, in that of hello, as if nothing of it were kept."""
        return self._beside_hello(page.anew(self.portal), page.once).cpu_of_hello

    def hello(self) -> Busy:
        """The bare Flask, as busy as it gets."""
        plan = Plan(self.bare.port, [[VISITOR.get("/")]] * pages.CONNECTIONS, self.pace.at_most(self.pace.hello))
        return self._spent(self.bare, plan)

    def floor(self) -> Figure:
        """The bare Flask as a line of the report."""
        busy = self.hello()
        alone = self.load.run(Plan(self.bare.port, [[VISITOR.get("/")]], self.pace.hello))
        waits, size = (alone.wait(0.5), alone.wait(0.99)), busy.result.bytes
        rps = busy.result.rps
        return Figure("floor: hello", "", self.database, self.portal.ideas, rps, 1.0, *waits, busy.cpu_ms, 1.0, 0, size)

    def crowd(self) -> Figure:
        """Two hundred people vote for one idea at once, and take it back, and again."""
        results = [self._load(pages.crowd(self.portal, voted), 20, once=True) for voted in ROUNDS]
        waits = sorted(wait for result in results for wait in result.waits)
        seconds, size = sum(result.seconds for result in results), results[0].bytes
        every = Result(seconds, {}, size, waits)
        name = f"vote, {len(self.portal.crowd)} people on one idea"
        return Figure(
            name, "member", self.database, self.portal.ideas, every.rps, None, every.wait(0.5), every.wait(0.99), None,
            None, None, size, _errors(*results) + len(results) * len(self.portal.crowd) - len(waits),
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
        name = f"{pages.NEIGHBOUR}, × {found.wait(0.5) / alone.wait(0.5):.1f}"
        return Figure(
            name, "member", self.database, self.portal.ideas, found.rps, None, found.wait(0.5), found.wait(0.99),
            None, None, None, found.bytes, _errors(alone, found, hostile.result()),
        )  # fmt: skip

    def memory(self) -> Memory:
        """Before and after many requests of every kind; what is filled once (pools, caches) is filled before."""
        requests, most = pages.a_day(self.portal), int(self.pace.at_most(self.pace.requests))
        warm = self._load(requests, 300, most // 5)
        first = self.server.memory()
        rest = self._load(requests, 1500, most - warm.count)
        return Memory(self.database, warm.count + rest.count, first, self.server.memory(), _errors(warm, rest))

    def _beside_hello(self, requests: list[list[str]], once: bool) -> Beside:
        """Between two turns of the bare Flask, as a machine may be half as fast a second later."""
        first, page, last = self.hello(), self._busy(requests, once), self.hello()
        rps, cpu_ms = (first.result.rps + last.result.rps) / 2, (first.cpu_ms + last.cpu_ms) / 2
        return Beside(page, page.result.rps / rps, page.cpu_ms / cpu_ms)

    def _busy(self, requests: list[list[str]], once: bool = False) -> Busy:
        """The portal, as busy as it gets; what is made for the first time is made before."""
        self._load(requests, 0.2, once=once)
        plan = Plan(self.server.port, requests, self.pace.at_most(self.pace.busy), once=once)
        return self._spent(self.server, plan)

    def _spent(self, server: Server, plan: Plan) -> Busy:
        before = server.cpu()
        result = self.load.run(plan)
        return Busy(result, 1000 * (server.cpu() - before) / max(1, result.count))

    def _load(
        self, requests: list[list[str]], seconds: float, most: int = load.MOST_REQUESTS, once: bool = False
    ) -> Result:
        return self.load.run(Plan(self.server.port, requests, self.pace.at_most(seconds), most, once))


def _errors(*results: Result) -> int:
    return sum(sum(result.failures.values()) for result in results)
