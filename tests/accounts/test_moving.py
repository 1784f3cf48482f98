"""Another e-mail address: both agree, the old one can take it back, and an admin decides where it is lost."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.choices import MailWhen
from portal.accounts.jobs import tell_ready_address_changes
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.accounts.moving import AddressChange, Side
from portal.activity.models import Action, Event
from portal.backups.quieting import quieten
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.mail.defusing import defused
from portal.moderation.models import suspend
from portal.notifications.models import Delivery, Notification, State
from portal.privacy.erasing import erase
from portal.privacy.purging import purge
from portal.privacy.retention import ENDED_ADDRESS_CHANGES, UNANSWERED_ADDRESS_CHANGES
from portal.voting.models import Vote
from tests.accounts import letters
from tests.browser import Browser, Page
from tests.conftest import act
from tests.mailbox import Mailbox
from tests.privacy.held import data_of

pytestmark = pytest.mark.both

Open = Callable[..., Browser]
Runs = Callable[[], None]
OLD, NEW = "tom@example.com", "tom@example.net"
DAY = timedelta(days=1)


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], None]]:
    """Lets time pass."""
    with time_machine.travel(now(), tick=True) as traveller:

        def go(by: timedelta) -> None:
            db.session.rollback()
            traveller.shift(by)

        yield go


def ask(here: Browser, email: str = NEW, lost: bool = False) -> Page:
    return here.submit(here.get("/settings/address"), "main form.form", email=email, **({"lost": "y"} if lost else {}))


def newest() -> AddressChange:
    db.session.rollback()
    return db.session.scalars(select(AddressChange).order_by(AddressChange.id.desc())).first() or pytest.fail("none")


def link(side: Side) -> str:
    return f"/address/{side}/{newest().link_value(side)}"


def press(here: Browser, side: Side, what: str, path: str = "") -> Page:
    page = here.get(path or link(side))
    return here.post(page.path, {"act": what}) if page.status == 200 else page


def address_of(user: User) -> str | None:
    db.session.rollback()
    return user.email


def moved(browser: Open, tom: User) -> Browser:
    """Tom's browser, once both addresses agreed."""
    here = browser(tom)
    ask(here)
    press(browser(), Side.OLD, "confirm")
    press(here, Side.NEW, "confirm")
    assert address_of(tom) == NEW
    return here


def lost(browser: Open, tom: User) -> Browser:
    """Tom's browser, once he said that the old address is lost and the new one agreed."""
    here = browser(tom)
    ask(here, lost=True)
    press(browser(), Side.NEW, "confirm")
    return here


def decide(here: Browser, decision: str, reason: str = "I rang her: it is Tom.") -> Page:
    return here.post(f"/admin/addresses/{newest().id}", {"decision": decision, "reason": reason})


def test_both_addresses_are_asked_in_the_language_of_the_person(
    browser: Open, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        tom.lang = "fr"
    ask(browser(tom))
    run_jobs()
    (to_old,), (to_new,) = mailbox.to(OLD), mailbox.to(NEW)
    assert "Une nouvelle adresse" in str(to_old["Subject"]) and defused(NEW) in mailbox.text(to_old)
    assert mailbox.link(to_old, "/address/old/") == link(Side.OLD)
    assert mailbox.link(to_new, "/address/new/") == link(Side.NEW)
    told = mailbox.text(to_new) + to_new.get_body(("html",)).get_content()
    assert OLD not in told and defused(OLD) not in told, "who was asked by mistake does not learn the old address"


def test_the_address_changes_once_both_agree(browser: Open, tom: User) -> None:
    here = browser(tom)
    ask(here)
    assert "Now the new one has to" in press(browser(), Side.OLD, "confirm").text
    assert address_of(tom) == OLD
    assert "is changed" in press(browser(), Side.NEW, "confirm").heading
    assert address_of(tom) == NEW


def test_neither_address_alone_changes_anything_however_often_it_says_yes(browser: Open, tom: User) -> None:
    ask(browser(tom))
    for _ in range(2):
        press(browser(), Side.NEW, "confirm")
    assert address_of(tom) == OLD


def test_following_a_link_changes_nothing(browser: Open, tom: User) -> None:
    ask(browser(tom))
    for side in (Side.OLD, Side.NEW):
        assert browser().get(link(side)).has("main form.press")
    assert newest().old_confirmed_at is None and newest().new_confirmed_at is None


def test_a_link_is_only_good_for_its_own_side_and_purpose(browser: Open, tom: User) -> None:
    ask(browser(tom))
    value = newest().link_value(Side.NEW)
    theirs = newest().link_value(Side.OLD)
    elsewhere = f"/address/back/{theirs}", f"/address/old/{value}", f"/address/back/{value}", f"/sign-in/{value}"
    for path in (*elsewhere, "/address/new/1.0", "/address/new/x", "/address/other/1.0"):
        assert browser().get(path).status == 404
    assert browser().post(f"/address/new/{value}", {"act": "back"}).status == 400


def test_other_sessions_and_open_links_of_both_end_and_the_one_that_presses_stays(browser: Open, tom: User) -> None:
    here, there = browser(tom), browser(tom)
    letters.ask(browser(), OLD)
    letters.ask(browser(), NEW)
    links = [letters.link(OLD), letters.link(NEW)]
    ask(here)
    press(browser(), Side.OLD, "confirm")
    press(here, Side.NEW, "confirm")
    assert letters.is_signed_in(here) and not letters.is_signed_in(there)
    assert [browser().get(each).status for each in links] == [410, 410]


def test_every_session_ends_where_a_stranger_to_it_presses_last(browser: Open, tom: User, yuki: User) -> None:
    here, other = browser(tom), browser(yuki)
    ask(here)
    press(here, Side.NEW, "confirm")
    press(other, Side.OLD, "confirm")
    assert not letters.is_signed_in(here) and letters.is_signed_in(other)


def test_the_new_address_signs_in_and_the_old_one_is_somebody_new(browser: Open, tom: User) -> None:
    moved(browser, tom)
    here = browser()
    letters.ask(here, NEW)
    here.submit(here.get(letters.link(NEW)))
    assert letters.is_signed_in(here)
    letters.ask(browser(), OLD)
    assert browser().get(letters.link(OLD)).has("[name=display_name]")


def test_what_waited_for_the_person_stays_with_them_there_and_back(browser: Open, tom: User, dark_mode: Idea) -> None:
    browser().post(f"/ideas/{dark_mode.id}/vote", {"email": OLD})
    here = moved(browser, tom)
    assert dark_mode.title in here.get("/waiting").text
    press(browser(), Side.BACK, "back")
    here = browser(tom)
    page = here.get("/waiting")
    assert dark_mode.title in page.text
    here.post(str(page.find("main form[action$='/confirmed']")["action"]))
    db.session.rollback()
    assert Vote.of(tom, dark_mode)


def test_what_was_confirmed_meanwhile_does_not_wait_again_when_it_is_taken_back(
    browser: Open, tom: User, dark_mode: Idea
) -> None:
    browser().post(f"/ideas/{dark_mode.id}/vote", {"email": OLD})
    here = moved(browser, tom)
    here.post(str(here.get("/waiting").find("main form[action$='/confirmed']")["action"]))
    press(browser(), Side.BACK, "back")
    assert not browser(tom).get("/waiting").has("main li")


def test_the_old_address_is_told_and_takes_it_back_within_a_week(
    browser: Open, tom: User, run_jobs: Runs, mailbox: Mailbox, later: Callable[[timedelta], None]
) -> None:
    here = moved(browser, tom)
    run_jobs()
    back = mailbox.link(mailbox.to(OLD)[-1], "/address/back/")
    later(6 * DAY)
    assert "took the account back" in press(browser(), Side.BACK, "back", back).heading
    assert address_of(tom) == OLD and not letters.is_signed_in(here)
    run_jobs()
    assert "took your" in str(mailbox.to(OLD)[-1]["Subject"]) and "taken back" in str(mailbox.to(NEW)[-1]["Subject"])


def test_after_a_week_it_cannot_be_taken_back(browser: Open, tom: User, later: Callable[[timedelta], None]) -> None:
    moved(browser, tom)
    later(7 * DAY)
    page = browser().get(link(Side.BACK))
    assert "too late" in page.text and not page.has("main form.press")
    assert browser().post(page.path, {"act": "back"}).status == 410 and address_of(tom) == NEW


def test_taking_back_wins_over_what_was_changed_since_and_blocks_for_a_day(
    browser: Open, tom: User, later: Callable[[timedelta], None]
) -> None:
    here = moved(browser, tom)
    first, second_old = link(Side.BACK), "third@example.org"
    ask(here, second_old)
    press(here, Side.OLD, "confirm")
    press(here, Side.NEW, "confirm")
    assert address_of(tom) == second_old
    later_link = link(Side.BACK)
    press(browser(), Side.BACK, "back", first)
    assert address_of(tom) == OLD
    press(browser(), Side.BACK, "back", later_link)
    assert address_of(tom) == OLD, "the address in between has no say any more"
    here = browser(tom)
    assert here.post("/settings/address", {"email": NEW}).status == 422 and "No" not in here.get("/").path
    later(DAY + timedelta(minutes=1))
    assert ask(here).path == "/settings/address" and newest().is_open


def test_who_joins_with_an_address_that_was_taken_is_shown_the_way_back(browser: Open, tom: User) -> None:
    moved(browser, tom)
    letters.ask(browser(), OLD)
    assert browser().get(letters.link(OLD)).has("main a[href^='/address/back/']")
    here = browser()
    here.submit(here.get(letters.link(OLD)), display_name="Tom")
    press(browser(), Side.BACK, "back")
    assert address_of(tom) == NEW, "an account of its own has the old address by now"


def test_somebody_elses_address_gets_the_same_answer_and_only_its_owner_is_told(
    browser: Open, tom: User, yuki: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    here, nobody = browser(tom), "nobody@example.org"
    ask(here, nobody)
    unknown, known = ask(here, nobody).text, ask(here, yuki.email).text
    assert known.replace(str(yuki.email), "") == unknown.replace(nobody, "")
    run_jobs()
    (told,) = mailbox.to(yuki)
    assert "asked to use your address" in str(told["Subject"]) and "/address/" not in mailbox.text(told)
    press(browser(), Side.OLD, "confirm")
    press(browser(), Side.NEW, "confirm")
    assert address_of(tom) == OLD and address_of(yuki) == "yuki@example.com"


def test_of_two_people_who_want_one_address_the_first_gets_it_and_the_other_is_told(
    browser: Open, tom: User, yuki: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    ask(browser(tom))
    toms = [link(Side.OLD), link(Side.NEW)]
    ask(browser(yuki))
    press(browser(), Side.OLD, "confirm")
    press(browser(), Side.NEW, "confirm")
    assert address_of(yuki) == NEW
    for path in toms:
        page = press(browser(), Side.OLD, "confirm", path)
    assert "stays as it is" in page.heading and address_of(tom) == OLD
    run_jobs()
    assert "stays as it is" in str(mailbox.to(OLD)[-1]["Subject"])


def test_the_newer_of_two_changes_takes_the_place_of_the_older(browser: Open, tom: User) -> None:
    here = browser(tom)
    ask(here)
    older = link(Side.NEW)
    ask(here, "other@example.org")
    assert "no longer asked for" in here.get(older).text
    assert press(browser(), Side.OLD, "confirm").status == 200
    assert here.post(older, {"act": "confirm"}).status == 410 and address_of(tom) == OLD


def test_who_asks_can_leave_it_as_it_is(browser: Open, tom: User) -> None:
    here = browser(tom)
    ask(here)
    here.submit(here.get("/settings/address"), "main form.press")
    assert not newest().is_open and here.post("/settings/address/cancelled").status == 404


@pytest.mark.parametrize("side", [Side.OLD, Side.NEW])
def test_either_address_stops_it_and_both_are_told(
    browser: Open, tom: User, run_jobs: Runs, mailbox: Mailbox, side: Side
) -> None:
    ask(browser(tom))
    press(browser(), side, "stop")
    press(browser(), Side.NEW, "confirm")
    run_jobs()
    assert address_of(tom) == OLD
    for address in (OLD, NEW):
        assert "stopped it" in mailbox.text(mailbox.to(address)[-1])


def test_nobody_answers_for_a_week_and_it_is_over(
    browser: Open, tom: User, later: Callable[[timedelta], None], app: Flask
) -> None:
    ask(browser(tom))
    later(7 * DAY)
    assert browser().post(link(Side.OLD), {"act": "confirm"}).status == 410
    later(8 * DAY)
    with app.app_context():
        assert purge(UNANSWERED_ADDRESS_CHANGES) == 1


def test_what_is_wrong_is_said_at_its_place(browser: Open, tom: User) -> None:
    here = browser(tom)
    assert "already" in ask(here, OLD.upper()).text
    page = ask(here, "nobody@nowhere")
    assert page.status == 422 and page.find("[name=email]")["value"] == "nobody@nowhere"


def test_one_address_is_not_asked_without_end(with_limits: Flask, tom: User) -> None:
    here = Browser(with_limits, tom)
    for _ in range(5):
        ask(here)
    assert "Try again tomorrow" in ask(here).text
    with with_limits.app_context():
        assert db.session.scalar(select(func.count(AddressChange.id))) == 5


def test_the_lost_address_is_told_at_once_and_its_word_ends_it(
    browser: Open, tom: User, nora: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        nora.mail_progress = MailWhen.AT_ONCE
    lost(browser, tom)
    run_jobs()
    to_old = mailbox.to(OLD)[-1]
    assert "you lost this address" in str(to_old["Subject"])
    press(browser(), Side.OLD, "stop", mailbox.link(to_old, "/address/old/"))
    run_jobs()
    assert "stopped it" in mailbox.text(mailbox.to(NEW)[-1])
    assert "objected" in str(mailbox.to(nora)[-1]["Subject"])
    told = select(Notification.id).join(Notification.event).where(Event.action == Action.ADDRESS_OBJECTED)
    assert db.session.scalar(told.where(Notification.user_id == nora.id))


def test_an_admin_lets_it_through_after_a_week_and_not_before(
    browser: Open, tom: User, nora: User, later: Callable[[timedelta], None], run_jobs: Runs, mailbox: Mailbox,
    app: Flask,
) -> None:  # fmt: skip
    with act():
        nora.mail_progress = MailWhen.AT_ONCE
    here = lost(browser, tom)
    there = browser(nora)
    page = there.get("/admin/addresses")
    assert "Waits until" in page.text and OLD in page.text and NEW in page.text
    assert decide(there, "through").status == 409 and address_of(tom) == OLD
    later(7 * DAY)
    with app.app_context():
        tell_ready_address_changes()
        tell_ready_address_changes()
    run_jobs()
    (told,) = [each for each in mailbox.to(nora) if "waits for an admin" in str(each["Subject"])]
    assert mailbox.link(told, "/admin/addresses")
    page = there.get("/admin/addresses")
    assert "Last signed in" in page.text and page.has("[name=decision]")
    assert decide(there, "through", "").status == 422
    assert "Choose whether" in decide(there, "").text
    assert decide(there, "through").status == 200
    assert address_of(tom) == NEW and not letters.is_signed_in(here)
    assert "Nora Klein let another e-mail address of Tom Becker through" in there.get("/admin/audit").text
    run_jobs()
    assert "I rang her" in mailbox.text(mailbox.to(NEW)[-1])
    assert "was changed" in str(mailbox.to(OLD)[-1]["Subject"])
    press(browser(), Side.BACK, "back")
    assert address_of(tom) == OLD


def test_an_admin_refuses_with_a_reason_and_both_addresses_read_it(
    browser: Open, tom: User, nora: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    lost(browser, tom)
    assert decide(browser(nora), "refuse", "Nobody knows you here.").status == 200
    run_jobs()
    for address in (OLD, NEW):
        assert "Nobody knows you here." in mailbox.text(mailbox.to(address)[-1])
    assert address_of(tom) == OLD


def test_nothing_is_decided_twice(browser: Open, tom: User, nora: User) -> None:
    lost(browser, tom)
    there = browser(nora)
    assert [decide(there, "refuse").status for _ in range(2)] == [200, 409]


def test_an_admin_does_not_decide_on_their_own_and_the_only_one_needs_both_addresses(
    browser: Open, nora: User, hugo: User
) -> None:
    here = browser(nora)
    assert not here.get("/settings/address").has("[name=lost]")
    assert here.post("/settings/address", {"email": "nora@example.net", "lost": "y"}).status == 422
    with act():
        hugo.role = Role.ADMIN
    ask(here, "nora@example.net", lost=True)
    press(here, Side.NEW, "confirm")
    assert "another admin decides" in here.get("/admin/addresses").text
    assert decide(here, "refuse").status == 403 and decide(browser(hugo), "refuse").status == 200


def test_who_finds_the_old_address_again_needs_no_admin(browser: Open, tom: User) -> None:
    lost(browser, tom)
    press(browser(), Side.OLD, "confirm")
    assert address_of(tom) == NEW


def test_the_suspended_change_their_address_too(browser: Open, tom: User, lea: User) -> None:
    with act():
        suspend(tom, by=lea, reason="Advertising.")
    here = browser(tom)
    assert here.get("/settings").has("main a[href='/settings/address']")
    ask(here)
    press(here, Side.OLD, "confirm")
    press(here, Side.NEW, "confirm")
    assert address_of(tom) == NEW and tom.is_suspended


def test_erasing_takes_the_addresses_and_what_is_on_its_way_with_it(
    browser: Open, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    ask(browser(tom))
    with act():
        erase(tom)
    run_jobs()
    assert db.session.scalar(select(func.count(AddressChange.id))) == 0
    assert not mailbox.to(OLD) and not mailbox.to(NEW)


def test_the_data_to_take_along_holds_it(browser: Open, tom: User) -> None:
    moved(browser, tom)
    (held,) = data_of(tom)["address_changes"]
    assert (held["old_email"], held["new_email"]) == (OLD, NEW) and "nonce" not in held


def test_no_address_stands_in_an_event_or_a_delivery(browser: Open, tom: User, run_jobs: Runs) -> None:
    moved(browser, tom)
    run_jobs()
    facts = [str(facts) for facts in db.session.scalars(select(Event.facts))]
    to = list(db.session.scalars(select(Delivery.recipient)))
    assert not [each for each in (*facts, *to) if "@" in each and "tom@" in each]


def test_a_restored_portal_asks_nobody_and_no_older_link_acts(
    browser: Open, tom: User, yuki: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    moved(browser, tom)
    back = link(Side.BACK)
    ask(browser(yuki), "yuki@example.net")
    waiting = link(Side.OLD)
    with act():
        quieten("2026-11-01")
    run_jobs()
    assert browser().get(back).status == 404 and browser().get(waiting).status == 404
    assert not newest().is_open and not mailbox.to("yuki@example.net")
    assert address_of(tom) == NEW


def test_what_is_over_for_a_month_goes(
    browser: Open, tom: User, app: Flask, later: Callable[[timedelta], None]
) -> None:
    moved(browser, tom)
    later(29 * DAY)
    with app.app_context():
        assert purge(ENDED_ADDRESS_CHANGES) == 0
    later(2 * DAY)
    with app.app_context():
        assert purge(ENDED_ADDRESS_CHANGES) == 1


def test_the_audit_tells_each_step_without_an_address(browser: Open, tom: User, nora: User) -> None:
    moved(browser, tom)
    text = browser(nora).get(f"/admin/audit?about={tom.handle}").text
    assert "asked for another e-mail address" in text and "was changed" in text and NEW not in text


def test_a_mail_that_comes_late_tells_nothing_that_is_over(
    browser: Open, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    here = browser(tom)
    ask(here)
    here.post("/settings/address/cancelled")
    run_jobs()
    assert not mailbox.to(NEW) and not mailbox.to(OLD)
    assert db.session.scalars(select(Delivery.state).distinct()).all() == [State.SUPPRESSED]


def test_mail_that_waits_follows_the_person(
    browser: Open, tom: User, lea: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        tom.mail_progress = MailWhen.AT_ONCE
        suspend(tom, by=lea, reason="Advertising.")
    moved(browser, tom)
    run_jobs()
    assert [each for each in mailbox.to(NEW) if "suspended" in str(each["Subject"])]
    assert not [each for each in mailbox.to(OLD) if "suspended" in str(each["Subject"])]


def at_once(presses: list[tuple[Browser, str, dict[str, str]]]) -> list[int]:
    """Sends these forms at the same moment."""
    forms = [(here, path, {"csrf_token": here.csrf_token(), **form}) for here, path, form in presses]
    ready = threading.Barrier(len(forms))
    db.session.rollback()

    def press(n: int) -> int:
        here, path, form = forms[n]
        ready.wait()
        return here.client.post(path, data=form).status_code

    with ThreadPoolExecutor(len(forms)) as pool:
        return sorted(pool.map(press, range(len(forms))))


def test_both_addresses_agree_at_once(browser: Open, tom: User) -> None:
    ask(browser(tom))
    confirm = {"act": "confirm"}
    here = [browser() for _ in range(4)]
    paths = [link(Side.OLD), link(Side.NEW)] * 2
    assert set(at_once([(each, path, confirm) for each, path in zip(here, paths, strict=True)])) <= {303, 410}
    assert address_of(tom) == NEW
    changed = select(func.count(Event.id)).where(Event.action == Action.ADDRESS_CHANGED)
    assert db.session.scalar(changed) == 1


def test_two_people_press_for_the_same_address_at_once(browser: Open, tom: User, yuki: User) -> None:
    paths = []
    for person in (tom, yuki):
        ask(browser(person))
        paths.append(link(Side.OLD))
        press(browser(), Side.NEW, "confirm")
    assert at_once([(browser(), path, {"act": "confirm"}) for path in paths]) == [303, 303]
    db.session.rollback()
    assert sorted((tom.email, yuki.email)) in ([NEW, "yuki@example.com"], [OLD, NEW])
    ended = select(AddressChange.ended_as).where(AddressChange.ended_at.is_not(None))
    assert db.session.scalars(ended).all() == ["taken"]


def test_of_two_that_are_asked_for_at_once_one_is_left(browser: Open, tom: User) -> None:
    asked = [(browser(tom), "/settings/address", {"email": f"{n}@example.org"}) for n in range(3)]
    assert at_once(asked) == [303, 303, 303]
    waits = select(func.count(AddressChange.id)).where(AddressChange.waits())
    assert db.session.scalar(waits) == 1
