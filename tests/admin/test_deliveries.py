"""What could not be delivered: seen, tried again, or discarded with a reason."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Event
from portal.clock import now
from portal.extensions import db
from portal.fanout import TRIES
from portal.notifications.delivering import SHOWN
from portal.notifications.models import Delivery, State
from tests.browser import Browser
from tests.conftest import act

Opens = Callable[..., Browser]


@pytest.fixture
def dead(tom: User, ines: User) -> list[Delivery]:
    event = db.session.scalars(select(Event).where(Event.action == "status_changed")).first()
    assert event
    with act():
        letters = [
            Delivery(event_id=event.id, recipient=f"user:{who.id}", state=State.DEAD, attempts=8, last_error="550 no")
            for who in (tom, ines)
        ]
        db.session.add_all(letters)
    return letters


def test_dead_letters_say_what_to_whom_and_why(browser: Opens, hugo: User, dead: list[Delivery]) -> None:
    text = browser(hugo).get("/admin/deliveries").text
    assert "Status changed" in text and "Tom Becker" in text and "550 no" in text


def test_one_is_tried_again(browser: Opens, hugo: User, dead: list[Delivery]) -> None:
    staff = browser(hugo)
    page = staff.submit(staff.get("/admin/deliveries"), f'form[action="/admin/deliveries/{dead[0].id}/tries"]')
    assert "It is tried again now." in page.html
    db.session.rollback()
    assert dead[0].state != State.DEAD and dead[1].state == State.DEAD


def test_a_kind_is_tried_again(browser: Opens, hugo: User, dead: list[Delivery]) -> None:
    staff = browser(hugo)
    page = staff.submit(staff.get("/admin/deliveries"), 'form[action="/admin/deliveries/tries"]')
    assert "2 messages are tried again now." in page.html
    assert "Everything was delivered." in page.text


@pytest.fixture
def outage() -> int:
    """More messages than the page lists could not be delivered."""
    event = db.session.scalars(select(Event).where(Event.action == "status_changed")).first()
    assert event
    with act():
        many = [
            Delivery(event_id=event.id, recipient=f"user:{1000 + number}", state=State.DEAD, attempts=8)
            for number in range(SHOWN + 20)
        ]
        db.session.add_all(many)
    return len(many)


def test_more_than_are_listed_are_counted_and_tried_again(browser: Opens, hugo: User, outage: int) -> None:
    staff = browser(hugo)
    page = staff.get("/admin/deliveries")
    assert page.find("h2 small").get_text() == str(outage)
    assert "The newest 100 are listed." in page.text and len(page.soup.select("tbody tr")) == 100
    assert f"Try again: Status changed ({outage})" in page.text
    page = staff.submit(page, 'form[action="/admin/deliveries/tries"]')
    assert f"{outage} messages are tried again now." in page.html and "Everything was delivered." in page.text


def test_a_kind_that_is_tried_again_is_one_act_in_the_audit(browser: Opens, hugo: User, outage: int) -> None:
    staff = browser(hugo)
    staff.submit(staff.get("/admin/deliveries"), 'form[action="/admin/deliveries/tries"]')
    lines = staff.get("/admin/audit?action=delivery_retried").text
    assert lines.count(f"{hugo.display_name} asked for {outage} messages to be sent again") == 1


def test_more_events_than_are_listed_are_counted(browser: Opens, hugo: User) -> None:
    with act():
        for _ in range(SHOWN + 5):
            db.session.add(Event(action="idea_edited", subject_type="idea", subject_id=1, attempts=TRIES))
    page = browser(hugo).get("/admin/deliveries")
    assert "Events that could not be told 105" in page.text and "The newest 100 are listed." in page.text


def test_one_is_discarded_with_a_reason(browser: Opens, hugo: User, dead: list[Delivery]) -> None:
    staff, url = browser(hugo), f"/admin/deliveries/{dead[0].id}/discarded"
    page = staff.post(url, {"reason": ""})
    assert page.status == 422
    assert "Say why it need not be sent." in page.find(f"#discard-{dead[0].id}-error").get_text()
    assert "Discarded." in staff.post(url, {"reason": "They left."}).html
    db.session.rollback()
    assert dead[0].state == State.CANCELLED and "They left." in str(dead[0].last_error)


def test_what_staff_decide_on_messages_is_in_the_audit(browser: Opens, hugo: User, dead: list[Delivery]) -> None:
    staff = browser(hugo)
    staff.post(f"/admin/deliveries/{dead[0].id}/tries", {})
    staff.post(f"/admin/deliveries/{dead[1].id}/discarded", {"reason": "They left."})
    db.session.rollback()
    told = select(Event.action).where(Event.subject_type == "delivery").order_by(Event.id)
    assert db.session.scalars(told).all() == ["delivery_retried", "delivery_discarded"]
    assert "They left." in staff.get("/admin/audit").text


def test_an_event_that_was_set_aside_is_worked_again(browser: Opens, hugo: User) -> None:
    event = db.session.scalars(select(Event)).first()
    assert event
    with act():
        event.fanned_out_at, event.attempts, event.error = None, TRIES, "KeyError: x"
    staff = browser(hugo)
    page = staff.get("/admin/deliveries")
    assert "KeyError: x" in page.text
    staff.submit(page, f'form[action="/admin/events/{event.id}/tries"]')
    db.session.rollback()
    assert event.attempts == 0


def test_what_waits_is_counted(browser: Opens, hugo: User, tom: User) -> None:
    event = db.session.scalars(select(Event)).first()
    assert event
    with act():
        later = now()
        db.session.add(Delivery(event_id=event.id, recipient=f"user:{tom.id}", next_attempt_at=later))
    numbers = [n.get_text() for n in browser(hugo).get("/admin/deliveries").soup.select(".stat strong")]
    assert numbers == ["1", "0"]


def test_nothing_dead_says_so(browser: Opens, hugo: User) -> None:
    assert "Everything was delivered." in browser(hugo).get("/admin/deliveries").text


def test_what_is_not_there_is_not_found(browser: Opens, hugo: User) -> None:
    staff = browser(hugo)
    for url in ("/admin/deliveries/999/tries", "/admin/deliveries/999/discarded", "/admin/events/999/tries"):
        assert staff.post(url, {"reason": "x"}).status == 404
    assert staff.post("/admin/deliveries/tries", {"kind": "x"}).status == 400


def test_members_are_refused(browser: Opens, tom: User, dead: list[Delivery]) -> None:
    for url in ("/admin/deliveries/tries", f"/admin/deliveries/{dead[0].id}/tries"):
        assert browser(tom).post(url, {"kind": "status_changed"}).status == 403
    assert browser(tom).get("/admin/deliveries").status == 403


def test_what_was_folded_names_the_one_that_tells_of_it_and_what_was_not_wanted_says_why(
    browser: Opens, lea: User, tom: User
) -> None:
    ids = db.session.scalars(select(Event.id).where(Event.action == "status_changed").limit(3)).all()
    with act():
        sent, folded, unwanted = (Delivery(event_id=id, recipient=f"user:{tom.id}", thread="idea:1") for id in ids)
        db.session.add_all((sent, folded, unwanted))
        db.session.flush()
        sent.state, folded.state, folded.folded_into = State.SENT, State.FOLDED, sent.id
        unwanted.state, unwanted.last_error = State.SUPPRESSED, "The reader chose not to be mailed about this."
    page = browser(lea).get("/admin/deliveries")
    (link,) = page.soup.select(f'#message-{folded.id} a[href="#message-{sent.id}"]')
    assert str(sent.id) in link.get_text() and page.has(f"#message-{sent.id}")
    assert "n’a pas souhaité" in page.find(f"#message-{unwanted.id}").get_text()
