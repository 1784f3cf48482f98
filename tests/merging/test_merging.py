"""One wish, one place: an idea lives in another, and nothing of either is lost."""

import pytest

from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, ReasonOwed, Status, StatusKind
from portal.merging.arithmetic import arithmetic
from portal.merging.joining import merge
from portal.merging.models import Merge, parted_from
from portal.merging.parting import NotMerged, TooLate, object_to, unmerge
from portal.merging.refusals import (
    AcrossPrivacy,
    AlreadyMerged,
    AnswersDiffer,
    HeldByModeration,
    IntoItself,
    OfAnotherKind,
    ShippedIntoOpen,
)
from portal.operations import checking
from portal.triage.acts import Act, undoable
from portal.triage.obligations import owed_to
from portal.triage.undoing import undo
from portal.voting.models import Vote
from tests.conftest import act
from tests.merging.families import WHY, join, numbers, part, standing

pytestmark = pytest.mark.both


def test_a_survivor_counts_each_person_of_its_family_once(lea, offline, dark_mode, tom, ines, yuki, camille):
    """Tom, Ines, Yuki and Camille want the one, Yuki the other."""
    join(dark_mode, offline, lea)
    assert standing(dark_mode) == (offline.id, 0) and standing(offline) == (None, 1)
    assert (numbers(offline)["votes_count"], numbers(dark_mode)["votes_count"]) == (4, 1)
    assert checking.findings()["votes"] == checking.findings()["families"] == []


def test_unmerging_brings_everything_back(lea, offline, swap):
    before = numbers(offline), numbers(swap)
    join(swap, offline, lea)
    assert numbers(offline)["votes_count"] == 6
    part(swap, lea)
    assert (numbers(offline), numbers(swap)) == before and standing(swap) == (None, 0) == standing(offline)


def test_a_chain_becomes_one_family_and_parts_as_it_came(lea, offline, swap, dark_mode):
    before = {idea.id: numbers(idea) for idea in (offline, swap, dark_mode)}
    join(dark_mode, swap, lea)
    family = numbers(swap)
    join(swap, offline, lea)
    assert standing(dark_mode) == standing(swap) == (offline.id, 0) and standing(offline) == (None, 2)
    assert numbers(swap) == before[swap.id]
    part(swap, lea)
    assert standing(dark_mode) == (swap.id, 0) and standing(swap) == (None, 1)
    assert numbers(swap) == family and numbers(offline) == before[offline.id]
    part(dark_mode, lea)
    assert {idea.id: numbers(idea) for idea in (offline, swap, dark_mode)} == before


def test_what_is_merged_into_a_merged_one_lands_where_that_lives(lea, offline, swap, dark_mode):
    join(swap, offline, lea)
    merged = join(dark_mode, swap, lea)
    assert db.session.get_one(Merge, merged).survivor.id == offline.id and standing(dark_mode) == (offline.id, 0)


def test_importance_is_the_highest_that_a_person_gave(lea, offline, swap, tom):
    with act():
        Vote.weigh(offline, by=tom, importance="nice")
        Vote.weigh(swap, by=tom, importance="critical")
    sum_ = arithmetic(swap, offline)
    assert (sum_.joining, sum_.staying, sum_.both, sum_.together, sum_.stronger) == (3, 4, 1, 6, {"critical": 1})
    join(swap, offline, lea)
    assert (numbers(offline)["critical_count"], numbers(offline)["nice_count"]) == (1, 0)
    with act():
        Vote.weigh(db.session.get_one(Idea, offline.id), by=tom, importance="important")
    assert (numbers(offline)["critical_count"], numbers(offline)["important_count"]) == (0, 1)


def test_a_vote_for_any_of_a_family_counts_once_and_is_taken_back_whole(lea, offline, swap, tom, marc):
    join(swap, offline, lea)
    merged = db.session.get_one(Idea, swap.id)
    with act():
        assert Vote.cast(db.session.get_one(Idea, swap.id), by=marc)
    with act():
        assert Vote.cast(db.session.get_one(Idea, offline.id), by=marc) is None
    assert numbers(offline)["votes_count"] == 7 and numbers(merged)["votes_count"] == 4
    assert Vote.voted_ids(marc, [offline]) == {offline.id} and Vote.of(marc, offline)
    with act():
        assert Vote.withdraw(db.session.get_one(Idea, swap.id), by=tom)
    assert numbers(offline)["votes_count"] == 6 and numbers(merged)["votes_count"] == 3
    assert checking.votes() == [] == checking.importances()


def test_its_author_objects_and_all_is_as_before(lea, offline, swap, aicha, tom):
    before = numbers(offline), numbers(swap)
    join(swap, offline, lea)
    with pytest.raises(TooLate), act():
        object_to(db.session.get_one(Idea, swap.id), by=tom)
    with act():
        merged = object_to(db.session.get_one(Idea, swap.id), by=aicha, words="Mine is about managers.")
    assert merged.objection == "Mine is about managers." and (numbers(offline), numbers(swap)) == before
    assert parted_from(swap) == {offline.id}
    with pytest.raises(NotMerged), act():
        unmerge(db.session.get_one(Idea, swap.id), by=lea)


def test_a_merge_owes_a_reason(lea, offline, swap):
    with pytest.raises(ReasonOwed), act():
        merge(swap, offline, by=lea, reason=" ")


def refused(idea, into, by, **how):
    with act():
        merge(db.session.get_one(Idea, idea.id), db.session.get_one(Idea, into.id), by=by, reason="The same.", **how)


def test_what_may_not_be_merged_is_refused(lea, offline, swap, dark_mode, double_shift, salary_leak):
    for idea, into, why in (
        (swap, swap, IntoItself),
        (swap, double_shift, OfAnotherKind),
        (double_shift, salary_leak, AcrossPrivacy),
    ):
        with pytest.raises(why):
            refused(idea, into, lea)
    join(swap, offline, lea)
    for idea, into, why in ((offline, swap, IntoItself), (swap, offline, IntoItself), (swap, dark_mode, AlreadyMerged)):
        with pytest.raises(why):
            refused(idea, into, lea)


def test_what_has_shipped_is_not_merged_into_what_has_not(lea, offline, swap):
    with act():
        swap.status = Status.first(Kind.IDEA, StatusKind.SHIPPED)
    with pytest.raises(ShippedIntoOpen):
        refused(swap, offline, lea)


def test_two_answers_become_one_only_where_staff_say_so(lea, offline, swap):
    with act():
        offline.respond("We read the schedule from the phone’s own memory.", by=lea)
        swap.respond("No.", by=lea)
    with pytest.raises(AnswersDiffer):
        refused(swap, offline, lea)
    refused(swap, offline, lea, one_answer=True)
    assert standing(swap) == (offline.id, 0)


def test_what_is_held_or_hidden_takes_nothing_in(lea, offline, swap):
    with act():
        offline.hold()
    with pytest.raises(HeldByModeration):
        refused(swap, offline, lea)
    with act():
        offline.hide(by=lea, reason="Personal data.")
    with pytest.raises(AcrossPrivacy):
        refused(swap, offline, lea)


def test_a_merge_undone_at_once_never_happened(lea, offline, swap, marc, run_jobs, mailbox):
    run_jobs()
    before = numbers(offline), numbers(swap)
    with act():
        one, other = db.session.get_one(Idea, swap.id), db.session.get_one(Idea, offline.id)
        with undoable(one, by=lea) as done:
            merge(one, other, by=lea, reason=WHY)
    with act():
        Vote.cast(db.session.get_one(Idea, swap.id), by=marc)
    assert numbers(offline)["votes_count"] == 7
    with act():
        undo(Act.done_with(done.press)[0], by=lea)
    run_jobs()
    with act():
        Vote.withdraw(db.session.get_one(Idea, swap.id), by=marc)
    assert (numbers(offline), numbers(swap)) == before and standing(swap) == (None, 0) == standing(offline)
    assert not mailbox.messages and checking.findings()["families"] == []


def test_an_unmerge_undone_at_once_never_happened(lea, offline, swap):
    join(swap, offline, lea)
    family = numbers(offline)
    with act():
        one = db.session.get_one(Idea, swap.id)
        with undoable(one, by=lea) as done:
            unmerge(one, by=lea)
    with act():
        undo(Act.done_with(done.press)[0], by=lea)
    assert numbers(offline) == family and standing(swap) == (offline.id, 0)


def test_an_answer_is_owed_for_the_people_of_a_family_and_no_more_once_they_part(lea, offline, swap, dark_mode):
    with act():
        for idea in (swap, dark_mode):
            there = db.session.get_one(Idea, idea.id)
            there.status, there.waiting_since = Status.first(Kind.IDEA, StatusKind.OPEN), there.created_at
        dark_mode.board.answer_threshold = 4
        dark_mode.waiting_since = now()
    join(swap, dark_mode, lea)
    assert owed_to(dark_mode.id) and not owed_to(swap.id)
    part(swap, lea)
    assert owed_to(dark_mode.id) is None


def test_what_is_said_in_a_thread_of_what_was_merged_is_news_of_the_survivor(lea, offline, swap, tom, yuki):
    with act():
        old = Comment.post(db.session.get_one(Idea, swap.id), "Sunday nights.", by=tom).id
    join(swap, offline, lea)
    with act():
        Comment.post(db.session.get_one(Idea, swap.id), "Ours too.", by=yuki, parent=db.session.get_one(Comment, old))
    assert db.session.get_one(Idea, offline.id).unread_since and numbers(offline)["comments_count"] == 2
