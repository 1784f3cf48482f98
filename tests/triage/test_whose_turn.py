"""Whose turn it is: words that the team has not looked at, questions of the team, and what has gone quiet."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import update

from portal.accounts.models import User
from portal.clock import now
from portal.comments.models import Comment
from portal.database import schema
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.recognition.regulars import QUIET_FOR
from portal.voting.models import Vote
from tests.browser import Browser
from tests.conftest import act
from tests.triage.test_assigning import lane

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]


def test_a_question_of_the_team_makes_it_their_turn_until_its_author_comes_back(
    browser: Opens, hugo: User, dark_mode: Idea
) -> None:
    with act():
        dark_mode.respond("Which phones do you use? We only have old ones.", by=hugo, kind="question")
    staff = browser(hugo)
    assert lane(staff, "theirs") == [dark_mode.title]
    with act():
        Comment.post(dark_mode, "All of them.", by=dark_mode.author)
    assert lane(staff, "theirs") == [] and lane(staff, "comments") == [dark_mode.title]


@pytest.mark.parametrize("words", ["We will look at it.", "See https://maree.example/a?b=1 for more."])
def test_an_answer_that_asks_nothing_leaves_nobody_owing(
    browser: Opens, hugo: User, dark_mode: Idea, words: str
) -> None:
    with act():
        Comment.post(dark_mode, "Which bar is it?", by=hugo)
        Comment.post(dark_mode, words, by=hugo)
    assert lane(browser(hugo), "theirs") == []


def test_a_step_without_words_leaves_the_question_open(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    with act():
        Comment.post(dark_mode, "Which bar is it?", by=hugo)
        dark_mode.change_status(Status.first("idea", "under_review"), by=hugo)
    assert lane(browser(hugo), "theirs") == [dark_mode.title]


def test_new_comments_wait_until_the_team_does_something(browser: Opens, hugo: User, tom: User, offline: Idea) -> None:
    with act():
        Comment.post(offline, "Still no signal.", by=tom)
    staff = browser(hugo)
    assert lane(staff, "comments") == [offline.title]
    with act():
        offline.tag(["kitchen"], by=hugo)
    assert lane(staff, "comments") == []


def test_what_nobody_has_touched_for_a_month_is_stale_until_somebody_does(
    browser: Opens, hugo: User, tom: User, offline: Idea, fax: Idea
) -> None:
    with act():
        month = now() - timedelta(days=31)
        db.session.execute(update(Idea).where(Idea.id.in_([offline.id, fax.id])).values(quiet_since=month))
    staff = browser(hugo)
    assert lane(staff, "quiet") == [offline.title]
    with act():
        Comment.post(offline, "Any news", by=tom)
    assert lane(staff, "quiet") == []


def test_what_many_vote_for_in_a_short_time_rises(
    browser: Opens, hugo: User, swap: Idea, tom: User, sofia: User, marc: User, ines: User, yuki: User, camille: User
) -> None:
    staff = browser(hugo)
    assert swap.title not in lane(staff, "rising")
    with act():
        for person in (tom, sofia, marc, ines, yuki, camille):
            Vote.cast(swap, by=person)
    assert swap.title in lane(staff, "rising")


def test_a_regular_whom_nobody_has_seen_for_two_months_is_listed_for_a_month(
    browser: Opens, hugo: User, tom: User, offline: Idea
) -> None:
    with act():
        for words in ("One", "Two", "Three"):
            Comment.post(offline, words, by=tom)
        tom.seen_at = now() - QUIET_FOR - timedelta(days=1)
    staff = browser(hugo)
    assert "Regulars gone quiet 1" in " ".join(staff.get("/admin").text.split())
    assert "Tom Becker" in staff.get("/admin/members?state=quiet").find("main").get_text()
    with act():
        tom.seen_at = now()
    assert "Regulars gone quiet 0" in " ".join(staff.get("/admin").text.split())


def test_a_portal_that_is_upgraded_knows_whose_turn_it_is(
    browser: Opens, hugo: User, tom: User, yuki: User, dark_mode: Idea, offline: Idea, swap: Idea
) -> None:
    with act():
        Comment.post(dark_mode, "Which bar is it?", by=hugo)
        Comment.post(offline, "In which kitchen?", by=hugo)
        Comment.post(offline, "All of them.", by=tom)
        Comment.post(swap, "Still by phone.", by=yuki)
        Comment.note(swap, "Read.", by=hugo)
        swap.tag(["phone"], by=hugo)
        nothing = {"said_at": None, "unread_since": None, "asked_since": None, "quiet_since": None}
        db.session.execute(update(Idea).values(**nothing))
    migration = ScriptDirectory(str(schema.MIGRATIONS)).get_revision("0026").module
    with act(), Operations.context(MigrationContext.configure(db.session.connection())):
        migration.say_whose_turn_it_is()
    db.session.expire_all()
    staff = browser(hugo)
    assert lane(staff, "theirs") == [dark_mode.title] and lane(staff, "comments") == [offline.title]
    assert swap.said_at is not None and swap.quiet_since is not None and swap.quiet_since > swap.said_at
