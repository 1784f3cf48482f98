"""The ways between statuses are rows: what stands there to begin with, who is held by it, and what would be a trap."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.admin import arranging
from portal.changelog.models import draft
from portal.changelog.publishing import NotReady, publish
from portal.database.writing import begin_write
from portal.demo.cast import IDEAS
from portal.extensions import db
from portal.ideas import workflow
from portal.ideas.models import Idea
from portal.ideas.statuses import TRANSITIONS, Kind, ReasonOwed, Status, StatusKind, TransitionRefused
from portal.ideas.transitions import Tells, Transition, read_ways, way_between
from portal.notifications.examples import EXAMPLES, preview
from tests.conftest import act

pytestmark = pytest.mark.both


def step(kind: str, for_kind: str = "idea") -> Status:
    return Status.first(for_kind, kind)


def forbid(old: str, new: str, by: User, for_kind: str = "idea") -> None:
    with act():
        workflow.forbid(step(old, for_kind), step(new, for_kind), by=by)


def test_a_new_portal_has_the_ways_of_the_table_and_owes_a_reason_to_decline(app: Flask) -> None:
    for kind in Kind:
        steps = {status.id: status for status in Status.all_for(kind)}
        ways = {ends: way for ends, way in read_ways().items() if ends[0] in steps}
        found = {(steps[old].kind, steps[new].kind) for old, new in ways}
        table = {(old, new) for old, row in TRANSITIONS[kind].items() for new in row}
        there = {status.kind for status in steps.values()}
        assert found == {(old, new) for old, new in table if {old, new} <= there}
        owing = {steps[new].kind for (_old, new), way in ways.items() if way.owes_reason}
        assert owing == {StatusKind.DECLINED} and {way.tells for way in ways.values()} == {Tells.EVERYONE}


def test_what_is_forbidden_is_refused_and_what_is_allowed_goes(dark_mode: Idea, lea: User, nora: User) -> None:
    forbid("open", "planned", nora)
    with pytest.raises(TransitionRefused), act():
        dark_mode.change_status(step("planned"), by=lea)
    assert step("planned") not in dark_mode.allowed_statuses()
    with act():
        workflow.allow(step("open"), step("shipped"), by=nora)
        dark_mode.change_status(step("shipped"), by=lea)
    assert dark_mode.status.kind == "shipped"


def test_a_way_that_owes_a_reason_is_not_gone_without_one(offline: Idea, lea: User, nora: User) -> None:
    with act():
        way = way_between(step("planned").id, step("under_review").id)
        assert way
        workflow.change(way, owes_reason=True, tells=Tells.EVERYONE, by=nora)
    with pytest.raises(ReasonOwed), act():
        offline.change_status(step("under_review"), by=lea, reason=" ")
    with act():
        offline.change_status(step("under_review"), by=lea, reason="It needs another look.")
    assert offline.status_reason == "It needs another look."


def test_to_decline_owes_a_reason_whatever_is_saved(dark_mode: Idea, lea: User, nora: User) -> None:
    way = way_between(step("open").id, step("declined").id)
    assert way
    with act():
        workflow.change(way, owes_reason=False, tells=Tells.FOLLOWERS, by=nora)
    assert way.owes_reason
    with pytest.raises(ReasonOwed), act():
        dark_mode.change_status(step("declined"), by=lea)


def test_a_way_that_is_allowed_again_owes_and_tells_what_it_did(app: Flask, nora: User) -> None:
    way = way_between(step("planned").id, step("under_review").id)
    assert way
    with act():
        workflow.change(way, owes_reason=True, tells=Tells.FOLLOWERS, by=nora)
    forbid("planned", "under_review", nora)
    assert way_between(step("planned").id, step("under_review").id) is None
    with act():
        assert workflow.allow(step("planned"), step("under_review"), by=nora)
    again = way_between(step("planned").id, step("under_review").id)
    assert again and (again.owes_reason, again.tells) == (True, "followers")


def test_the_last_way_out_of_where_ideas_arrive_stays(app: Flask, nora: User) -> None:
    forbid("open", "planned", nora)
    forbid("open", "declined", nora)
    with pytest.raises(workflow.NoWayOut):
        forbid("open", "under_review", nora)
    db.session.rollback()
    assert way_between(step("open").id, step("under_review").id)
    with pytest.raises(workflow.NoWayOut), act():
        arranging.delete_status(step("under_review"), step("planned"), by=nora)
    db.session.rollback()
    assert step("under_review")


def test_no_other_status_moves_to_the_beginning_that_leads_nowhere(app: Flask, nora: User) -> None:
    with act():
        second = arranging.add_status(Kind.IDEA, StatusKind.OPEN, {"en": "Received", "fr": "Reçue"}, by=nora)
        for status in second.next_ones():
            workflow.forbid(second, status, by=nora)
    with pytest.raises(workflow.NoWayOut), act():
        arranging.put_at(second, 0, by=nora)


def test_a_status_that_is_added_has_the_ways_of_its_kind(app: Flask, nora: User) -> None:
    with act():
        beta = arranging.add_status(Kind.IDEA, StatusKind.TESTING, {"en": "Beta", "fr": "Bêta"}, by=nora)
    names = [status.names["en"] for status in beta.next_ones()]
    assert names == ["In progress", "In testing", "Shipped", "Not planned"]
    assert beta.colour == "testing"
    before = {old for old, new in read_ways() if new == beta.id}
    assert before == {step(kind).id for kind in ("planned", "started", "testing", "shipped")}


def test_a_status_that_is_deleted_takes_its_ways_along(app: Flask, nora: User) -> None:
    gone = step("testing").id
    with act():
        arranging.delete_status(step("testing"), None, by=nora)
    assert not [ends for ends in read_ways() if gone in ends]


def test_the_ideas_of_a_deleted_status_go_only_where_a_way_leads(offline: Idea, nora: User) -> None:
    forbid("planned", "testing", nora)
    with pytest.raises(arranging.NowhereToGo), act():
        arranging.delete_status(step("planned"), step("testing"), by=nora)
    db.session.rollback()
    assert offline.status.kind == "planned"


def test_a_release_ships_only_on_a_way_that_is_open(copy_week: Idea, hugo: User, nora: User) -> None:
    with act():
        release = draft(hugo)
        release.write(title=dict.fromkeys(("en", "fr"), "Copy"), story=dict.fromkeys(("en", "fr"), "It copies."))
        release.ideas = [copy_week]
    forbid("started", "shipped", nora)
    with pytest.raises(NotReady) as refused, act():
        publish(release, by=hugo)
    assert "cannot ship from there" in refused.value.problems["ideas"][0]
    assert "In progress" not in refused.value.problems["ideas"][0].partition("one of these")[2]
    db.session.rollback()
    with act():
        workflow.allow(step("started"), step("shipped"), by=nora)
        way = way_between(step("started").id, step("shipped").id)
        assert way
        workflow.change(way, owes_reason=True, tells=Tells.NOBODY, by=nora)
    with act():
        assert publish(release, by=hugo), "its story is the reason"
    assert copy_week.status.kind == "shipped"


@pytest.mark.parametrize("name", ["planned", "together", "released", "digest", "slipped"])
def test_the_examples_of_mails_need_no_way_of_this_portal(app: Flask, nora: User, lea: User, name: str) -> None:
    forbid("open", "planned", nora)
    forbid("planned", "shipped", nora)
    assert name in EXAMPLES and preview(name, lea, "en").text
    assert way_between(step("open").id, step("planned").id) is None


def test_of_a_move_and_its_forbidding_at_once_each_is_whole(app: Flask, dark_mode: Idea) -> None:
    """Whoever comes second finds the way closed, or the idea gone along it: never a step that nobody may take."""
    id, ends, gate = dark_mode.id, (step("open").id, step("planned").id), threading.Barrier(2)
    db.session.rollback()

    def go(acts: Callable[[User], None], who: str) -> str:
        with app.app_context():
            gate.wait()
            begin_write()
            user = db.session.scalars(select(User).where(User.handle == who)).one()
            try:
                acts(user)
                db.session.commit()
            except TransitionRefused:
                db.session.rollback()
                return "refused"
            return "done"

    def move(user: User) -> None:
        db.session.get_one(Idea, id).change_status(db.session.get_one(Status, ends[1]), by=user)

    def close(user: User) -> None:
        workflow.forbid(*(db.session.get_one(Status, end) for end in ends), by=user)

    with ThreadPoolExecutor(2) as pool:
        moved, closed = pool.submit(go, move, "lea-martin"), pool.submit(go, close, "nora-klein")
        assert (closed.result(), moved.result()) in {("done", "done"), ("done", "refused")}
    told = select(func.count()).where(Event.action == Action.STATUS_CHANGED, Event.subject_id == id)
    steps = db.session.scalar(told)
    assert steps == (1 if moved.result() == "done" else 0)
    assert (db.session.get_one(Idea, id).status_id == ends[1]) is (moved.result() == "done")


def test_nothing_of_the_table_is_a_trap(app: Flask) -> None:
    for kind in Kind:
        assert workflow.traps(Status.all_for(kind), read_ways()) == []
        assert workflow.stuck(Status.all_for(kind), read_ways()) == []


STEPS = [Status(id=n, for_kind="idea", kind=kind, position=n) for n, kind in enumerate(StatusKind, 1)]


@given(st.sets(st.tuples(st.integers(1, 7), st.integers(1, 7)).filter(lambda ends: ends[0] != ends[1])))
def test_a_trap_is_what_no_walk_leaves_for_an_end(ways: set[tuple[int, int]]) -> None:
    def ends_somewhere(status: Status) -> bool:
        seen, todo = {status.id}, [status.id]
        while todo:
            now = todo.pop()
            if STEPS[now - 1].is_closed:
                return True
            fresh = {new for old, new in ways if old == now} - seen
            seen |= fresh
            todo += fresh
        return False

    assert workflow.traps(STEPS, ways) == [status for status in STEPS if not ends_somewhere(status)]
    assert set(workflow.stuck(STEPS, ways)) <= set(workflow.traps(STEPS, ways))


def test_the_demo_goes_only_on_ways_that_are_open(app: Flask) -> None:
    assert all(
        way_between(move.facts["old"], move.facts["new"])
        for move in db.session.scalars(select(Event).where(Event.action == Action.STATUS_CHANGED))
    )
    assert len(IDEAS) and db.session.scalar(select(func.count()).select_from(Transition))
