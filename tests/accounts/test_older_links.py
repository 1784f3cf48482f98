"""Once one message of an address is used, or its account changes, no older one opens anything; what waits is kept."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.accounts.sessions import SignedIn
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import suspend
from portal.privacy.erasing import erase
from portal.voting.models import Vote
from tests.accounts import letters
from tests.browser import Browser, Page
from tests.comments.discussion import said
from tests.conftest import act

Open = Callable[..., Browser]
NEW = "zoe@example.org"


def asked(browser: Open, address: str) -> str:
    """The link of a message that was asked for in some browser."""
    letters.ask(browser(), address)
    return letters.link(address)


def vote(here: Browser, idea: Idea, address: str) -> str:
    here.post(f"/ideas/{idea.id}/vote", {"email": address})
    return letters.link(address)


def has_voted(user: User, idea: Idea) -> bool:
    db.session.rollback()
    return Vote.of(user, idea) is not None


def test_an_older_link_opens_nothing_once_a_newer_one_was_used(browser: Open, tom: User) -> None:
    older, newer = asked(browser, tom.email), asked(browser, tom.email)
    thief, here = browser(), browser()
    opened = thief.get(older)
    here.submit(here.get(newer))
    page = thief.submit(opened)
    assert page.status == 410 and "no longer works" in page.heading
    assert not letters.is_signed_in(thief) and letters.is_signed_in(here)
    assert browser().get(older).status == 410


def test_a_newer_link_ends_too_when_the_older_one_was_used_by_code(browser: Open, tom: User) -> None:
    here = browser()
    page = letters.ask(here, tom.email)
    code = letters.code(tom.email)
    other = asked(browser, tom.email)
    here.submit(page, code=code)
    assert letters.is_signed_in(here) and browser().get(other).status == 410


def test_a_code_of_an_ended_message_opens_nothing(browser: Open, tom: User) -> None:
    here, there = browser(), browser()
    page = letters.ask(here, tom.email)
    code = letters.code(tom.email)
    there.submit(there.get(asked(browser, tom.email)))
    page = here.submit(page, code=code)
    assert page.status == 410 and not letters.is_signed_in(here)


def test_links_of_others_go_on(browser: Open, tom: User, yuki: User) -> None:
    theirs = asked(browser, yuki.email)
    here = browser()
    here.submit(here.get(asked(browser, tom.email)))
    assert browser().get(theirs).status == 200


def test_a_link_to_another_spelling_of_the_address_ends_too(browser: Open, tom: User) -> None:
    with act():
        tom.email = "tom.berger@gmail.com"
    older = asked(browser, "tomberger+ideas@gmail.com")
    here = browser()
    here.submit(here.get(asked(browser, "tom.berger@gmail.com")))
    assert letters.is_signed_in(here) and browser().get(older).status == 410


def test_a_message_that_ended_since_its_page_was_opened_is_not_spent(browser: Open, tom: User) -> None:
    number = int(asked(browser, tom.email).rpartition("/")[2].partition(".")[0])
    with act():
        EmailToken.end_open(tom.email)
    with act():
        assert EmailToken.spend(number) is None


@pytest.mark.parametrize("what", ["signed out everywhere", "suspended", "made staff", "erased"])
def test_open_links_end_when_the_account_changes(browser: Open, tom: User, nora: User, what: str) -> None:
    link = asked(browser, tom.email)
    with act():
        if what == "suspended":
            suspend(tom, by=nora, reason="Advertising.")
        elif what == "made staff":
            tom.change_role(Role.STAFF, by=nora)
        elif what == "erased":
            erase(tom)
        else:
            SignedIn.close_all(tom)
    assert browser().get(link).status in (404, 410)


def test_a_set_up_link_ends_when_another_was_used(browser: Open, app: object, nora: User) -> None:
    with act():
        nora.role = Role.MEMBER
        tokens = [EmailToken(email="", purpose="setup") for _ in range(2)]
        db.session.add_all(tokens)
        db.session.flush()
        older, newer = (f"/set-up/{token.link_value}" for token in tokens)
    here = browser()
    here.submit(here.get(newer), portal_name="Ours", display_name="First", email="first@example.org")
    with act():
        User.with_email("first@example.org").role = Role.MEMBER  # type: ignore[union-attr]
    assert browser().get(older).status == 410


def test_a_message_that_was_sent_anew_ends_the_one_before(browser: Open, tom: User) -> None:
    here = browser()
    letters.ask(here, tom.email)
    before = letters.link(tom.email)
    here.post("/sign-in/again")
    assert letters.link(tom.email) != before and browser().get(before).status == 410


def test_a_vote_from_another_tab_is_shown_after_entering_and_counts_by_a_press(
    browser: Open, dark_mode: Idea, fax: Idea, offline: Idea, sofia: User
) -> None:
    here = browser()
    vote(here, dark_mode, sofia.email)
    newer = vote(here, offline, sofia.email)
    page = here.submit(here.get(newer))
    assert page.path == "/waiting" and dark_mode.title in page.text
    assert "far too bright in a dim bar" in page.text and offline.title not in page.text
    assert not has_voted(sofia, dark_mode)
    page = press(here, page, "confirmed")
    assert has_voted(sofia, dark_mode)
    assert here.get("/waiting").text.startswith("What waits for your word") and not here.get("/waiting").has("main li")


def test_an_older_link_leads_its_owner_to_what_waits(browser: Open, dark_mode: Idea, tom: User) -> None:
    here = browser()
    older = vote(browser(), dark_mode, tom.email)
    here.submit(here.get(asked(browser, tom.email)))
    page = here.get(older)
    assert page.status == 410
    assert page.find("main a.btn")["href"] == "/waiting"
    assert dark_mode.title in browser().get(older).text, "somebody else may only ask for a new message"
    assert not browser().get(older).has("main a[href='/waiting']")


def test_a_strangers_words_are_thrown_away_by_a_press(browser: Open, dark_mode: Idea, tom: User) -> None:
    browser().post(f"/ideas/{dark_mode.id}/comments", {"email": tom.email, "body": "I am Tom, and I am rude."})
    here = browser()
    page = here.submit(here.get(asked(browser, tom.email)))
    assert page.path == "/waiting" and "I am Tom, and I am rude." in page.text
    page = press(here, page, "dropped")

    assert db.session.scalar(select(func.count()).select_from(PendingAction)) == 0
    assert said(dark_mode) == []


def test_what_waits_for_one_person_is_out_of_reach_for_another(
    browser: Open, dark_mode: Idea, tom: User, yuki: User
) -> None:
    vote(browser(), dark_mode, tom.email)
    id = db.session.scalars(select(PendingAction.id)).one()
    here = browser(yuki)
    assert not here.get("/waiting").has("main li")
    for path in ("confirmed", "dropped"):
        assert here.post(f"/waiting/{id}/{path}").status == 404
    assert db.session.scalars(select(PendingAction.id)).one() == id


def test_what_was_confirmed_in_one_tab_is_not_done_again_in_another(browser: Open, offline: Idea, tom: User) -> None:
    browser().post(f"/ideas/{offline.id}/comments", {"email": tom.email, "body": "Once is enough."})
    here = browser(tom)
    page = here.get("/waiting")
    press(here, page, "confirmed")
    assert press(here, page, "confirmed").status == 404
    assert said(offline) == ["Once is enough."]


def press(here: Browser, page: Page, what: str) -> Page:
    """On the page as it is read anew: one that was come to by a redirect has the token of the page before."""
    here.get(page.path)
    return here.post(str(page.find(f"main form[action$='/{what}']")["action"]))
