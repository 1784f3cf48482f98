"""Staff set votes aside with a reason: they count nowhere, whoever is concerned may answer, and it can be undone."""

from datetime import timedelta
from functools import partial
from random import Random

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.changelog.models import Credit, draft
from portal.changelog.publishing import publish
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import suspend
from portal.notifications.models import Notification
from portal.operations import checking
from portal.privacy.erasing import erase
from portal.voting.families import recount
from portal.voting.growth import growth_of
from portal.voting.models import SetAside, Vote, importance_tally, supporters
from portal.voting.setting_aside import put_back, set_aside
from tests.admin.places import at
from tests.chaos.test_at_once import all_at_once
from tests.conftest import act
from tests.privacy.held import data_in, taken_along

pytestmark = pytest.mark.both

WHY = "Four accounts of one person."


def aside(idea, by, *people, reason=WHY):
    with act():
        set_aside(db.session.get_one(Idea, idea.id), [person.id for person in people], by=by, reason=reason)


def back(idea, by, *people):
    with act():
        put_back(db.session.get_one(Idea, idea.id), [person.id for person in people], by=by)


def numbers(idea):
    """What the idea says: votes that count, votes set aside; and that both are true."""
    db.session.rollback()
    assert checking.votes() == [] and recount(idea.id) == idea.votes_count
    return idea.votes_count, idea.votes_set_aside


def test_staff_set_chosen_votes_aside_and_put_them_back(browser, hugo, swap, tom, sofia):
    staff, heat = browser(hugo), swap.heat
    page = staff.get(f"/admin/ideas/{swap.id}/votes")
    form = 'main form[action$="set-aside"]'
    page = staff.submit(page, form, voter=[tom.id, sofia.id], reason=WHY)
    assert "2 votes are set aside. 2 people are told. At once by e-mail: 2." in page.html and WHY in page.text
    assert numbers(swap) == (1, 2) and swap.heat < heat
    page = staff.submit(page, 'main form[action$="put-back"]', voter=[tom.id, sofia.id])
    assert "2 votes count again" in page.html and not page.has("#set-aside")
    assert numbers(swap) == (3, 0) and swap.heat == pytest.approx(heat)


@pytest.mark.parametrize(
    ("sent", "said"), [({"reason": WHY}, "Choose at least one person."), ({"voter": 1}, "Say why")]
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(browser, hugo, swap, sent, said):
    page = browser(hugo).post(f"/admin/ideas/{swap.id}/votes/set-aside", sent)
    assert page.status == 422 and said in page.text
    assert page.find("textarea").get_text().strip() == sent.get("reason", "")
    assert numbers(swap) == (3, 0)


def test_the_page_says_to_everyone_how_many_are_set_aside(browser, lea, swap, tom):
    aside(swap, lea, tom)
    assert "1 more vote is set aside, and does not count." in browser().get(at(swap)).text
    assert "1 vote de plus est écarté et ne compte pas." in browser(lang="fr").get(at(swap)).text
    back(swap, lea, tom)
    assert "set aside" not in browser().get(at(swap)).text


def test_whoever_is_concerned_is_told_once_and_may_answer(browser, lea, hugo, swap, tom, run_jobs, mailbox):
    aside(swap, lea, tom)
    aside(swap, lea, tom)
    run_jobs()
    (mail,) = [mail for mail in mailbox.messages if "does not count for now" in str(mail["Subject"])]
    assert mail["To"].addresses[0].addr_spec == tom.email
    text = mail.get_body(("plain",)).get_content()
    assert WHY in text and f"/ideas/{swap.id}/vote/set-aside" in text
    here = browser(tom)
    page = here.submit(here.get("/notifications"), "main form:has([name=open])")
    assert page.path == f"/ideas/{swap.id}/vote/set-aside" and WHY in page.text
    here.submit(page, 'main form[action$="set-aside"]', answer="We are four waiters of one restaurant.")
    staff = browser(hugo)
    assert "We are four waiters of one restaurant." in staff.get("/admin/moderation/votes").text
    assert "We are four waiters of one restaurant." in staff.get(f"/admin/ideas/{swap.id}/votes").text
    assert "answered why their vote" in staff.get("/admin/audit").text


def test_who_is_put_back_is_told_and_has_nothing_to_answer(browser, lea, hugo, swap, tom, run_jobs, mailbox):
    aside(swap, lea, tom)
    back(swap, lea, tom)
    run_jobs()
    assert any("counts again" in str(mail["Subject"]) for mail in mailbox.messages)
    here = browser(tom)
    assert here.get(f"/ideas/{swap.id}/vote/set-aside").path == at(swap)
    assert "Answers" not in browser(hugo).get("/admin/moderation/votes").text


def test_nobody_reads_of_the_vote_of_somebody_else(browser, lea, swap, tom, sofia):
    aside(swap, lea, tom)
    assert browser(sofia).get(f"/ideas/{swap.id}/vote/set-aside").status == 404
    assert browser().get(f"/ideas/{swap.id}/vote/set-aside").path == "/sign-in"
    assert WHY not in browser(sofia).get(at(swap)).text


def test_a_vote_that_was_set_aside_cannot_escape(browser, lea, swap, tom):
    aside(swap, lea, tom)
    here = browser(tom)
    here.post(f"/ideas/{swap.id}/vote", {"voted": "0"})
    assert numbers(swap) == (2, 0)
    here.post(f"/ideas/{swap.id}/vote", {"voted": "1"})
    assert numbers(swap) == (2, 1)
    assert "Our team set your vote aside." in here.get(at(swap)).text
    back(swap, lea, tom)
    assert numbers(swap) == (3, 0)


def test_who_withdrew_meanwhile_votes_as_anybody_once_it_is_undone(browser, lea, swap, tom):
    aside(swap, lea, tom)
    here = browser(tom)
    here.post(f"/ideas/{swap.id}/vote", {"voted": "0"})
    back(swap, lea, tom)
    assert numbers(swap) == (2, 0)
    here.post(f"/ideas/{swap.id}/vote", {"voted": "1"})
    assert numbers(swap) == (3, 0)


def test_every_count_and_order_leaves_it_out(browser, lea, hugo, copy_week, offline, tom, aicha, marc, yuki, sofia):
    with act():
        Vote.weigh(copy_week, by=tom, importance="critical")
    aside(copy_week, lea, tom, aicha, marc, yuki, sofia)
    assert numbers(copy_week) == (1, 5) and copy_week.votes_count < offline.votes_count
    assert sum(importance_tally(copy_week).values()) == 0
    assert len(db.session.scalars(supporters(copy_week)).all()) == 1
    assert growth_of(copy_week, []) is None
    board = browser().get("/?sort=top")
    titles = [" ".join(title.get_text().split()) for title in board.soup.select("main article h2, main article h3")]
    assert titles.index(offline.title) < titles.index(copy_week.title)
    assert "Votes 3 · 1 set aside" in browser(hugo).get("/admin/members/tom-becker").text


def test_the_growth_of_an_idea_leaves_it_out(lea, copy_week, tom):
    with act():
        votes = db.session.scalars(select(Vote).where(Vote.idea_id == copy_week.id))
        for days, vote in enumerate(votes):
            vote.created_at -= timedelta(days=days)
    assert growth_of(copy_week, []).stretches[-1].total == 6
    aside(copy_week, lea, tom)
    assert growth_of(copy_week, []).stretches[-1].total == 5


def test_a_release_credits_no_vote_that_is_set_aside_until_it_is_put_back(browser, lea, offline, ines, yuki, camille):
    with act():
        for person in (ines, yuki, camille):
            person.named_as_supporter = True
    aside(offline, lea, yuki)
    with act():
        release = draft(lea)
        words = {"en": "In the cellar", "fr": "In the cellar"}
        release.write(title=words, story=words)
        release.ideas = [db.session.get_one(Idea, offline.id)]
        db.session.flush()
        publish(release, by=lea)
    shown = f"/changelog/{release.id}"
    assert "Yuki Tan" not in browser().get(shown).text and "Inès Moreau" in browser().get(shown).text
    assert "Yuki" not in browser().get("/people").text
    back(offline, lea, yuki)
    assert "Yuki Tan" in browser().get(shown).text
    aside(offline, lea, ines)
    assert "Inès" not in browser().get(shown).text
    assert db.session.scalar(select(func.count()).select_from(Credit).where(Credit.release_id == release.id)) == 4


def test_staff_read_before_publishing_that_no_such_vote_is_credited(browser, hugo, lea, offline, yuki):
    with act():
        release = draft(lea)
        words = {"en": "In the cellar", "fr": "In the cellar"}
        release.write(title=words, story=words)
        release.ideas = [db.session.get_one(Idea, offline.id)]
    page = f"/admin/releases/{release.id}/publish"
    assert "3 people are credited for a vote." in browser(hugo).get(page).text
    aside(offline, lea, yuki)
    assert "2 people are credited for a vote." in browser(hugo).get(page).text


def test_a_suspended_person_reads_why_and_cannot_answer(browser, lea, nora, swap, tom):
    here = browser(tom)
    aside(swap, lea, tom)
    with act():
        suspend(db.session.get_one(User, tom.id), by=nora, reason="Rude.")
    here.sign_in(tom)
    page = here.get(f"/ideas/{swap.id}/vote/set-aside")
    assert WHY in page.text and not page.has("textarea")
    assert here.post(f"/ideas/{swap.id}/vote/set-aside", {"answer": "Mine."}).status == 403


def test_erasing_takes_the_vote_the_reason_and_the_answer(lea, swap, tom):
    aside(swap, lea, tom)
    with act():
        erase(db.session.get_one(User, tom.id))
    assert numbers(swap) == (2, 0)
    assert db.session.scalar(select(func.count()).select_from(SetAside)) == 0


def test_a_person_takes_along_what_was_said_of_their_vote(browser, lea, swap, tom):
    aside(swap, lea, tom)
    data = data_in(taken_along(browser(tom)))
    (said,) = data["votes_set_aside"]
    assert said["reason"] == WHY and said["idea_id"] == swap.id
    assert [vote["is_counted"] for vote in data["votes"] if vote["idea_id"] == swap.id] == [False]


def test_of_an_idea_that_is_hidden_nobody_is_told(lea, swap, tom, run_jobs, mailbox):
    with act():
        swap.hide(by=lea, reason="Off topic.")
    aside(swap, lea, tom)
    run_jobs()
    assert numbers(swap) == (2, 1) and not [m for m in mailbox.messages if "does not count" in str(m["Subject"])]
    event = db.session.scalars(select(Event).where(Event.action == Action.VOTES_SET_ASIDE)).one()
    assert not db.session.scalars(select(Notification).where(Notification.event_id == event.id)).all()


def test_the_audit_says_who_set_how_many_aside_and_why(browser, lea, nora, swap, tom, sofia):
    aside(swap, lea, tom, sofia)
    back(swap, lea, sofia)
    page = browser(nora).get("/admin/audit")
    assert f"Léa Martin set 2 votes for “{swap.title}” aside" in page.text and WHY in page.text
    assert f"Léa Martin put 1 vote for “{swap.title}” back" in page.text


def test_the_check_finds_a_number_of_votes_set_aside_that_is_wrong(lea, swap, tom):
    aside(swap, lea, tom)
    with act():
        swap.votes_set_aside = 4
    assert checking.votes() == [f"idea {swap.id} says 4 votes are set aside, its rows give 1"]


def test_whatever_happens_at_once_the_count_is_right(app, lea, swap, tom, sofia, ines, marc):
    """Set aside, put back, withdrawn and cast anew by many at the same moment: no count below nothing, none wrong."""
    people, staff, idea = [person.id for person in (tom, sofia, ines, marc)], lea.id, swap.id
    chance = Random(7)

    def one(verb, person):
        begin_write()
        here, who = db.session.get_one(Idea, idea), db.session.get_one(User, person)
        by = db.session.get_one(User, staff)
        if verb == "cast":
            Vote.cast(here, by=who)
        elif verb == "withdraw":
            Vote.withdraw(here, by=who)
        elif verb == "aside":
            set_aside(here, people, by=by, reason=WHY)
        else:
            put_back(here, people, by=by)
        db.session.commit()

    verbs = ["cast", "withdraw", "aside", "back"] * 60
    all_at_once(app, [partial(one, verb, chance.choice(people)) for verb in verbs])
    db.session.expire_all()
    numbers(swap)
    open_ = set(db.session.scalars(select(SetAside.user_id).where(SetAside.undone_at.is_(None))))
    rows = db.session.execute(select(Vote.user_id, Vote.is_counted).where(Vote.idea_id == idea))
    assert all(counts == (whose not in open_) for whose, counts in rows)
