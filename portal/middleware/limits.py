"""How often one may do what: one table. Counted in Redis, once for all processes; in memory without one."""

import logging
import time
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app, g
from limits import parse
from limits.storage import MemoryStorage, RedisStorage, Storage
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from portal.extensions import limiter, network

PREFIX = "atelier:limits"
TIMEOUT = 0.25
# A Redis that hangs costs one request of a process its timeout each time it is asked again.
AWAY_SECONDS = 5.0
SCHEME = "shared"
log = logging.getLogger(__name__)


class Limit(NamedTuple):
    """How often a member may do something, and how often all visitors of a network may, where they may."""

    name: str
    members: str
    visitors: str = ""


class Most(NamedTuple):
    """How many there may be within some time: counted in the tables, so that they hold whoever asks, and from where."""

    number: int
    within: timedelta


PROPOSALS = Limit("proposals", members="10 per hour", visitors="5 per hour")
COMMENTS = Limit("comments", members="20 per 10 minutes", visitors="20 per 10 minutes")
SAYINGS = Limit("said to be the same", members="20 per hour")
VOTES = Limit("votes", members="60 per minute", visitors="30 per 10 minutes")
FLAGS = Limit("flags", members="20 per hour", visitors="5 per hour")
SIGN_INS = Limit("sign-ins", members="30 per 10 minutes", visitors="30 per 10 minutes")
# A glance in two seconds, and a look for what is similar at each word that is typed.
PREVIEWS = Limit("previews", members="30 per minute", visitors="30 per minute")
SIMILAR_IDEAS = Limit("similar ideas", members="120 per minute", visitors="120 per minute")
SEARCHES = Limit("searches", members="120 per minute", visitors="120 per minute")
SHARE_IMAGES = Limit("share images", members="60 per minute", visitors="60 per minute")
BOARD_FILES = Limit("files of boards", members="10 per hour", visitors="10 per hour")
EXPORTS = Limit("exports", members="10 per hour")
HANDOVERS = Limit("handovers", members="20 per hour")

MESSAGES_A_MAILBOX = Most(5, timedelta(minutes=10))
WRONG_CODES_A_MAILBOX = Most(25, timedelta(days=1))
ADDRESS_CHANGES = Most(5, timedelta(days=1))


def too_fast(limit: Limit, user: Any) -> bool:
    """Whether this member, or this visitor's network, has done as much as one may for now.

    Asked by views that keep what was typed: the answer of a decorator would lose it.
    """
    who, most = (f"user:{user.id}", limit.members) if user.is_authenticated else (network(), limit.visitors)
    may = _parsed(most)
    if not current_app.config["RATE_LIMITS"] or limiter.limiter.hit(may, limit.name, who):
        return False
    g.free_again_at = limiter.limiter.get_window_stats(may, limit.name, who).reset_time
    return True


_parsed = lru_cache(parse)


def uri(redis_url: str | None) -> str:
    """What Flask-Limiter is told: to count in this Redis, or in memory where there is none."""
    return f"{SCHEME}+{redis_url}" if redis_url else "memory://"


class SharedCounts(Storage):
    """Counts in Redis; while it does not answer, this process counts for itself, and nobody waits or sees an error.

    Flask-Limiter has a fallback too, but of threads that fail together all but the first raise there, and what asks
    `limiter.limiter` directly has none.
    """

    STORAGE_SCHEME = [f"{SCHEME}+{scheme}" for scheme in ("redis", "rediss", "unix")]  # noqa: RUF012 (as its base says)

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_: Any) -> None:
        super().__init__(uri, wrap_exceptions)
        url = uri.removeprefix(f"{SCHEME}+")
        url = f"redis+{url}" if url.startswith("unix") else url
        once: Any = Retry(NoBackoff(), 0)
        self.shared = RedisStorage(
            url, key_prefix=PREFIX, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=once
        )
        self.own = MemoryStorage()
        self.away_until = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        return RedisError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return int(self._ask("incr", key, expiry, amount))

    def get(self, key: str) -> int:
        return int(self._ask("get", key))

    def get_expiry(self, key: str) -> float:
        return float(self._ask("get_expiry", key))

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        self.own.reset()
        return int(self._ask("reset") or 0)

    def clear(self, key: str) -> None:
        self.own.clear(key)
        self._ask("clear", key)

    def _ask(self, what: str, *args: Any) -> Any:
        """The answer of Redis, or the own one."""
        now, was_away = time.monotonic(), self.away_until
        if now < was_away:
            return getattr(self.own, what)(*args)
        if was_away:
            # The other threads go on by themselves while this one looks whether it is back.
            self.away_until = now + AWAY_SECONDS
        try:
            answer = getattr(self.shared, what)(*args)
        except RedisError as problem:
            if not was_away:
                log.warning("Redis is away (%s): each process counts its limits alone", type(problem).__name__)
            self.away_until = time.monotonic() + AWAY_SECONDS
            return getattr(self.own, what)(*args)
        if was_away:
            log.info("Redis is back: limits are counted there again")
        self.away_until = 0.0
        return answer
