"""Days that were promised: a slip stays in sight with its reason, and what became of each is said."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.ideas.journey import journey
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.moderation.blanking import blank_promise, blank_reason
from portal.operations.checking import answers_owed, promises
from portal.triage.ledger import NoSuchDay, Promise, PromiseDay, ReasonOwed, SameDay, Settled, today
from portal.triage.shown import of_idea
from tests.admin.places import at
from tests.admin.tools import last_event
from tests.browser import Browser
from tests.conftest import act
from tests.triage.vows import Opens, promise

pytestmark = pytest.mark.both
WHY = "Two phones could lose a shift."


def day(days: int) -> Any:
    return today() + timedelta(days=days)


def test_who_sees_the_idea_reads_its_day_and_every_slip(visitor: Browser, hugo: User, offline: Idea) -> None:
    made = promise(offline, hugo, 20, text="Today and tomorrow")
    with act():
        made.move(day(40), WHY, by=hugo)
    with act():
        made.move(day(50), "The audit takes longer.", by=hugo)
    page = visitor.get(at(offline))
    assert len(page.soup.select("#promised s")) == 2
    assert WHY in page.text and "The audit takes longer." in page.text and "Today and tomorrow" in page.text
    assert "30 days later than said" in page.text


def test_a_private_issue_is_promised_to_its_author_alone(browser: Opens, hugo: User, tom: User, camille: User,
                                                         salary_leak: Idea, visitor: Browser) -> None:  # fmt: skip
    promise(salary_leak, hugo, 9)
    public(True)
    assert browser(camille).get(at(salary_leak)).has("#promised")
    assert browser(tom).get(at(salary_leak)).status == 404
    assert salary_leak.title not in visitor.get("/promises").html
    assert salary_leak.title not in browser(camille).get("/promises").html
    assert salary_leak.title not in visitor.get("/feed.atom").response.get_data(as_text=True)


def public(shown: bool, rate: bool = False) -> None:
    from portal.settings import Settings

    with act():
        Settings.current().promises_public, Settings.current().promises_rate_public = shown, rate


def test_a_move_is_one_row_more_and_changes_none(hugo: User, offline: Idea) -> None:
    made = promise(offline, hugo, 20)
    first = db.session.scalars(select(PromiseDay)).one()
    before = (first.id, first.day, first.reason, first.created_at)
    with act():
        made.move(day(30), WHY, by=hugo)
    rows = list(db.session.scalars(select(PromiseDay).order_by(PromiseDay.id)))
    assert (rows[0].id, rows[0].day, rows[0].reason, rows[0].created_at) == before and len(rows) == 2
    assert made.first_day == day(20) and made.day == day(30)


@pytest.mark.parametrize(
    ("days", "reason", "refused"),
    [(-1, WHY, NoSuchDay), (6 * 366, WHY, NoSuchDay), (20, WHY, SameDay), (30, " ", ReasonOwed)],
)
def test_what_cannot_be_said_is_refused(hugo: User, offline: Idea, days: int, reason: str, refused: Any) -> None:
    made = promise(offline, hugo, 20)
    with pytest.raises(refused), act():
        made.move(day(days), reason, by=hugo)
    with pytest.raises(ReasonOwed), act():
        made.take_back("", by=hugo)
    db.session.rollback()
    assert made.day == day(20) and made.settled_at is None


def test_what_ships_is_kept_in_the_same_breath_and_told_once(
    hugo: User, nora: User, offline: Idea, tom: User, run_jobs: Any, mailbox: Any
) -> None:
    made = promise(offline, hugo, 20)
    run_jobs()
    before = len(mailbox.to(tom))
    with act():
        offline.change_status(Status.first("idea", "shipped"), by=nora)
    run_jobs()
    assert (made.outcome, made.settled_on, made.settled_by_status) == ("kept", today(), True)
    assert len(mailbox.to(tom)) == before + 1 and "Shipped" in str(mailbox.to(tom)[-1]["Subject"])


def test_back_from_there_at_once_it_stands_again(hugo: User, offline: Idea) -> None:
    made = promise(offline, hugo, 20)
    for kind in ("shipped", "started"):
        with act():
            offline.change_status(Status.first("idea", kind), by=hugo)
    assert made.settled_at is None and last_event(offline).action == Action.PROMISE_REOPENED
    assert promises() == []


def test_back_from_there_after_a_day_it_stays_kept_and_another_day_may_be_said(hugo: User, offline: Idea) -> None:
    made = promise(offline, hugo, 20)
    with act():
        offline.change_status(Status.first("idea", "shipped"), by=hugo)
        made.settled_at -= timedelta(days=1, minutes=1)  # type: ignore[operator]
    with act():
        offline.change_status(Status.first("idea", "started"), by=hugo)
    assert made.outcome == "kept"
    again = promise(offline, hugo, 5)
    assert [shown.id for shown in of_idea(offline.id)] == [again.id, made.id]


def test_what_is_declined_is_taken_back_for_that_reason(visitor: Browser, hugo: User, offline: Idea) -> None:
    made = promise(offline, hugo, 20)
    with act():
        offline.change_status(Status.first("idea", "declined"), by=hugo, reason="Ask Ann Smith why.")
    assert (made.outcome, made.reason) == ("taken_back", "Ask Ann Smith why.")
    move = next(e for e in [last_event(offline)] if e.action == Action.PROMISE_TAKEN_BACK)
    assert move.facts["by_status"]
    step = journey(offline)[-1]
    with act():
        assert blank_reason(offline, db.session.get_one(Event, step.event), "Ann Smith", by=hugo)
    db.session.expire_all()
    assert "Ann Smith" not in made.reason and "Ann Smith" not in visitor.get(at(offline)).html


def test_personal_words_go_from_a_reason_and_the_day_stays(browser: Opens, hugo: User, offline: Idea) -> None:
    made = promise(offline, hugo, 20)
    with act():
        made.move(day(30), "Ann Smith is ill.", by=hugo)
    staff = browser(hugo)
    link = staff.get(f"/admin/promises/{made.id}").find("a.report")
    page = staff.submit(staff.get(str(link["href"])), "main form.form", words="Ann Smith")
    assert page.status == 200 and "Ann Smith" not in page.html and "[…] is ill." in page.html
    with act():
        assert not blank_promise(made, "Ann", by=hugo)


def test_a_settled_promise_is_not_touched(hugo: User, offline: Idea) -> None:
    made = promise(offline, hugo, 20)
    with act():
        made.keep(by=hugo)
    for again in (
        lambda: made.keep(by=hugo),
        lambda: made.move(day(9), WHY, by=hugo),
        lambda: made.take_back(WHY, by=hugo),
    ):
        with pytest.raises(Settled), act():
            again()


def test_a_promise_is_an_answer(hugo: User, dark_mode: Idea) -> None:
    assert dark_mode.waiting_since is not None
    promise(dark_mode, hugo, 20)
    db.session.rollback()
    assert dark_mode.waiting_since is None and dark_mode.answered_at is not None


@settings(max_examples=12)
@given(moves=st.lists(st.integers(min_value=0, max_value=900), max_size=6), end=st.sampled_from(["", "kept", "back"]))
def test_whatever_is_said_the_ledger_keeps_it(app: Any, moves: list[int], end: str) -> None:
    """The first day and the last are what the rows say, in order, and nothing is ever taken away."""
    db.session.rollback()
    hugo = db.session.scalars(select(User).where(User.handle == "lea-martin")).one()
    idea = db.session.scalars(select(Idea).where(Idea.title.startswith("See the schedule"))).one()
    said = [20]
    from portal.database.writing import begin_write

    begin_write()
    made = Promise.make(idea, day(20), by=hugo)
    for days in moves:
        if days != said[-1]:
            made.move(day(days), WHY, by=hugo)
            said.append(days)
    if end == "kept":
        made.keep(by=hugo)
    elif end == "back":
        made.take_back(WHY, by=hugo)
    db.session.flush()
    shown = of_idea(idea.id)[0]
    assert [one.day for one in shown.days] == [day(days) for days in said]
    assert (shown.first_day, shown.day) == (day(said[0]), day(said[-1]))
    assert all(slip.reason for slip in shown.slips) and promises() == []
    db.session.rollback()


def test_the_check_finds_what_does_not_agree(hugo: User, offline: Idea, copy_week: Idea) -> None:
    one, other = promise(offline, hugo, 20), promise(copy_week, hugo, 20)
    assert promises() == [] and answers_owed() == []
    with act():
        db.session.delete(db.session.scalars(select(PromiseDay).where(PromiseDay.promise_id == one.id)).one())
        other.outcome = "kept"
    assert promises() == [f"promise {one.id} has no day", f"promise {other.id} is settled by half"]
