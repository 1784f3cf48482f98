"""An import is taken back as far as nobody here has touched it; what somebody did stays, and is listed with why."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.postings import Posting
from portal.ideas.statuses import Status
from portal.ideas.tags import Tag
from portal.importing.models import ImportRun, RunState
from portal.notifications.models import Follow
from portal.voting.models import Vote
from tests.conftest import act
from tests.importing.exports import all_is_well, comment, export, held, idea, only, run, told, vote

pytestmark = pytest.mark.both


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ideas = [
        idea(1, "Dark mode", votes_count=5, tags=["ui"]),
        idea(2, "Night mode", author="Bo", tags=["ui", "night"]),
        idea(3, "Light mode", author="Cy"),
    ]
    votes = [vote(1, "Dee"), vote(2, "Dee"), vote(3, "Eve")]
    return export(tmp_path / "wishes", ideas=ideas, comments=[comment(1, "Us too")], votes=votes)


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(ImportRun.state).order_by(ImportRun.id)))


def test_what_nobody_touched_goes_with_all_that_came_with_it(app: Flask, folder: Path) -> None:
    before = held(), set(db.session.scalars(select(Tag.slug)))
    told(app, folder)
    gone = told(app, "--undo", "wishes")
    assert (gone["ideas"], gone["comments"], gone["votes"], gone["people"], gone["stays"]) == (3, 1, 3, 5, 0)
    assert (held(), set(db.session.scalars(select(Tag.slug)))) == before
    assert not db.session.scalars(
        select(Posting).where(~select(Idea.id).where(Idea.id == Posting.idea_id).exists())
    ).all()
    assert all_is_well()
    assert states() == [RunState.UNDONE]


def test_what_would_go_is_said_and_stays(app: Flask, folder: Path) -> None:
    told(app, folder)
    foreseen = told(app, "--undo", "wishes", "--dry-run")
    assert held()["ideas"] == 3
    assert states() == [RunState.FINISHED]
    gone = told(app, "--undo", "wishes")
    assert {**foreseen, "dry_run": False} == gone


def test_what_somebody_here_did_stays_and_is_listed_with_why(app: Flask, folder: Path, tom: User, lea: User) -> None:
    told(app, folder)
    with act():
        Vote.cast(only("Dark mode"), tom)
    with act():
        only("Night mode").change_status(Status.first("idea", "planned"), by=lea)
    foreseen = told(app, "--undo", "wishes", "--dry-run")
    gone = told(app, "--undo", "wishes")
    assert {**foreseen, "dry_run": False} == gone
    assert [(one["id"], one["why"]) for one in gone["staying"]] == [
        ("1", "somebody here voted for it"),
        ("2", "somebody here acted on it"),
    ]
    assert (gone["ideas"], gone["votes"], gone["people"], held()["ideas"], held()["comments"]) == (1, 1, 2, 2, 1)
    assert only("Dark mode").votes_count == 6
    assert all_is_well()


def test_who_follows_an_idea_keeps_it(app: Flask, folder: Path, tom: User) -> None:
    told(app, folder)
    with act():
        db.session.add(Follow(user_id=tom.id, idea_id=only("Light mode").id))
    assert [one["why"] for one in told(app, "--undo", "wishes")["staying"]] == ["somebody here follows it"]


def test_an_import_that_was_undone_can_be_done_again(app: Flask, folder: Path, tom: User) -> None:
    first = told(app, folder)
    with act():
        Vote.cast(only("Dark mode"), tom)
    told(app, "--undo", str(first["run"]))
    again = told(app, folder)
    assert (again["source"], again["new_ideas"], again["ideas"], again["refused"]) == ("wishes", 2, 3, 0)
    assert held()["ideas"] == 3
    assert all_is_well()
    assert states() == [RunState.UNDONE, RunState.FINISHED]


def test_a_tag_that_somebody_here_uses_or_shaped_stays(app: Flask, folder: Path, dark_mode: Idea, lea: User) -> None:
    told(app, folder)
    with act():
        dark_mode.tag(["night"], by=lea)
    with act():
        db.session.execute(update(Tag).where(Tag.slug == "ui").values(colour="rose"))
    assert told(app, "--undo", "wishes")["tags"] == 0


def test_two_sources_side_by_side_are_undone_apart(app: Flask, folder: Path, tmp_path: Path) -> None:
    told(app, folder)
    other = export(tmp_path / "wishes2", ideas=[idea(1, "Something else", author="Dee")], votes=[vote(1, "Dee")])
    told(app, other)
    told(app, "--undo", "wishes")
    assert (held()["ideas"], only("Something else").votes_count) == (1, 1)


def test_what_is_no_import_is_said_with_those_there_are(app: Flask, folder: Path) -> None:
    told(app, folder)
    result = run(app, "--undo", "nothing")
    assert result.exit_code == 2
    assert "there are wishes" in result.output


def test_an_import_by_somebody_who_left_stays(app: Flask, folder: Path, nora: User) -> None:
    told(app, folder)
    with act():
        db.session.execute(update(ImportRun).values(by_id=nora.id))
    assert told(app, "--undo", "wishes")["ideas"] == 3
