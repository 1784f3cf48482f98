"""Ctrl-C, SIGTERM and a terminal that went away: how they stop a long command, and where they no longer may."""

import contextlib
import signal
import threading
from collections.abc import Iterator

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_too_late = threading.Event()


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Within, each of them raises KeyboardInterrupt until `no_more`. What was ignored stays ignored (`nohup`)."""
    _too_late.clear()
    before = {number: signal.getsignal(number) for number in STOPPING}
    ours = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in ours:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])


def no_more() -> None:
    """From here on the command goes on to its end: what it was asked for is being kept."""
    _too_late.set()


def _stop(*_: object) -> None:
    if not _too_late.is_set():
        raise KeyboardInterrupt
