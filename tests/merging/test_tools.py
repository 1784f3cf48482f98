"""What staff do to an idea that lives in another one is done there: the tools say where, and every path refuses."""

from datetime import timedelta

import pytest

from portal.clock import now
from portal.extensions import db
from portal.ideas.family import LivesElsewhere
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.ideas.targets import Target
from portal.merging.converting import HasFamily, require_convertible
from portal.triage.acts import Act, undoable
from portal.triage.assignments import assign, assignment_of
from portal.triage.ledger import Promise, open_of, today
from portal.triage.snoozing import snooze, snooze_of
from portal.triage.undoing import undo
from tests.conftest import act
from tests.merging.families import join, part, standing

pytestmark = pytest.mark.both

SAID = "It is a part of"
DAY = today() + timedelta(days=30)
# What each form of the tools sends, and where.
FORMS = {
    "status": {"status": "planned", "reason": "It helps many."},
    "response": {"text": "We are on it, this very month.", "kind": "answer"},
    "owner": {"owner": "hugo"},
    "snooze": {"when": "tomorrow"},
    "promises": {"day": DAY.isoformat(), "owner": "hugo", "text": "On the phone first."},
    "target": {"target": f"{DAY.year + 1}-Q2"},
}


@pytest.fixture
def merged(lea, offline, swap):
    join(swap, offline, lea)
    return swap


def stands_as(idea):
    """All that staff could have done to it."""
    db.session.rollback()
    found = db.session.get_one(Idea, idea.id)
    return found.status_id, found.response, assignment_of(found), snooze_of(found), open_of(idea.id), found.target


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_was_open_as_it_was_merged_is_refused_and_keeps_its_text(browser, hugo, merged, name):
    before, staff = stands_as(merged), browser(hugo)
    sent = {field: str(hugo.id) if value == "hugo" else value for field, value in FORMS[name].items()}
    sent |= {"status": str(Status.first(Kind.IDEA, StatusKind.PLANNED).id)} if name == "status" else {}
    page = staff.post(
        f"/admin/ideas/{merged.id}/{name}", {**sent, **({} if name == "promises" else {"list": "queue=all"})}
    )
    assert page.status == 422 and SAID in page.text
    assert all(words in page.html for words in sent.values() if " " in words)
    assert stands_as(merged) == before


def test_several_at_once_leave_out_what_lives_elsewhere_but_for_what_is_its_own(browser, hugo, merged, dark_mode):
    staff = browser(hugo)
    page = staff.get(f"/admin/bulk?do=assign&ids={merged.id}&ids={dark_mode.id}")
    assert page.text.count(SAID) == 1
    page = staff.post("/admin/bulk", {"do": "assign", "ids": [merged.id, dark_mode.id], "owner": str(hugo.id)})
    assert SAID in page.text and assignment_of(db.session.get_one(Idea, dark_mode.id))
    assert assignment_of(db.session.get_one(Idea, merged.id)) is None
    assert SAID not in staff.get(f"/admin/bulk?do=tag&ids={merged.id}").text


def test_the_tools_lead_to_where_it_lives_and_keep_what_is_its_own(browser, hugo, merged, offline):
    staff = browser(hugo)
    for where in (f"/ideas/{merged.id}", f"/admin?queue=all&idea={merged.id}"):
        page = staff.get(where)
        assert page.find(f'a[href$="#staff-tools"][href*="/ideas/{offline.id}-"]')
        assert not page.soup.select(f'form[action="/admin/ideas/{merged.id}/status"]')
        assert not page.soup.select('[data-key="a"], [data-key="s"], [data-key="g"], [data-key="h"], [data-key="m"]')
    assert (
        page.soup.select('[data-key="t"]') and page.soup.select('[data-key="N"]') and page.soup.select('[data-key="H"]')
    )
    for name in ("status", "answer", "assign", "snooze"):
        assert not staff.get(f"/admin?queue=all&idea={merged.id}&do={name}").soup.select("#do form")
    assert offline.title in staff.get(f"/admin/promises/new?idea={merged.id}").text


def test_it_is_hidden_tagged_and_noted_as_before(browser, hugo, merged):
    staff = browser(hugo)
    page = staff.get(f"/ideas/{merged.id}")
    staff.submit(page, f'form[action="/admin/ideas/{merged.id}/tags"]', tags="shifts")
    staff.post(f"/admin/ideas/{merged.id}/hidden", {"hidden": "1", "reason": "Personal data."})
    found = db.session.get_one(Idea, merged.id)
    assert [tag.name for tag in found.tags] == ["shifts"] and found.hidden_at


def test_each_verb_refuses_by_itself(lea, merged):
    idea, by = db.session.get_one(Idea, merged.id), lea
    for do in (
        lambda: idea.change_status(Status.first(Kind.IDEA, StatusKind.STARTED), by=by),
        lambda: idea.respond("Soon.", by=by),
        lambda: idea.aim(Target.read(f"{DAY.year + 1}-Q2"), by=by),
        lambda: assign(idea, lea, by=by),
        lambda: snooze(idea, now() + timedelta(days=3), by=by),
        lambda: Promise.make(idea, DAY, by=by),
        lambda: require_convertible(idea),
    ):
        with pytest.raises(LivesElsewhere), act():
            do()


def test_an_act_of_before_the_merge_is_not_undone_while_it_lives_elsewhere(browser, lea, hugo, offline, swap):
    with act():
        idea = db.session.get_one(Idea, swap.id)
        with undoable(idea, by=hugo) as done:
            idea.respond("We are on it.", by=hugo)
    join(swap, offline, lea)
    page = browser(hugo).post(f"/admin/undo/{done.press}")
    assert "Nothing was undone, as it is a part of" in page.html
    assert db.session.get_one(Idea, swap.id).response
    part(swap, lea)
    with act():
        undo(Act.done_with(done.press)[0], by=hugo)
    assert db.session.get_one(Idea, swap.id).response is None


def test_its_tags_are_undone_wherever_it_lives(lea, hugo, offline, swap):
    with act():
        idea = db.session.get_one(Idea, swap.id)
        with undoable(idea, by=hugo) as done:
            idea.tag(["shifts"], by=hugo)
    join(swap, offline, lea)
    with act():
        undo(Act.done_with(done.press)[0], by=hugo)
    assert not db.session.get_one(Idea, swap.id).tags and standing(swap) == (offline.id, 0)


def test_neither_it_nor_what_it_lives_in_becomes_of_another_kind(browser, lea, merged, offline):
    with pytest.raises(HasFamily), act():
        require_convertible(db.session.get_one(Idea, offline.id))
    page = browser(lea).post(f"/admin/ideas/{offline.id}/kind")
    assert page.status == 422
    page = browser(lea).post(f"/admin/ideas/{merged.id}/kind")
    assert page.status == 422 and not any(db.session.get_one(Idea, one.id).is_issue for one in (merged, offline))
