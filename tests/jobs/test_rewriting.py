"""Whose vote stands under other words now hears of it: once in two weeks, by digest, at once where staff say so."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.extensions import db
from portal.fanout import fan_out, waiting
from portal.ideas.models import Idea
from portal.ideas.rewriting import asks_for_something_else, rewrite
from portal.moderation import judging
from portal.moderation.flagging import hold_for
from portal.moderation.models import Sign
from portal.notifications.digest import send_digests
from portal.voting.models import Vote
from tests.browser import Browser
from tests.conftest import act
from tests.jobs.told import told
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.jobs, pytest.mark.both]
Runs = Callable[[], None]
Opens = Callable[..., Browser]
LUNCH = "Free lunch for everybody on Fridays"
SUPPORTERS = {"ines", "yuki", "camille"}


@pytest.fixture(autouse=True)
def everyone_reads_english(fresh_portal: None, app: Flask) -> None:
    with act():
        db.session.execute(update(User).values(lang="en", timezone="UTC"))


@pytest.fixture
def tomorrow(app: Flask, run_jobs: Runs) -> Iterator[Callable[..., None]]:
    """Let the digests of the day after go, or of so many days later."""

    def run(days: int = 1) -> None:
        db.session.rollback()
        noon = (now() + timedelta(days=days)).replace(hour=12)
        with time_machine.travel(noon, tick=True):
            for id in waiting():
                fan_out(id)
            send_digests()
            run_jobs()

    yield run


def change(idea: Idea, title: str, by: User, **telling: bool) -> Event | None:
    with act():
        return rewrite(idea, title, idea.body, by=by, **telling)


def tellings() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Event.id)).where(Event.action == Action.IDEA_REWRITTEN)) or 0


@pytest.mark.parametrize(
    ("old", "new", "other"),
    [
        ("See the schedule offline on the phone", "See the free lunch on the table", True),
        ("See the schedule offline on the phone", "See schedules offline on the phones", False),
        ("See the schedule offline on the phone", "See the schedule offline on any phone", False),
        ("Dark mode", "Light mode", True),
        ("A dark mode for the night shift", "A dark mode for the early shift", False),
        ("Export", "Export the wages of everybody", True),
        ("Und", "Und!", False),
    ],
)
def test_half_of_the_words_of_a_title_make_it_another(old: str, new: str, other: bool) -> None:
    assert asks_for_something_else(old, new, "en") is other


def test_another_title_is_told_in_the_portal_and_in_the_digest(
    browser: Opens, offline: Idea, tom: User, ines: User, run_jobs: Runs, tomorrow: Runs, mailbox: Mailbox
) -> None:
    author = browser(tom)
    page = author.submit(author.get(f"/ideas/{offline.id}/edit"), "main form.form", title=LUNCH)
    assert "Your changes are saved. 3 people are told. In the daily digest: 3." in page.html
    run_jobs()
    assert told(Action.IDEA_REWRITTEN) == SUPPORTERS and not mailbox.messages
    reader = browser(ines)
    bell = reader.get("/notifications")
    assert f"The words of “{LUNCH}” changed: see how" in bell.text
    seen = reader.submit(bell, ".notes form")
    assert seen.path == f"/ideas/{offline.id}/history" and seen.has("del")
    tomorrow()
    assert not mailbox.to(ines) and not mailbox.to(tom)
    (message,) = mailbox.to("yuki@example.com")
    assert f"The words of “{LUNCH}” changed: see how" in mailbox.text(message)
    assert mailbox.link(message, "/history") == f"/ideas/{offline.id}/history"


def test_a_small_change_is_told_where_its_author_says_that_it_matters(
    browser: Opens, offline: Idea, tom: User, run_jobs: Runs
) -> None:
    author = browser(tom)
    form = author.get(f"/ideas/{offline.id}/edit")
    assert "3 other people voted for it" in form.find("#telling").get_text()
    page = author.submit(form, "main form.form", body="Only today.")
    assert "Your changes are saved." in page.html and "told" not in page.find(".flashes").get_text()
    author.submit(author.get(f"/ideas/{offline.id}/edit"), "main form.form", body="Only on Mondays.", material="y")
    run_jobs()
    assert told(Action.IDEA_REWRITTEN) == SUPPORTERS and tellings() == 1


def test_where_nobody_else_cares_nothing_is_asked(browser: Opens, dark_mode: Idea, yuki: User) -> None:
    assert not browser(yuki).get(f"/ideas/{dark_mode.id}/edit").has("#telling")


def test_staff_let_it_go_at_once_and_members_cannot(
    browser: Opens, offline: Idea, tom: User, hugo: User, ines: User, yuki: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        ines.mail_progress, yuki.mail_progress = MailWhen.NEVER, MailWhen.DAILY
    author, staff = browser(tom), browser(hugo)
    assert not author.get(f"/ideas/{offline.id}/edit").has("#at_once")
    author.submit(author.get(f"/ideas/{offline.id}/edit"), "main form.form", body="Two days.", at_once="y")
    assert not tellings()
    page = staff.submit(staff.get(f"/ideas/{offline.id}/edit"), "main form.form", title=LUNCH, at_once="y")
    assert "4 people are told. At once by e-mail: 2. In the daily digest: 1. In the portal only: 1." in page.html
    run_jobs()
    assert told(Action.IDEA_REWRITTEN) == {*SUPPORTERS, "tom"}
    assert mailbox.recipients == ["camille@example.com", "tom@example.com"]
    words = mailbox.text(mailbox.messages[0])
    assert "It was called “See the schedule offline on the phone”." in words and "/history" in words


def test_of_several_changes_one_is_told_and_the_next_two_weeks_later(
    offline: Idea, tom: User, ines: User, run_jobs: Runs, tomorrow: Runs
) -> None:
    change(offline, LUNCH, tom)
    run_jobs()
    again, third = change(offline, "A rooftop terrace", tom), change(offline, "A cinema in the cellar", tom)
    assert again is third and third and third.due_at > now() + timedelta(days=13)
    tomorrow(3)
    assert tellings() == 2 and db.session.get_one(Event, third.id).fanned_out_at is None
    tomorrow(15)
    assert db.session.get_one(Event, third.id, populate_existing=True).fanned_out_at


def test_the_form_says_from_when_they_can_hear_again(browser: Opens, offline: Idea, tom: User, run_jobs: Runs) -> None:
    change(offline, LUNCH, tom)
    run_jobs()
    author = browser(tom)
    form = author.get(f"/ideas/{offline.id}/edit")
    assert "They heard of a change lately" in form.find("#telling").get_text()
    page = author.submit(form, "main form.form", title="A rooftop terrace")
    assert "once in two weeks at most." in page.find(".flashes").get_text()


def test_words_that_are_back_before_anybody_was_told_tell_nobody(offline: Idea, tom: User, run_jobs: Runs) -> None:
    title = offline.title
    change(offline, LUNCH, tom)
    change(offline, title, tom)
    run_jobs()
    assert told(Action.IDEA_REWRITTEN) == set()


def test_who_voted_for_the_new_words_knows_them(offline: Idea, tom: User, sofia: User, run_jobs: Runs) -> None:
    change(offline, LUNCH, tom)
    with act():
        Vote.cast(offline, by=sofia)
    run_jobs()
    assert told(Action.IDEA_REWRITTEN) == SUPPORTERS


def test_of_what_is_hidden_nobody_hears(offline: Idea, tom: User, hugo: User, run_jobs: Runs) -> None:
    change(offline, LUNCH, tom)
    with act():
        offline.hide(by=hugo, reason="Off topic.")
    run_jobs()
    assert told(Action.IDEA_REWRITTEN) == set()


def test_of_an_issue_that_became_private_nobody_hears(double_shift: Idea, yuki: User, run_jobs: Runs) -> None:
    change(double_shift, LUNCH, yuki)
    with act():
        double_shift.set_private(True, by=yuki)
    run_jobs()
    assert told(Action.IDEA_REWRITTEN) == set()


def test_what_was_held_is_told_once_staff_keep_it(offline: Idea, tom: User, hugo: User, run_jobs: Runs) -> None:
    with act():
        rewrite(offline, LUNCH, "Write to me!", by=tom)
        hold_for(offline, [Sign.LINKS])
    run_jobs()
    assert told(Action.IDEA_REWRITTEN) == set()
    with act():
        judging.keep(offline, by=hugo)
    run_jobs()
    assert told(Action.IDEA_REWRITTEN) == SUPPORTERS


def test_one_click_stops_such_a_digest_for_who_chose_no_digest(
    browser: Opens, offline: Idea, tom: User, yuki: User, run_jobs: Runs, tomorrow: Runs, mailbox: Mailbox
) -> None:
    with act():
        yuki.mail_comments = MailWhen.NEVER
    change(offline, LUNCH, tom)
    run_jobs()
    tomorrow()
    (message,) = mailbox.to(yuki)
    assert "because the words of what you support changed" in mailbox.text(message)
    browser().post(mailbox.link(message, "/unsubscribe/"), token=False)
    assert db.session.get_one(User, yuki.id, populate_existing=True).mail_progress == MailWhen.NEVER


def test_who_wants_no_mail_any_more_gets_none(
    offline: Idea, tom: User, yuki: User, run_jobs: Runs, tomorrow: Runs, mailbox: Mailbox
) -> None:
    change(offline, LUNCH, tom)
    run_jobs()
    with act():
        yuki.mail_progress = MailWhen.NEVER
    tomorrow()
    assert not mailbox.to(yuki) and mailbox.to("camille@example.com")
