"""Whether the database is at this version of the portal."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from portal.config import ROOT
from portal.extensions import db


def behind() -> str | None:
    """Say which revision the database lacks, or None where it is up to date."""
    wanted = head()
    with db.engine.connect() as connection:
        found = revision(connection)
    return None if found == wanted else f"the database is at {found or 'no revision'}, this portal needs {wanted}"


def head() -> str | None:
    """The revision that this portal needs."""
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def revision(connection: Connection) -> str | None:
    """The revision that the tables are at, or None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


class HangsLoose(Exception):
    """A row belongs to one that is not there; the message names both tables."""


def refuse_what_hangs_loose(connection: Connection) -> None:
    """Raise HangsLoose. SQLite does not look while tables are made anew; PostgreSQL always does."""
    if connection.dialect.name == "sqlite":
        row = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if row:
            raise HangsLoose(f"Nothing was changed: row {row[1]} of {row[0]} belongs to one of {row[2]} that is gone.")


def knows(revision: str) -> bool:
    """Whether this portal has the migrations that lead to a revision."""
    return revision in {script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()}
