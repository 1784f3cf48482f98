"""The database’s own vote, with nothing around it: what a vote costs at the least."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle

import psycopg
from sqlalchemy import make_url

from tools.bench.figures import Figure
from tools.bench.load import Result
from tools.bench.readers import Portal

THREADS = 8


def database_floor(database: str, url: str, portal: Portal, seconds: float) -> Figure:
    """One transaction that adds the row and counts it, again and again; once at least."""
    waits: list[float] = []
    took = time.perf_counter()
    end = took + seconds
    threads = 1 if database == "sqlite" else THREADS
    voting = [threading.Thread(target=_vote_until, args=(end, waits, url, portal, n)) for n in range(threads)]
    for thread in voting:
        thread.start()
    for thread in voting:
        thread.join()
    result = Result(time.perf_counter() - took, {}, 0, sorted(waits))
    times = result.wait(0.5), result.wait(0.99)
    return Figure(
        "floor: the database’s own vote", "", database, portal.ideas, result.rps, None, *times, None, None, 1, 0
    )


def _vote_until(end: float, waits: list[float], url: str, portal: Portal, number: int) -> None:
    user = 6 + len(portal.crowd) + number
    with _voting(url) as vote:
        for id in cycle(portal.open_ideas[number:]):
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
