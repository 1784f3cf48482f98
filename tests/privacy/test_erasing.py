"""Taking one's data along, and leaving for good."""

import pytest
from sqlalchemy import func, select

from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.accounts.pending import hold
from portal.accounts.sessions import SignedIn
from portal.activity.models import Action, Event
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.moderation.networks import VoteNetwork
from portal.notifications.models import Delivery, Follow, Notification, State
from portal.operations import checking
from portal.voting.families import recount
from portal.voting.models import Vote
from portal.voting.setting_aside import set_aside
from tests.conftest import act

pytestmark = pytest.mark.both


def erase(browser, word="erase"):
    return browser.submit(browser.get("/settings/erase"), "main form", word=word)


def number(model, condition):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(condition))


def test_the_page_says_in_numbers_what_goes_and_what_stays(browser, tom):
    page = browser(tom).get("/settings/erase")
    assert "4 votes: the counts go down" in page.text
    assert "1 idea or issue" in page.text and "1 comment" in page.text


def test_without_the_word_nothing_is_erased(browser, tom):
    page = erase(browser(tom), "yes")
    assert page.status == 422
    assert "Type “erase” to erase your account." in page.find("#word-error").get_text()
    assert User.with_email("tom@example.com") is not None


def test_the_word_is_one_of_the_readers_language(browser, marc):
    page = erase(browser(marc), "Effacer")
    assert page.status == 200
    assert User.with_email("marc@example.com") is None


def test_a_final_count_outlasts_its_voters(browser, tom, lea, yuki, fax, swap, offline):
    """What shipped or was declined was decided with these votes; one that was set aside never counted."""
    with act():
        Vote.cast(offline, by=tom)
        Vote.cast(swap, by=tom)
        offline.change_status(Status.first("idea", "shipped"), by=lea)
        swap.change_status(Status.first("idea", "declined"), by=lea, reason="Too early.")
        set_aside(swap, [tom.id], by=lea, reason="Twice.")
        db.session.add(VoteNetwork(idea_id=offline.id, user_id=tom.id, network="n"))
    before, aside, id = offline.votes_count, swap.votes_set_aside, tom.id
    page = browser(tom).get("/settings/erase")
    assert "the count of 1 vote for what has shipped or is not planned" in page.text
    erase(browser(tom))
    db.session.rollback()
    assert db.session.get(Idea, offline.id, populate_existing=True).votes_count == before == recount(offline.id)
    assert db.session.get(Idea, swap.id, populate_existing=True).votes_set_aside == aside - 1
    assert number(Vote, Vote.user_id == id) == 1 and number(VoteNetwork, VoteNetwork.user_id == id) == 0
    assert not any(checking.findings().values())
    page = browser(lea).get(f"/admin/ideas/{offline.id}/votes")
    assert page.status == 200 and "Tom Becker" not in page.find("main").get_text()


def test_erasing_takes_the_votes_and_keeps_what_was_written(browser, tom, offline, swap, copy_week):
    before, id, email = swap.votes_count, tom.id, tom.email
    with act():
        db.session.add(Follow(user_id=id, idea_id=swap.id))
        event = db.session.scalars(select(Event)).first()
        db.session.add(Notification(user_id=id, event_id=event.id))
        token = hold("vote", {"idea": swap.id}, email)
        tom.pseudonym, tom.hidden_words = "Tommy", {"bio": "Tom’s own"}
        for recipient in (f"user:{id}", f"token:{token.id}"):
            db.session.add(Delivery(event_id=event.id, recipient=recipient, last_error="451 tom is busy"))
    here, other = browser(tom), browser(tom)
    page = erase(here)
    assert page.path == "/"
    assert "Your account is erased." in page.soup.get_text()
    db.session.rollback()
    gone = db.session.get(User, id, populate_existing=True)
    assert gone.is_former and gone.email is None and gone.erased_at <= now()
    kept = f"{gone.handle} {gone.display_name} {gone.title} {gone.bio} {gone.pseudonym} {gone.hidden_words}"
    assert "tom" not in kept.lower()
    assert number(Vote, Vote.user_id == id) == 0
    assert db.session.get(Idea, swap.id, populate_existing=True).votes_count == before - 1 == recount(swap.id)
    for model in (Follow, Notification, SignedIn):
        assert number(model, model.user_id == id) == 0
    assert number(EmailToken, EmailToken.email == email) == number(PendingAction, PendingAction.id > 0) == 0
    sent = select(Delivery.state, Delivery.last_error).where(Delivery.event_id == event.id)
    assert db.session.execute(sent).all() == [(State.CANCELLED, None)] * 2
    assert number(Idea, Idea.author_id == id) == number(Comment, Comment.author_id == id) == 1
    assert number(Event, (Event.action == Action.MEMBER_ERASED) & (Event.subject_id == id)) == 1
    assert other.get("/settings").path == "/sign-in"
    page = browser().get(f"/ideas/{offline.id}-{offline.slug}")
    assert "a former member" in page.text and "Tom Becker" not in page.soup.get_text()


def test_a_former_member_has_no_page_and_joins_as_somebody_new(browser, tom):
    erase(browser(tom))
    assert browser().get("/people/tom-becker").status == 404
    former = db.session.scalars(select(User).where(User.erased_at.is_not(None))).one()
    assert browser().get(f"/people/{former.handle}").status == 404
    assert User.with_email("tom@example.com") is None


def test_the_only_admin_stays_until_there_is_another(browser, nora, lea):
    page = browser(nora).get("/settings/erase")
    assert "You are the only admin." in page.text
    assert not page.has("main form")
    assert browser(nora).post("/settings/erase", {"word": "erase"}).status == 422
    with act():
        lea.change_role(Role.ADMIN, by=nora)
    erase(browser(nora))
    assert User.with_email("nora@example.com") is None


def test_a_visitor_has_nothing_to_erase(browser, app):
    assert browser().get("/settings/erase").path == "/sign-in"
    assert browser().get("/settings/data").path == "/sign-in"
    assert browser().post("/settings/erase", {"word": "erase"}).status == 403
