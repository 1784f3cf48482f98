"""A `flask` command that is sent a signal at one exact place, such as kill -9 by a machine that runs out of memory.

`python -m tests.backups.struck KILL portal.restore:_fill 3 restore FILE` dies as its third call begins;
with `:_fill:after` in place of `:_fill`, as it ends. Where the place is never reached the command ends by itself.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def struck(name: str, place: str, number: int = 1) -> Iterator[None]:
    """Within, this process is sent the signal of that name at that place."""
    module, function, *after = place.split(":")
    event, reached = "return" if after else "call", 0

    def look(frame: FrameType, what: str, _: object) -> None:
        nonlocal reached
        if what == event and frame.f_code.co_name == function and frame.f_globals.get("__name__") == module:
            reached += 1
            if reached == number:
                os.kill(os.getpid(), signal.Signals[f"SIG{name}"])

    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(None)


if __name__ == "__main__":
    from flask.cli import main

    import portal.operations.commands  # noqa: F401 (what is imported now is not slowed down by looking)

    name, place, number, *command = sys.argv[1:]
    sys.argv = ["flask", *command]
    with struck(name, place, int(number)):
        main()
