"""A restore whose PostgreSQL went away as it was told to keep everything: only the database knows what became of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from portal.extensions import db
from tests.backups.conftest import same_content
from tests.backups.silenced import Silenced
from tests.conftest import DATABASE, act

pytestmark = pytest.mark.both

if DATABASE == "postgresql":

    @pytest.mark.parametrize("comes_back", [True, False])
    def test_no_picture_is_taken_from_tables_that_were_kept(
        app: Flask, saved: Path, picture: Path, flask: Callable[..., Result], made_again: Callable[..., Flask],
        tmp_path: Path, comes_back: bool,
    ) -> None:  # fmt: skip
        with act():
            db.session.execute(text("DELETE FROM attachment"))
        picture.unlink()
        db.engine.dispose()
        url = str(app.config["SQLALCHEMY_DATABASE_URI"])
        base, _, server = url.partition("?host=")
        between = Silenced(tmp_path, Path(server), comes_back)
        portal = made_again(SQLALCHEMY_DATABASE_URI=f"{base}?host={tmp_path}")
        with portal.app_context():
            restored = portal.test_cli_runner().invoke(args=["restore", str(saved), "--replace"])
            db.session.rollback()
            db.engine.dispose()
        between.close()
        assert between.silent.is_set()
        if comes_back:
            assert restored.exit_code == 0, restored.output
        else:
            assert restored.exit_code == 1 and "whether it did is not known" in restored.output, restored.output
            again = flask("restore", saved)
            assert "was restored here already, all of it" in again.output, again.output
        made = flask("backup", tmp_path / "after.zip")
        assert made.exit_code == 0 and "is gone" not in made.output, made.output
        assert same_content(saved, tmp_path / "after.zip")
