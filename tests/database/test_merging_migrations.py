"""A portal from before families, links and fields of boards comes up with its ideas, and goes down, on each engine."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text

from portal.accounts.models import User
from portal.app import create_app
from portal.demo import cast
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.field_kinds import FieldType
from portal.ideas.fields import BoardField, FieldText
from portal.ideas.models import Idea
from portal.ideas.revisions import Revision
from portal.ideas.values import IdeaValue
from portal.merging import converting, linking
from portal.merging.conversions import Conversion
from portal.merging.joining import merge
from portal.merging.links import Link, Relation
from portal.merging.models import Merge
from portal.merging.parting import unmerge
from portal.operations import checking
from tests.conftest import act
from tests.engines import LocalPostgres

COUNTS = ("votes_count", "nice_count", "important_count", "critical_count", "comments_count")


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def old(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A portal with the cast, in a database of its own."""
    folder = tmp_path_factory.mktemp("old")
    server = LocalPostgres() if request.param == "postgresql" else None
    url = server.url if server else f"sqlite:///{folder / 'old.db'}"
    made = create_app(DATA_DIR=folder, SQLALCHEMY_DATABASE_URI=url, REDIS_URL=None, SECRET_KEY="k" * 32)
    with made.app_context():
        upgrade()
        with act():
            cast.cast()
        yield made
        db.session.rollback()
        db.engine.dispose()
    if server:
        server.stop()


def named(key: str) -> Idea:
    return db.session.scalars(select(Idea).where(Idea.title == cast.IDEAS[key].title)).unique().one()


def lea() -> User:
    return db.session.scalars(select(User).where(User.handle.startswith("lea"))).one()


def again(revision: str) -> None:
    """Down to before this revision, and up to today."""
    db.session.rollback()
    downgrade(revision=revision)
    upgrade()
    db.session.rollback()


def test_a_portal_from_before_families_has_none_and_loses_no_vote(old: Flask) -> None:
    own = {key: [getattr(named(key), name) for name in COUNTS] for key in ("swap", "dark_mode")}
    before = named("offline").votes_count
    with act():
        merge(named("swap"), named("offline"), by=lea(), reason="Both are the same need.")
    again("0033")
    assert db.session.scalars(select(Merge)).all() == []
    assert all(
        idea.survivor_id is None and idea.merged_count == 0 for idea in db.session.scalars(select(Idea)).unique()
    )
    assert {key: [getattr(named(key), name) for name in COUNTS] for key in own} == own
    with act():
        merge(named("swap"), named("offline"), by=lea(), reason="Both are the same need.")
    assert named("offline").votes_count > before and not checking.findings()["families"]
    with act():
        unmerge(named("swap"), by=lea())
    indexes = {index["name"] for index in inspect(db.engine).get_indexes("merge")}
    assert {"uq_merge_open", "ix_merge_into", "ix_merge_unsettled"} <= indexes


def test_a_portal_from_before_links_and_conversions_keeps_its_ideas_and_takes_both(old: Flask) -> None:
    def both() -> None:
        with act():
            linking.link(named("swap"), named("offline"), Relation.BLOCKS, by=lea())
            converting.ask(named("dark_mode"), by=lea())

    both()
    titles = sorted(db.session.scalars(select(Idea.title)))
    again("0035")
    assert sorted(db.session.scalars(select(Idea.title))) == titles
    assert not db.session.scalars(select(Link)).all() and not db.session.scalars(select(Conversion)).all()
    both()
    assert len(db.session.scalars(select(Link)).all()) == len(db.session.scalars(select(Conversion)).all()) == 1


def test_a_portal_from_before_fields_asks_for_nothing_and_then_may(old: Flask) -> None:
    def ask() -> None:
        board = db.session.scalars(select(Board).order_by(Board.id)).first()
        assert board is not None
        with act():
            field = BoardField(board_id=board.id, slug="shop", type=FieldType.TEXT, position=1)
            db.session.add(field)
            db.session.flush()
            db.session.add(FieldText(field_id=field.id, lang="en", name="Which shop"))
            db.session.add(IdeaValue(idea_id=named("swap").id, field_id=field.id, text="North"))

    ask()
    words = [(row.id, row.title, row.body) for row in db.session.scalars(select(Revision).order_by(Revision.id))]
    again("0036")
    assert not db.session.scalars(select(BoardField)).all() and not db.session.scalars(select(IdeaValue)).all()
    kept = db.session.scalars(select(Revision).order_by(Revision.id)).all()
    assert [(row.id, row.title, row.body) for row in kept] == words and all(row.fields == {} for row in kept)
    ask()
    assert db.session.scalar(text("SELECT count(*) FROM idea_value")) == 1
