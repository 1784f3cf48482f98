"""What is put off: out of the lists for everybody, and back by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.accounts.models import User
from portal.activity.models import Action
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.triage.snoozing import NotAhead, Snooze, snooze, snooze_of
from tests.browser import Browser
from tests.conftest import act
from tests.triage.test_assigning import events, lane

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]
LATER = timedelta(days=5)


def test_what_is_put_off_leaves_the_lists_of_everybody(browser: Opens, hugo: User, nora: User, dark_mode: Idea) -> None:
    staff = browser(hugo)
    page = staff.get(f"/admin?idea={dark_mode.id}&do=snooze")
    page = staff.submit(page, "form[action$=snooze]", when="week")
    assert "or once a member says something new" in page.html
    for person in (hugo, nora):
        assert dark_mode.title not in lane(browser(person), "all")
        assert lane(browser(person), "snoozed") == [dark_mode.title]
    assert len(events(Action.IDEA_SNOOZED)) == 1


def test_it_comes_back_by_itself_when_its_day_has_come(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    with act():
        snooze(dark_mode, now() + LATER, by=hugo)
        db.session.execute(update(Snooze).values(until=now() - timedelta(seconds=1)))
    staff = browser(hugo)
    assert dark_mode.title in lane(staff, "all") and lane(staff, "snoozed") == []
    assert snooze_of(dark_mode) is None


def test_it_comes_back_as_soon_as_a_member_says_something(
    browser: Opens, hugo: User, yuki: User, dark_mode: Idea
) -> None:
    with act():
        snooze(dark_mode, now() + LATER, by=hugo)
    with act():
        Comment.post(dark_mode, "It is worse in winter.", by=yuki)
    staff = browser(hugo)
    assert dark_mode.title in lane(staff, "all") and dark_mode.title in lane(staff, "comments")
    with act():
        Comment.note(dark_mode, "Read.", by=hugo)
    assert dark_mode.title in lane(staff, "all") and lane(staff, "comments") == []


def test_a_note_of_a_colleague_wakes_nothing(browser: Opens, hugo: User, nora: User, dark_mode: Idea) -> None:
    with act():
        snooze(dark_mode, now() + LATER, by=hugo)
    with act():
        Comment.note(dark_mode, "Still waiting for the supplier.", by=nora)
    assert lane(browser(hugo), "snoozed") == [dark_mode.title]


def test_the_past_is_refused(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    with act(), pytest.raises(NotAhead):
        snooze(dark_mode, now() - timedelta(days=1), by=hugo)
    staff = browser(hugo)
    page = staff.get(f"/admin?idea={dark_mode.id}&do=snooze")
    page = staff.submit(page, "form[action$=snooze]", when="day", day="2020-01-01")
    assert page.status == 422 and "This day is over." in page.find("#tool-snooze-day-error").get_text()
    assert page.find("#tool-snooze-day")["value"] == "2020-01-01"


def test_another_day_without_a_day_is_asked_for(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    staff = browser(hugo)
    page = staff.get(f"/admin?idea={dark_mode.id}&do=snooze")
    page = staff.submit(page, "form[action$=snooze]", when="day", day="")
    assert page.status == 422 and "Choose the day" in page.find("#tool-snooze-day-error").get_text()


def test_it_is_brought_back_before_its_day(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    with act():
        snooze(dark_mode, now() + LATER, by=hugo)
    staff = browser(hugo)
    page = staff.submit(staff.get(f"/admin?queue=snoozed&idea={dark_mode.id}&do=snooze"), "form[action$=end]")
    assert "Back in the inbox." in page.html
    assert dark_mode.title in lane(staff, "all")


def test_of_two_who_put_it_off_the_second_sees_what_the_first_chose(
    browser: Opens, hugo: User, nora: User, dark_mode: Idea
) -> None:
    first, second = browser(hugo), browser(nora)
    where = f"/admin?idea={dark_mode.id}&do=snooze"
    opened = first.get(where), second.get(where)
    first.submit(opened[0], "form[action$=snooze]", when="tomorrow")
    page = second.submit(opened[1], "form[action$=snooze]", when="week")
    assert page.status == 422 and "Changed by Hugo Petit" in page.text


def test_what_is_hidden_or_closed_sleeps_in_no_list(browser: Opens, hugo: User, dark_mode: Idea, fax: Idea) -> None:
    with act():
        for idea in (dark_mode, fax):
            snooze(idea, now() + LATER, by=hugo)
        dark_mode.hide(by=hugo, reason="spam")
    assert lane(browser(hugo), "snoozed") == []
