"""Members vote with one press; the wanted state is sent, so nothing is doubled."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.moderation.models import suspend
from portal.voting.families import recount
from portal.voting.models import Importance, Vote, importance_tally
from tests.conftest import act

pytestmark = pytest.mark.both

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def count(idea):
    db.session.rollback()
    return db.session.get(Idea, idea.id, populate_existing=True).votes_count


def page_of(idea):
    return f"/ideas/{idea.id}-{idea.slug}"


def vote(browser, idea, voted=1, **kwargs):
    return browser.post(f"/ideas/{idea.id}/vote", {"voted": voted, **kwargs.pop("data", {})}, **kwargs)


def test_a_member_votes_and_is_back_where_they_were(browser, tom, dark_mode):
    here = browser(tom)
    answer = vote(here, dark_mode, follow=False, headers={"Referer": "http://localhost/?sort=new"})
    assert answer.status == 303
    assert answer.headers["Location"] == f"/?sort=new#vote-{dark_mode.id}"
    assert count(dark_mode) == 2


@pytest.mark.parametrize("referer", ["https://evil.example/x", "http://localhost//evil.example", "nonsense", None])
def test_a_vote_from_elsewhere_leads_to_the_idea(browser, tom, dark_mode, referer):
    headers = {"Referer": referer} if referer else {}
    answer = vote(browser(tom), dark_mode, follow=False, headers=headers)
    assert answer.headers["Location"] == page_of(dark_mode)


def test_voting_twice_is_one_vote(browser, tom, dark_mode):
    here = browser(tom)
    vote(here, dark_mode)
    vote(here, dark_mode)
    assert count(dark_mode) == 2


def test_withdrawing_twice_is_no_fault(browser, yuki, dark_mode):
    here = browser(yuki)
    vote(here, dark_mode, 0)
    vote(here, dark_mode, 0)
    assert count(dark_mode) == 0


@pytest.mark.parametrize(
    ("shape", "part"), [("stub", "form#vote-{}"), ("button", "form#vote-button-{}"), ("slip", "div#slip-{}")]
)
def test_with_htmx_the_pressed_part_comes_back_and_says_the_count(browser, tom, dark_mode, shape, part):
    page = vote(browser(tom), dark_mode, data={"shape": shape}, headers=HTMX)
    assert page.status == 200
    redrawn = page.find(part.format(dark_mode.id))
    assert redrawn["data-announce"] == "Voted: 2 votes."
    assert len(page.soup.find_all(lambda tag: tag.name != "hx-partial", recursive=False)) == 1
    assert redrawn.select_one("button")["aria-pressed"] == "true"
    assert redrawn.select_one("[name=voted]")["value"] == "0"


def test_the_count_beside_the_button_is_redrawn(browser, tom, dark_mode):
    page = vote(browser(tom), dark_mode, data={"shape": "button"}, headers=HTMX)
    assert page.find(f'hx-partial[hx-target="#count-{dark_mode.id}"]').get_text(" ", strip=True) == "2 votes"


def test_the_count_is_said_in_french_too(browser, marc, dark_mode):
    page = vote(browser(marc), dark_mode, headers=HTMX)
    assert page.find("form")["data-announce"] == "Vote enregistré\u00a0: 2 votes."


def test_the_state_must_be_one_that_exists(browser, tom, dark_mode):
    assert vote(browser(tom), dark_mode, "maybe").status == 400
    assert vote(browser(tom), dark_mode, data={"shape": "cube"}, headers=HTMX).status == 400


def test_what_is_closed_takes_no_more_votes(browser, tom, fax):
    page = vote(browser(tom), fax)
    assert page.status == 422
    assert "Voting is over" in page.heading
    assert count(fax) == 1
    part = vote(browser(tom), fax, headers=HTMX)
    assert part.status == 422
    assert "takes no more votes" in part.find(f"#vote-{fax.id}")["data-announce"]
    assert "takes no more votes" in vote(browser(tom), fax, data={"shape": "button"}, headers=HTMX).text


def test_who_voted_before_it_closed_may_press_again_without_a_fault(browser, sofia, fax):
    assert vote(browser(sofia), fax, follow=False).status == 303


def test_the_bar_of_phones_is_redrawn_with_the_slip(browser, tom, dark_mode):
    page = vote(browser(tom), dark_mode, data={"shape": "slip"}, headers=HTMX)
    bar = page.find(f'hx-partial[hx-target="#bar-vote-{dark_mode.id}"]')
    assert bar.select_one("button")["aria-pressed"] == "true" and bar.select_one("[data-votes]").get_text() == "2"


def test_the_final_count_stays_on_the_slip_of_what_is_closed(browser, tom, fax):
    page = browser(tom).get(f"/ideas/{fax.id}/vote")
    assert "This is the final count." in page.text
    assert not page.has("main form")


def test_a_strangers_private_issue_is_not_there_to_vote_for(browser, tom, camille, salary_leak):
    for someone in (browser(tom), browser()):
        assert someone.get(f"/ideas/{salary_leak.id}/vote").status == 404
        assert vote(someone, salary_leak).status == 404
        assert someone.post(f"/ideas/{salary_leak.id}/importance", {"importance": "nice"}).status == 404
    assert browser(camille).get(f"/ideas/{salary_leak.id}/vote").status == 200


def test_what_is_hidden_is_not_there_to_vote_for(browser, tom, yuki, dark_mode, lea):
    with act():
        dark_mode.hide(by=lea, reason="A test")
    assert vote(browser(tom), dark_mode).status == 404
    assert vote(browser(yuki), dark_mode, 0).status == 403


def test_a_suspended_member_cannot_vote(browser, tom, dark_mode, lea):
    with act():
        suspend(tom, by=lea, reason="Advertising.")
    assert vote(browser(tom), dark_mode).status == 403
    assert count(dark_mode) == 1


def test_a_vote_without_the_token_does_not_count(browser, tom, dark_mode):
    page = vote(browser(tom), dark_mode, token=False)
    assert page.status == 400
    assert "This page had been open for too long" in page.heading
    assert count(dark_mode) == 1


def test_looking_at_the_voting_page_changes_nothing(browser, tom, dark_mode):
    here = browser(tom)
    here.get(f"/ideas/{dark_mode.id}/vote")
    assert count(dark_mode) == 1


def test_a_member_votes_on_the_page_without_javascript(browser, tom, dark_mode):
    here = browser(tom)
    page = here.submit(here.get(f"/ideas/{dark_mode.id}/vote"))
    assert page.path == page_of(dark_mode)
    assert count(dark_mode) == 2


def test_how_much_it_would_help_is_kept_and_counted_for_staff(browser, tom, dark_mode):
    here = browser(tom)
    vote(here, dark_mode)
    page = here.post(f"/ideas/{dark_mode.id}/importance", {"importance": "critical"}, headers=HTMX)
    assert page.find("[value=critical]").has_attr("checked")
    assert importance_tally(dark_mode) == {Importance.NICE: 0, Importance.IMPORTANT: 0, Importance.CRITICAL: 1}
    vote(here, dark_mode)
    assert importance_tally(dark_mode)[Importance.CRITICAL] == 1


def test_without_a_vote_there_is_nothing_to_weigh(browser, tom, dark_mode):
    page = browser(tom).post(f"/ideas/{dark_mode.id}/importance", {"importance": "nice"}, headers=HTMX)
    assert page.find(f"#slip-{dark_mode.id}")["data-announce"].startswith("Vote first")
    assert sum(importance_tally(dark_mode).values()) == 0


def test_an_importance_must_be_one_that_exists(browser, yuki, dark_mode):
    assert browser(yuki).post(f"/ideas/{dark_mode.id}/importance", {"importance": "meh"}).status == 400


def test_a_crowd_at_once_loses_no_vote(app, browser, dark_mode, tom, sofia, camille):
    """Three members, each pressing three times at the same moment."""
    browsers = [browser(user) for user in (tom, sofia, camille) for _ in range(3)]
    sent = [(b.client, {"voted": 1, "csrf_token": b.csrf_token()}) for b in browsers]
    id, start, statuses = dark_mode.id, Barrier(len(sent)), []

    def press(client, data):
        start.wait()
        statuses.append(client.post(f"/ideas/{id}/vote", data=data).status_code)

    threads = [Thread(target=press, args=one) for one in sent]
    db.session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 9
    assert count(dark_mode) == 4 == recount(id)


def test_all_votes_taken_back_at_once_leave_what_one_by_one_leaves(tom, offline, dark_mode, swap):
    ideas = [offline, dark_mode, swap]
    with act():
        dark_mode_vote = Vote.cast(dark_mode, by=tom)
        dark_mode_vote.created_at = now() - timedelta(days=30)
    begin_write()
    theirs = [idea for idea in ideas if Vote.of(tom, idea)]
    for idea in theirs:
        Vote.withdraw(idea, by=tom)
    expected = [(idea.votes_count, pytest.approx(idea.heat)) for idea in ideas]
    db.session.rollback()
    had = db.session.scalar(select(func.count()).where(Vote.user_id == tom.id))
    with act():
        assert len(theirs) == 3 and Vote.withdraw_all(tom) == had
    assert [(idea.votes_count, idea.heat) for idea in ideas] == expected
    assert [recount(idea.id) for idea in ideas] == [votes for votes, _ in expected]


def test_a_vote_closed_while_pressing_is_refused_kindly(browser, tom, offline, lea):
    here = browser(tom)
    page = here.get(f"/ideas/{offline.id}/vote")
    with act():
        Vote.withdraw(offline, by=tom)
        offline.change_status(Status.first("idea", "declined"), by=lea, reason="No.")
    page = here.post(f"/ideas/{offline.id}/vote", {"voted": 1})
    assert page.status == 422
    assert db.session.scalar(select(Vote).where(Vote.idea_id == offline.id, Vote.user_id == tom.id)) is None


def test_voting_is_being_here(browser, tom, dark_mode):
    here = browser(tom)
    with act():
        tom.seen_at = now() - timedelta(days=9)
    vote(here, dark_mode)
    db.session.rollback()
    assert now() - db.session.get(User, tom.id, populate_existing=True).seen_at < timedelta(minutes=1)


@pytest.mark.parametrize("path", ["vote", "importance"])
@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_the_count_of_what_is_closed_is_final(browser, tom, offline, lea, path, htmx):
    """Its page offers neither; a request that somebody made up gets neither."""
    with act():
        offline.change_status(Status.first("idea", "declined"), by=lea, reason="No.")
        votes, before = offline.votes_count, Vote.of(tom, offline).importance
    answer = browser(tom).post(f"/ideas/{offline.id}/{path}", {"voted": "0", "importance": "critical"}, headers=htmx)
    db.session.rollback()
    assert answer.status == 422 and "takes no more votes" in answer.html
    assert offline.votes_count == votes and Vote.of(tom, offline).importance == before
