"""Pages of a long list by words, moments and numbers: nothing twice, nothing left out, whatever the address says."""

from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.tags import Tag
from portal.triage.ledger import Promise, today
from portal.web.paging import slice_of
from tests.conftest import act

pytestmark = pytest.mark.both

ORDERS: dict[str, tuple[Any, ...]] = {
    "words": (Tag.slug,),
    "moments": (Tag.created_at, Tag.id),
    "numbers": (Tag.id,),
}


@pytest.fixture
def tags(app: Flask) -> list[Tag]:
    with act():
        for number in range(7):
            Tag.all_named([f"Étiquette {number * 3 % 7}"])
    return list(db.session.scalars(select(Tag).order_by(Tag.id)))


def walked(by: tuple[Any, ...], descending: bool, size: int = 3) -> list[int]:
    """The ids of all rows, page by page."""
    found, ids = slice_of(select(Tag), *by, size=size, descending=descending), list[int]()
    while True:
        ids += [tag.id for tag in found.rows]
        if not found.after:
            return ids
        found = slice_of(select(Tag), *by, after=found.after, size=size, descending=descending)


@pytest.mark.parametrize("descending", [True, False], ids=["down", "up"])
@pytest.mark.parametrize("order", ORDERS)
def test_every_row_comes_once_in_its_order(tags: list[Tag], order: str, descending: bool) -> None:
    by = ORDERS[order]
    whole = select(Tag.id).order_by(*(column.desc() if descending else column for column in by))
    assert walked(by, descending) == list(db.session.scalars(whole))


def test_a_page_may_begin_with_a_row(tags: list[Tag]) -> None:
    found = slice_of(select(Tag), Tag.id, begin=(tags[2].id,), size=3, descending=False)
    assert found.rows == tags[2:5] and found.beyond is tags[5]


def test_a_day_is_a_place_too(hugo: User, offline: Idea, dark_mode: Idea, copy_week: Idea) -> None:
    with act():
        for idea in (offline, dark_mode, copy_week):
            Promise.make(idea, today(), by=hugo)
    by = Promise.day, Promise.id
    first = slice_of(select(Promise), *by, size=2, descending=False)
    second = slice_of(select(Promise), *by, after=first.after, size=2, descending=False)
    assert [one.idea_id for one in (*first.rows, *second.rows)] == [offline.id, dark_mode.id, copy_week.id]


def test_rows_of_several_columns_come_as_they_are(dark_mode: Idea, offline: Idea, tom: User, sofia: User) -> None:
    with act():
        Idea.propose(sofia, "Swap a shift with one press")
        Idea.propose(tom, "Swap a shift with two")
    proposed: Any = select(Idea.author_id, func.count().label("ideas")).group_by(Idea.author_id)
    first = slice_of(proposed, Idea.author_id, size=1)
    second = slice_of(proposed, Idea.author_id, after=first.after, size=1)
    assert second.rows[0].author_id < first.rows[0].author_id


@pytest.mark.parametrize(
    "token", ["", "x", "W10", "WyJhIiwgMV0", "W251bGxd", "W3RydWVd", "WyJcdTAwMDAiXQ", "WzFlOTldIA"]
)
@pytest.mark.parametrize("order", ["moments", "numbers"])
def test_a_token_that_is_none_of_this_list_begins_anew(tags: list[Tag], order: str, token: str) -> None:
    assert len(slice_of(select(Tag), *ORDERS[order], after=token).rows) == 7


def test_words_that_no_table_holds_begin_anew(tags: list[Tag]) -> None:
    assert len(slice_of(select(Tag), Tag.slug, after="WyJcdTAwMDAiXQ").rows) == 7


@pytest.mark.parametrize(("order", "is_ours"), [("words", False), ("moments", True), ("numbers", True)])
def test_a_token_hides_no_words_where_a_page_is_compressed(
    app: Flask, tags: list[Tag], order: str, is_ours: bool
) -> None:
    """Pages repeat it: what we did not write ourselves, and words of any kind, are as good as made up."""
    by = ORDERS[order]
    token = slice_of(select(Tag), *by, size=3).after
    for sent, known in ((token, is_ours), (f"{token}=", False), (f"{token}A", False)):
        g.pop("understood", None)
        slice_of(select(Tag), *by, after=sent)
        assert g.get("understood") == ({"after": [sent]} if known else None), sent
