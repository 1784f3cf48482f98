"""Everything that happened, for staff to read and for nobody to change."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.admin import arranging
from portal.admin.brand_form import FIELDS
from portal.admin.changes import changes_of
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.settings import Settings
from portal.web.paging import SIZE
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


def test_a_change_of_the_settings_says_what_stood_there_and_what_does(browser: Opens, nora: User) -> None:
    admin = browser(nora)
    admin.submit(
        admin.get("/admin/settings"), "form.settings", name="Marée 2", hue=240, chroma="0.11", welcome_en="What next?",
        roadmap_shows_review="y",
    )  # fmt: skip
    with act():
        nora.lang = "en"
    change = admin.get("/admin/audit").find("#events .changes")
    told = {dt.get_text(): dd.get_text(" ", strip=True) for dt, dd in zip(change("dt"), change("dd"), strict=True)}
    assert told == {
        "Name of the portal": "Marée Marée 2",
        "Welcome in English": "nothing What next?",
        "Hue": "178 240",
        "Strength": "0.088 0.11",
        "Show what is under review on the roadmap": "No Yes",
    }


def test_a_renamed_status_says_both_names(browser: Opens, nora: User) -> None:
    status = Status.first("idea", "planned")
    with act():
        nora.lang = "en"
        arranging.rename(status, {"en": "On our list"}, by=nora)
    change = browser(nora).get("/admin/audit").find("#events .changes")
    assert change.get_text(" ", strip=True) == "Name in English Planned On our list"


def test_a_status_keeps_its_name_where_it_is_told_after_it_was_deleted(
    browser: Opens, nora: User, hugo: User, tom: User, dark_mode: Idea, run_jobs: Callable[[], None]
) -> None:
    with act():
        for person in (nora, dark_mode.author):
            person.lang = "en"
        queue = arranging.add_status(
            Kind.IDEA, StatusKind.PLANNED, {"en": "In our queue", "fr": "Dans notre file"}, by=nora
        )
        db.session.flush()
        dark_mode.change_status(queue, by=hugo)
    run_jobs()
    with act():
        dark_mode.change_status(Status.first("idea", "started"), by=hugo)
        arranging.delete_status(db.session.get_one(Status, queue.id), None, by=nora)
    notices = browser(dark_mode.author).get("/notifications").text
    assert f"In our queue: {dark_mode.title}" in notices
    audit = " ".join(lines(browser(nora).get("/admin/audit")))
    assert "changed the status In our queue" in audit and "to In our queue" in audit and "…" not in audit


def test_every_choice_of_the_settings_has_its_name_in_the_audit(app: Flask) -> None:
    for name in ("hue", "chroma", "answer_days", "flags_to_hide", "roadmap_shows_review"):
        assert name in FIELDS
    for name in FIELDS:
        [change] = changes_of(Event(action=Action.SETTINGS_CHANGED, facts={"changes": {name: [1, 2]}}))
        assert change.label and change.label != name
