"""Staff undo what they just did: nobody hears of it, and everything is as it was, but for the audit."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from time import monotonic, sleep
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select, update

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.backups.quieting import quieten
from portal.clock import now
from portal.database.types import Base
from portal.database.writing import begin_write
from portal.extensions import db
from portal.fanout import fan_out
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.ideas.targets import Grain, choices
from portal.notifications.models import Notification
from portal.triage.acts import Act
from portal.triage.owing import Why, owe
from portal.triage.snoozing import snooze
from portal.voting.models import Vote
from portal.worker import work_off
from tests.admin.tools import move, use
from tests.browser import Browser, Page
from tests.conftest import act
from tests.mailbox import Mailbox
from tests.triage.vows import promise

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]
Runs = Callable[[], None]

# What the audit keeps, who sent which form, and when somebody was seen: all else is as it was.
APART = {"event", "sent_form", "signed_in", "user", "schedule_run", "alembic_version"}


@pytest.fixture
def backed(dark_mode: Idea, tom: User, ines: User) -> Idea:
    with act():
        Vote.cast(dark_mode, by=tom)
        Vote.cast(dark_mode, by=ines)
    return dark_mode


@pytest.fixture
def told(backed: Idea, run_jobs: Runs) -> Idea:
    """The same, once all that happened before is told."""
    run_jobs()
    return backed


def everything() -> dict[str, Any]:
    """Every row of the portal, but for APART; of the events those that anybody but the audit reads."""
    db.session.rollback()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in APART]
    rows = {table.name: sorted(map(str, db.session.execute(select(table)).all())) for table in tables}
    events = select(Event.id, Event.action, Event.facts).where(
        Event.action.not_in((Action.ACT_UNDONE, Action.NEVER_HAPPENED))
    )
    return rows | {"event": sorted(map(str, db.session.execute(events).all()))}


def press_undo(staff: Browser, page: Page) -> Page:
    return staff.submit(page, "form.undo")


def read(visitor: Browser, feed: str) -> str:
    return visitor.get(feed).response.get_data(as_text=True)


def within(staff: Browser, idea: Idea, doing: str, form: str, **fields: object) -> Page:
    """Fill in and send a form of the inbox."""
    page = staff.get(f"/admin?queue=all&idea={idea.id}&do={doing}")
    return staff.submit(page, f'form[action="/admin/ideas/{idea.id}/{form}"]', **fields)


ACTS: dict[str, Callable[[Browser, Idea], Page]] = {
    "status": lambda staff, idea: move(staff, idea, "declined", reason="It is not for us."),
    "response": lambda staff, idea: use(staff, idea, "response", text="We look into it."),
    "board": lambda staff, idea: use(staff, idea, "board", board=Board.in_order(for_=None)[2].id),
    "tags": lambda staff, idea: use(staff, idea, "tags", tags="night, brand-new, kitchen"),
    "hidden": lambda staff, idea: use(staff, idea, "hidden", reason="It names a guest."),
    "note": lambda staff, idea: use(staff, idea, "note", text="Ask Yuki first."),
    "owner": lambda staff, idea: within(staff, idea, "assign", "owner"),
    "snooze": lambda staff, idea: within(staff, idea, "snooze", "snooze", when="week"),
}


@pytest.mark.parametrize("kind", ACTS)
def test_what_was_undone_never_happened(
    browser: Opens, hugo: User, told: Idea, run_jobs: Runs, mailbox: Mailbox, kind: str
) -> None:
    staff, before, mails = browser(hugo), everything(), mailbox.recipients
    page = ACTS[kind](staff, told)
    assert page.status == 200 and everything() != before
    page = press_undo(staff, page)
    assert "Undone. It is as it was before, and nobody was told." in page.html
    assert everything() == before
    run_jobs()
    assert everything() == before and mailbox.recipients == mails
    assert not page.has("form.undo")


def test_what_a_step_settled_stands_again(browser: Opens, hugo: User, told: Idea, run_jobs: Runs) -> None:
    """A promise that a no took back, and an answer that was owed."""
    promise(told, by=hugo, days=9)
    with act():
        owe(told, Why.LATE, tell=False)
        snooze(told, now() + timedelta(days=2), by=hugo)
    run_jobs()
    before, staff = everything(), browser(hugo)
    page = move(staff, told, "declined", reason="It is not for us.")
    assert everything() != before
    press_undo(staff, page)
    assert everything() == before


def test_a_later_target_that_was_undone_is_told_to_nobody(
    browser: Opens, hugo: User, told: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    soon = next(target for target in choices() if target.grain == Grain.MONTH)
    with act():
        told.change_status(Status.first("idea", "planned"), by=hugo)
        told.aim(soon, by=hugo)
    run_jobs()
    before, mails, staff = everything(), mailbox.recipients, browser(hugo)
    page = use(staff, told, "target", target="ready")
    assert everything() != before
    press_undo(staff, page)
    run_jobs()
    assert everything() == before and mailbox.recipients == mails


def test_a_second_response_goes_back_to_the_first(browser: Opens, hugo: User, lea: User, told: Idea) -> None:
    with act():
        told.respond("We look into it.", by=lea)
    before = everything()
    staff = browser(hugo)
    page = use(staff, told, "response", text="We build it.")
    assert everything() != before
    press_undo(staff, page)
    assert everything() == before


def test_an_act_on_an_import_leaves_it_untouched(browser: Opens, hugo: User, told: Idea) -> None:
    with act():
        told.here_since = told.waiting_since = None
    before, staff = everything(), browser(hugo)
    press_undo(staff, move(staff, told, "planned"))
    assert everything() == before


def test_whoever_cares_hears_once_the_time_is_over(
    browser: Opens, hugo: User, told: Idea, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    move(browser(hugo), told, "planned")
    work_off(current_app)
    assert not mailbox.to(tom)
    run_jobs()
    assert [mail["Subject"] for mail in mailbox.to(tom)] == [f"Planned: {told.title}"]


def test_what_may_still_be_undone_is_in_no_feed(browser: Opens, hugo: User, told: Idea, run_jobs: Runs) -> None:
    staff, visitor = browser(hugo), browser()
    move(staff, told, "planned")
    use(staff, told, "response", text="We look into it.")
    for feed in ("/feed.atom", f"/ideas/{told.id}/feed.atom"):
        assert f"Planned: {told.title}" not in read(visitor, feed) and "We look into it." not in read(visitor, feed)
    run_jobs()
    for feed in ("/feed.atom", f"/ideas/{told.id}/feed.atom"):
        assert f"Planned: {told.title}" in read(visitor, feed) and "We look into it." in read(visitor, feed)


def test_the_audit_keeps_who_did_it_and_who_undid_it(browser: Opens, hugo: User, told: Idea) -> None:
    staff = browser(hugo)
    press_undo(staff, move(staff, told, "declined", reason="Not for a guest called Max."))
    read = staff.get("/admin/audit").text
    assert f"Hugo Petit moved “{told.title}” from New to Not planned, and it was undone at once" in read
    assert f"Hugo Petit undid what they had just done to “{told.title}”" in read
    assert "Max" not in read


def test_too_late_is_said_and_changes_nothing(browser: Opens, hugo: User, told: Idea, run_jobs: Runs) -> None:
    staff = browser(hugo)
    page = move(staff, told, "planned")
    run_jobs()
    after = everything()
    assert "It is too late to undo this" in press_undo(staff, page).html
    assert everything() == after


def test_the_clock_ends_it_also_where_no_worker_has_told_of_it(browser: Opens, hugo: User, told: Idea) -> None:
    staff = browser(hugo)
    page = move(staff, told, "planned")
    with act():
        db.session.execute(update(Act).values(until=now()))
    assert "It is too late to undo this" in press_undo(staff, page).html
    db.session.rollback()
    assert told.status.kind == "planned"


def test_pressed_twice_it_is_undone_once(browser: Opens, hugo: User, told: Idea) -> None:
    staff, before = browser(hugo), everything()
    page = move(staff, told, "planned")
    press_undo(staff, page)
    assert "It is too late to undo this" in press_undo(staff, page).html
    assert everything() == before


def test_only_who_did_it_undoes_it(browser: Opens, hugo: User, nora: User, told: Idea) -> None:
    page = move(browser(hugo), told, "planned")
    other = browser(nora)
    refused = other.post(str(page.find("form.undo")["action"]))
    assert "This was done by Hugo Petit, who alone can undo it." in refused.html
    db.session.rollback()
    assert told.status.kind == "planned"


@pytest.mark.parametrize(
    "first, then", [("planned", "started"), ("planned", "response"), ("board", "board"), ("tags", "tags")]
)
def test_what_somebody_did_since_is_said_and_kept(
    browser: Opens, hugo: User, lea: User, told: Idea, first: str, then: str
) -> None:
    acts = ACTS | {
        "planned": lambda staff, idea: move(staff, idea, "planned"),
        "started": lambda staff, idea: move(staff, idea, "started"),
        "tags": lambda staff, idea: use(staff, idea, "tags", tags=f"word{staff.lea}"),
        "response": lambda staff, idea: use(staff, idea, "response", text="We build it."),
        "board": lambda staff, idea: use(staff, idea, "board", board=Board.in_order(for_=None)[int(staff.lea)].id),
    }
    staff, other = browser(hugo), browser(lea)
    staff.lea, other.lea = 0, 2
    page = acts[first](staff, told)
    acts[then](other, told)
    after = everything()
    refused = press_undo(staff, page)
    assert "Nothing was undone, because of what happened since: Léa Martin" in refused.html
    assert everything() == after


def test_votes_and_words_that_came_meanwhile_stay(
    browser: Opens, hugo: User, told: Idea, yuki: User, tom: User
) -> None:
    staff = browser(hugo)
    page = move(staff, told, "planned")
    with act():
        Vote.cast(told, by=yuki)
        told.edit("Another title, and so it stays", "Words", by=tom)
    votes = told.votes_count
    press_undo(staff, page)
    db.session.rollback()
    assert (told.votes_count, told.title, told.status.kind) == (votes, "Another title, and so it stays", "open")


def test_undoing_leads_back_to_the_list_as_it_was_searched(browser: Opens, hugo: User, told: Idea) -> None:
    staff = browser(hugo)
    page = staff.get(f"/admin?queue=all&q=dark&sort=votes&idea={told.id}&do=snooze")
    page = staff.submit(page, f'form[action="/admin/ideas/{told.id}/snooze"]', when="week")
    page = press_undo(staff, page)
    assert page.path == "/admin" and page.find("main [type=search]")["value"] == "dark"
    assert page.find("#open-h").get_text(strip=True) == told.title


def test_nothing_to_undo_is_not_offered(browser: Opens, hugo: User, told: Idea) -> None:
    page = use(browser(hugo), told, "tags")
    assert "Tags saved." in page.html and not page.has("form.undo")


def test_of_undoing_and_telling_at_the_same_moment_exactly_one_wins(
    app: Flask, browser: Opens, hugo: User, told: Idea, tom: User
) -> None:
    """Many times over: where it was undone, nobody was told; where somebody was told, it stands."""
    staff = browser(hugo)
    for _round in range(6):
        page = move(staff, told, "under_review")
        with app.app_context():
            begin_write()
            event = db.session.scalars(select(Event).where(Event.due_at > now())).one()
            event.due_at, id = now(), event.id  # the worker’s clock is ahead
            db.session.commit()
        outcome = at_once(app, partial(fan_out, id), partial(press_undo, staff, page))
        assert not any(isinstance(one, BaseException) for one in outcome), outcome
        db.session.rollback()
        told_of = db.session.scalar(select(func.count(Notification.id)).where(Notification.event_id == id))
        stands = told.status.kind == "under_review"
        assert bool(told_of) == stands
        if stands:
            with act():
                told.change_status(Status.first("idea", "open"), by=hugo)


def at_once(app: Flask, *jobs: Callable[[], Any]) -> list[Any]:
    """Do these at the same moment, each in a thread of its own; what each gave, or the error that it ended with."""
    start, outcome = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int) -> None:
        with app.app_context():
            start.wait()
            try:
                outcome[place] = jobs[place]()
            except Exception as problem:
                outcome[place] = problem

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def test_whoever_is_told_later_is_rung_for_then(app: Flask) -> None:
    bell = app.extensions["doorbell"]
    if bell is None:  # without Redis, the worker looks into the tables every second
        return
    bell.ring("portal.fanout.catch_up", 1, after=0.3)
    assert bell.wait_until_rung() and bell.queue.count == 0
    until = monotonic() + 5
    while not bell.queue.count and monotonic() < until:
        sleep(0.02)
    assert bell.queue.count == 1


def test_a_restored_portal_offers_no_undo_and_mails_nothing_old(
    browser: Opens, hugo: User, told: Idea, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    move(browser(hugo), told, "planned")
    with act():
        quieten("2026-11-29 10:00")
    run_jobs()
    assert not mailbox.to(tom) and told.status.kind == "planned"
    assert db.session.scalar(select(func.count()).select_from(Act)) == 0


def test_what_is_kept_to_undo_goes_when_people_are_told(browser: Opens, hugo: User, told: Idea, run_jobs: Runs) -> None:
    move(browser(hugo), told, "planned")
    run_jobs()
    assert db.session.scalar(select(func.count()).select_from(Act)) == 0
