"""The portal knows its migrations without loading what runs them."""

import subprocess
import sys

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from portal.config import ROOT
from portal.database import schema
from portal.extensions import db

pytestmark = pytest.mark.both


def test_the_portal_and_alembic_agree_on_which_revisions_there_are() -> None:
    alembic = ScriptDirectory(str(schema.MIGRATIONS))
    assert schema.head() == alembic.get_current_head()
    assert all(schema.knows(script.revision) for script in alembic.walk_revisions())
    assert not schema.knows("0000")


def test_a_database_that_was_migrated_is_not_behind(app: Flask) -> None:
    with db.engine.connect() as connection:
        assert schema.revision(connection) == schema.head()
    assert schema.behind() is None


def test_the_web_server_does_not_load_what_only_a_command_needs() -> None:
    asked = "import sys, wsgi; print([name for name in ('alembic', 'flask_migrate', 'mako') if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_the_postings_of_a_stem_lie_together_with_their_weights(app: Flask) -> None:
    asked = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE name = 'posting'",
        "postgresql": "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'pk_posting'",
    }
    told = db.session.scalar(text(asked[db.engine.dialect.name]))
    assert str(told).strip().endswith(("WITHOUT ROWID", "INCLUDE (weight)"))
