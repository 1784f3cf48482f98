"""Whom a change of status tells: as its way says at that moment, or nobody where staff want it quiet."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.changelog.models import draft
from portal.changelog.publishing import publish
from portal.clock import now
from portal.extensions import db
from portal.ideas import workflow
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.ideas.transitions import Tells, way_between
from portal.notifications.objections import UNDONE, Objection, objection
from portal.notifications.reach import reach_of_move
from portal.notifications.stopping import follow
from portal.recognition.ledger import points_of
from tests.admin.places import at
from tests.admin.tools import last_event, move
from tests.browser import Browser
from tests.conftest import act
from tests.jobs.told import plan, told
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]
Runs = Callable[[], None]


def tell(old: str, new: str, tells: Tells, by: User) -> None:
    way = way_between(Status.first("idea", old).id, Status.first("idea", new).id)
    assert way
    with act():
        workflow.change(way, way.owes_reason, tells, by=by)


@pytest.fixture
def followed(offline: Idea, yuki: User) -> Idea:
    """Planned; its author is Tom, its supporters are Ines and Camille among others, and Yuki follows it."""
    with act():
        follow(offline, yuki, "on")
    return offline


def test_a_way_tells_author_and_followers_alone(followed: Idea, lea: User, nora: User, run_jobs: Runs) -> None:
    tell("planned", "started", Tells.FOLLOWERS, nora)
    assert reach_of_move(followed, lea, Tells.FOLLOWERS).told == 2
    plan(followed, lea, "started")
    run_jobs()
    assert told(Action.STATUS_CHANGED) == {"tom", "yuki"}


def test_a_way_tells_nobody(followed: Idea, lea: User, nora: User, run_jobs: Runs, mailbox: Mailbox) -> None:
    tell("planned", "started", Tells.NOBODY, nora)
    plan(followed, lea, "started")
    run_jobs()
    assert told(Action.STATUS_CHANGED) == set() and not mailbox.messages


def test_what_has_happened_is_told_as_the_way_said_then(followed: Idea, lea: User, nora: User, run_jobs: Runs) -> None:
    plan(followed, lea, "started")
    tell("planned", "started", Tells.NOBODY, nora)
    run_jobs()
    assert {"tom", "yuki", "ines"} <= told(Action.STATUS_CHANGED)


def test_an_older_step_that_says_nothing_of_it_is_told_to_everyone(followed: Idea, lea: User, run_jobs: Runs) -> None:
    plan(followed, lea, "started")
    id = last_event(followed).id
    with act():
        event = db.session.get_one(Event, id)
        event.facts = {name: fact for name, fact in event.facts.items() if name != "tells"}
    run_jobs()
    assert {"tom", "yuki", "ines"} <= told(Action.STATUS_CHANGED)


def test_a_quiet_change_stands_in_the_journey_and_tells_nobody(
    browser: Opens, visitor: Browser, followed: Idea, hugo: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    page = move(browser(hugo), followed, "under_review", reason="A slip of the hand.", quietly="y")
    assert "Moved to Under review. Nobody is told." in page.html
    run_jobs()
    assert told(Action.STATUS_CHANGED) == set() and not mailbox.messages
    text = visitor.get(at(followed)).text
    assert "A slip of the hand." in text and "Under review" in text
    for address in ("/feed.atom", f"/ideas/{followed.id}/feed.atom"):
        assert "A slip of the hand." not in visitor.get(address).response.get_data(as_text=True)
    assert "to Under review, and nobody was told" in browser(hugo).get("/admin/audit").text


def test_a_quiet_change_still_owes_what_its_way_owes(browser: Opens, hugo: User, followed: Idea) -> None:
    page = move(browser(hugo), followed, "declined", quietly="y")
    assert page.status == 422 and page.has("#tool-reason-error")
    assert page.find("#tool-quietly").has_attr("checked"), "what was ticked stays"


def test_a_quiet_change_pays_what_is_owed_for_where_it_stands(dark_mode: Idea, lea: User, run_jobs: Runs) -> None:
    author = dark_mode.author
    with act():
        dark_mode.change_status(Status.first("idea", "planned"), by=lea, quietly=True)
    run_jobs()
    assert points_of(author) > 0


@pytest.mark.parametrize(("hours", "speaks"), [(0, UNDONE), (2, None)])
def test_what_was_taken_back_quietly_before_its_mail_left_is_not_mailed(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    followed: Idea,
    lea: User,
    tom: User,
    hours: int,
    speaks: Objection | None,
) -> None:
    monkeypatch.setitem(app.config, "FOLD_SECONDS", 120)
    plan(followed, lea, "started")
    id = last_event(followed).id
    with act():
        db.session.get_one(Event, id).created_at = now() - timedelta(hours=hours)
        followed.change_status(Status.first("idea", "planned"), by=lea, quietly=True)
    assert objection(db.session.get_one(Event, id), tom) is speaks


def test_staff_read_whom_each_way_tells_before_they_move(
    browser: Opens, followed: Idea, hugo: User, nora: User
) -> None:
    form = f'form[action="/admin/ideas/{followed.id}/status"]'
    alike = browser(hugo).get(at(followed)).find(form).get_text(" ")
    assert "people are told." in alike and "Nobody is told." not in alike
    tell("planned", "testing", Tells.NOBODY, nora)
    tell("planned", "started", Tells.FOLLOWERS, nora)
    said = " ".join(browser(hugo).get(at(followed)).find(form).get_text(" ").split())
    assert "In testing Nobody is told." in said and "In progress 2 people are told." in said


def test_a_release_tells_also_of_what_ships_on_a_silent_way(
    copy_week: Idea, hugo: User, nora: User, run_jobs: Runs
) -> None:
    tell("started", "shipped", Tells.NOBODY, nora)
    with act():
        release = draft(hugo)
        release.write(title=dict.fromkeys(("en", "fr"), "Copy"), story=dict.fromkeys(("en", "fr"), "It copies."))
        release.ideas = [copy_week]
        publish(release, by=hugo)
    run_jobs()
    assert told(Action.RELEASE_PUBLISHED) and told(Action.STATUS_CHANGED) == set()
    step = db.session.scalars(
        select(Event).where(Event.action == Action.STATUS_CHANGED).order_by(Event.id.desc())
    ).first()
    assert step and "tells" not in step.facts
