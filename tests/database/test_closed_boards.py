"""A board that was archived before the upgrade is closed after it, since that day."""

from datetime import date

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from portal.extensions import db
from portal.ideas.boards import Board

pytestmark = pytest.mark.both


def test_what_was_archived_is_closed_since_that_day_and_archived_again_before(app: Flask) -> None:
    downgrade(revision="0037")
    with db.engine.execution_options(writes=True).begin() as connection:
        at = "2026-03-04 22:30:00.000000" + ("+00:00" if connection.dialect.name == "postgresql" else "")
        connection.execute(text(f"UPDATE board SET archived_at = '{at}' WHERE slug = 'team'"))
    upgrade()
    db.session.rollback()
    found = {board.slug: board.closes_on for board in db.session.scalars(select(Board))}
    assert found["team"] == date(2026, 3, 4) and found["planning"] is None
    assert "team" not in {board.slug for board in Board.in_order(for_=None)}
    db.session.rollback()
    downgrade(revision="0037")
    with db.engine.connect() as connection:
        kept = connection.execute(text("SELECT slug FROM board WHERE archived_at IS NOT NULL"))
        assert [slug for (slug,) in kept] == ["team"]
    upgrade()
