"""Families at the same moment: of two who merge, vote or part exactly one is first, and the numbers are true."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.family import LivesElsewhere
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.merging.joining import merge
from portal.merging.models import Merge
from portal.merging.parting import NotMerged, unmerge
from portal.merging.refusals import MergeRefused
from portal.merging.saying import hold_pair, say
from portal.merging.suggestions import Say, Suggestion
from portal.operations import checking
from portal.privacy.erasing import erase
from portal.voting.models import Vote
from tests.conftest import act
from tests.merging.families import join, numbers, standing

pytestmark = pytest.mark.both


def all_at_once(app, asked):
    """Do all of it, as many at the same time as a small server does."""
    db.session.rollback()
    number = min(len(asked), 16)
    ready = threading.Barrier(number, timeout=20)

    def one(ask):
        with app.app_context():
            return ask()

    with ThreadPoolExecutor(number, initializer=ready.wait) as pool:
        return list(pool.map(one, asked))


def committed(do):
    """Do it in a transaction of its own; what refused it, if anything did."""
    try:
        begin_write()
        do()
        db.session.commit()
    except (MergeRefused, NotMerged, LivesElsewhere) as refused:
        db.session.rollback()
        return type(refused).__name__
    return ""


def merging(one, other, by):
    return partial(
        committed,
        lambda: merge(
            db.session.get_one(Idea, one),
            db.session.get_one(Idea, other),
            by=db.session.get_one(User, by),
            reason="Same.",
        ),
    )


def parting(one, by):
    return partial(committed, lambda: unmerge(db.session.get_one(Idea, one), by=db.session.get_one(User, by)))


def saying_so(one, other, who):
    def say_it():
        ends = db.session.get_one(Idea, one), db.session.get_one(Idea, other)
        hold_pair(*ends)
        say(*ends, by=db.session.get_one(User, who))

    return partial(committed, say_it)


def voting(one, who, cast=True):
    act_ = Vote.cast if cast else Vote.withdraw
    return partial(committed, lambda: act_(db.session.get_one(Idea, one), by=db.session.get_one(User, who)))


def leave(who):
    erase(db.session.get_one(User, who))


def comment_on(one, who):
    Comment.post(db.session.get_one(Idea, one), "I need this, too.", by=db.session.get_one(User, who))


def move(one, status, by):
    idea = db.session.get_one(Idea, one)
    hold(idea)
    idea.change_status(db.session.get_one(Status, status), by=db.session.get_one(User, by), reason="It helps.")


def agree():
    db.session.rollback()
    found = checking.findings()
    return not any(found[name] for name in ("votes", "importances", "comments", "families"))


@pytest.fixture
def crowd(app):
    with act():
        people = [User.join(f"guest{number}@example.com", f"Guest {number}", "en") for number in range(12)]
    return [person.id for person in people]


def test_of_two_that_merge_each_into_the_other_one_holds(app, lea, offline, swap):
    one, other, by = offline.id, swap.id, lea.id
    said = all_at_once(app, [merging(one, other, by), merging(other, one, by)])
    assert sorted(said) == ["", "IntoItself"] and agree()
    assert sorted([standing(offline)[1], standing(swap)[1]]) == [0, 1]


def test_of_two_that_merge_it_into_others_one_holds(app, lea, offline, swap, dark_mode):
    one, by = dark_mode.id, lea.id
    said = all_at_once(app, [merging(one, offline.id, by), merging(one, swap.id, by)])
    assert sorted(said) == ["", "AlreadyMerged"] and agree()
    assert db.session.scalar(select(func.count()).select_from(Merge).where(Merge.is_open())) == 1


def test_votes_for_both_while_they_are_merged_all_count(app, lea, offline, swap, crowd):
    one, other, by = swap.id, offline.id, lea.id
    asked = [voting(idea, who) for who in crowd for idea in (one, other)]
    assert not any(all_at_once(app, [*asked[:12], merging(one, other, by), *asked[12:]]))
    assert agree() and numbers(offline)["votes_count"] == 6 + len(crowd)


def test_votes_taken_back_while_they_part_count_nowhere(app, lea, offline, swap, crowd):
    with act():
        for who in crowd:
            for idea in (offline, swap):
                Vote.cast(db.session.get_one(Idea, idea.id), by=db.session.get_one(User, who))
    join(swap, offline, lea)
    one, other, by = swap.id, offline.id, lea.id
    asked = [voting(idea, who, cast=False) for who in crowd for idea in (one, other)]
    assert not any(all_at_once(app, [*asked[:12], parting(one, by), *asked[12:]]))
    assert agree() and (numbers(offline)["votes_count"], numbers(swap)["votes_count"]) == (4, 3)


def test_people_who_say_so_from_both_sides_say_it_of_one_pair(app, swap, offline, cast_ids):
    asked = [saying_so(*ends, who) for who in cast_ids for ends in ((swap.id, offline.id), (offline.id, swap.id))]
    assert set(all_at_once(app, asked)) == {""}
    db.session.rollback()
    assert db.session.scalar(select(func.count(Suggestion.id))) == 1
    assert db.session.scalar(select(func.count()).select_from(Say)) == len(cast_ids)


def test_what_is_said_while_the_two_are_merged_does_not_wait(app, swap, offline, lea, tom, cast_ids):
    asked = [saying_so(offline.id, swap.id, who) for who in cast_ids]
    asked[2:2] = [merging(swap.id, offline.id, lea.id), voting(swap.id, cast_ids[0])]
    assert set(all_at_once(app, asked)) <= {"", "IntoItself"}
    db.session.rollback()
    assert standing(swap) == (offline.id, 0) and checking.findings()["suggestions"] == []


@pytest.fixture
def cast_ids(marc, ines, sofia, yuki, camille):
    return [person.id for person in (marc, ines, sofia, yuki, camille)]


def test_who_votes_at_once_for_two_of_a_family_waits_for_nobody_for_ever(app, lea, offline, swap, crowd):
    join(swap, offline, lea)
    asked = [voting(idea, who) for who in crowd for idea in (offline.id, swap.id)]
    assert not any(all_at_once(app, asked)) and agree()


def test_a_chain_that_is_closed_from_three_sides_at_once_is_no_ring(app, lea, offline, swap, dark_mode):
    one, two, three, by = offline.id, swap.id, dark_mode.id, lea.id
    said = all_at_once(app, [merging(one, two, by), merging(two, three, by), merging(three, one, by)])
    assert sorted(said) == ["", "", "IntoItself"] and agree()
    assert sorted(standing(idea)[1] for idea in (offline, swap, dark_mode)) == [0, 0, 2]


def test_two_that_part_the_same_are_one_who_does(app, lea, offline, swap, dark_mode):
    join(dark_mode, swap, lea)
    join(swap, offline, lea)
    one, other, by = swap.id, dark_mode.id, lea.id
    said = all_at_once(app, [parting(one, by), parting(one, by), parting(other, by)])
    assert sorted(said) == ["", "", "NotMerged"] and agree()
    assert standing(offline)[1] == standing(swap)[1] == standing(dark_mode)[1] == 0


def test_who_leaves_and_who_comments_while_it_is_merged_are_counted_as_they_stand(app, lea, offline, swap, crowd):
    with act():
        for who in crowd:
            Vote.cast(db.session.get_one(Idea, swap.id), by=db.session.get_one(User, who))
    one, other, by = swap.id, offline.id, lea.id
    leaving = [partial(committed, partial(leave, who)) for who in crowd[:6]]
    saying = [partial(committed, partial(comment_on, one, who)) for who in crowd[6:]]
    assert not any(all_at_once(app, [*leaving[:3], merging(one, other, by), *saying, *leaving[3:]]))
    assert agree() and (numbers(offline)["votes_count"], numbers(offline)["comments_count"]) == (12, 6)


def test_what_is_moved_while_it_is_merged_is_moved_before_or_refused(app, lea, offline, swap):
    one, other, by = swap.id, offline.id, lea.id
    planned = Status.first(Kind.IDEA, StatusKind.PLANNED).id
    said = all_at_once(app, [merging(one, other, by), partial(committed, partial(move, one, planned, by))])
    moved = db.session.get_one(Idea, one).status_id == planned
    assert said == ["", "" if moved else "LivesElsewhere"] and standing(swap)[0] == other
