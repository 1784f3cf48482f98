"""What belongs together: said by staff, read on both pages as far as one may see the other, and taken away again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.merging import linking
from portal.merging.links import Link, Relation, checked, linked
from portal.operations.checking import findings
from tests.admin.places import at
from tests.admin.tools import last_event
from tests.browser import Browser
from tests.conftest import act

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]


def link(idea: Idea, other: Idea, relation: Relation, by: User) -> None:
    with act():
        linking.hold_both(idea, other, relation)
        linking.link(idea, other, relation, by=by)


def said(page_of: Browser, idea: Idea) -> list[str]:
    """What the page says that an idea belongs together with."""
    page = page_of.get(at(idea))
    return [" ".join(each.get_text(" ").split()) for each in page.soup.select("#links li")]


def test_staff_link_two_ideas_and_both_pages_say_it(
    browser: Opens, visitor: Browser, hugo: User, dark_mode: Idea, offline: Idea
) -> None:
    staff = browser(hugo)
    found = staff.get(f"/admin/ideas/{dark_mode.id}/links?q=offline")
    page = staff.submit(found, "main form[method=post]:has(#link-relation)", other=offline.id, relation="waits")
    assert "Linked. Nobody is told" in page.html
    assert said(visitor, dark_mode) == [f"Waits for {offline.title} Planned"]
    assert said(visitor, offline) == [f"Comes before {dark_mode.title} New"]
    event = last_event(dark_mode)
    assert (event.action, event.facts["relation"], event.facts["other"]) == (Action.IDEA_LINKED, "waits", offline.id)
    assert "waits for “See the schedule offline" in staff.get("/admin/audit").text


def test_it_is_found_by_its_number(browser: Opens, hugo: User, dark_mode: Idea, offline: Idea) -> None:
    page = browser(hugo).get(f"/admin/ideas/{dark_mode.id}/links?q=%23{offline.id}")
    assert [radio["value"] for radio in page.soup.select("[name=other]")] == [str(offline.id)]
    assert "Nothing found" in browser(hugo).get(f"/admin/ideas/{dark_mode.id}/links?q=%23{dark_mode.id}").text


def test_a_link_is_taken_away_again(browser: Opens, hugo: User, dark_mode: Idea, offline: Idea) -> None:
    link(dark_mode, offline, Relation.THEME, by=hugo)
    staff = browser(hugo)
    assert said(staff, offline) == [f"Goes with {dark_mode.title} New"]
    page = staff.submit(staff.get(f"/admin/ideas/{offline.id}/links"), "main form[action$=end]")
    assert "The link is taken away." in page.html
    assert said(staff, offline) == [] and last_event(offline).action == Action.IDEA_UNLINKED


def test_a_link_is_undone_and_so_is_taking_it_away(browser: Opens, hugo: User, dark_mode: Idea, offline: Idea) -> None:
    staff = browser(hugo)
    page = staff.post(f"/admin/ideas/{dark_mode.id}/links", {"other": offline.id, "relation": "blocks"})
    staff.submit(page, "form.undo")
    assert said(staff, dark_mode) == []
    link(dark_mode, offline, Relation.WAITS, by=hugo)
    page = staff.submit(staff.get(f"/admin/ideas/{dark_mode.id}/links"), "main form[action$=end]")
    staff.submit(page, "form.undo")
    assert said(staff, dark_mode) == [f"Waits for {offline.title} Planned"]
    assert "and it was undone at once" in staff.get("/admin/audit").text


def test_taking_away_is_not_undone_where_a_circle_would_close(
    browser: Opens, hugo: User, dark_mode: Idea, offline: Idea, swap: Idea
) -> None:
    link(dark_mode, offline, Relation.WAITS, by=hugo)
    staff = browser(hugo)
    page = staff.submit(staff.get(f"/admin/ideas/{dark_mode.id}/links"), "main form[action$=end]")
    link(offline, swap, Relation.WAITS, by=hugo)
    link(swap, dark_mode, Relation.WAITS, by=hugo)
    page = staff.submit(page, "form.undo")
    assert "nothing was undone" in page.html
    db.session.rollback()
    assert checked() == []


@pytest.mark.parametrize(
    "other, relation, why",
    [
        ("dark_mode", "theme", "This is the same one"),
        ("swap", "waits", "They are linked already: “Goes with”"),
        ("offline", "blocks", "would wait for itself"),
        ("999999", "theme", "It is not there any more"),
        ("", "theme", "Choose the other one"),
        ("fax", "", "Choose what they have to do"),
    ],
)
def test_what_makes_no_sense_is_refused_and_says_why(
    browser: Opens, hugo: User, dark_mode: Idea, swap: Idea, fax: Idea, offline: Idea, request: pytest.FixtureRequest,
    other: str, relation: str, why: str,
) -> None:  # fmt: skip
    link(dark_mode, swap, Relation.THEME, by=hugo)
    link(dark_mode, fax, Relation.WAITS, by=hugo)
    link(fax, offline, Relation.WAITS, by=hugo)
    id = request.getfixturevalue(other).id if other.isidentifier() else other
    if other == "fax":
        id = offline.id
    sent = {"other": id, "relation": relation, "q": "schedule"}
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/links", sent)
    assert page.status == 422 and why in page.find(".summary").get_text()
    assert page.find("#q")["value"] == "schedule"
    assert len(db.session.scalars(select(Link)).all()) == 3


def test_an_idea_has_no_more_links_than_one_reads(hugo: User, dark_mode: Idea) -> None:
    with act():
        others = [Idea.propose(hugo, f"A wish, the {number}th of all") for number in range(linking.MOST + 1)]
    for other in others[:-1]:
        link(dark_mode, other, Relation.THEME, by=hugo)
    with pytest.raises(linking.TooMany):
        link(others[-1], dark_mode, Relation.THEME, by=hugo)


def test_the_same_form_sent_twice_links_once(browser: Opens, hugo: User, dark_mode: Idea, offline: Idea) -> None:
    staff = browser(hugo)
    found = staff.get(f"/admin/ideas/{dark_mode.id}/links?q=offline")
    for _ in range(2):
        page = staff.submit(found, "main form[method=post]:has(#link-relation)", other=offline.id, relation="waits")
        assert page.status == 200
    assert len(linked(dark_mode.id, hugo)) == 1


def test_nobody_reads_of_what_they_may_not_see(
    browser: Opens,
    visitor: Browser,
    hugo: User,
    tom: User,
    camille: User,
    dark_mode: Idea,
    salary_leak: Idea,
    fax: Idea,
) -> None:
    link(dark_mode, salary_leak, Relation.WAITS, by=hugo)
    link(dark_mode, fax, Relation.THEME, by=hugo)
    with act():
        fax.hide(by=hugo, reason="spam")
    for reader in (visitor, browser(tom)):
        assert said(reader, dark_mode) == []
    assert [salary_leak.title in line for line in said(browser(camille), dark_mode)] == [True]
    assert len(said(browser(hugo), dark_mode)) == 2


def test_staff_who_move_what_waits_read_it_and_are_not_stopped(
    browser: Opens, hugo: User, dark_mode: Idea, offline: Idea
) -> None:
    link(dark_mode, offline, Relation.WAITS, by=hugo)
    staff = browser(hugo)
    page = staff.get(f"/admin?idea={dark_mode.id}&do=status")
    assert f"It waits for “{offline.title}” (Planned)." in page.find("#do").get_text()
    assert offline.title in page.find("#s-links").find_parent("section").get_text()
    next_one = Status.first("idea", "under_review").id
    assert staff.submit(page, "#do form", status=next_one).status == 200
    db.session.rollback()
    assert dark_mode.status_id == next_one
    with act():
        offline.change_status(Status.first("idea", "shipped"), by=hugo)
    assert "It waits for" not in staff.get(f"/admin?idea={dark_mode.id}&do=status").find("#do").get_text()


def test_who_has_not_this_job_does_not_link(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    with act():
        hugo.chosen_jobs = "marketing"
    staff = browser(hugo)
    assert staff.get(f"/admin/ideas/{dark_mode.id}/links").status == 403
    assert f"/admin/ideas/{dark_mode.id}/links" not in staff.get(at(dark_mode)).html


def test_of_links_that_would_close_a_circle_together_one_is_refused(
    app: Flask, hugo: User, nora: User, dark_mode: Idea, offline: Idea, swap: Idea, fax: Idea
) -> None:
    link(offline, swap, Relation.BLOCKS, by=hugo)
    link(fax, dark_mode, Relation.BLOCKS, by=hugo)
    ids = [(dark_mode.id, offline.id), (swap.id, fax.id)] * 3
    people = hugo.id, nora.id
    db.session.rollback()

    def blocks(turn: int) -> bool:
        with app.app_context():
            one, other = (db.session.get_one(Idea, id) for id in ids[turn])
            try:
                link(one, other, Relation.BLOCKS, by=db.session.get_one(User, people[turn % 2]))
            except (linking.WouldWaitForItself, linking.LinkedAlready):
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(blocks, range(6))) == 1
    assert checked() == []


def test_a_check_finds_a_circle(dark_mode: Idea, offline: Idea) -> None:
    assert findings()["links"] == []
    with act():
        for one, other in ((dark_mode, offline), (offline, dark_mode)):
            db.session.add(Link(bond="blocks", first_id=one.id, second_id=other.id, created_at=now()))
    assert findings()["links"] == [f"idea {id} waits for itself" for id in sorted((dark_mode.id, offline.id))]
