"""A day comes near, and is over: whoever sees to the promise is told, once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.activity.models import Action
from portal.backups.quieting import quieten
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import suspend
from portal.triage.jobs import tell_of_promises
from portal.triage.ledger import Promise
from portal.triage.promises import due_soon, overdue
from tests.conftest import act
from tests.triage.vows import later, told

pytestmark = [pytest.mark.both, pytest.mark.jobs]
MADE = datetime(2027, 1, 4, 9, tzinfo=UTC)
DAY = date(2027, 3, 28)  # on which clocks go forward in Europe


@pytest.fixture
def vow(app: Flask, offline: Idea, lea: User, hugo: User) -> int:
    """Hugo sees to it; said long before its day."""
    with later(app, MADE), act():
        id = Promise.make(again(Idea, offline), DAY, by=again(User, lea), owner=again(User, hugo)).id
    return id


def again(model: Any, thing: Any) -> Any:
    """The same row, in the session of now."""
    from sqlalchemy import inspect

    return db.session.get_one(model, inspect(thing).identity[0])


def at(app: Flask, moment: datetime) -> tuple[int, int]:
    """How often its owner has been told of both, once the job ran at this moment."""
    with later(app, moment):
        tell_of_promises()
        return len(told(Action.PROMISE_DUE_SOON)), len(told(Action.PROMISE_OVERDUE))


def test_two_weeks_before_its_owner_is_reminded_once(app: Flask, vow: int) -> None:
    assert at(app, datetime(2027, 3, 13, 23, 59, tzinfo=UTC)) == (0, 0)
    assert at(app, datetime(2027, 3, 14, 0, 0, tzinfo=UTC)) == (1, 0)
    assert at(app, datetime(2027, 3, 20, 12, tzinfo=UTC)) == (1, 0)


def test_it_is_over_when_its_day_is_and_not_before(app: Flask, vow: int) -> None:
    """A day ends at midnight UTC, also where clocks go forward in it."""
    assert at(app, datetime(2027, 3, 28, 23, 59, 59, tzinfo=UTC))[1] == 0
    assert at(app, datetime(2027, 3, 29, 0, 0, tzinfo=UTC))[1] == 1
    assert at(app, datetime(2027, 3, 29, 1, 0, tzinfo=UTC))[1] == 1
    assert at(app, datetime(2027, 6, 1, 1, 0, tzinfo=UTC))[1] == 1


def test_a_new_day_may_come_near_and_be_over_anew(app: Flask, vow: int) -> None:
    at(app, datetime(2027, 3, 29, 1, tzinfo=UTC))
    with later(app, datetime(2027, 3, 29, 9, tzinfo=UTC)), act():
        moved = db.session.get_one(Promise, vow)
        moved.move(date(2027, 5, 1), "The audit takes longer.", by=moved.owner)
    assert at(app, datetime(2027, 4, 20, 9, tzinfo=UTC)) == (1, 1)
    assert at(app, datetime(2027, 5, 2, 9, tzinfo=UTC)) == (1, 2)


def test_who_names_a_near_day_is_not_reminded_of_it(app: Flask, offline: Idea, lea: User) -> None:
    with later(app, MADE), act():
        Promise.make(again(Idea, offline), MADE.date() + timedelta(days=13), by=again(User, lea))
    assert at(app, MADE + timedelta(days=1)) == (0, 0)
    assert at(app, MADE + timedelta(days=14)) == (0, 1)


def test_what_is_settled_is_not_told_of(app: Flask, vow: int) -> None:
    with later(app, MADE), act():
        kept = db.session.get_one(Promise, vow)
        kept.keep(by=kept.owner)
    assert at(app, datetime(2027, 4, 1, tzinfo=UTC)) == (0, 0)


def test_its_owner_hears_and_nobody_else(app: Flask, vow: int, hugo: User, run_jobs: Any, mailbox: Any) -> None:
    with act():
        hugo.mail_progress = "at_once"
    with later(app, datetime(2027, 4, 1, 9, tzinfo=UTC)):
        tell_of_promises()
        run_jobs()
        overdue_mail = [m for m in mailbox.messages if "not kept" in str(m["Subject"])]
        assert [str(m["To"]) for m in overdue_mail] and all("hugo@" in str(m["To"]) for m in overdue_mail)
        assert f"/admin/promises/{vow}" in mailbox.text(overdue_mail[0])


def test_where_the_owner_is_suspended_the_admins_hear(
    app: Flask, vow: int, hugo: User, nora: User, run_jobs: Any, mailbox: Any
) -> None:
    with act():
        nora.mail_progress = hugo.mail_progress = "at_once"
        suspend(hugo, by=nora, reason="Rude.")
    with later(app, datetime(2027, 4, 1, 9, tzinfo=UTC)):
        tell_of_promises()
        run_jobs()
        overdue_mail = [m for m in mailbox.messages if "not kept" in str(m["Subject"])]
        assert {str(m["To"]).split("<")[-1].strip(">") for m in overdue_mail} == {"nora@example.com"}


def test_the_lanes_of_the_inbox_hold_what_is_due(app: Flask, vow: int) -> None:
    for moment, lanes in ((MADE, ([], [])), (datetime(2027, 3, 20, tzinfo=UTC), ([vow], [])),
                          (datetime(2027, 4, 1, tzinfo=UTC), ([], [vow]))):  # fmt: skip
        with later(app, moment):
            found = [[one.id for one in db.session.scalars(lane)] for lane in (due_soon(), overdue())]
            assert (found[0], found[1]) == lanes


def test_a_restored_portal_tells_nothing_old(app: Flask, vow: int) -> None:
    moment = datetime(2027, 4, 1, tzinfo=UTC)
    with later(app, moment), act():
        quieten("2027-01-05T00:00:00+00:00")
    assert at(app, moment) == (0, 0)
