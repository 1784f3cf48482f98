"""The portal as every test finds it: migrated, with the cast in it, on a real database and with a real queue."""

import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import select

from portal.accounts.models import User
from portal.app import create_app
from portal.database.writing import begin_write
from portal.demo import cast
from portal.extensions import db, limiter
from portal.ideas.models import Idea
from tests import engines, examples, moments  # noqa: F401 (which loads a profile of Hypothesis)
from tests.browser import Browser
from tests.chromium import chromium  # noqa: F401 (a fixture of the journeys, the walk and the budget)
from tests.mailbox import Mailbox

DATABASE = os.environ.get("TEST_DATABASE", "sqlite")
EVERYTHING = os.environ.get("ENGINES") == "all"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
# Each template is compiled once in a run, whichever process and whichever portal of a test shows it first.
if "TEST_TEMPLATES" in os.environ:
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(os.environ["TEST_TEMPLATES"])}
# Files with tests that take longest: where they come last, one process works on them and the other has nothing left.
LONGEST = ("journeys/", "chaos/", "bench/", "launcher/", "backups/test_interrupted", "backups/test_full_disk")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a file unread in which nothing can be asked: to read them all takes as long as three hundred tests."""
    if not collection_path.name.startswith("test_"):
        return None
    asked = "mark.jobs" if str(config.option.markexpr).startswith("jobs") else ""
    if DATABASE == "postgresql" and not EVERYTHING:
        asked = asked or "mark.both"
    return True if asked and asked not in collection_path.read_text() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run the tests whose answer its SQL decides; with ENGINES=all, all that use a database.

    What takes longest begins first.
    """
    if DATABASE == "postgresql":
        asks = {
            item: "app" in getattr(item, "fixturenames", ()) and (EVERYTHING or item.get_closest_marker("both"))
            for item in items
        }
        config.hook.pytest_deselected(items=[item for item in items if not asks[item]])
        items[:] = [item for item in items if asks[item]]
    items.sort(key=lambda item: not item.nodeid.removeprefix("tests/").startswith(LONGEST))


@contextmanager
def act() -> Iterator[None]:
    """Do something to the portal from a test, in a transaction that writes and is committed."""
    begin_write()
    try:
        yield
        db.session.commit()
    finally:
        db.session.rollback()


class SqliteCopy:
    """Puts the database back as the cast left it, in the same file, so that servers keep their connections."""

    def __init__(self, folder: Path) -> None:
        self.file, self.template = folder / "portal.db", folder / "template.db"
        self.url = f"sqlite:///{self.file}"

    def keep(self) -> None:
        self._copy(self.file, self.template)

    def restore(self) -> None:
        self._copy(self.template, self.file)

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as from_, closing(sqlite3.connect(target)) as to:
            from_.backup(to)


class PostgresCopy:
    """Puts back the rows of the tables that a test wrote to, from a schema beside them: a trigger notes which."""

    VACUUM_EVERY = 50
    NOTE = """
        CREATE UNLOGGED TABLE kept.written (name text);
        CREATE FUNCTION kept.note() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO kept.written VALUES (TG_TABLE_NAME); RETURN NULL; END $$
    """

    def __init__(self, server: str) -> None:
        name = f"test_{WORKER}"
        server = server.replace("postgresql+psycopg://", "postgresql://")
        base, _, query = server.partition("?")
        self.own = f"{base.rsplit('/', 1)[0]}/{name}{'?' if query else ''}{query}"
        self.url = self.own.replace("postgresql://", "postgresql+psycopg://")
        self.restored = 0
        self.tables: list[str] = []
        self.numbers = ""
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name}")

    def keep(self) -> None:
        with psycopg.connect(self.own) as connection:
            connection.execute("CREATE SCHEMA kept")
            connection.execute(self.NOTE)
            found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            self.tables = [name for (name,) in found if name != "alembic_version"]
            for table in self.tables:
                connection.execute(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"')
            self._watch(connection)
            sequences = connection.execute(
                "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
            ).fetchall()
        numbers = [f"setval('public.{name}', {last or 1}, {last is not None})" for name, last in sequences]
        self.numbers = f"SELECT {', '.join(numbers)}"

    def restore(self) -> None:
        with psycopg.connect(self.own) as connection:
            watched = connection.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'written'").fetchone()
            if watched == (len(self.tables),):
                written = [name for (name,) in connection.execute("SELECT DISTINCT name FROM kept.written")]
            else:  # the tables themselves were made anew
                written = self.tables
                self._watch(connection)
            script = ["SET session_replication_role = replica", "DELETE FROM kept.written", self.numbers]
            script += [f'DELETE FROM public."{name}"' for name in written]
            script += [f'INSERT INTO public."{name}" SELECT * FROM kept."{name}"' for name in written]
            connection.execute("; ".join(script))
        self.restored += 1
        if self.restored % self.VACUUM_EVERY == 0:
            with psycopg.connect(self.own, autocommit=True) as connection:
                connection.execute("VACUUM")

    def _watch(self, connection: psycopg.Connection[Any]) -> None:
        for table in self.tables:
            connection.execute(
                f'CREATE OR REPLACE TRIGGER written AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public."{table}" '
                "FOR EACH STATEMENT EXECUTE FUNCTION kept.note()"
            )


@pytest.fixture(scope="session")
def data_dir() -> Iterator[Path]:
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="atelier-", dir=memory if os.access(memory, os.W_OK) else None))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str | None]:
    if os.environ.get("REDIS_URL") == "none":
        yield None
        return
    server = engines.valkey()
    number = int(WORKER.removeprefix("gw") or 0) + 1
    yield (
        f"{server.url}{'&' if '?' in server.url else '?'}db={number}"
        if server.url.startswith("unix:")
        else (f"{server.url.rstrip('/')}/{number}")
    )
    server.stop()


@pytest.fixture(scope="session")
def database(data_dir: Path) -> Iterator[SqliteCopy | PostgresCopy]:
    if DATABASE == "sqlite":
        yield SqliteCopy(data_dir)
        return
    server = engines.postgres()
    yield PostgresCopy(server.url)
    server.stop()


@pytest.fixture(scope="session")
def app(data_dir: Path, database: SqliteCopy | PostgresCopy, redis_url: str | None) -> Flask:
    made = create_app(
        DATA_DIR=data_dir,
        SQLALCHEMY_DATABASE_URI=database.url,
        REDIS_URL=redis_url,
        SMTP_URL=None,
        SECRET_KEY=secrets.token_hex(32),
        PUBLIC_URL="http://127.0.0.1:8000",
        PRODUCTION=False,
        RATE_LIMITS=False,
        KEEP_SECONDS=0,
        FOLD_SECONDS=0,
        TESTING=True,
    )
    with made.app_context():
        from flask_migrate import upgrade

        upgrade()
        begin_write()
        cast.cast()
        db.session.commit()
        db.engine.dispose()
    database.keep()
    return made


@pytest.fixture(autouse=True)
def fresh_portal(request: pytest.FixtureRequest) -> Iterator[None]:
    """The cast and nothing else, at the start of every test that uses the portal."""
    limiter.enabled = False  # the last portal that was made has decided that: a test before this one may have made one
    if "app" not in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    database: SqliteCopy | PostgresCopy = request.getfixturevalue("database")
    with app.app_context():
        db.engine.dispose()
        database.restore()
    for folder in ("outbox", "uploads"):
        shutil.rmtree(app.config["DATA_DIR"] / folder, ignore_errors=True)
    bell = app.extensions["doorbell"]
    if bell:
        bell.wait_until_rung()
        bell.later.clear()
        bell.redis.flushdb()
    with app.app_context():
        yield
        db.session.rollback()


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """Opens a browser: `browser()` for a visitor, `browser(tom)` for somebody signed in."""
    return lambda user=None, lang="en": Browser(app, user, lang)


@pytest.fixture
def made_again(app: Flask) -> Iterator[Callable[..., Flask]]:
    """Makes the same portal with other settings; its connections to the database end with the test."""
    names = (
        "DATA_DIR", "SQLALCHEMY_DATABASE_URI", "REDIS_URL", "SMTP_URL", "SECRET_KEY", "PUBLIC_URL", "PRODUCTION",
        "FOLD_SECONDS", "UNDO_SECONDS",
    )  # fmt: skip
    made: list[Flask] = []

    def make(**settings: Any) -> Flask:
        same = {name: app.config[name] for name in names}
        made.append(create_app(**{**same, "RATE_LIMITS": False, "TESTING": True, **settings}))
        return made[-1]

    yield make
    for other in made:
        with other.app_context():
            db.session.rollback()
            db.engine.dispose()


@pytest.fixture
def with_limits(made_again: Callable[..., Flask]) -> Iterator[Flask]:
    """The same portal with its rate limits on, as it is outside of tests."""
    yield made_again(RATE_LIMITS=True)
    limiter.reset()


@pytest.fixture
def visitor(browser: Callable[..., Browser]) -> Browser:
    return browser()


@pytest.fixture
def mailbox(app: Flask) -> Mailbox:
    """What the portal has mailed."""
    return Mailbox(app.config["DATA_DIR"] / "outbox")


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], None]:
    """Let the worker do all that is due: through the real queue, or by polling where there is none."""
    from portal.worker import work_off

    def run() -> None:
        db.session.rollback()
        moments.let_the_time_to_undo_pass()
        work_off(app)

    return run


def _person(handle: str) -> Any:
    @pytest.fixture(name=handle)
    def person(app: Flask) -> User:
        return db.session.scalars(select(User).where(User.handle == cast.PEOPLE[handle].handle)).one()

    return person


def _idea(key: str) -> Any:
    @pytest.fixture(name=key)
    def idea(app: Flask) -> Idea:
        return db.session.scalars(select(Idea).where(Idea.title == cast.IDEAS[key].title)).one()

    return idea


for _key in cast.PEOPLE:
    globals()[_key] = _person(_key)
for _key in cast.IDEAS:
    globals()[_key] = _idea(_key)
