"""What is told later: an act that may still be undone records its events, and nobody hears of them until it is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.extensions import db


@dataclass
class Wait:
    """Until when what is recorded waits, what its facts say besides, and what was recorded so far."""

    until: datetime
    facts: dict[str, Any]
    events: list[Any] = field(default_factory=list)


@contextmanager
def told_later(until: datetime, **facts: Any) -> Iterator[Wait]:
    """Let every event that is recorded inside wait until then, and carry these facts."""
    db.session.info["waits"] = wait = Wait(until, facts)
    try:
        yield wait
    finally:
        db.session.info.pop("waits", None)


def waits() -> Wait | None:
    """What the event that is recorded now waits for; None where people are told at once."""
    wait: Wait | None = db.session.info.get("waits")
    return wait
