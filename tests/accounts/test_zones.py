"""Where somebody lives: taken from the browser at joining, offered when it changes, never changed in silence."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import update

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import suspend
from portal.notifications.digest import send_digests
from tests.accounts import letters
from tests.browser import Browser
from tests.conftest import act

Open = Callable[..., Browser]
NEW, YORK = "zoe@example.org", "America/New_York"


def fresh(user: User) -> User:
    db.session.rollback()
    db.session.refresh(user)
    return user


def joined(browser: Open, **fields: str) -> User:
    here = browser()
    letters.ask(here, NEW)
    here.submit(here.get(letters.link(NEW)), display_name="Zoé", **fields)
    user = User.with_email(NEW)
    assert user is not None
    return user


def test_the_zone_of_the_browser_is_taken_at_joining(browser: Open, app: object) -> None:
    user = joined(browser, timezone=YORK)
    assert (user.timezone, user.zone_chosen) == (YORK, True)


@pytest.mark.parametrize("sent", ["", "Mars/Olympus", "UTC", "Etc/GMT+5", "../../etc/passwd", "x" * 5000])
def test_what_is_no_place_is_not_taken(browser: Open, app: object, sent: str) -> None:
    user = joined(browser, timezone=sent)
    assert (user.timezone, user.zone_chosen) == ("Europe/Paris", False)


@pytest.mark.parametrize("way", ["link", "code"])
def test_who_never_chose_gets_the_zone_of_their_browser_at_signing_in(browser: Open, tom: User, way: str) -> None:
    here = browser()
    page = letters.ask(here, tom.email)
    if way == "link":
        page = here.submit(here.get(letters.link(tom.email)), timezone=YORK)
    else:
        page = here.submit(page, code=letters.code(tom.email), timezone=YORK)
    assert fresh(tom).timezone == YORK
    assert "New York" in page.find("[data-flash]").get_text()


def test_who_chose_keeps_their_zone_at_signing_in(browser: Open, tom: User) -> None:
    here = browser(tom)
    here.submit(here.get("/settings"), "#section-language form", timezone="Europe/London")
    there = browser()
    letters.ask(there, tom.email)
    there.submit(there.get(letters.link(tom.email)), timezone=YORK)
    assert fresh(tom).timezone == "Europe/London"


def test_another_zone_is_offered_and_taken_by_a_press(browser: Open, tom: User) -> None:
    here = browser(tom)
    page = here.get("/roadmap")
    assert page.find("html")["data-zone"] == "Europe/Paris"
    assert page.has("form[action='/settings/zone'] button[value='1']")
    assert here.post("/settings/zone", {"timezone": YORK, "use": "1", "next": "/roadmap"}).path == "/roadmap"
    assert (fresh(tom).timezone, tom.zone_chosen) == (YORK, True)


def test_a_refusal_is_remembered(browser: Open, tom: User) -> None:
    here = browser(tom)
    here.post("/settings/zone", {"timezone": YORK, "use": "0", "next": "/roadmap"})
    assert (fresh(tom).timezone, tom.zone_declined) == ("Europe/Paris", YORK)
    assert here.get("/roadmap").find("html")["data-zone-kept"] == YORK


def test_an_unknown_zone_is_no_answer(browser: Open, tom: User) -> None:
    for sent in ({"timezone": "Mars/Olympus", "use": "1"}, {"timezone": YORK, "use": "2"}, {}):
        assert browser(tom).post("/settings/zone", sent).status == 400
    assert fresh(tom).timezone == "Europe/Paris"


def test_neither_visitors_nor_the_suspended_are_asked(browser: Open, tom: User, lea: User) -> None:
    with act():
        suspend(tom, by=lea, reason="Advertising.")
    for here in (browser(), browser(tom)):
        assert not here.get("/roadmap").has("[data-zone], form[action='/settings/zone']")


@pytest.mark.jobs
def test_the_hour_of_the_digest_follows(
    browser: Open, app: object, offline: Idea, tom: User, yuki: User, run_jobs: Callable[[], None]
) -> None:
    with act():
        db.session.execute(update(User).where(User.id != tom.id).values(timezone="UTC"))
        Comment.post(offline, "Me too.", by=yuki)
    run_jobs()
    browser(tom).post("/settings/zone", {"timezone": YORK, "use": "1"})
    begun = []
    for hour in (12, 15):
        db.session.rollback()
        with time_machine.travel(datetime(2027, 3, 1, hour, 5, tzinfo=UTC), tick=True):
            begun.append(send_digests())
    assert begun == [0, 1], "ten in the morning in New York is three in the afternoon UTC"
