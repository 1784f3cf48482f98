"""A visitor votes with an e-mail address: the vote counts once they confirm it, and never before."""

import pytest
from sqlalchemy import func, select

from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.statuses import Status
from portal.voting.models import Vote
from tests.accounts import letters
from tests.conftest import act
from tests.voting.test_voting import count, page_of

pytestmark = pytest.mark.both

NEW = "zoe@example.org"


def ask_to_vote(browser, idea, address=NEW):
    return browser.submit(browser.get(f"/ideas/{idea.id}/vote"), email=address)


def test_a_visitors_vote_counts_when_they_confirm(browser, dark_mode):
    here = browser()
    page = ask_to_vote(here, dark_mode)
    assert "Six digits, and it counts" in page.heading
    assert "A dark mode for the night shift" in page.text
    assert count(dark_mode) == 1
    page = here.get(letters.link(NEW))
    assert "Vote for “A dark mode for the night shift”" in page.text
    assert count(dark_mode) == 1
    page = here.submit(page, display_name="Zoé")
    assert page.path == page_of(dark_mode)
    assert count(dark_mode) == 2
    assert Vote.of(User.with_email(NEW), dark_mode) is not None


def test_a_member_who_was_signed_out_votes_by_code(browser, tom, dark_mode):
    here = browser()
    here.submit(ask_to_vote(here, dark_mode, tom.email), code=letters.code(tom.email))
    assert count(dark_mode) == 2
    assert letters.is_signed_in(here)


def test_a_vote_that_counts_already_is_not_doubled(browser, yuki, dark_mode):
    here = browser()
    here.submit(ask_to_vote(here, dark_mode, yuki.email), code=letters.code(yuki.email))
    assert count(dark_mode) == 1


def test_a_known_and_an_unknown_voter_see_the_same(browser, tom, dark_mode):
    texts = [ask_to_vote(browser(), dark_mode, a).text.replace(a, "ADDRESS") for a in (tom.email, NEW)]
    known, unknown = (letters.without_times(text) for text in texts)
    assert known == unknown


def test_a_bad_address_is_said_at_the_field_and_kept(browser, dark_mode):
    page = ask_to_vote(browser(), dark_mode, "zoe@")
    assert page.status == 422
    assert page.find("#email")["value"] == "zoe@"
    assert page.has("#email-error")
    assert db.session.scalar(select(func.count()).select_from(PendingAction)) == 0


def test_a_stale_token_keeps_the_address(browser, dark_mode):
    here = browser()
    page = here.submit(here.get(f"/ideas/{dark_mode.id}/vote"), email=NEW, csrf_token="stale")
    assert page.status == 422
    assert page.find("#email")["value"] == NEW
    assert db.session.scalar(select(func.count()).select_from(EmailToken)) == 0


def test_an_expired_message_keeps_the_vote_for_the_next_one(browser, dark_mode):
    here = browser()
    page = ask_to_vote(here, dark_mode)
    for _ in range(5):
        page = here.submit(page, code=letters.wrong_code(NEW))
    assert "Vote for “A dark mode for the night shift”" in page.text
    page = here.submit(page, "main form")
    here.submit(page, code=letters.code(NEW))
    assert count(dark_mode) == 2


@pytest.mark.parametrize("what", ["declined", "hidden"])
def test_what_changed_meanwhile_is_said_and_the_person_is_signed_in(browser, dark_mode, lea, what, run_jobs, mailbox):
    here = browser()
    ask_to_vote(here, dark_mode)
    page = here.get(letters.link(NEW))
    with act():
        if what == "declined":
            dark_mode.change_status(Status.first("idea", "declined"), by=lea, reason="No.")
        else:
            dark_mode.hide(by=lea, reason="A test")
    run_jobs()
    named = [dark_mode.title in words for words in (mailbox.text(mailbox.to(NEW)[0]), here.get(letters.link(NEW)).html)]
    assert named == [what != "hidden"] * 2
    page = here.submit(page, display_name="Zoé")
    said = page.soup.select_one("[data-flash]").get_text() if page.has("[data-flash]") else ""
    if what == "declined":
        assert "takes no more votes" in said
    assert count(dark_mode) == 1
    assert letters.is_signed_in(here)


def test_a_visitor_cannot_ask_to_vote_for_what_is_closed(browser, fax):
    here = browser()
    page = here.post(f"/ideas/{fax.id}/vote", {"email": NEW})
    assert page.status == 422
    assert "Voting is over" in page.heading


def test_the_page_that_asks_is_kept_by_nobody(browser, dark_mode):
    assert browser().get(f"/ideas/{dark_mode.id}/vote").headers["Cache-Control"] == "no-store"


def test_htmx_is_led_to_the_page_of_the_code(browser, dark_mode):
    answer = browser().post(f"/ideas/{dark_mode.id}/vote", {"email": NEW}, headers={"HX-Request": "true"})
    assert answer.status == 204
    assert answer.headers["HX-Redirect"] == "/sign-in/code"


def test_after_voting_on_the_board_the_visitor_is_back_on_the_board(browser, dark_mode):
    here = browser()
    page = here.get(f"/ideas/{dark_mode.id}/vote", headers={"Referer": "http://localhost/?sort=new"})
    here.submit(page, email=NEW)
    page = here.submit(here.get(letters.link(NEW)), display_name="Zoé")
    assert page.path == "/"
