"""Suspended members read, and do nothing else, until somebody reinstates them."""

from collections.abc import Callable

from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import Suspension, reinstate, suspend
from tests.admin.places import at
from tests.browser import Browser
from tests.conftest import act

Opens = Callable[..., Browser]


def about(user: User) -> list[Event]:
    db.session.rollback()
    found = select(Event).where(Event.subject_type == "user", Event.subject_id == user.id).order_by(Event.id)
    return list(db.session.scalars(found))


def test_staff_suspend_a_member_with_a_reason(browser: Opens, hugo: User, tom: User) -> None:
    staff = browser(hugo)
    form = f'form[action="/admin/members/{tom.handle}/suspension"]'
    page = staff.submit(staff.get(f"/admin/members/{tom.handle}"), form, reason="Insults, twice.")
    assert "Tom Becker is suspended, and can only read and take out what is theirs." in page.html
    assert "Insults, twice." in page.text
    told = about(tom)[-1]
    assert (told.action, told.actor_id, told.facts["reason"]) == (Action.MEMBER_SUSPENDED, hugo.id, "Insults, twice.")


def test_a_suspension_forbids_what_was_open(browser: Opens, hugo: User, tom: User, dark_mode: Idea) -> None:
    opened = browser(tom)
    opened.get("/")
    browser(hugo).post(f"/admin/members/{tom.handle}/suspension", {"reason": "Insults."})
    db.session.rollback()
    votes = dark_mode.votes_count
    opened.post(f"/ideas/{dark_mode.id}/vote", {"voted": 1})
    db.session.rollback()
    assert dark_mode.votes_count == votes
    assert opened.get(at(dark_mode)).status == 200


def test_suspending_owes_a_reason(browser: Opens, hugo: User, tom: User) -> None:
    page = browser(hugo).post(f"/admin/members/{tom.handle}/suspension", {"reason": ""})
    assert page.status == 422 and "Say why" in page.find("#suspend-reason-error").get_text()
    db.session.rollback()
    assert not tom.is_suspended


def test_a_stale_token_keeps_the_reason(browser: Opens, hugo: User, tom: User) -> None:
    page = browser(hugo).post(f"/admin/members/{tom.handle}/suspension", {"reason": "Insults."}, token=False)
    assert page.status == 422 and page.find("#suspend-reason").get_text().strip() == "Insults."


def test_a_reinstated_member_takes_part_again(browser: Opens, hugo: User, tom: User) -> None:
    with act():
        suspend(tom, by=hugo, reason="Insults.")
    staff = browser(hugo)
    page = staff.submit(
        staff.get(f"/admin/members/{tom.handle}"), f'form[action="/admin/members/{tom.handle}/suspension/end"]'
    )
    assert "Tom Becker takes part again." in page.html
    assert about(tom)[-1].action == Action.MEMBER_REINSTATED
    assert not tom.is_suspended and Suspension.of(tom) is None


def test_suspending_and_reinstating_twice_changes_nothing(hugo: User, tom: User) -> None:
    with act():
        suspend(tom, by=hugo, reason="Insults.")
        suspend(tom, by=hugo, reason="Again.")
    kept = Suspension.of(tom)
    assert kept and kept.reason == "Insults."
    with act():
        reinstate(tom, by=hugo)
        reinstate(tom, by=hugo)
    assert [event.action for event in about(tom)][-2:] == [Action.MEMBER_SUSPENDED, Action.MEMBER_REINSTATED]


def test_nobody_suspends_themselves_and_staff_do_not_suspend_staff(
    browser: Opens, hugo: User, lea: User, nora: User
) -> None:
    for staff, person in ((hugo, hugo), (hugo, lea), (nora, nora)):
        assert browser(staff).post(f"/admin/members/{person.handle}/suspension", {"reason": "x"}).status == 403
    assert browser(nora).post(f"/admin/members/{lea.handle}/suspension", {"reason": "x"}).status == 200


def test_members_suspend_nobody(browser: Opens, tom: User, ines: User) -> None:
    for opened in (browser(tom), browser()):
        assert opened.post(f"/admin/members/{ines.handle}/suspension", {"reason": "x"}).status == 403
        assert opened.post(f"/admin/members/{ines.handle}/suspension/end").status == 403


def test_a_suspended_staff_member_has_no_console(browser: Opens, hugo: User, nora: User) -> None:
    with act():
        suspend(hugo, by=nora, reason="Left the company.")
    assert browser(hugo).get("/admin", follow=False).status in (303, 403)
