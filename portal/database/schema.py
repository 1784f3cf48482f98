"""Whether the database is at this version of the portal. Alembic itself is loaded where something migrates."""

import re
from copy import copy
from functools import cache, partial
from typing import Any

import click
from flask import Flask
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError
from werkzeug.local import LocalProxy

from portal.config import ROOT
from portal.extensions import db
from portal.servers import unreachable

MIGRATIONS = ROOT / "migrations"
_NAMED = re.compile(r'^(revision|down_revision) = "(\w+)"', re.MULTILINE)


def init_app(app: Flask) -> None:
    """Add `flask db`, and let it find the migrations. Web server and worker never migrate, and save the memory."""
    app.extensions["migrate"] = LocalProxy(partial(_migrate, app))
    app.cli.add_command(Migrating("db", help="Bring the tables to this version of the portal, or show where they are."))


class Migrating(click.Command):
    """Stands for the commands of Flask-Migrate until one of them is asked for."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        from flask_migrate.cli import db as group

        context = group.make_context(info_name, args, parent, **extra)
        context.command = told(group)
        return context


def told(command: click.Command) -> click.Command:
    """The same command; where the database cannot be reached it ends with one sentence, which holds no password."""

    def invoke(context: click.Context) -> Any:
        try:
            return command.invoke(context)
        except OperationalError as problem:
            url = db.engine.url.render_as_string(hide_password=False)
            raise click.ClickException(unreachable(problem, url)) from problem

    same = copy(command)
    same.invoke = invoke  # type: ignore[assignment, method-assign]
    return same


def behind() -> str | None:
    """Say which revision the database lacks, or None where it is up to date."""
    wanted = head()
    with db.engine.connect() as connection:
        found = revision(connection)
    return None if found == wanted else f"the database is at {found or 'no revision'}, this portal needs {wanted}"


def head() -> str | None:
    """The revision that this portal needs."""
    lineage = _lineage()
    return next((name for name in lineage if name not in lineage.values()), None)


def knows(revision: str) -> bool:
    """Whether this portal has the migrations that lead to a revision."""
    return revision in _lineage()


def revision(connection: Connection) -> str | None:
    """The revision that the tables are at, or None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


class HangsLoose(Exception):
    """A row belongs to one that is not there; the message names both tables."""


def refuse_what_hangs_loose(connection: Connection) -> None:
    """Raise HangsLoose. SQLite does not look while tables are made anew; PostgreSQL always does."""
    if connection.dialect.name == "sqlite":
        row = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if row:
            raise HangsLoose(f"Nothing was changed: row {row[1]} of {row[0]} belongs to one of {row[2]} that is gone.")


@cache
def _lineage() -> dict[str, str | None]:
    """Each revision of this portal, and the one that it follows."""
    named = [dict(_NAMED.findall(file.read_text())) for file in (MIGRATIONS / "versions").glob("*.py")]
    return {names["revision"]: names.get("down_revision") for names in named}


def _migrate(app: Flask) -> Any:
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    return app.extensions["migrate"]
