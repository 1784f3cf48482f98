"""Everything that happened, for staff to read and for nobody to change."""

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import insert, select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.admin import arranging
from portal.admin.brand_form import FIELDS
from portal.admin.changes import changes_of
from portal.comments.models import Comment
from portal.config import ROOT
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.closing import close
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


@pytest.mark.both
@pytest.mark.parametrize(
    ("words", "number"),
    [("dark mode", 2), ("Hugo", 1), ("phones", 1), ("moved dark", 1), ("DARK night hugo", 1), ("zebra", 0)],
)
def test_words_of_the_title_the_name_the_reason_or_the_sentence_find_it(
    browser: Opens, nora: User, declined: Idea, words: str, number: int
) -> None:
    shown = browser(nora).get("/admin/audit", query_string={"q": words, "subject": "idea"})
    assert len([line for line in lines(shown) if declined.title in line]) == number


@pytest.mark.both
def test_the_days_are_those_of_the_reader(browser: Opens, hugo: User, declined: Idea) -> None:
    with act():
        hugo.timezone = "Pacific/Auckland"
        event = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert event
        event.created_at = datetime(2026, 5, 11, 12, 30, tzinfo=UTC)  # there it is half past midnight, on the twelfth
    staff, asked = browser(hugo), {"by": "hugo-petit", "action": "status_changed"}
    assert (
        len(lines(staff.get("/admin/audit", query_string={**asked, "since": "2026-05-12", "until": "2026-05-12"}))) == 1
    )
    assert not lines(staff.get("/admin/audit", query_string={**asked, "until": "2026-05-11"}))
    assert lines(staff.get("/admin/audit", query_string={**asked, "since": "soon", "until": "0000-99-99"}))


@pytest.mark.both
def test_only_the_team_or_only_the_portal(browser: Opens, hugo: User, declined: Idea) -> None:
    team = lines(browser(hugo).get("/admin/audit?who=team&action=status_changed"))
    assert team and not lines(browser(hugo).get("/admin/audit?who=portal&action=status_changed"))


def exported(browser: Browser, **asked: str) -> list[list[str]]:
    page = browser.post("/admin/audit/export", asked)
    assert page.status == 200
    return list(csv.reader(io.StringIO(page.html.removeprefix("\ufeff"))))


def test_what_is_shown_is_exported_with_the_same_filters(browser: Opens, hugo: User, declined: Idea) -> None:
    head, *rows = exported(browser(hugo), by="hugo-petit", action="status_changed")
    assert [len(row) for row in rows] == [len(head)] and rows[0][2:5] == ["Hugo Petit", "status_changed", "idea"]
    assert "Phones do it." in rows[0] and rows[0][5] == str(declined.id)


@pytest.mark.both
def test_everything_is_exported_in_pieces_and_once(browser: Opens, hugo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.admin.audit_export.CHUNK", 7)
    ids = list(db.session.scalars(select(Event.id).order_by(Event.id.desc())))
    assert [int(row[0]) for row in exported(browser(hugo))[1:]] == ids


def test_an_export_is_an_event_with_what_was_asked(browser: Opens, hugo: User, declined: Idea) -> None:
    staff = browser(hugo)
    exported(staff, q="phones", action="")
    told = lines(staff.get("/admin/audit"))[0]
    assert "Hugo Petit exported the audit to a file" in told and "phones" in told and "Events" in told


@pytest.mark.parametrize("words", ["=1+1", "+49", "-3", "@SUM(A1)", "\t=1"])
def test_no_cell_is_taken_for_a_formula(browser: Opens, hugo: User, dark_mode: Idea, words: str) -> None:
    with act():
        record(Action.IDEA_HIDDEN, dark_mode, by=hugo, reason=words)
    row = exported(browser(hugo), action="idea_hidden")[1]
    assert f"'{words}" in row and not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_who_may_not_see_it_exports_nothing(browser: Opens, hugo: User, tom: User) -> None:
    with act():
        db.session.get_one(Settings, 1).duties = {"see_audit": []}
    for person in (hugo, tom):
        assert browser(person).post("/admin/audit/export", {}).status == 403
    assert "Audit" not in browser(hugo).get("/admin").find(".subnav").get_text()


def test_decisions_say_what_was_and_what_is(browser: Opens, nora: User, hugo: User, tom: User, offline: Idea) -> None:
    board = db.session.scalars(select(Board).where(Board.slug == "team")).one()
    with act():
        nora.lang = "en"
        offline.move(board, by=hugo)
        offline.tag(["kitchen"], by=hugo)
        tom.change_role(Role.STAFF, by=nora, jobs=["marketing"])
        tom.change_jobs(["community"], by=nora)
        arranging.put_at(board, 0, by=nora)
        close(board, date(2031, 5, 12), {"en": "It moved."}, by=nora)
        offline.edit("Plans offline", offline.body, by=hugo)
    changes = [
        " ".join(part.get_text(" ").split())
        for part in browser(nora).get("/admin/audit").soup.select("#events .changes")
    ]
    assert changes[0].startswith("Version nothing ")
    assert changes[1:7] == [
        "Closes on nothing 12 May 2031 Reason in English nothing It moved.",
        "Place 3 1",
        "Jobs Marketer Community manager",
        "Role Member Staff Jobs nothing Marketer",
        "Tags nothing kitchen",
        "Board Mobile app Team",
    ]


def test_nothing_of_ours_edits_or_deletes_an_event() -> None:
    """But for words that somebody took out, what waits to be told, and the moments of the demo and of restoring."""
    writes = re.compile(r"(?:update|delete)\(Event\)|\.facts\s*=[^=]|\.facts\[[^]]+\]\s*=[^=]|delete\((?:event|move)\)")
    found = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "portal").rglob("*.py") if writes.search(path.read_text())
    }
    assert found == {
        "portal/moderation/blanking.py",  # words that staff took out of a reason
        "portal/merging/blanking.py",  # and out of that of a merge
        "portal/ideas/rewriting.py",  # of what nobody has been told of yet
        "portal/activity/models.py",  # what it says of an act that can be undone, as it is recorded
        "portal/triage/undoing.py",  # what was undone in time: its words go, its line stays
        "portal/demo/voices.py",
        "portal/demo/cast.py",  # when things happened that happened in the demo
        "portal/demo/year.py",
    }
    routes = (ROOT / "tests" / "security" / "routes.txt").read_text()
    assert re.findall(r"POST (/admin/(?:audit|events)\S*)", routes) == [
        "/admin/audit/export",
        "/admin/events/{stuck}/tries",
    ]


@pytest.mark.both
def test_a_page_of_ten_thousand_events_is_one_short_look(browser: Opens, hugo: User) -> None:
    with act():
        rows = [
            {"action": "comment_posted", "actor_id": hugo.id, "subject_type": "idea", "subject_id": 1, "facts": {}}
            for _ in range(10_000)
        ]
        db.session.execute(insert(Event), rows)
    staff = browser(hugo)
    staff.get("/admin/audit")
    begun = time.perf_counter()
    assert staff.get("/admin/audit?q=nothing+like+it&by=hugo").status == 200
    assert time.perf_counter() - begun < 2
