"""Limits are counted once for all processes, and go on where Redis does not."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from redis import Redis

from portal.accounts.models import User
from portal.extensions import limiter
from portal.ideas.models import Idea
from portal.middleware.limits import SharedCounts
from tests.browser import Browser
from tests.engines import LocalValkey

pytestmark = pytest.mark.both

Starts = Callable[[], Flask]
MOST_SIGN_INS, MOST_COMMENTS = 30, 20


@pytest.fixture
def valkey() -> Iterator[LocalValkey]:
    server = LocalValkey()
    yield server
    server.valkey.process.send_signal(signal.SIGCONT)
    server.stop()


@pytest.fixture
def process(made_again: Callable[..., Flask], valkey: LocalValkey) -> Iterator[Starts]:
    """Starts the portal as one more web process does: it knows of the others what Redis holds."""
    yield lambda: made_again(RATE_LIMITS=True, REDIS_URL=valkey.url)


def ask(app: Flask, times: int, network: str = "203.0.113.9") -> list[int]:
    """Ask for a sign-in so often from this network; the answers."""
    here = Browser(app)
    token = here.csrf_token()
    form = {"email": "no", "csrf_token": token}
    return [
        here.client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": network}).status_code for _ in range(times)
    ]


def comment(app: Flask, user: User, idea: Idea, times: int) -> list[int]:
    """Comment so often; the answers."""
    here = Browser(app, user)
    return [here.post(f"/ideas/{idea.id}/comments", {"body": f"Number {n}"}, follow=False).status for n in range(times)]


def test_what_one_process_counted_another_knows(process: Starts) -> None:
    assert ask(process(), MOST_SIGN_INS - 1) == [422] * (MOST_SIGN_INS - 1)
    assert ask(process(), 2) == [422, 429]


def test_what_a_member_wrote_through_one_process_another_knows(process: Starts, tom: User, offline: Idea) -> None:
    assert set(comment(process(), tom, offline, MOST_COMMENTS - 1)) == {303}
    assert comment(process(), tom, offline, 2) == [303, 422]


def test_another_network_and_another_member_are_counted_apart(
    process: Starts, tom: User, yuki: User, offline: Idea
) -> None:
    app = process()
    assert ask(app, MOST_SIGN_INS + 1)[-1] == 429
    assert ask(app, 1, "203.0.113.10") == [422]
    assert comment(app, tom, offline, MOST_COMMENTS + 1)[-1] == 422
    assert comment(app, yuki, offline, 1) == [303]


def test_a_portal_without_redis_counts_by_itself(made_again: Callable[..., Flask], process: Starts) -> None:
    app = made_again(RATE_LIMITS=True, REDIS_URL=None)
    assert ask(app, MOST_SIGN_INS + 1) == [422] * MOST_SIGN_INS + [429]


def test_counts_lie_apart_from_the_queue_and_end_by_themselves(
    process: Starts, valkey: LocalValkey, tom: User, offline: Idea
) -> None:
    app = process()
    ask(app, 1)
    comment(app, tom, offline, 1)
    with Redis.from_url(valkey.url) as redis:
        counts = [key for key in redis.scan_iter() if not key.startswith(b"rq:")]
        assert len(counts) == 2 and all(key.startswith(b"atelier:limits:") for key in counts)
        assert all(0 < redis.ttl(key) <= 3600 for key in counts)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP], ids=["gone", "hung"])
def test_without_an_answer_of_redis_each_process_keeps_the_limits(
    process: Starts, valkey: LocalValkey, tom: User, offline: Idea, sent: signal.Signals
) -> None:
    app = process()
    ask(app, MOST_SIGN_INS - 1)
    valkey.valkey.process.send_signal(sent)
    assert ask(app, MOST_SIGN_INS + 1) == [422] * MOST_SIGN_INS + [429]
    assert comment(app, tom, offline, MOST_COMMENTS + 1) == [303] * MOST_COMMENTS + [422]


def test_requests_that_wait_for_a_hung_redis_together_are_all_answered(process: Starts, valkey: LocalValkey) -> None:
    app = process()
    ask(app, 1)
    valkey.valkey.process.send_signal(signal.SIGSTOP)
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(app.test_client().get, "/ideas/2000000000/share.png") for _ in range(8)]
        try:
            answers = [waiting.result(timeout=20).status_code for waiting in asked]
        finally:
            valkey.valkey.process.send_signal(signal.SIGCONT)
    assert answers == [404] * 8


def test_a_hung_redis_is_asked_once_and_then_left_alone(process: Starts, valkey: LocalValkey) -> None:
    app = process()
    ask(app, 1)
    valkey.valkey.process.send_signal(signal.SIGSTOP)
    ask(app, 1)
    store = limiter.storage
    assert isinstance(store, SharedCounts)
    own = store.shared.storage.connection_pool.connection_kwargs
    assert own["socket_timeout"] <= 1 and own["socket_connect_timeout"] <= 1, "however long the library waits by itself"
    with Redis.from_url(valkey.url) as redis:
        valkey.valkey.process.send_signal(signal.SIGCONT)
        before = redis.info("stats")["total_commands_processed"]
        ask(app, 5)
        assert redis.info("stats")["total_commands_processed"] == before + 1, "only this question itself"


def test_once_redis_is_back_its_count_goes_on(process: Starts, valkey: LocalValkey) -> None:
    app = process()
    ask(app, MOST_SIGN_INS - 1)
    valkey.valkey.process.send_signal(signal.SIGSTOP)
    assert ask(app, 3) == [422] * 3
    valkey.valkey.process.send_signal(signal.SIGCONT)
    pause_is_over()
    # What waited in the socket while it hung has been counted as well.
    assert ask(app, 2)[-1] == 429
    assert ask(process(), 1) == [429]


def pause_is_over() -> None:
    store = limiter.storage
    assert isinstance(store, SharedCounts) and store.away_until > time.monotonic()
    store.away_until = time.monotonic()
