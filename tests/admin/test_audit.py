"""Everything that happened, for staff to read and for nobody to change."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.admin.labels import ACTIONS
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.paging import SIZE
from portal.settings import Settings
from tests.admin.test_inbox import counting
from tests.browser import Browser, Page
from tests.conftest import act

Opens = Callable[..., Browser]


def lines(page: Page) -> list[str]:
    return [" ".join(li.get_text(" ").split()) for li in page.soup.select("#events > li")]


@pytest.fixture
def declined(dark_mode: Idea, hugo: User) -> Iterator[Idea]:
    with act():
        dark_mode.change_status(Status.first("idea", "declined"), by=hugo, reason="Phones do it.")
    yield dark_mode


def test_every_action_has_a_label() -> None:
    assert set(ACTIONS) == set(Action)


def test_the_newest_comes_first_with_reason_time_and_link(browser: Opens, hugo: User, declined: Idea) -> None:
    page = browser(hugo).get("/admin/audit")
    first = page.find("#events > li")
    assert "Hugo Petit" in first.get_text() and "Phones do it." in first.get_text()
    link, time = first.select_one("a"), first.select_one("time")
    assert link and f"/ideas/{declined.id}-" in str(link["href"])
    assert time and str(time["datetime"]).endswith("+00:00")


def test_one_person_alone(browser: Opens, hugo: User, declined: Idea) -> None:
    assert len(lines(browser(hugo).get("/admin/audit?by=hugo-petit"))) == 2
    assert len(lines(browser(hugo).get("/admin/audit?by=petit"))) == 2
    assert not lines(browser(hugo).get("/admin/audit?by=nobody"))


def test_one_action_and_one_kind_of_thing_alone(browser: Opens, hugo: User, declined: Idea) -> None:
    shown = lines(browser(hugo).get("/admin/audit?action=status_changed&subject=idea&by=hugo-petit"))
    assert len(shown) == 1
    assert not lines(browser(hugo).get("/admin/audit?action=status_changed&subject=comment"))


def test_one_idea_or_one_member_alone(browser: Opens, hugo: User, tom: User, declined: Idea) -> None:
    assert len(lines(browser(hugo).get("/admin/audit", query_string={"about": f"#{declined.id}"}))) == 2
    assert len(lines(browser(hugo).get("/admin/audit?about=tom-becker"))) == 1


def test_an_event_whose_subject_is_gone_is_still_told(browser: Opens, hugo: User, declined: Idea) -> None:
    with act():
        record(Action.COMMENT_HIDDEN, Comment(id=4711, idea=declined), by=hugo, reason="gone")
        record(Action.BOARD_CHANGED, Settings(id=99), by=None)
    assert browser(hugo).get("/admin/audit").status == 200


def test_every_action_can_be_told(browser: Opens, hugo: User, tom: User, declined: Idea) -> None:
    with act():
        for action in Action:
            record(action, declined, by=hugo, old=declined.status_id, new=declined.status_id, reason="why")
    assert len(lines(browser(hugo).get("/admin/audit"))) == SIZE


def test_pages_hold_every_event_once(browser: Opens, hugo: User) -> None:
    staff, url, count = browser(hugo), "/admin/audit", 0
    while url:
        page = staff.get(url)
        count += len(lines(page))
        more = page.soup.select_one("#more a")
        url = str(more["href"]) if more else ""
    db.session.rollback()
    assert count == len(db.session.scalars(select(Event.id)).all())


def test_the_audit_asks_the_database_no_more_for_more(browser: Opens, hugo: User, tom: User, offline: Idea) -> None:
    staff = browser(hugo)
    staff.get("/admin/audit")
    with act():
        Comment.post(offline, "One.", by=tom)
    with counting() as few:
        staff.get("/admin/audit?subject=comment&action=comment_posted")
    with act():
        for number in range(20):
            Comment.post(offline, f"Again {number}.", by=tom)
    with counting() as lots:
        staff.get("/admin/audit?subject=comment&action=comment_posted")
    assert len(lots) <= len(few) + 1


def test_members_and_visitors_do_not_read_it(browser: Opens, tom: User) -> None:
    assert browser(tom).get("/admin/audit").status == 403
    assert browser().get("/admin/audit", follow=False).status == 303
