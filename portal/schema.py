"""Whether the database is at this version of the portal."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from portal.config import ROOT
from portal.extensions import db


def behind() -> str | None:
    """Say which revision the database lacks, or None where it is up to date."""
    wanted = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return None if found == wanted else f"the database is at {found or 'no revision'}, this portal needs {wanted}"
