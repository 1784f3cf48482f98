"""One table says what is held of a person; it forgets no table of the database, and what it says is done."""

from dataclasses import fields
from datetime import timedelta
from itertools import groupby
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from portal.accounts.models import User
from portal.database.types import Base
from portal.extensions import db
from portal.privacy.erasing import erase
from portal.privacy.holdings import HOLDINGS, NOTHING_OF_A_PERSON, SECTIONS, Holding, With, Withheld
from portal.privacy.notice import deleted
from portal.privacy.retention import RETENTION, VOTE_NETWORKS
from portal.privacy.taking_out import Wishes
from tests.conftest import act
from tests.privacy.held import data_of
from tests.privacy.rows import fill, holds_an_address, leads_to_a_person

pytestmark = pytest.mark.both

HELD: dict[str, Holding] = {holding.model.__tablename__: holding for holding in HOLDINGS}


def telling(table: Table) -> set[str]:
    """The columns that tell of a person."""
    return {column.name for column in table.columns if leads_to_a_person(column) or holds_an_address(column)}


def number(holding: Holding, id: int) -> int:
    """How many rows lead to this account."""
    column = next(column for column in holding.whose if leads_to_a_person(column.expression))
    return db.session.scalar(select(func.count()).select_from(holding.model).where(column == id)) or 0


def test_every_table_of_the_database_is_known(app: Any) -> None:
    assert len(HELD) == len(HOLDINGS)
    assert set(HELD) | set(NOTHING_OF_A_PERSON) == set(Base.metadata.tables)
    assert not set(HELD) & set(NOTHING_OF_A_PERSON)


@pytest.mark.parametrize("name", sorted(HELD))
def test_every_column_that_tells_of_a_person_is_named(app: Any, name: str) -> None:
    holding = HELD[name]
    assert telling(holding.model.__table__) <= {column.key for column in (*holding.whose, *holding.by)}


def test_what_is_said_to_hold_nothing_of_a_person_names_none(app: Any) -> None:
    assert not [name for name in NOTHING_OF_A_PERSON if telling(Base.metadata.tables[name])]


def test_what_is_handed_over_is_there(app: Any, tom: User) -> None:
    with act():
        fill([holding.model.__table__ for holding in HOLDINGS], tom)
    data = data_of(tom)
    assert not [key for key, entries in data.items() if not entries]
    assert {holding.handed_over.section for holding in HOLDINGS if isinstance(holding.handed_over, With)} <= set(data)
    assert len({section.key for section in SECTIONS}) == len(SECTIONS)


def test_erasing_does_what_each_row_says(app: Any, tom: User) -> None:
    id, address = tom.id, str(tom.email)
    with act():
        fill([holding.model.__table__ for holding in HOLDINGS], tom)
    ours = [holding for holding in HOLDINGS if any(leads_to_a_person(column.expression) for column in holding.whose)]
    before = {holding.model: number(holding, id) for holding in ours}
    assert all(before.values())
    with act():
        erase(tom)
    for holding in ours:
        left = number(holding, id)
        assert holding.erased.keeps or not left, holding.model
        assert holding.erased.act or left >= before[holding.model], holding.model
    for holding in HOLDINGS:
        for column in holding.model.__table__.columns:
            kept = select(func.count()).where(column == address) if holds_an_address(column) else select(0)
            assert not db.session.scalar(kept), column


def test_each_box_of_the_page_that_erases_belongs_to_a_row() -> None:
    assert {holding.erased.wish for holding in HOLDINGS} - {""} == {field.name for field in fields(Wishes)}


def test_each_period_stands_at_what_it_deletes() -> None:
    stated = {retention: holding for holding in HOLDINGS for retention in holding.purged}
    for retention in RETENTION:
        name = retention.model.__tablename__
        assert retention in stated if name in HELD else name in NOTHING_OF_A_PERSON, name
    assert set(stated) <= set(RETENTION)


def test_what_is_deleted_by_itself_goes_with_the_account_too() -> None:
    for holding in HOLDINGS:
        assert not holding.erased.keeps or not holding.purged or len(deleted(holding)) > 1, holding.model


def test_the_heading_in_the_download_says_the_period_that_is_kept() -> None:
    """Its words are kept as they are, with a number written out."""
    assert VOTE_NETWORKS.after == timedelta(days=7)


def test_tables_that_are_told_in_one_line_fare_alike(app: Any) -> None:
    in_order = sorted(HOLDINGS, key=lambda holding: id(holding.line))
    with app.test_request_context():
        for _line, found in groupby(in_order, key=lambda holding: id(holding.line)):
            fates = {(*deleted(each), str(each.erased.why), isinstance(each.handed_over, Withheld)) for each in found}
            assert len(fates) == 1
