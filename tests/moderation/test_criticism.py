"""Criticism that rises: staff hear of it once, and nobody of a portal that is as busy as ever."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import delete, func, select, update

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.backups.quieting import quieten
from portal.clock import now
from portal.database import schema
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.criticism import Rise, at_least, is_more, rises, tell_of_criticism
from portal.moderation.flagging import flag
from portal.moderation.models import Reason, suspend
from portal.notifications.models import Hears, StaffMail
from tests.browser import Browser
from tests.conftest import act
from tests.importing.exports import export, idea, run
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]
NOON = datetime(2027, 3, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(app: Flask, lea: User) -> Iterator[Any]:
    """It is noon; Léa hears what new staff do, and the others of the team nothing."""
    with act():
        db.session.execute(delete(StaffMail).where(StaffMail.user_id == lea.id))
        lea.lang = "en"
    with time_machine.travel(NOON, tick=False) as stopped:
        yield stopped


def events(number: int, action: Action, of: Idea, by: User | None, hours_ago: float = 1) -> None:
    """So many of these happened then; what a report or an issue is beside its event matters to nobody here."""
    with act():
        at = now() - timedelta(hours=hours_ago)
        about = {"subject_type": "idea", "subject_id": of.id, "facts": {}, "fanned_out_at": at, "due_at": at}
        who = {"actor_id": by.id if by else None}
        db.session.add_all(Event(action=action, created_at=at, **about, **who) for _ in range(number))


def told() -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event).where(Event.action == Action.CRITICISM_ROSE)))


def test_a_storm_of_reports_is_one_alert_that_says_what_rose_and_leads_there(
    app: Flask, yuki: User, lea: User, hugo: User, offline: Idea, swap: Idea, run_jobs: Callable[[], None],
    mailbox: Mailbox, browser: Opens, clock: Any,
) -> None:  # fmt: skip
    with act():
        flag(offline, by=yuki, reason=Reason.ABUSIVE)
        db.session.execute(update(Event).values(fanned_out_at=now()))
    events(39, Action.FLAGGED, swap, yuki)
    assert tell_of_criticism() and not tell_of_criticism()
    clock.shift(timedelta(hours=1))
    events(30, Action.FLAGGED, swap, yuki)
    assert not tell_of_criticism()
    run_jobs()
    (message,) = mailbox.to(lea)
    assert message["Subject"] == "Criticism rises: 40 reports in 6 hours (usual: 0)"
    staff = browser(lea)
    assert staff.get(mailbox.link(message, "queue=")).find("h1").get_text() == "Moderation"
    assert "Criticism rises: 40 reports in 6 hours (usual: 0)" in staff.get("/notifications").text
    assert len(told()) == 1 and not mailbox.to(hugo) and not mailbox.to(yuki)


def test_a_day_later_it_is_told_anew_where_it_lasts(yuki: User, swap: Idea, clock: Any) -> None:
    events(40, Action.FLAGGED, swap, yuki)
    assert tell_of_criticism()
    clock.shift(timedelta(hours=23))
    events(90, Action.FLAGGED, swap, yuki)
    assert not tell_of_criticism()
    clock.shift(timedelta(hours=2))
    assert tell_of_criticism() and len(told()) == 2


@pytest.mark.parametrize("number", [0, 1, 4])
def test_a_quiet_portal_stays_quiet(yuki: User, swap: Idea, number: int) -> None:
    events(number, Action.FLAGGED, swap, yuki)
    assert not tell_of_criticism()


def test_as_busy_as_ever_is_no_news(yuki: User, swap: Idea) -> None:
    for day in range(1, 29):
        events(20, Action.FLAGGED, swap, yuki, hours_ago=24 * day + 2)
    events(31, Action.FLAGGED, swap, yuki)
    assert not tell_of_criticism()
    events(20, Action.FLAGGED, swap, yuki)
    assert [(rise.what, rise.number, rise.usual) for rise in rises()] == [("reports", 51, 20.0)]


def test_issues_and_held_comments_rise_too_and_the_greatest_is_said_first(tom: User, double_shift: Idea) -> None:
    events(12, Action.IDEA_PROPOSED, double_shift, tom)
    events(6, Action.TEXT_HELD, double_shift, None)
    with act():
        db.session.execute(update(Event).where(Event.action == Action.TEXT_HELD).values(subject_type="comment"))
    events(6, Action.IDEA_PROPOSED, double_shift, tom, hours_ago=26)
    assert [rise.what for rise in rises()] == ["held", "issues"]


def test_what_colleagues_and_the_suspended_report_is_no_criticism(yuki: User, hugo: User, swap: Idea) -> None:
    events(20, Action.FLAGGED, swap, hugo)
    events(20, Action.FLAGGED, swap, yuki)
    with act():
        suspend(yuki, by=hugo, reason="Spam")
    assert not tell_of_criticism()


def test_ideas_and_hidden_issues_are_none(tom: User, hugo: User, swap: Idea, double_shift: Idea) -> None:
    events(20, Action.IDEA_PROPOSED, swap, tom)
    events(20, Action.IDEA_PROPOSED, double_shift, tom)
    with act():
        double_shift.hide(by=hugo, reason="Spam")
    assert not tell_of_criticism()


def test_what_was_before_a_backup_was_restored_is_no_news(yuki: User, swap: Idea, clock: Any) -> None:
    events(40, Action.FLAGGED, swap, yuki)
    with act():
        quieten("yesterday")
    assert not tell_of_criticism()
    clock.shift(timedelta(hours=1))
    assert not tell_of_criticism()
    events(40, Action.FLAGGED, swap, yuki, hours_ago=0.5)
    assert tell_of_criticism()


def test_an_import_of_issues_is_no_storm(app: Flask, tmp_path: Path) -> None:
    issues = [idea(number, f"It crashes {number}", kind="bug") for number in range(1, 41)]
    run(app, export(tmp_path / "old", ideas=issues))
    assert db.session.scalar(select(func.count(Idea.id)).where(Idea.imported_key.is_not(None))) == 40
    assert not tell_of_criticism()


def test_two_workers_tell_it_once(app: Flask, yuki: User, swap: Idea) -> None:
    events(40, Action.FLAGGED, swap, yuki)
    db.session.rollback()

    def look() -> bool:
        with app.app_context():
            return tell_of_criticism()

    with ThreadPoolExecutor(4) as workers:
        told_by = [each.result() for each in [workers.submit(look) for _ in range(4)]]
    assert told_by.count(True) == 1 and len(told()) == 1


def test_at_the_upgrade_everybody_hears_of_it_as_of_reports(lea: User, hugo: User) -> None:
    """Who had stopped hearing of reports did not ask for an alarm about them."""
    with act():
        db.session.execute(update(StaffMail).values(criticism=Hears.AT_ONCE))
        db.session.execute(update(StaffMail).where(StaffMail.user_id == hugo.id).values(reports=Hears.MORNING))
    revision = ScriptDirectory(str(schema.MIGRATIONS)).get_revision("0030").module
    with act(), Operations.context(MigrationContext.configure(db.session.connection())):
        revision.hear_as_of_reports()
    db.session.expire_all()
    assert StaffMail.of(hugo).criticism == Hears.MORNING and StaffMail.of(lea).criticism == Hears.AT_ONCE


def test_a_portal_younger_than_a_week_knows_nothing_usual(yuki: User, swap: Idea) -> None:
    with act():
        db.session.execute(update(Event).values(created_at=now() - timedelta(days=6)))
    events(40, Action.FLAGGED, swap, yuki)
    assert not tell_of_criticism()


def test_who_chose_the_morning_or_nothing_gets_it_so(
    lea: User, yuki: User, swap: Idea, run_jobs: Callable[[], None], mailbox: Mailbox, browser: Opens
) -> None:
    with act():
        db.session.add(StaffMail(user_id=lea.id, criticism=Hears.NEVER))
        lea.mail_progress = MailWhen.AT_ONCE
    events(40, Action.FLAGGED, swap, yuki)
    assert tell_of_criticism()
    run_jobs()
    assert not mailbox.to(lea) and "Criticism rises" not in browser(lea).get("/notifications").text


@pytest.mark.parametrize(
    ("number", "mean", "probable"),
    [(1, 1.0, 0.6321), (5, 1.0, 0.00366), (10, 4.0, 0.00813), (0, 3.0, 1.0), (2, 0.0, 0.0)],
)
def test_the_tail_is_that_of_the_tables(number: int, mean: float, probable: float) -> None:
    assert at_least(number, mean) == pytest.approx(probable, rel=2e-3, abs=1e-12)


def test_a_great_number_is_reckoned_too() -> None:
    assert is_more(Rise("reports", 4_000, 1_500)) and not is_more(Rise("reports", 2_900, 1_500))
