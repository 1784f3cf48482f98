"""Publishing moves ideas to shipped, credits their people, and is recorded once."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.changelog.models import Credit, Release, draft
from portal.changelog.publishing import NotReady, publish
from portal.comments.models import Comment
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.voting.models import Vote
from tests.changelog.releases import published, written
from tests.conftest import act

pytestmark = pytest.mark.both


def events(action: Action) -> int:
    return db.session.scalar(select(func.count(Event.id)).where(Event.action == action)) or 0


def roles(release: Release, idea: Idea) -> dict[str, str]:
    rows = db.session.scalars(select(Credit).where(Credit.release_id == release.id, Credit.idea_id == idea.id))
    return {credit.user.display_name: credit.role for credit in rows}


def test_publishing_ships_its_ideas(copy_week: Idea, offline: Idea, hugo: User) -> None:
    release = published(hugo, copy_week, offline)
    assert [idea.status.kind for idea in (copy_week, offline)] == ["shipped", "shipped"]
    assert release.published_at is not None


def test_an_issue_becomes_fixed(double_shift: Idea, hugo: User, lea: User) -> None:
    with act():
        double_shift.change_status(Status.first("issue", "planned"), by=lea)
    published(hugo, double_shift)
    assert double_shift.status.name == "Fixed"


def test_what_has_shipped_already_may_be_told(copy_week: Idea, hugo: User) -> None:
    published(hugo, copy_week)
    before = events(Action.STATUS_CHANGED)
    again = published(hugo, copy_week, title="Told again")
    assert events(Action.STATUS_CHANGED) == before
    assert roles(again, copy_week)["Inès Moreau"] == "proposer"


def test_everyone_is_credited_under_their_highest_role(copy_week: Idea, hugo: User) -> None:
    credited = roles(published(hugo, copy_week), copy_week)
    assert credited["Inès Moreau"] == "proposer"
    assert credited["Tom Becker"] == "shaper"
    assert {name for name, role in credited.items() if role == "supporter"} == {
        "Aïcha Diallo",
        "Marc Lefèvre",
        "Yuki Tan",
        "Sofia Nilsson",
    }


def test_a_hidden_comment_shapes_nothing(copy_week: Idea, tom: User, hugo: User, lea: User) -> None:
    comment = db.session.scalars(select(Comment).where(Comment.author_id == tom.id)).one()
    with act():
        comment.hide(by=lea, reason="A test")
    assert roles(published(hugo, copy_week), copy_week)["Tom Becker"] == "supporter"


def test_a_release_is_recorded_once_and_tells_for_its_ideas(copy_week: Idea, offline: Idea, hugo: User) -> None:
    release = published(hugo, copy_week, offline)
    assert events(Action.RELEASE_PUBLISHED) == 1
    moved = db.session.scalars(
        select(Event).where(Event.action == Action.STATUS_CHANGED).order_by(Event.id.desc()).limit(2)
    )
    assert [event.facts["told_by_release"] for event in moved] == [release.id, release.id]


def test_publishing_twice_changes_nothing(copy_week: Idea, hugo: User, lea: User) -> None:
    release = published(hugo, copy_week)
    moment, credited = release.published_at, db.session.scalar(select(func.count(Credit.id)))
    with act():
        assert not publish(release, by=lea)
    assert release.published_at == moment
    assert db.session.scalar(select(func.count(Credit.id))) == credited
    assert events(Action.RELEASE_PUBLISHED) == 1


def test_two_who_publish_at_once_publish_once(app: Flask, copy_week: Idea, offline: Idea, hugo: User) -> None:
    id, by = written(hugo, copy_week, offline).id, hugo.id
    db.session.rollback()
    barrier, results = threading.Barrier(2), []

    def press() -> None:
        with app.app_context():
            barrier.wait()
            begin_write()
            results.append(publish(db.session.get_one(Release, id), by=db.session.get_one(User, by)))
            db.session.commit()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, True]
    assert events(Action.RELEASE_PUBLISHED) == 1


def test_votes_of_a_whole_crowd_are_credited(copy_week: Idea, hugo: User) -> None:
    with act():
        crowd = [User(display_name=f"Member {n}", handle=f"member-{n}") for n in range(300)]
        db.session.add_all(crowd)
        db.session.flush()
        for member in crowd:
            Vote.cast(copy_week, by=member)
    release = published(hugo, copy_week)
    assert list(roles(release, copy_week).values()).count("supporter") == 304


@pytest.mark.parametrize(
    ("field", "lang", "said"),
    [
        ("title", "en", "Write the title in English."),
        ("title", "fr", "Write the title in French."),
        ("story", "en", "Write the story in English."),
        ("story", "fr", "Write the story in French."),
    ],
)
def test_each_language_of_the_portal_must_be_there(
    copy_week: Idea, hugo: User, field: str, lang: str, said: str
) -> None:
    release = written(hugo, copy_week)
    with act():
        release.edit(by=hugo, **{field: {lang: "  "}})
    with pytest.raises(NotReady) as refused, act():
        publish(release, by=hugo)
    assert refused.value.problems == {f"{field}_{lang}": [said]}


def test_a_release_without_ideas_is_refused(hugo: User) -> None:
    release = written(hugo)
    with pytest.raises(NotReady) as refused, act():
        publish(release, by=hugo)
    assert refused.value.problems == {"ideas": ["Choose at least one idea that this release ships."]}


def test_an_idea_that_may_not_ship_is_named_and_nothing_moves(copy_week: Idea, dark_mode: Idea, hugo: User) -> None:
    release = written(hugo, copy_week, dark_mode)
    with pytest.raises(NotReady) as refused, act():
        publish(release, by=hugo)
    db.session.rollback()
    (said,) = refused.value.problems["ideas"]
    assert "“A dark mode for the night shift” is at “New”" in said
    assert "Planned, In progress, In testing" in said
    assert copy_week.status.kind == "started"
    assert not db.session.scalars(select(Credit)).all()


def test_a_change_of_what_is_published_is_recorded(copy_week: Idea, offline: Idea, hugo: User) -> None:
    release = published(hugo, copy_week)
    with act():
        release.edit(by=hugo, ideas=[copy_week, offline], title={"en": "Copy a whole week"})
    assert events(Action.RELEASE_EDITED) == 1
    assert [idea.id for idea in release.ideas] == [copy_week.id]


def test_a_draft_is_recorded(hugo: User) -> None:
    with act():
        release: Any = draft(by=hugo)
    assert not release.is_published
    assert events(Action.RELEASE_DRAFTED) == 1
