"""What is deleted after how long: the job deletes what is a second older than it says, and nothing that is younger."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select, update

from portal.accounts.models import User
from portal.clock import now
from portal.database.types import Base
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.pictures import uploads
from portal.privacy.holdings import HOLDINGS
from portal.privacy.purging import NotAllPurged, purge, purge_all
from portal.privacy.retention import RETENTION, SENT_FORMS, UNSENT_PICTURES, Retention
from portal.schedule import SCHEDULE
from tests.conftest import act
from tests.privacy.rows import fill

pytestmark = pytest.mark.both

A_SECOND = timedelta(seconds=1)
PERIODS = [
    pytest.param(each, column, id=f"{each.model.__tablename__}-{column}")
    for each in RETENTION
    if each.since is not None
    for column in ([part.key for part in each.since.clauses] if hasattr(each.since, "clauses") else [each.since.key])
]


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    with time_machine.travel(now(), tick=False):
        yield


def aged(retention: Retention, column: str, person: User, age: timedelta) -> dict[str, Any]:
    """A row that this period is about, whose moment is so long ago; gives its primary key."""
    table = retention.model.__table__
    row = fill([table], person)[table.name]
    key = {each.name: row[each.name] for each in table.primary_key.columns}
    db.session.execute(update(table).filter_by(**key).values({column: now() - age}))
    return key


@pytest.mark.parametrize(("retention", "column"), PERIODS)
def test_a_row_goes_when_its_period_is_over_and_not_before(
    app: Flask, tom: User, ines: User, retention: Retention, column: str
) -> None:
    model = retention.model
    with act():
        db.session.execute(delete(model.__table__))
        aged(retention, column, tom, retention.after + A_SECOND)
        young = aged(retention, column, ines, retention.after - A_SECOND)
    assert purge(retention) == 1 and purge(retention) == 0
    left = db.session.execute(select(*model.__table__.primary_key.columns)).mappings().all()
    assert [dict(row) for row in left] == [young]


def test_a_picture_goes_that_nobody_sent(app: Flask) -> None:
    old, young = (uploads.path(letter * 32 + ".png") for letter in "ab")
    for file, age in ((old, UNSENT_PICTURES.after + A_SECOND), (young, UNSENT_PICTURES.after - A_SECOND)):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"image")
        os.utime(file, (time.time() - age.total_seconds(),) * 2)
    assert purge(UNSENT_PICTURES) == 1
    assert young.exists() and not old.exists()


def test_what_waits_for_a_message_goes_with_it(app: Flask, tom: User) -> None:
    held = [holding for holding in HOLDINGS if holding.model.__tablename__ == "pending_action"]
    (retention,) = held[0].purged
    pending: Any = Base.metadata.tables["pending_action"]
    with act():
        fill([pending], tom)
        tokens = retention.model.__table__
        db.session.execute(update(tokens).values(created_at=now() - retention.after - A_SECOND))
    purge(retention)
    assert not db.session.scalar(select(func.count()).select_from(pending))


def test_one_job_deletes_all_of_it_every_hour(app: Flask, tom: User) -> None:
    (hourly,) = [recurring for recurring in SCHEDULE if recurring.job == "portal.privacy.purging.purge_all"]
    assert hourly.slot(now()) != hourly.slot(now() + timedelta(hours=1))
    with act():
        aged(SENT_FORMS, "created_at", tom, SENT_FORMS.after + A_SECOND)
    purge_all()
    assert not db.session.scalar(select(func.count()).select_from(SENT_FORMS.model))


def test_what_fails_stops_nothing_else(app: Flask, tom: User, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_over: Any) -> tuple[list[str], int]:
        raise OSError

    fails = Retention(Attachment, Attachment.created_at, timedelta(0), discard=broken)
    with act():
        aged(SENT_FORMS, "created_at", tom, SENT_FORMS.after + A_SECOND)
    with pytest.raises(NotAllPurged, match="attachment"):
        purge_all((fails, SENT_FORMS))
    assert not db.session.scalar(select(func.count()).select_from(SENT_FORMS.model))
