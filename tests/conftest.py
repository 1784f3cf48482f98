"""The portal as every test finds it: migrated, with the cast in it, on a real database and with a real queue."""

import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from portal import create_app, seed
from portal.accounts.models import User
from portal.extensions import begin_write, db
from portal.ideas.models import Idea
from tests import engines
from tests.browser import Browser
from tests.mailbox import Mailbox

DATABASE = os.environ.get("TEST_DATABASE", "sqlite")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")


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
        with sqlite3.connect(self.file) as source, sqlite3.connect(self.template) as copy:
            source.backup(copy)

    def restore(self) -> None:
        with sqlite3.connect(self.template) as source, sqlite3.connect(self.file) as copy:
            source.backup(copy)


class PostgresCopy:
    """Makes the database anew from a template for each test."""

    def __init__(self, server: str) -> None:
        self.server = server.replace("postgresql+psycopg://", "postgresql://")
        self.name, self.template = f"test_{WORKER}", f"template_{WORKER}"
        self._run(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", f"CREATE DATABASE {self.name}")
        base, _, query = self.server.partition("?")
        self.url = f"{base.rsplit('/', 1)[0]}/{self.name}{'?' if query else ''}{query}".replace(
            "postgresql://", "postgresql+psycopg://"
        )

    def keep(self) -> None:
        self._run(f"DROP DATABASE IF EXISTS {self.template}", f"CREATE DATABASE {self.template} TEMPLATE {self.name}")

    def restore(self) -> None:
        self._run(
            f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", f"CREATE DATABASE {self.name} TEMPLATE {self.template}"
        )

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]


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
        TESTING=True,
    )
    with made.app_context():
        from flask_migrate import upgrade

        upgrade()
        begin_write()
        seed.cast()
        db.session.commit()
        db.engine.dispose()
    database.keep()
    return made


@pytest.fixture(autouse=True)
def fresh_portal(request: pytest.FixtureRequest) -> Iterator[None]:
    """The cast and nothing else, at the start of every test that uses the portal."""
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
        bell.redis.flushdb()
    with app.app_context():
        yield
        db.session.rollback()


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """Opens a browser: `browser()` for a visitor, `browser(tom)` for somebody signed in."""
    return lambda user=None, lang="en": Browser(app, user, lang)


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
        work_off(app)

    return run


def _person(handle: str) -> Any:
    @pytest.fixture(name=handle)
    def person(app: Flask) -> User:
        return db.session.scalars(select(User).where(User.handle == seed.PEOPLE[handle].handle)).one()

    return person


def _idea(key: str) -> Any:
    @pytest.fixture(name=key)
    def idea(app: Flask) -> Idea:
        return db.session.scalars(select(Idea).where(Idea.title == seed.IDEAS[key].title)).one()

    return idea


for _key in seed.PEOPLE:
    globals()[_key] = _person(_key)
for _key in seed.IDEAS:
    globals()[_key] = _idea(_key)
