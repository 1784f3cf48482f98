"""Every surface shows the survivor, once; what is merged keeps its page; nothing private leaks."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.changelog.models import Credit, CreditRole, draft
from portal.changelog.publishing import publish
from portal.clock import now
from portal.comments.models import Comment
from portal.comments.shaping import who_shaped
from portal.comments.thread import thread
from portal.extensions import db
from portal.ideas.kin import kin_seen
from portal.ideas.models import Idea
from portal.ideas.similar import similar_to
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.merging.families import family
from portal.privacy.erasing import erase
from portal.recognition.ledger import points_of
from portal.search.results import search
from portal.triage import obligations
from portal.voting.models import Vote
from tests.conftest import act
from tests.merging.families import WHY, join, numbers, part
from tests.privacy.held import data_in, taken_along

pytestmark = pytest.mark.both


@pytest.fixture
def merged(lea, offline, swap):
    join(swap, offline, lea)
    return swap


def ship(idea, by):
    with act():
        release = draft(by)
        release.edit(by, ideas=[db.session.get_one(Idea, idea.id)])
        release.write(title={"en": "Offline", "fr": "Hors ligne"}, story={"en": "It works.", "fr": "Ça marche."})
        for kind in (StatusKind.STARTED, StatusKind.SHIPPED):
            db.session.get_one(Idea, idea.id).change_status(Status.first(Kind.IDEA, kind), by=by, reason="Done.")
        publish(release, by=by)
    return release.id


@pytest.mark.parametrize("where", ["/", "/?sort=new", "/?sort=top", "/roadmap", "/sitemap.xml", "/feed.atom"])
def test_lists_show_what_stands(browser, merged, offline, where):
    text = browser().get(where).response.get_data(as_text=True)
    assert f"/ideas/{offline.id}-" in text and f"/ideas/{merged.id}-" not in text


@pytest.mark.parametrize("where", ["/admin?queue=all", "/admin?queue=owed", "/admin?queue=rising", "/admin/ideas"])
def test_nothing_of_it_waits_at_our_desk(browser, lea, hugo, dark_mode, offline, where):
    with act():
        db.session.get_one(Idea, dark_mode.id).waiting_since = now() - timedelta(days=9)
    obligations.bring_about(tell=False)
    assert dark_mode.title in browser(hugo).get("/admin?queue=all").text
    join(dark_mode, offline, lea)
    assert dark_mode.title not in browser(hugo).get(where).text
    part(dark_mode, lea)
    assert dark_mode.title in browser(hugo).get("/admin?queue=all").text


def test_staff_find_what_was_merged_by_its_words_and_by_its_state(browser, hugo, merged):
    staff = browser(hugo)
    assert merged.title in staff.get("/admin/ideas?q=swap").text
    assert merged.title in staff.get("/admin/ideas?state=merged").text


def test_its_words_find_where_it_lives_once(merged, offline):
    hits = [card.id for card in search("swap shifts without asking a manager offline schedule", None)]
    assert hits.count(offline.id) == 1 and merged.id not in hits
    assert [card.id for card in similar_to(merged.title, None)] == [offline.id]


def test_its_page_keeps_its_address_and_its_words(browser, merged):
    page = browser().get(f"/ideas/{merged.id}")
    assert page.status == 200 and merged.body in page.text


def test_whoever_voted_for_it_sees_that_they_support_the_survivor(browser, sofia, merged, offline):
    assert Vote.voted_ids(sofia, [offline]) == {offline.id}
    assert offline.title in browser(sofia).get("/?sort=following").text
    page = browser(sofia).post(f"/ideas/{offline.id}/vote", {"voted": "0"})
    assert page.status == 200 and numbers(offline)["votes_count"] == 5


def test_an_old_link_to_vote_counts_in_the_family(browser, marc, merged, offline):
    browser(marc).post(f"/ideas/{merged.id}/vote", {"voted": "1"})
    assert numbers(offline)["votes_count"] == 7


def test_the_discussion_is_read_in_the_survivor_and_says_where_it_was_written(browser, lea, offline, swap, tom):
    with act():
        old = Comment.post(db.session.get_one(Idea, swap.id), "Sunday nights, every week.", by=tom).id
    join(swap, offline, lea)
    assert numbers(offline)["comments_count"] == 1
    [entry] = thread(db.session.get_one(Idea, offline.id), None).entries
    assert entry.comment.id == old and entry.written_in.id == swap.id
    page = browser(tom).get(f"/comments/{old}")
    assert page.path.startswith(f"/ideas/{offline.id}-") and "Sunday nights" in page.text


def test_what_is_said_from_an_old_page_is_said_in_the_survivor(browser, yuki, lea, offline, swap, tom):
    with act():
        old = Comment.post(db.session.get_one(Idea, swap.id), "Sunday nights, every week.", by=tom).id
    join(swap, offline, lea)
    here = browser(yuki)
    here.post(f"/ideas/{swap.id}/comments", {"body": "The kitchen has no signal."})
    here.post(f"/ideas/{offline.id}/comments", {"body": "Ours too.", "parent": old})
    said = {
        one.body: (one.idea_id, one.parent_id)
        for one in db.session.scalars(select(Comment).where(Comment.author_id == yuki.id))
    }
    assert said == {"The kitchen has no signal.": (offline.id, None), "Ours too.": (swap.id, old)}
    assert numbers(offline)["comments_count"] == 3


def test_its_author_is_one_who_proposed_it(merged, offline, aicha, tom):
    here = db.session.get_one(Idea, offline.id)
    assert [shaper.name for shaper in who_shaped(here, ()).named] == [tom.display_name, aicha.display_name]
    there = family(here, kin_seen(here, None))
    assert [member.id for member in there.members] == [merged.id] and there.members[0].people == 3
    assert (there.came_here, there.came_along) == (4, 2)
    assert [one.display_name for one in there.proposers] == [tom.display_name, aicha.display_name]


def test_a_profile_shows_what_it_became(browser, aicha, merged, offline):
    text = browser().get(f"/people/{aicha.handle}").html
    assert f"/ideas/{offline.id}-" in text and f"/ideas/{merged.id}-" not in text


def test_the_feed_of_an_idea_tells_where_it_lives(browser, merged, offline):
    for idea in (merged, offline):
        assert f"{merged.title} is now a part of: {offline.title}" in browser().get(
            f"/ideas/{idea.id}/feed.atom"
        ).response.get_data(as_text=True)


def test_a_release_credits_and_pays_the_whole_family_once(lea, offline, swap, aicha, tom, sofia, run_jobs):
    with act():
        said = Comment.post(db.session.get_one(Idea, swap.id), "Sunday nights, every week.", by=sofia)
        said.mark_as_shaping(True, by=lea)
    join(swap, offline, lea)
    run_jobs()
    release = ship(offline, lea)
    run_jobs()
    credits = {
        (one.user_id, one.role, one.idea_id)
        for one in db.session.scalars(select(Credit).where(Credit.release_id == release))
    }
    assert {(tom.id, CreditRole.PROPOSER, offline.id), (aicha.id, CreditRole.PROPOSER, swap.id)} <= credits
    assert (sofia.id, CreditRole.SHAPER, swap.id) in credits
    assert [role for who, role, _idea in credits if who == tom.id] == [CreditRole.PROPOSER]
    assert points_of(aicha) == 70 == points_of(tom) and points_of(sofia) == 45


def test_what_is_unmerged_is_paid_no_more_for_the_other(lea, offline, swap, aicha, run_jobs):
    join(swap, offline, lea)
    run_jobs()
    assert points_of(aicha) == 20
    part(swap, lea)
    run_jobs()
    assert points_of(aicha) == 0


def test_what_lives_in_another_ships_with_that_and_not_by_itself(lea, offline, swap):
    join(swap, offline, lea)
    with act():
        release = draft(lea)
        release.edit(lea, ideas=[db.session.get_one(Idea, swap.id)])
        release.write(title={"en": "Swaps", "fr": "Échanges"}, story={"en": "It works.", "fr": "Ça marche."})
    with pytest.raises(Exception, match="is a part of"), act():
        publish(release, by=lea)


def test_a_private_issue_shows_nothing_of_itself_but_a_number(browser, lea, double_shift, salary_leak, camille):
    with act():
        Comment.post(db.session.get_one(Idea, salary_leak.id), "It is in the PDF, too.", by=camille)
    join(salary_leak, double_shift, lea)
    for where in (f"/ideas/{double_shift.id}", f"/ideas/{double_shift.id}/feed.atom", "/feed.atom", "/search?q=wages"):
        text = browser().get(where).response.get_data(as_text=True)
        assert "Wages" not in text and "PDF" not in text and camille.display_name not in text
    assert numbers(double_shift)["comments_count"] == 0 and numbers(double_shift)["votes_count"] == 4
    assert "It is in the PDF" in browser(camille).get(f"/ideas/{double_shift.id}").text


def test_where_the_survivor_is_hidden_the_page_says_nothing_of_it(browser, lea, merged, offline, aicha):
    with act():
        db.session.get_one(Idea, offline.id).hide(by=lea, reason="Personal data.")
    page = browser(aicha).get(f"/ideas/{merged.id}")
    assert page.status == 200 and offline.title not in page.text


def test_whoever_is_erased_is_counted_no_more(lea, offline, swap, tom):
    join(swap, offline, lea)
    with act():
        erase(db.session.get_one(type(tom), tom.id))
    assert numbers(offline)["votes_count"] == 5 and numbers(swap)["votes_count"] == 2


def test_what_one_takes_along_says_where_it_lives(browser, aicha, merged, offline):
    [idea] = [one for one in data_in(taken_along(browser(aicha)))["ideas"] if one["id"] == merged.id]
    assert idea["merged_into"] == offline.id


def test_the_audit_says_who_merged_what_into_what_and_why(browser, nora, lea, merged, offline):
    text = browser(nora).get("/admin/audit").text
    assert f"{lea.display_name} merged “{merged.title}” into “{offline.title}”" in text and WHY in text


def test_staff_see_each_supporter_of_a_family_once_and_set_all_their_votes_aside(browser, hugo, merged, offline, tom):
    staff = browser(hugo)
    page = staff.get(f"/admin/ideas/{offline.id}/votes")
    assert page.html.count(f'value="{tom.id}"') == 1
    staff.submit(page, 'main form[action$="set-aside"]', voter=[tom.id], reason="Four accounts of one person.")
    assert (numbers(offline)["votes_count"], numbers(offline)["votes_set_aside"]) == (5, 1)
    assert numbers(merged)["votes_set_aside"] == 1


def test_a_member_reads_the_discussion_of_a_family_as_every_other_does_but_for_their_own(
    browser, lea, double_shift, salary_leak, camille, marc
):
    """Camille’s private issue lives in a public one: she reads what was said of it, Marc does not."""
    with act():
        Comment.post(db.session.get_one(Idea, salary_leak.id), "It is in the PDF, too.", by=camille)
        Comment.post(db.session.get_one(Idea, double_shift.id), "Seen twice this week.", by=lea)
    join(salary_leak, double_shift, lea)
    here = f"/ideas/{double_shift.id}"
    for who, reads in ((marc, False), (camille, True), (marc, False)):
        text = browser(who).get(here).text
        assert "Seen twice this week." in text and ("It is in the PDF" in text) is reads
