"""When an idea may be there: an estimate that is said, moved, and kept with what was said before."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.ideas.targets import NotUnderWay, Target, TargetPast, choices, far
from portal.notifications.stopping import follow
from tests.admin.places import at
from tests.admin.tools import use
from tests.browser import Browser
from tests.conftest import act
from tests.jobs.told import told
from tests.mailbox import Mailbox

Opens = Callable[..., Browser]
Runs = Callable[[], None]
TODAY = datetime(2026, 11, 30, 12, tzinfo=UTC)


def read(code: str) -> Target:
    return Target.read(code) or pytest.fail(code)


@pytest.fixture
def today() -> object:
    with time_machine.travel(TODAY) as traveller:
        yield traveller


@pytest.mark.parametrize(
    ("code", "begins", "ends"),
    [
        ("2027-03", date(2027, 3, 1), date(2027, 3, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2027-Q1", date(2027, 1, 1), date(2027, 3, 31)),
        ("2027-Q4", date(2027, 10, 1), date(2027, 12, 31)),
        ("ready", None, None),
        ("none", None, None),
    ],
)
def test_a_code_says_a_month_a_quarter_or_neither(code: str, begins: date | None, ends: date | None) -> None:
    target = read(code)
    assert (target.begins, target.ends, target.code) == (begins, ends, code)


@pytest.mark.parametrize("code", ["", "2027", "2027-13", "2027-Q5", "1999-01", "soon", "2027-00", "２０２７-03"])
def test_any_other_word_is_no_target(code: str) -> None:
    assert Target.read(code) is None


@pytest.mark.both
def test_far_is_more_than_two_quarters_ahead() -> None:
    for day, begins in (((2026, 11, 30), (2027, 7, 1)), ((2026, 1, 1), (2026, 10, 1)), ((2026, 12, 31), (2027, 7, 1))):
        with time_machine.travel(datetime(*day, tzinfo=UTC)):
            assert far() == begins[0] * 12 + begins[1] - 1


def test_staff_choose_from_what_is_still_to_come(today: object) -> None:
    codes = [target.code for target in choices()]
    assert codes[:3] == ["ready", "2026-11", "2026-12"] and codes[13] == "2026-Q4" and codes[-1] == "2028-Q3"


@pytest.mark.parametrize(
    ("old", "new", "slips"),
    [
        ("2027-03", "2027-04", True),
        ("2027-03", "2027-Q1", False),
        ("2027-Q1", "2027-02", False),
        ("2027-03", "ready", True),
        ("2027-03", "none", True),
        ("ready", "2027-03", False),
    ],
)
def test_later_is_what_ends_later_or_has_no_date_any_more(old: str, new: str, slips: bool) -> None:
    assert read(new).is_slip_of(Target.read(old)) is slips
    assert not read(new).is_slip_of(None)


def test_staff_say_when_and_everyone_reads_an_estimate(
    today: object, browser: Opens, visitor: Browser, hugo: User, offline: Idea
) -> None:
    page = use(browser(hugo), offline, "target", target="2027-03")
    assert "Said on its page and on the roadmap: around March 2027. Nobody is told." in page.html
    said = visitor.get(at(offline)).find("#estimate").get_text(" ")
    assert "Around March 2027" in said and "An estimate, not a promise." in said
    assert "Around March 2027" in visitor.get("/roadmap").find("#next").get_text()
    french = visitor.get(f"{at(offline)}?lang=fr").find("#estimate").get_text(" ")
    assert "Vers mars 2027" in french and "Une estimation, pas une promesse." in french


@pytest.mark.both
def test_what_was_said_before_is_struck_with_the_day_of_the_change(
    browser: Opens, visitor: Browser, hugo: User, offline: Idea
) -> None:
    for day, code in ((datetime(2026, 10, 2, tzinfo=UTC), "2026-12"), (TODAY, "2027-Q2")):
        with time_machine.travel(day), act():
            offline.aim(read(code), by=hugo)
    with time_machine.travel(TODAY):
        page = visitor.get(at(offline)).find("#estimate")
        assert page.find("del").get_text() == "around December 2026" and "until 30 November" in page.get_text(" ")
        assert visitor.get("/roadmap").find("#next del").get_text() == "around December 2026"


def test_a_target_in_the_past_is_refused_with_a_sentence(
    today: object, browser: Opens, hugo: User, offline: Idea
) -> None:
    page = use(browser(hugo), offline, "target", target="2026-10")
    assert page.status == 422
    said = page.find("#tool-target-error").get_text()
    assert "October 2026 is over. Choose a month or a quarter that is still to come." in said
    db.session.rollback()
    assert offline.target == ""
    with pytest.raises(TargetPast), act():
        offline.aim(read("2026-Q3"), by=hugo)


@pytest.mark.parametrize("code", ["", "soon", "2027-13"])
def test_what_is_no_target_is_refused(browser: Opens, hugo: User, offline: Idea, code: str) -> None:
    page = use(browser(hugo), offline, "target", target=code)
    assert page.status == 422 and "Choose a month, a quarter" in page.find("#tool-target-error").get_text()


def test_what_is_not_under_way_has_none(browser: Opens, hugo: User, dark_mode: Idea, offline: Idea) -> None:
    staff = browser(hugo)
    assert not staff.get(at(dark_mode)).has("#tool-target")
    with pytest.raises(NotUnderWay), act():
        dark_mode.aim(read("ready"), by=hugo)
    db.session.rollback()
    opened = staff.get(at(offline))
    with act():
        offline.change_status(Status.first("idea", "under_review"), by=hugo)
    page = use(staff, offline, "target", opened, target="ready")
    assert page.status == 422 and "so it has no target" in page.find("#tool-target-error").get_text()


def test_once_it_is_there_no_page_estimates_any_more(visitor: Browser, hugo: User, offline: Idea) -> None:
    with act():
        offline.aim(read("2099-03"), by=hugo)
        offline.change_status(Status.first("idea", "shipped"), by=hugo)
    assert not visitor.get(at(offline)).has("#estimate")


def test_a_time_that_passed_is_said_to_have(visitor: Browser, hugo: User, offline: Idea) -> None:
    with time_machine.travel(datetime(2026, 10, 2, tzinfo=UTC)), act():
        offline.aim(read("2026-10"), by=hugo)
    with time_machine.travel(TODAY):
        assert "this time has passed" in visitor.get(at(offline)).find("#estimate").get_text()


@pytest.mark.both
def test_later_on_the_roadmap_is_what_is_planned_for_far_ahead(
    today: object, visitor: Browser, hugo: User, offline: Idea, copy_week: Idea
) -> None:
    assert not visitor.get("/roadmap").has("#later")
    with act():
        offline.aim(read("2027-07"), by=hugo)
        copy_week.aim(read("2027-07"), by=hugo)
    page = visitor.get("/roadmap")
    assert page.find("#later h3").get_text() == offline.title and "1 idea" in page.find("#later h2").get_text()
    assert not page.has("#next h3") and "0 ideas" in page.find("#next h2").get_text()
    assert page.find("#now h3").get_text() == copy_week.title, "what is built is built now"
    for near in ("2027-06", "ready"):
        with act():
            offline.aim(read(near), by=hugo)
        page = visitor.get("/roadmap")
        assert not page.has("#later") and page.find("#next h3").get_text() == offline.title


def test_only_a_later_target_is_told_to_author_and_followers(
    browser: Opens, hugo: User, yuki: User, offline: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        follow(offline, yuki, "on")
    for code in ("2099-03", "2099-02"):
        use(browser(hugo), offline, "target", target=code)
    run_jobs()
    assert told(Action.TARGET_CHANGED) == set()
    tool = browser(hugo).get(at(offline)).find(f'form[action="/admin/ideas/{offline.id}/target"]').get_text(" ")
    assert "Later than now 2 people are told." in " ".join(tool.split())
    page = use(browser(hugo), offline, "target", target="2099-Q2")
    assert "2 people are told." in page.html
    run_jobs()
    assert told(Action.TARGET_CHANGED) == {"tom", "yuki"}
    (message,) = mailbox.to(yuki)
    assert message["Subject"] == f"Later than we thought: {offline.title}"
    text = " ".join(mailbox.text(message).split())
    assert "We thought: around February 2099. Now we think: around the second quarter of 2099." in text


@pytest.mark.both
def test_a_slip_that_is_taken_back_before_its_mail_left_is_not_mailed(
    offline: Idea, hugo: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        for code in ("2099-03", "2099-04", "2099-03"):
            offline.aim(read(code), by=hugo)
    run_jobs()
    assert not mailbox.messages


@pytest.mark.both
def test_the_target_of_a_private_issue_stands_on_its_page_alone(
    browser: Opens, visitor: Browser, salary_leak: Idea, hugo: User, tom: User
) -> None:
    with act():
        salary_leak.change_status(Status.first("issue", "planned"), by=hugo)
    page = use(browser(hugo), salary_leak, "target", target="2099-03")
    assert "Said on its page: around March 2099." in page.html
    assert browser(salary_leak.author).get(at(salary_leak)).has("#estimate")
    assert browser(tom).get(at(salary_leak)).status == 404
    assert "2099" not in visitor.get("/roadmap").text


@pytest.mark.both
def test_what_was_said_can_be_taken_back_and_stays_struck(
    browser: Opens, visitor: Browser, hugo: User, offline: Idea
) -> None:
    use(browser(hugo), offline, "target", target="2099-03")
    use(browser(hugo), offline, "target", target="none")
    said = visitor.get(at(offline)).find("#estimate")
    assert "No estimate any more" in said.get_text() and said.find("del").get_text() == "around March 2099"


@pytest.mark.both
def test_the_audit_says_who_said_it(browser: Opens, hugo: User, offline: Idea) -> None:
    use(browser(hugo), offline, "target", target="ready")
    assert f"said when “{offline.title}” may be there" in browser(hugo).get("/admin/audit").text
    event = db.session.scalars(select(Event).where(Event.action == Action.TARGET_CHANGED)).one()
    assert (event.facts["old"], event.facts["new"], event.facts["slips"]) == ("", "ready", False)
