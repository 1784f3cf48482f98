"""Who hears of a merge: its author first and alone, then those who came along, once, and nobody else."""

from datetime import timedelta

import pytest

from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.merging.models import Merge
from portal.merging.parting import object_to
from portal.merging.settling import quieten, settle
from portal.notifications.stopping import follow
from portal.voting.models import Vote
from tests.conftest import act
from tests.merging.families import join, part

pytestmark = pytest.mark.both


@pytest.fixture
def heard(run_jobs, mailbox):
    """Who got mail since, by their first name."""
    run_jobs()
    seen = [len(mailbox.messages)]

    def names():
        run_jobs()
        new, seen[0] = mailbox.messages[seen[0] :], len(mailbox.messages)
        return sorted(mail["To"].addresses[0].addr_spec.partition("@")[0] for mail in new)

    return names


def later(merge_id):
    """The days of objection are over."""
    with act():
        db.session.get_one(Merge, merge_id).object_until = now() - timedelta(hours=1)
    return settle()


def test_the_author_hears_first_and_alone(lea, offline, swap, heard):
    join(swap, offline, lea)
    assert heard() == ["aicha"]


def test_those_who_came_along_hear_once_the_days_are_over(lea, offline, swap, marc, sofia, heard):
    """Tom and Sofia vote for the one that is merged; Marc follows it, and Sofia muted it."""
    with act():
        follow(swap, marc, "on")
        follow(swap, sofia, "muted")
    merged = join(swap, offline, lea)
    assert heard() == ["aicha"]
    assert later(merged) == 1 and heard() == ["marc", "tom"]
    assert settle() == 0 and heard() == []


def test_what_happens_to_the_survivor_is_told_to_the_whole_family_once(lea, offline, swap, marc, heard):
    """Sofia votes for what is merged, Tom for both, and Camille has muted the survivor."""
    with act():
        follow(offline, db.session.get_one(type(marc), marc.id), "on")
    join(swap, offline, lea)
    heard()
    with act():
        idea = db.session.get_one(Idea, offline.id)
        idea.change_status(Status.first(Kind.IDEA, StatusKind.STARTED), by=lea)
    assert heard() == ["aicha", "camille", "ines", "marc", "sofia", "tom", "yuki"]


def test_who_mutes_the_survivor_hears_nothing_of_the_family(lea, offline, swap, sofia, tom, heard):
    join(swap, offline, lea)
    with act():
        follow(db.session.get_one(Idea, offline.id), sofia, "muted")
        follow(db.session.get_one(Idea, swap.id), tom, "muted")
    heard()
    with act():
        idea = db.session.get_one(Idea, offline.id)
        idea.change_status(Status.first(Kind.IDEA, StatusKind.STARTED), by=lea)
    assert heard() == ["aicha", "camille", "ines", "tom", "yuki"]


def test_whoever_merged_them_hears_of_an_objection(lea, hugo, offline, swap, aicha, heard):
    with act():
        lea.mail_progress = "at_once"
    join(swap, offline, lea)
    heard()
    with act():
        object_to(db.session.get_one(Idea, swap.id), by=aicha, words="Mine is about managers.")
    assert heard() == ["lea"]


def test_an_unmerge_is_told_to_whoever_was_told_of_the_merge(lea, offline, swap, heard):
    join(swap, offline, lea)
    heard()
    part(swap, lea)
    assert heard() == ["aicha"]
    merged = join(swap, offline, lea)
    later(merged)
    heard()
    part(swap, lea)
    assert heard() == ["aicha", "sofia", "tom"]


def test_a_merge_that_did_not_last_is_told_to_nobody(lea, offline, swap, heard):
    join(swap, offline, lea)
    part(swap, lea)
    assert heard() == []


def test_a_comment_is_told_to_those_who_follow_any_of_the_family(lea, offline, swap, marc, yuki, heard):
    with act():
        follow(swap, marc, "on")
        marc.mail_comments = "at_once"
    join(swap, offline, lea)
    heard()
    with act():
        Comment.post(db.session.get_one(Idea, offline.id), "Mine has no signal either.", by=yuki)
    assert "marc" in heard()


def test_a_private_issue_hears_of_the_public_one_and_shows_nothing_of_itself(
    lea, double_shift, salary_leak, camille, browser, heard
):
    join(salary_leak, double_shift, lea)
    assert heard() == ["camille"]
    page = browser().get(f"/ideas/{double_shift.id}").text
    assert "Wages" not in page and "Camille" not in page


def test_a_restored_portal_tells_nobody_of_days_that_are_over(lea, offline, swap, heard):
    merged = join(swap, offline, lea)
    heard()
    with act():
        db.session.get_one(Merge, merged).object_until = now() - timedelta(hours=1)
        quieten()
    assert settle() == 0 and heard() == []


def test_a_vote_that_is_withdrawn_hears_no_more(lea, offline, swap, tom, heard):
    merged = join(swap, offline, lea)
    heard()
    with act():
        Vote.withdraw(db.session.get_one(Idea, offline.id), by=tom)
    later(merged)
    assert heard() == ["sofia"]
