"""A member says of two ideas that they are the same: who sees it, who answers, and what becomes of it.

The cast: `swap` is Aicha's (Tom and Sofia vote for it), `offline` Tom's, `dark_mode` Yuki's, `copy_week` Sofia's.
"""

from datetime import timedelta

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.app import create_app
from portal.clock import now
from portal.demo import cast
from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.models import Merge
from portal.merging.parting import object_to
from portal.merging.said_same import pairs
from portal.merging.saying import NothingSaid, decline, dismiss, take_back
from portal.merging.settling import quieten, settle
from portal.merging.suggestions import Outcome, Say, Suggestion
from portal.moderation.models import suspend
from portal.notifications.stopping import follow
from portal.operations import checking
from portal.privacy.erasing import erase
from tests.conftest import act
from tests.merging.families import join, part
from tests.merging.sayings import outcome, seen, told

pytestmark = pytest.mark.both
HANDLES = ("lea-martin", "aicha-diallo")


@pytest.fixture(autouse=True)
def in_english(aicha, marc, ines, lea):
    """They read French otherwise."""
    with act():
        aicha.lang = marc.lang = ines.lang = lea.lang = "en"


@pytest.fixture
def heard(run_jobs, mailbox):
    """Who got which mail since: first name and subject."""
    run_jobs()
    seen_before = [len(mailbox.messages)]

    def mails():
        run_jobs()
        new, seen_before[0] = mailbox.messages[seen_before[0] :], len(mailbox.messages)
        return sorted((mail["To"].addresses[0].addr_spec.partition("@")[0], mail["Subject"]) for mail in new)

    return mails


def test_saying_it_twice_changes_nothing_and_the_pair_is_one_from_either_side(swap, offline, marc):
    told(swap, offline, marc)
    told(offline, swap, marc)
    assert db.session.query(Suggestion).count() == 1 == db.session.query(Say).count()
    said = select(Event.id).where(Event.action == Action.SAME_SAID)
    assert len(db.session.scalars(said).all()) == 1


def test_what_is_hidden_is_said_of_nothing_and_comes_back_with_it(lea, swap, offline, marc, tom):
    told(swap, offline, marc)
    with act():
        db.session.get_one(Idea, offline.id).hide(by=lea, reason="Personal data.")
    assert seen(swap, marc) == [] == seen(swap, tom) == pairs()
    with act():
        db.session.get_one(Idea, offline.id).restore(by=lea)
    assert seen(swap, marc) == [(offline.id, 1, "same")] and len(pairs()) == 1


def test_suspended_people_weigh_nothing_and_erased_ones_are_gone(nora, swap, offline, marc, ines):
    told(swap, offline, marc, ines)
    with act():
        suspend(db.session.get_one(type(marc), marc.id), by=nora, reason="Spam, three times.")
    assert seen(swap, nora) == [(offline.id, 1, "")] and pairs()[0].people == 1
    with act():
        erase(db.session.get_one(type(ines), ines.id))
    assert seen(swap, nora) == [] == pairs()
    assert db.session.scalars(select(Say.user_id)).all() == [marc.id]


def test_where_one_of_them_lives_elsewhere_by_now_that_one_is_named(lea, swap, offline, dark_mode, marc):
    told(swap, dark_mode, marc)
    join(dark_mode, offline, lea)
    assert seen(swap, marc) == [(offline.id, 1, "same")]
    assert seen(offline, marc) == [(swap.id, 1, "same")]
    [pair] = pairs()
    assert {pair.idea.id, pair.other.id} == {swap.id, offline.id}


def test_nothing_is_declined_that_nobody_says(swap, offline, aicha):
    with act(), pytest.raises(NothingSaid):
        decline(swap, offline, by=aicha)


def test_what_was_dismissed_waits_again_only_for_somebody_new(lea, swap, offline, marc, ines):
    told(swap, offline, marc)
    with act():
        dismiss(Suggestion.between(swap.id, offline.id), by=lea)
    told(swap, offline, marc)
    with act():
        take_back(swap, offline, by=marc)
    told(swap, offline, marc)
    assert outcome(swap, offline) == Outcome.DISMISSED
    told(offline, swap, ines)
    assert outcome(swap, offline) == Outcome.WAITS and pairs()[0].people == 2


def test_a_merge_by_staff_ends_it_and_what_is_undone_does_not_bring_it_back(lea, swap, offline, aicha, marc):
    told(swap, offline, marc)
    join(offline, swap, lea)
    assert outcome(swap, offline) == Outcome.MERGED and pairs() == []
    part(offline, lea)
    assert outcome(swap, offline) == Outcome.MERGED
    join(swap, offline, lea)
    with act():
        object_to(db.session.get_one(Idea, swap.id), by=aicha)
    assert pairs() == [] == seen(swap, marc)
    told(swap, offline, marc)
    assert pairs() == []


def test_who_said_so_hears_once_that_they_are_one(lea, swap, offline, marc, ines, sofia, heard):
    """Sofia supports what is merged as well, Ines muted it, and Marc does nothing else with it."""
    told(swap, offline, marc, sofia, ines)
    with act():
        follow(swap, db.session.get_one(type(ines), ines.id), "muted")
    merged = join(swap, offline, lea)
    assert [name for name, _subject in heard()] == ["aicha"]
    with act():
        db.session.get_one(Merge, merged).object_until = now() - timedelta(hours=1)
    settle()
    mails = heard()
    assert [name for name, _subject in mails] == ["marc", "sofia", "tom"]
    assert [name for name, subject in mails if subject.startswith("You said so")] == ["marc", "sofia"]


def test_a_restored_portal_tells_nobody(lea, swap, offline, marc, heard):
    told(swap, offline, marc)
    merged = join(swap, offline, lea)
    heard()
    with act():
        db.session.get_one(Merge, merged).object_until = now() - timedelta(hours=1)
    with act():
        quieten()
    assert settle() == 0 and heard() == []


def test_a_waiting_pair_of_one_family_is_found_by_the_check(lea, swap, offline, marc):
    told(swap, offline, marc)
    join(swap, offline, lea)
    with act():
        Suggestion.between(swap.id, offline.id).outcome = Outcome.WAITS
    assert len(checking.findings()["suggestions"]) == 1


def test_whoever_merges_them_again_has_read_it(lea, swap, offline, aicha):
    join(swap, offline, lea)
    with act():
        object_to(db.session.get_one(Idea, swap.id), by=aicha)
    join(swap, offline, lea)
    assert db.session.scalars(select(Merge.id).where(Merge.is_disputed())).all() == []


def titled(title):
    return db.session.scalars(select(Idea).where(Idea.title == title)).one()


def test_an_older_portal_shows_what_was_objected_to_unless_the_two_were_merged_again(tmp_path):
    url = f"sqlite:///{tmp_path / 'old.db'}"
    old = create_app(DATA_DIR=tmp_path, SQLALCHEMY_DATABASE_URI=url, REDIS_URL=None, SECRET_KEY="k" * 32)
    with old.app_context():
        upgrade()
        with act():
            cast.cast()
        lea, aicha = (db.session.scalars(select(User).where(User.handle == who)).one() for who in HANDLES)
        swap, offline, dark_mode = (titled(cast.IDEAS[key].title) for key in ("swap", "offline", "dark_mode"))
        for into in (offline, dark_mode, offline):
            join(swap, into, lea)
            with act():
                object_to(db.session.get_one(Idea, swap.id), by=aicha)
        downgrade(revision="0037")
        upgrade()
        disputed = select(Merge.into_id).where(Merge.is_disputed()).order_by(Merge.id)
        assert db.session.scalars(disputed).all() == [dark_mode.id, offline.id]
        assert not any(db.session.scalars(select(Merge.by_author))) and checking.findings()["suggestions"] == []
        db.session.rollback()
        db.engine.dispose()
