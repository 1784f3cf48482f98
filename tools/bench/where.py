"""Where the time of a page goes: while it is made in this process, 250 times or more a second of CPU somebody looks at
what runs, and counts it for the innermost part of the stack that has a name here.
"""

import gc
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import replace
from functools import cache
from itertools import cycle
from pathlib import Path
from types import FrameType

from flask import Flask
from werkzeug.test import run_wsgi_app

from launcher.children import ROOT
from tools.bench.figures import Figure, Profile
from tools.bench.goals import page_of
from tools.bench.readers import Portal, built

EVERY = 0.001  # seconds; the kernel makes it four thousandths where its clock is no finer
WARM = 20
OURS = tuple(f"{ROOT / name}/" for name in ("portal", "templates"))
PYTHON = f"{Path(os.__file__).parent}/"
DATABASE, ORM, JINJA, FLASK = "the driver and the database", "ORM objects", "Jinja", "Flask and Werkzeug"
NAMELESS = "the rest"
# What runs below a function of these names is the database, which has no Python to look at.
DRIVER = {"do_execute", "do_executemany", "do_begin", "do_commit", "do_rollback", "fetchall", "fetchmany", "fetchone"}
# The first of these with which the path of a file begins, below its `site-packages`, names it.
LIBRARIES = {
    "psycopg": DATABASE,
    "sqlalchemy/sql": "building SQL statements",  # and finding what was compiled of them
    "sqlalchemy/orm": ORM,
    "sqlalchemy": "executing SQL and fetching",
    "flask_sqlalchemy": ORM,
    "jinja2": JINJA,
    "markupsafe": JINJA,
    "werkzeug/local.py": "LocalProxy",
    "flask_wtf": "forms",
    "wtforms": "forms",
    "flask_babel": "languages",
    "babel": "languages",
    "brotli": "compression",
    "structlog": "logging",
    "werkzeug": FLASK,
    "flask": FLASK,
    "itsdangerous": FLASK,
    "blinker": FLASK,
}
STANDARD = {"logging": "logging", "sqlite3": DATABASE, "gettext.py": "languages"}


class Sampler:
    """Counts what runs, from when it is told to until it is told to stop."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.on = False

    @contextmanager
    def looking(self) -> Iterator[None]:
        before = signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    def _look(self, number: int, frame: FrameType | None) -> None:
        if self.on:
            self.seen[part_of(frame)] += 1


def profile(figure: Figure, portal: Portal, seconds: float = 2.0) -> Profile:
    """Where the time of this page goes. Other people vote than before, as a vote that was cast changes nothing."""
    page = page_of(figure)
    assert page
    each = page.requests(replace(portal, crowd=portal.crowd[::-1]))
    samples, found = shares(portal.app, [request for requests in each for request in requests], seconds)
    return Profile(figure.page, figure.who, figure.database, samples, found)


def shares(app: Flask, requests: list[str], seconds: float) -> tuple[int, dict[str, float]]:
    """How many samples so many seconds of CPU gave, and what part of them each part of the code has, the largest first.

    The answers have to be good, as those of errors are another page’s; SystemExit where one is not.
    """
    asked, sampler = cycle(requests), Sampler()
    with _quiet(), sampler.looking():
        for _ in range(min(WARM, len(requests))):
            _ask(app, next(asked), Sampler())
        end = time.process_time() + seconds
        while time.process_time() < end:
            _ask(app, next(asked), sampler)
    total = sampler.seen.total()
    return total, {name: number / total for name, number in sampler.seen.most_common()}


def part_of(frame: FrameType | None) -> str:
    """The name of the innermost part of this stack that has one."""
    if frame and frame.f_code.co_name in DRIVER and "/sqlalchemy/" in frame.f_code.co_filename:
        return DATABASE
    while frame:
        if name := name_of(frame.f_code.co_filename):
            return name
        frame = frame.f_back
    return NAMELESS


@cache
def name_of(file: str) -> str:
    """What a file is called here: our own by their package, libraries by what they do. Python’s own works for whoever
    called it, and has mostly none.
    """
    inside, _, library = file.rpartition("/site-packages/")
    if inside:
        return next((name for path, name in LIBRARIES.items() if library.startswith(path)), library.split("/")[0])
    if file.startswith(OURS):
        return "/".join(Path(file).relative_to(ROOT).with_suffix("").parts[:2])
    return STANDARD.get(file.removeprefix(PYTHON).split("/")[0], "")


@contextmanager
def _quiet() -> Iterator[None]:
    """Lines of the log are written to nowhere, and what is loaded by now is out of the collector’s sight, as it is in
    the web server.
    """
    gc.collect()
    gc.freeze()
    try:
        with open(os.devnull, "w") as nowhere, redirect_stderr(nowhere):
            yield
    finally:
        gc.unfreeze()


def _ask(app: Flask, request: str, sampler: Sampler) -> None:
    environ = built(request).get_environ()
    sampler.on = True
    _, status, _ = run_wsgi_app(app.wsgi_app, environ, buffered=True)
    sampler.on = False
    if status >= "400":
        sys.exit(f"{environ['PATH_INFO']} answers {status}")
