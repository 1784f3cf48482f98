"""Real files of other tools come in. They lie beside the clone, never in it."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.comments.models import Comment
from portal.extensions import db
from tests.importing.exports import all_is_well, held, only, told, written

pytestmark = pytest.mark.real_data

REAL = Path(__file__).parents[3] / "shared" / "data" / "import"


@pytest.fixture(autouse=True)
def _beside_the_clone() -> None:
    if not REAL.exists():
        pytest.skip("the files in ../shared/data/import are not beside this clone")


@pytest.mark.both
def test_a_backup_of_fider_comes_in_with_its_people_and_goes_again(app: Flask) -> None:
    backup = REAL / "fider_backup_real_records.zip"
    foreseen = told(app, backup, "--dry-run")
    assert (foreseen["new_ideas"], foreseen["new_votes"], held()["ideas"]) == (174, 7205, 0)
    report = told(app, backup)
    assert (report["ideas"], report["votes"], report["tool"], report["refused"]) == (174, 7205, "fider", 0)
    assert {key: report[key] for key in ("ideas", "votes", "comments", "imported_support")} == {
        key: foreseen[key] for key in ("ideas", "votes", "comments", "imported_support")
    }
    assert all_is_well()
    assert (told(app, backup)["new_votes"], held()["votes"]) == (0, 7205)
    undone = told(app, "--undo", report["source"])
    assert (undone["ideas"], undone["votes"], undone["people"], undone["stays"]) == (174, 7205, 401, 0)
    assert held() == {"ideas": 0, "comments": 0, "votes": 0, "counted": 0}
    assert all_is_well()


def test_the_posts_of_fider_as_csv_come_with_their_answers(app: Flask) -> None:
    report = told(app, REAL / "fider_posts_export_real_records.csv")
    assert (report["ideas"], report["tool"], report["comments"], report["imported_support"]) == (120, "fider", 6, 507)
    assert [(one["id"], one["of"]) for one in report["duplicates"]] == [("1", "35")]
    assert db.session.scalar(select(func.count()).where(Comment.is_official, Comment.imported_key.is_not(None))) == 6
    assert {tag.name for tag in only("Suggest a domain name").tags} == {"discussion", "essential-meta-questions"}


def test_real_answers_of_discourse_come_in(app: Flask, tmp_path: Path) -> None:
    assert told(app, REAL / "discourse", "--dry-run")["unknown"]["boards"]
    report = told(app, REAL / "discourse", "--map", written(tmp_path / "map.json", {"boards": None}))
    assert (report["tool"], report["refused"]) == ("discourse", 0)
    assert (report["ideas"], report["comments"]) == (5, 3)
    topic = only("THIS SITE IS A SANDBOX -- it is reset every day")
    assert topic.comments_count == 2
    assert "<p>" not in topic.body


def test_what_github_s_webhooks_send_comes_in(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "hello-world"
    folder.mkdir()
    for file in REAL.glob("github*issue*.json"):
        (folder / file.name).write_bytes(file.read_bytes())
    report = told(app, folder)
    assert (report["tool"], report["ideas"], report["comments"]) == ("github", 1, 1)
    issue = only("Spelling error in the README file")
    assert (issue.kind, issue.source_url) == ("issue", "https://github.com/Codertocat/Hello-World/issues/1")
    assert db.session.scalars(select(Comment).where(Comment.idea_id == issue.id)).one().is_official
