"""Where an import comes from: two exports never become one, and each finds its own again."""

from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import select, text

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.database import schema
from portal.extensions import db
from portal.ideas.models import Idea
from portal.importing.models import ImportRun
from tests.conftest import act
from tests.importing.exports import all_is_well, comment, export, held, idea, run, said, told, vote

pytestmark = pytest.mark.both

OLD = [idea(1, "Dark mode", votes_count=7), idea(2, "Print the plan", votes_count=3), idea(3, "Weekly view")]
OTHER = [idea(n, f"Bicycle {n}", author="Cy", created_at=f"2020-01-0{n}T00:00:00Z", votes_count=9) for n in (1, 2, 3)]
NAMES = {"comments": [comment(1, "Us too")], "votes": [vote(1, "Bo"), vote(2, "Bo")]}
OTHERS = {"comments": [comment(1, "Steel frames")], "votes": [vote(1, "Bo")]}
GROWN = [*OLD, idea(4, "A larger font")]


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return export(tmp_path / "a" / "export", ideas=OLD, **NAMES)


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return export(tmp_path / "b" / "export", ideas=OTHER, **OTHERS)


def sources() -> set[str]:
    return set(db.session.scalars(select(ImportRun.source)))


def imported(title: str) -> Idea:
    return db.session.scalars(select(Idea).where(Idea.title == title)).one()


def test_two_exports_in_folders_of_the_same_name_are_both_here_whole(app: Flask, first: Path, second: Path) -> None:
    assert run(app, first).exit_code == 0
    before = said("Dark mode")
    assert run(app, second).exit_code == 0
    assert held() == {"ideas": 6, "comments": 2, "votes": 3, "counted": 10 + 27}
    assert said("Dark mode") == before
    assert said("Bicycle 1") == {"votes": 9, "comments": ["Steel frames"], "body": "Bicycle 1, please."}
    assert all_is_well()


def test_each_of_two_finds_its_own_again(app: Flask, first: Path, second: Path) -> None:
    names = [told(app, folder)["source"] for folder in (first, second, first, second)]
    assert names[0] == "export" and names[1].startswith("export-") and names[2:] == names[:2]
    assert held() == {"ideas": 6, "comments": 2, "votes": 3, "counted": 37}


def test_an_export_that_was_moved_finds_its_own(app: Flask, first: Path, tmp_path: Path) -> None:
    run(app, first)
    report = told(app, first.rename(tmp_path / "archive-of-may"))
    assert (report["source"], report["new_ideas"], report["new_comments"], report["new_votes"]) == ("export", 0, 0, 0)


def test_a_repeat_finds_its_own_after_staff_rewrote_an_idea(app: Flask, first: Path, lea: User) -> None:
    run(app, first)
    with act():
        for title in ("Dark mode", "Print the plan", "Weekly view"):
            imported(title).edit(f"{title}, said better", "", by=lea)
    report = told(app, first)
    assert (report["source"], report["new_ideas"], report["refused"]) == ("export", 0, 0)
    assert {(d["id"], d["field"]) for d in report["differing"]} == {(n, f) for n in "123" for f in ("title", "body")}
    assert imported("Dark mode, said better").body == ""


@pytest.mark.parametrize("now_named", ["export", "export-of-june"])
def test_an_export_that_grew_finds_its_own(app: Flask, first: Path, tmp_path: Path, now_named: str) -> None:
    run(app, first)
    grown = export(tmp_path / "c" / now_named, ideas=GROWN, comments=[*NAMES["comments"], comment(4, "Yes")])
    report = told(app, grown)
    assert (report["source"], report["new_ideas"], report["new_comments"]) == ("export", 1, 1)
    assert sources() == {"export"}


def test_an_import_that_was_broken_off_is_finished_from_any_folder(app: Flask, first: Path, tmp_path: Path) -> None:
    run(app, export(tmp_path / "half", ideas=OLD[:2]))
    assert (told(app, first)["source"], held()["ideas"]) == ("half", 3)
    assert (told(app, tmp_path / "half")["source"], held()["ideas"]) == ("half", 3)


def test_in_doubt_nothing_is_imported_and_both_ways_on_are_said(app: Flask, first: Path, tmp_path: Path) -> None:
    run(app, first)
    before = held()
    other = export(tmp_path / "c" / "export", ideas=[OLD[0], idea(2, "Another thing"), idea(9, "New")], **OTHERS)
    result = run(app, other)
    assert result.exit_code == 2 and held() == before
    assert "--source export:" in result.stderr and "--source uservoice-2026" in result.stderr
    assert "id 2 (here 'Print the plan', in the file 'Another thing')" in result.stderr


def test_a_source_that_is_named_adds_what_is_new_and_says_what_differs(app: Flask, first: Path, tmp_path: Path) -> None:
    run(app, first, "--source", "crm")
    changed = [idea(1, "Dark mode", body="Black, please.", status="planned", tags=["Look"]), *GROWN[1:]]
    later = export(tmp_path / "later", ideas=changed, votes=[vote(1, "Cy")], comments=[comment(4, "Yes")])
    report = told(app, later, "--source", "crm")
    assert (report["new_ideas"], report["new_votes"], report["new_comments"]) == (1, 1, 1)
    assert {(d["id"], d["field"], d["here"], d["file"]) for d in report["differing"]} >= {
        ("1", "body", "Dark mode, please.", "Black, please."),
        ("1", "status", "open", "planned"),
        ("1", "tags", "", "Look"),
    }
    idea_here = imported("Dark mode")
    assert (idea_here.body, idea_here.status.kind, idea_here.tags) == ("Dark mode, please.", "open", [])
    assert run(app, later, "--source", "crm").exit_code == 0


def test_what_an_export_does_not_say_differs_from_nothing(app: Flask, first: Path, tmp_path: Path) -> None:
    run(app, first)
    short = [{"id": one["id"], "title": one["title"], "body": one["body"]} for one in OLD]
    report = told(app, export(tmp_path / "short", ideas=short))
    assert (report["source"], report["differing"]) == ("export", [])


def test_another_export_under_the_name_of_an_earlier_one_hangs_nothing_on_it(
    app: Flask, first: Path, second: Path
) -> None:
    run(app, first, "--source", "crm")
    before = held()
    report = told(app, second, "--source", "crm")
    assert {(r["file"], r["line"], r["id"]) for r in report["refused_lines"]} >= {
        ("ideas.jsonl", n, str(n)) for n in (1, 2, 3)
    } | {("comments.jsonl", 1, "1"), ("votes.jsonl", 1, "1")}
    assert held() == before


def test_support_follows_an_export_that_grew_and_a_name_takes_the_place_of_a_nameless_vote(
    app: Flask, first: Path, tmp_path: Path
) -> None:
    run(app, first)
    votes = [*NAMES["votes"], vote(1, "Cy"), vote(1, "Di"), vote(2, "Cy")]
    more = [idea(1, "Dark mode", votes_count=9), idea(2, "Print the plan", votes_count=3), OLD[2]]
    report = told(app, export(tmp_path / "later", ideas=more, votes=votes))
    assert (said("Dark mode")["votes"], said("Print the plan")["votes"]) == (9, 3)
    assert (report["new_votes"], report["differs"]) == (3, 0)
    assert imported("Dark mode").imported_support == 6
    assert all_is_well()


def test_votes_that_were_counted_stay_counted(app: Flask, first: Path, tmp_path: Path) -> None:
    run(app, first)
    report = told(app, export(tmp_path / "later", ideas=[idea(1, "Dark mode", votes_count=4), *OLD[1:]]))
    assert [(d["id"], d["field"], d["here"], d["file"]) for d in report["differing"]] == [
        ("1", "votes_count", "7", "4")
    ]
    assert said("Dark mode")["votes"] == 7


def test_the_same_content_under_two_names_is_said_to_be_here_twice(app: Flask, first: Path) -> None:
    run(app, first, "--source", "one")
    report = told(app, first, "--source", "two")
    assert held()["ideas"] == 6
    assert any("from the source one: they are here twice" in note for note in report["notes"])


@pytest.mark.parametrize("name", ["a:b", "", "../etc", "x" * 61, "-", "two words"])
def test_a_name_that_is_none_is_refused(app: Flask, first: Path, name: str) -> None:
    result = run(app, first, "--source", name)
    assert result.exit_code == 2 and "letters, digits, dots" in result.stderr and held()["ideas"] == 0


def test_words_that_were_edited_here_stay_and_are_listed(app: Flask, first: Path, lea: User) -> None:
    run(app, first)
    with act():
        db.session.scalars(select(Comment).where(Comment.body == "Us too")).one().edit("Us too!", by=lea)
    report = told(app, first)
    assert [(d["what"], d["here"], d["file"]) for d in report["differing"]] == [("comment on", "Us too!", "Us too")]
    assert said("Dark mode")["comments"] == ["Us too!"]


def test_what_was_imported_before_there_were_sources_is_found_again(app: Flask, first: Path, tmp_path: Path) -> None:
    run(app, first)
    scripts = ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()
    migrations = [script.module for script in scripts if "import_run" in script.module.upgrade.__code__.co_consts]
    with act():
        db.session.execute(text("DROP TABLE import_run"))
        with Operations.context(MigrationContext.configure(db.session.connection())):
            for migration in reversed(migrations):
                migration.upgrade()
    report = told(app, first.rename(tmp_path / "moved"))
    assert (report["source"], report["new_ideas"], report["new_comments"], report["new_votes"]) == ("export", 0, 0, 0)
    assert (held()["ideas"], report["refused"], report["differs"]) == (3, 0, 0)


def test_an_older_portal_keeps_its_runs_and_says_which_broke_off(app: Flask) -> None:
    scripts = ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()
    newer, older = [script.module for script in scripts if "import_run" in script.module.upgrade.__code__.co_consts]
    rows = "('whole', 'c1', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP), ('broken', 'c2', CURRENT_TIMESTAMP, NULL)"
    with act():
        db.session.execute(text("DROP TABLE import_run"))
        with Operations.context(MigrationContext.configure(db.session.connection())):
            older.upgrade()
            db.session.execute(text(f"INSERT INTO import_run (source, content, started_at, finished_at) VALUES {rows}"))
            newer.upgrade()
    kept = db.session.execute(select(ImportRun.source, ImportRun.state, ImportRun.tool, ImportRun.by_id))
    assert sorted(map(tuple, kept)) == [("broken", "stopped", "jsonl", None), ("whole", "finished", "jsonl", None)]
