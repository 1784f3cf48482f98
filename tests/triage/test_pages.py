"""The pages of promises: of staff, who keep them, and the public one, where it is switched on."""

from datetime import UTC, date, datetime, time, timedelta
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.privacy.erasing import erase
from portal.settings import Settings
from portal.triage.ledger import Promise, today
from tests.admin.places import at
from tests.admin.tools import use
from tests.browser import Browser
from tests.conftest import act
from tests.triage.vows import Opens, promise, told

WHY = "Two phones could lose a shift."


def show(public: bool = True, rate: bool = False) -> None:
    with act():
        Settings.current().promises_public, Settings.current().promises_rate_public = public, rate


def in_days(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def test_staff_promise_a_day_from_the_page_of_the_idea(
    browser: Opens, hugo: User, nora: User, tom: User, offline: Idea, run_jobs: Any, mailbox: Any
) -> None:
    page = use(browser(hugo), offline, "promises", day=in_days(20), owner=str(nora.id), text="Read-only")
    assert page.status == 200 and "Promised for" in page.html
    made = db.session.scalars(select(Promise)).one()
    assert (made.owner_id, made.made_by_id, made.text, made.lang) == (nora.id, hugo.id, "Read-only", "en")
    run_jobs()
    assert "Promised for" in str(mailbox.to(tom)[-1]["Subject"]) and "Read-only" in mailbox.text(mailbox.to(tom)[-1])


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"day": ""}, "Choose the day."),
        ({"day": "2020-01-01"}, "This day is over. Choose today"),
        ({"day": "9999-01-01"}, "Choose a day within five years."),
        ({"day": "next week"}, "Write the day as year, month and day"),
        ({"owner": "999999"}, "Choose somebody of the team."),
        ({"text": "x" * 301}, "Shorten it to 300."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(
    browser: Opens, hugo: User, offline: Idea, sent: dict[str, str], said: str
) -> None:
    page = use(browser(hugo), offline, "promises", **{"day": in_days(9), "text": "Kept words", **sent})
    assert page.status == 422 and said in page.text
    assert page.find("#tool-promise")["value"] == sent.get("text", "Kept words")
    assert db.session.scalar(select(Promise.id)) is None


@pytest.mark.parametrize("moves", [False, True], ids=["promised", "moved"])
def test_a_day_that_ends_while_it_is_sent_is_over(
    app: Flask, browser: Opens, hugo: User, offline: Idea, moves: bool
) -> None:
    """Somebody else writes to it until midnight has passed."""
    made = promise(offline, hugo, 20) if moves else None
    staff, day, held = browser(hugo), today(), Event()
    midnight = datetime.combine(day + timedelta(days=1), time(), UTC)
    where = f"/admin/promises/{made.id}" if made else at(offline)
    form = 'form[action$="/day"]' if made else 'form[action$="/promises"]'
    shown = staff.get(where)
    thing, id = (Promise, made.id) if made else (Idea, offline.id)
    db.session.rollback()

    def hold_it() -> None:
        with app.app_context():
            begin_write()
            hold(db.session.get_one(thing, id))
            held.set()
            sleep(0.5)
            clock.move_to(midnight)
            db.session.rollback()

    with time_machine.travel(midnight - timedelta(seconds=1), tick=False) as clock:
        other = Thread(target=hold_it)
        other.start()
        held.wait()
        page = staff.submit(shown, form, day=day.isoformat(), **({"reason": "Later."} if made else {}))
        other.join()
    assert page.status == 422 and "This day is over." in page.text


def test_the_second_who_promises_is_led_to_what_the_first_said(
    browser: Opens, hugo: User, nora: User, offline: Idea
) -> None:
    other = browser(nora)
    shown = other.get(at(offline))
    promise(offline, hugo, 20)
    page = use(other, offline, "promises", shown, day=in_days(30), text="My words")
    assert page.status == 422 and "Move that promise instead." in page.text
    assert len(list(db.session.scalars(select(Promise)))) == 1


@pytest.mark.both
def test_sent_twice_it_is_one_promise(browser: Opens, hugo: User, offline: Idea) -> None:
    staff = browser(hugo)
    shown = staff.get(at(offline))
    for _ in range(2):
        assert use(staff, offline, "promises", shown, day=in_days(9)).status == 200
    assert len(told(Action.PROMISE_MADE)) == 1


def test_staff_move_keep_and_take_back(browser: Opens, hugo: User, offline: Idea, copy_week: Idea) -> None:
    made, other, staff = promise(offline, hugo, 20), promise(copy_week, hugo, 20), browser(hugo)
    page = staff.submit(staff.get(f"/admin/promises/{made.id}"), 'form[action$="/day"]', day=in_days(30), reason=WHY)
    assert page.status == 200 and WHY in page.text and page.has(".ledger s")
    page = staff.submit(page, 'form[action$="/kept"]')
    assert page.heading == "Kept" and not page.has('form[action$="/day"]')
    page = staff.submit(staff.get(f"/admin/promises/{other.id}"), 'form[action$="/taken-back"]', reason="")
    assert page.status == 422 and "Say why, in public" in page.text
    page = staff.submit(page, 'form[action$="/taken-back"]', reason="It cannot be done.")
    assert page.heading == "Taken back" and "It cannot be done." in page.text


@pytest.mark.both
def test_of_two_who_move_it_at_once_the_second_sees_the_first_and_loses_nothing(
    browser: Opens, hugo: User, nora: User, offline: Idea
) -> None:
    made, other = promise(offline, hugo, 20), browser(nora)
    shown = other.get(f"/admin/promises/{made.id}")
    with act():
        made.move(today() + timedelta(days=25), WHY, by=hugo)
    form = 'form[action$="/day"]'
    page = other.submit(shown, form, day=in_days(40), reason="Typed by Nora.")
    assert page.status == 422 and "Changed by Hugo Petit" in page.text and "Typed by Nora." in page.html
    page = other.submit(page, form)
    assert page.status == 200
    db.session.rollback()
    assert made.day.isoformat() == in_days(40)


@pytest.mark.both
def test_of_two_who_settle_it_the_second_reads_what_became_of_it(
    browser: Opens, hugo: User, nora: User, offline: Idea
) -> None:
    made, other = promise(offline, hugo, 20), browser(nora)
    shown = other.get(f"/admin/promises/{made.id}")
    with act():
        made.keep(by=hugo)
    page = other.submit(shown, 'form[action$="/taken-back"]', reason="Typed by Nora.")
    assert page.status == 422 and "is kept" in page.text and "Typed by Nora." in page.html
    assert other.submit(shown, 'form[action$="/kept"]').status == 200
    assert len(told(Action.PROMISE_KEPT)) == 1 and told(Action.PROMISE_TAKEN_BACK) == []


def test_it_is_given_to_somebody_else(browser: Opens, hugo: User, nora: User, offline: Idea) -> None:
    made, staff = promise(offline, hugo, 20), browser(hugo)
    page = staff.submit(staff.get(f"/admin/promises/{made.id}"), 'form[action$="/owner"]', owner=str(nora.id))
    assert page.status == 200 and "Nora Klein sees to it now." in page.html


def test_an_owner_who_is_gone_leaves_it_to_nobody(browser: Opens, hugo: User, nora: User, offline: Idea) -> None:
    made = promise(offline, hugo, 20, owner=nora)
    with act():
        erase(nora)
    page = browser(hugo).get(f"/admin/promises/{made.id}")
    assert "it is nobody’s" in page.text and "Nora" not in page.text
    assert "Nobody’s now" in browser(hugo).get("/admin/promises").text


def test_the_ledger_shows_what_each_tab_names(
    browser: Opens, hugo: User, offline: Idea, copy_week: Idea, swap: Idea
) -> None:
    standing, slipped, gone = promise(offline, hugo, 20), promise(copy_week, hugo, 20), promise(swap, hugo, 20)
    with act():
        slipped.move(today() + timedelta(days=30), WHY, by=hugo)
        slipped.keep(by=hugo)
        gone.take_back("It cannot be done.", by=hugo)
    staff = browser(hugo)
    shown = {show: rows(staff.get(f"/admin/promises?show={show}")) for show in ("", "open", "slipped", "taken-back")}
    assert shown == {
        "": [standing.id, gone.id, slipped.id], "open": [standing.id], "slipped": [slipped.id], "taken-back": [gone.id]
    }  # fmt: skip
    assert staff.get("/admin/promises").heading == "1 of 2 promises kept"


def rows(page: Browser | Any) -> list[int]:
    return [int(row["id"].removeprefix("promise-")) for row in page.soup.select(".ledger__i")]


def test_before_the_first_date_the_page_says_how_it_works(browser: Opens, hugo: User) -> None:
    assert "No date has been promised" in browser(hugo).get("/admin/promises").text


@pytest.mark.both
def test_which_idea_is_promised_is_found_by_words_or_number(browser: Opens, hugo: User, offline: Idea) -> None:
    staff = browser(hugo)
    for words in ("schedule offline", f"#{offline.id}"):
        page = staff.submit(staff.get("/admin/promises/new"), 'form[role="search"]', q=words)
        assert [a.get_text(strip=True) for a in page.soup.select("main .list a")] == [offline.title]
    page = staff.submit(staff.get(f"/admin/promises/new?idea={offline.id}"), "main form.form", day=in_days(9))
    assert page.status == 200 and db.session.scalars(select(Promise)).one().idea_id == offline.id


def test_off_the_public_page_is_gone_everywhere(visitor: Browser, hugo: User, offline: Idea) -> None:
    promise(offline, hugo, 20)
    assert visitor.get("/promises").status == 404
    for path in ("/", "/roadmap", "/sitemap.xml", "/feed.atom", f"/ideas/{offline.id}/feed.atom"):
        said = visitor.get(path).response.get_data(as_text=True)
        assert "/promises" not in said and "Promised for" not in said
    assert visitor.get(at(offline)).has("#promised")


def test_on_everybody_reads_it_with_its_slips(visitor: Browser, hugo: User, offline: Idea, fax: Idea) -> None:
    show()
    made = promise(offline, hugo, 20)
    with act():
        made.move(today() + timedelta(days=40), WHY, by=hugo)
    page = visitor.get("/promises")
    assert page.status == 200 and "1 date ahead" in page.text and WHY in page.text and len(page.soup.select("s")) == 1
    for path in ("/", "/roadmap", "/sitemap.xml"):
        assert "/promises" in visitor.get(path).response.get_data(as_text=True)
    feed = visitor.get("/feed.atom").response.get_data(as_text=True)
    assert "Promised for" in feed and WHY in feed


@pytest.mark.both
def test_a_hidden_idea_is_not_there(visitor: Browser, hugo: User, offline: Idea) -> None:
    show()
    promise(offline, hugo, 20)
    with act():
        offline.hide(by=hugo, reason="Rude.")
    assert "No date ahead" in visitor.get("/promises").text


@pytest.mark.both
@pytest.mark.parametrize(("number", "rate", "said"), [(9, True, False), (10, False, False), (10, True, True)])
def test_the_rate_is_said_from_ten_on_where_it_is_wanted(
    visitor: Browser, hugo: User, offline: Idea, number: int, rate: bool, said: bool
) -> None:
    show(rate=rate)
    for _ in range(number):
        made = promise(offline, hugo, 20)
        with act():
            made.keep(by=hugo)
    assert (f"{number} of {number} kept" in visitor.get("/promises").text) is said


@pytest.mark.both
def test_what_was_late_is_counted_from_what_was_said_first(browser: Opens, hugo: User, offline: Idea) -> None:
    made = promise(offline, hugo, 1)
    with act():
        made.first_day = made.days[0].day = date.today() - timedelta(days=3)
        made.keep(by=hugo)
    page = browser(hugo).get("/admin/promises")
    assert "1 of 1 promise kept, one of them late" in page.heading and "kept, 3 days late" in page.text


def test_dates_ahead_come_in_pages_and_are_counted_whole(visitor: Browser, browser: Opens, hugo: User) -> None:
    show()
    with act():
        ideas = [Idea.propose(hugo, f"Wish {number}", "Words about it.") for number in range(23)]
    made = [promise(idea, hugo, days).id for days, idea in enumerate(ideas, 1)]
    page = visitor.get("/promises")
    link = page.soup.find("a", string="Show the dates after these")
    assert link is not None and "23 dates ahead" in page.text
    further = visitor.get(str(link["href"]))
    seen = [ticket["id"] for one in (page, further) for ticket in one.soup.select(".ticket--promise h3")]
    assert seen == [f"promise-{id}" for id in made]
    ours = browser(hugo).get("/admin/promises")
    assert rows(ours) == made[:10] and "All 23 that are open" in ours.text


@pytest.mark.both
def test_what_was_settled_comes_in_pages_that_lose_nothing(visitor: Browser, hugo: User, offline: Idea) -> None:
    show()
    made = []
    for _ in range(23):
        made.append(promise(offline, hugo, 20).id)
        with act():
            db.session.get_one(Promise, made[-1]).keep(by=hugo)
    page = visitor.get("/promises")
    seen = [ticket["id"] for ticket in page.soup.select("#settled h3")]
    link = str(page.find("#more a")["href"])
    seen += [ticket["id"] for ticket in visitor.get(link, headers={"HX-Request": "true"}).soup.select("#settled h3")]
    assert seen == [f"promise-{id}" for id in reversed(made)]
