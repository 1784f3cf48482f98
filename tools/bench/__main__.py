"""`bin/bench`: fills portals of its own, serves them, measures, prints. `bin/bench fill` only fills one, and
`bin/bench triage` works through the inbox by keyboard. `bin/bench import` takes a table in.
"""

import argparse
import math
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from portal.app import create_app
from portal.extensions import db
from tests.engines import LocalPostgres
from tools.bench import imports, servers
from tools.bench import report as reports
from tools.bench.data import fill
from tools.bench.figures import Report
from tools.bench.floor import database_floor
from tools.bench.goals import misses_its_aim
from tools.bench.load import Load
from tools.bench.measure import Bench, Pace
from tools.bench.pages import NEIGHBOUR, PAGES, Page
from tools.bench.readers import CROWD, portal_of
from tools.bench.shape import Size
from tools.bench.triage import triage
from tools.bench.where import profile

QUICK = Pace(hello=0.3, busy=0.8, alone=0.8, requests=600)
HURRY_AFTER = 60
DURABLE = ("max_connections=60", "shared_buffers=256MB")
SECRET = "b" * 64
FEWEST = 100


def main() -> int:
    """Do what the arguments say; the exit code says whether it could be measured, not whether goals were met."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # whatever ends this ends what it started
    args = _arguments()
    size = Size(args.ideas, args.members, args.votes)
    if args.what == "fill":
        return _fill_here(size, args.seed)
    if args.what == "import":
        return _import(args)
    found = Report()
    hurry_at = time.monotonic() + HURRY_AFTER if args.quick else math.inf
    pace = Pace(args.hello, args.busy, args.alone, args.requests, hurry_at)
    for database in args.databases:
        if args.what == "triage":
            _triage(database, size, pace, args, found)
        else:
            _measure(database, size, pace, args, found)
    print(reports.as_markdown(found) if args.markdown else reports.as_text(found))
    if args.json:
        reports.write_json(found, args.json)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument(
        "what",
        nargs="?",
        choices=("measure", "fill", "triage", "import"),
        default="measure",
        help="fill: only make the data, in DATABASE_URL and DATA_DIR; triage: work through the inbox by keyboard; "
        "import: take a table in",
    )
    parser.add_argument("--quick", action="store_true", help="shorter figures, within a quarter of an hour in all")
    parser.add_argument("--ideas", type=int, default=10_000)
    parser.add_argument("--members", type=int)
    parser.add_argument("--votes", type=int)
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same data")
    parser.add_argument("--workers", default="1", help="web workers, of the portal and of the bare Flask")
    parser.add_argument("--databases", type=lambda names: names.split(","), default=["sqlite", "postgresql"])
    parser.add_argument(
        "--profile",
        action="store_true",
        help="say where the time of pages that miss their aim goes; always, if not quick",
    )
    parser.add_argument(
        "--only",
        type=lambda names: names.split(";"),
        default=[""],
        metavar="WORDS",
        help="only what has these words in its name, or those after a semicolon",
    )
    parser.add_argument("--rows", type=int, help="how many rows a table has (100,000, quick 2,000)")
    parser.add_argument(
        "--gigabytes", type=float, help="only read a table of this size, and see that memory stays flat"
    )
    parser.add_argument("--items", type=int, help="how many are dealt with by keyboard (300, quick 20)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--markdown", action="store_true", help="print them as Markdown tables")
    for name in ("hello", "busy", "alone"):
        parser.add_argument(f"--{name}", type=float, help="seconds that each figure is taken")
    parser.add_argument("--people", type=int, default=CROWD, help="how many vote for one idea at once")
    parser.add_argument("--requests", type=int, help="how many prove that memory stays flat")
    args = parser.parse_args()
    # As many people and votes an idea as the sizes that the goals name: 2,000 and 300,000 for 10,000 ideas.
    args.members = args.members or max(
        CROWD + 20, min(args.ideas // 5, 50_000) if args.ideas < 100_000 else args.ideas // 2
    )
    args.votes = args.votes or 30 * args.ideas
    args.rows = args.rows or (2_000 if args.quick else 100_000)
    args.items = args.items or (20 if args.quick else 300)
    pace = QUICK if args.quick else Pace()
    for name in ("hello", "busy", "alone", "requests"):
        setattr(args, name, getattr(args, name) or getattr(pace, name))
    return args


def _fill_here(size: Size, seed: int) -> int:
    app = create_app()
    with app.app_context():
        upgrade()
        fill(size, seed, progress=sys.stderr.isatty())
    print(f"{size.ideas:,} ideas, {size.members:,} members, {size.votes:,} votes: look at them with bin/run.")
    return 0


def _import(args: argparse.Namespace) -> int:
    """Take a table in, or only read a large one, into empty portals of their own."""
    for database in args.databases:
        with tempfile.TemporaryDirectory(prefix="bench-") as name, _database(database, Path(name)) as url:
            folder = Path(name)
            app = _app(folder, url)
            with app.app_context():
                upgrade()
                db.engine.dispose()
            settings = {"DATABASE_URL": url, "DATA_DIR": str(folder), "SECRET_KEY": SECRET}
            file = folder / "wishes.csv"
            if args.gigabytes:
                for part in (10, 1):
                    imports.write_bytes(file, int(args.gigabytes * 1e9 / part))
                    print(imports.run_import(settings, file, "--dry-run").said(f"{database}, read"), flush=True)
            else:
                imports.write_rows(file, args.rows)
                print(imports.run_import(settings, file).said(f"{database}, imported"), flush=True)
    return 0


def _triage(database: str, size: Size, pace: Pace, args: argparse.Namespace, found: Report) -> None:
    with _made(database, size, pace, args) as bench:
        found.triages.append(triage(bench, args.items))


def _measure(database: str, size: Size, pace: Pace, args: argparse.Namespace, found: Report) -> None:
    """The small portal first, for how the cost of a page grows; then the one that the figures are of."""
    before: dict[Page, float] = {}
    pages = [page for page in PAGES if _is_wanted(page.name, args)]
    if size.ideas >= 10 * FEWEST:
        tenth = Size(size.ideas // 10, max(args.people + 20, size.members // 10), size.votes // 10)
        with _made(database, tenth, pace, args) as bench:
            before = {page: bench.making(page) for page in pages if not page.is_search}
    with _made(database, size, pace, args) as bench:
        found.figures.append(bench.floor())
        url = bench.portal.app.config["SQLALCHEMY_DATABASE_URI"]
        found.figures.append(database_floor(database, url, bench.portal, pace.hello))
        for page in pages:
            figure = bench.page(page, before.get(page))
            found.figures.append(figure)
            _tell(f"{database}: {page.name}, {page.who}: {figure.cpu_of_hello:.1f} times the CPU of hello")
        if _is_wanted("vote, people on one idea", args):
            found.figures.append(bench.crowd())
        if _is_wanted(NEIGHBOUR, args):
            found.figures.append(bench.neighbour())
        if _is_wanted("memory", args):
            found.memory.append(bench.memory())
        if args.profile or not args.quick:
            missed = [figure for figure in found.figures if figure.database == database and misses_its_aim(figure)]
            found.profiles += [profile(figure, bench.portal) for figure in missed]


def _is_wanted(name: str, args: argparse.Namespace) -> bool:
    return any(words in name for words in args.only)


@contextmanager
def _made(database: str, size: Size, pace: Pace, args: argparse.Namespace) -> Iterator[Bench]:
    """A portal of this size that is up, in a folder and a database of its own, beside a bare Flask."""
    _tell(f"{database}: making {size.ideas:,} ideas, {size.members:,} members, {size.votes:,} votes")
    with tempfile.TemporaryDirectory(prefix="bench-") as name, _database(database, Path(name)) as url:
        folder = Path(name)
        app = _app(folder, url)
        with app.app_context():
            upgrade()
            fill(size, args.seed, progress=sys.stderr.isatty())
        settings = {"DATABASE_URL": url, "WEB_WORKERS": args.workers, "SECRET_KEY": SECRET}
        with (
            servers.portal(folder, settings) as server,
            servers.hello(folder, args.workers) as bare,
            Load() as load,
        ):
            yield Bench(database, server, bare, portal_of(app, args.people), pace, load)
        with app.app_context():
            db.engine.dispose()


@contextmanager
def _database(database: str, folder: Path) -> Iterator[str]:
    if database == "sqlite":
        yield f"sqlite:///{folder / 'portal.db'}"
        return
    server = LocalPostgres(DURABLE)
    try:
        yield server.url
    finally:
        server.stop()


def _app(folder: Path, url: str) -> Flask:
    names = {"DATA_DIR": folder, "SQLALCHEMY_DATABASE_URI": url, "SECRET_KEY": SECRET, "RATE_LIMITS": False}
    return create_app(**names, REDIS_URL=None, SMTP_URL=None)


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    for name in servers.OURS:
        if sys.argv[1:2] != ["fill"]:
            os.environ.pop(name, None)
    sys.exit(main())
