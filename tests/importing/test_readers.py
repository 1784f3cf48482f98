"""What other tools export comes in, as they document it. Their real files: test_real_exports.py."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.extensions import db
from portal.voting.models import Vote
from tests.importing.exports import held, only, run, table, told, written


def test_issues_that_gh_lists_come_with_their_thumbs_and_comments(app: Flask, tmp_path: Path) -> None:
    by = {"login": "ada", "id": "MDQ6"}
    comment = {"id": "c1", "author": {"login": "bo"}, "body": "Us too", "createdAt": "2026-02-01T09:00:00Z"}
    issue = {"number": 7, "title": "Dark mode", "body": "At night", "author": by, "createdAt": "2026-01-01T09:00:00Z"}
    more = {"state": "CLOSED", "stateReason": "COMPLETED", "labels": [{"name": "ui"}], "comments": [comment]}
    thumbs = {"reactionGroups": [{"content": "THUMBS_UP", "users": {"totalCount": 12}}], "url": "https://x.test/7"}
    report = told(app, written(tmp_path / "issues.json", [issue | more | thumbs]))
    assert (report["tool"], report["ideas"], report["comments"], report["imported_support"]) == ("github", 1, 1, 12)
    assert (only("Dark mode").status.kind, only("Dark mode").votes_count) == ("shipped", 12)


def test_a_closed_issue_without_a_reason_is_asked_about(app: Flask, tmp_path: Path) -> None:
    issue = {"iid": 3, "title": "Dark mode", "state": "closed", "upvotes": 2, "author": {"id": 1, "name": "Ada"}}
    issues = written(tmp_path / "gitlab.json", [issue])
    result = run(app, issues)
    assert (result.exit_code, held()["ideas"]) == (2, 0)
    assert '{"statuses": {"closed": "..."}}' in result.output
    mapping = written(tmp_path / "map.json", {"statuses": {"closed": "declined"}})
    assert told(app, issues, "--map", mapping)["ideas"] == 1
    assert only("Dark mode").status.kind == "declined"


def test_notes_of_gitlab_are_comments_but_for_those_of_the_tool(app: Flask, tmp_path: Path) -> None:
    issue = {"iid": 3, "title": "Dark mode", "state": "opened", "author": {"id": 1, "name": "Ada"}}
    note = {"id": 1, "noteable_type": "Issue", "noteable_iid": 3, "author": {"id": 2, "name": "Bo"}, "system": False}
    folder = tmp_path / "gitlab"
    folder.mkdir()
    written(folder / "issues.json", [issue])
    written(folder / "notes.json", [note | {"body": "Us too"}, note | {"body": "closed", "system": True}])
    report = told(app, folder)
    assert (report["tool"], report["comments"]) == ("gitlab", 1)
    assert report["left_behind"] == {"notes that the tool wrote by itself": 1}


def test_a_board_of_trello_comes_in(app: Flask, tmp_path: Path) -> None:
    who = {"id": "m1", "fullName": "Ada"}
    card = {"id": "5abbe4b7ddc1b351ef961414", "name": "Dark mode", "desc": "At night", "idList": "l1", "closed": False}
    said = {"type": "commentCard", "date": "2026-02-01T09:00:00Z", "memberCreator": who}
    said["data"] = {"text": "Us too", "card": {"id": card["id"]}}
    made = {"type": "createCard", "date": "2026-01-01T09:00:00Z", "memberCreator": who}
    made["data"] = {"card": {"id": card["id"]}}
    cards = [card | {"badges": {"votes": 4}}, card | {"closed": True}]
    board = {"lists": [{"id": "l1", "name": "Done"}], "cards": cards, "actions": [said, made]}
    report = told(app, written(tmp_path / "board.json", board))
    assert (report["tool"], report["ideas"], report["comments"]) == ("trello", 1, 1)
    assert (only("Dark mode").status.kind, only("Dark mode").author.own_name) == ("shipped", "Ada")
    assert report["left_behind"] == {"archived cards": 1}


READY: dict[str, tuple[list[str], list[str]]] = {
    "canny": (["Title", "Details", "Board", "Status", "Score", "Author", "Created", "URL"],
              ["Dark mode", "At night", "", "in progress", "12", "Ada", "2026-01-01", "https://x.test/1"]),
    "uservoice": (["suggestion.id", "suggestion.title", "suggestion.body", "suggestion.status.name",
                   "suggestion.created_timestamp", "suggestion.votes_count"],
                  ["9", "Dark mode", "At night", "started", "2026-01-01 09:00:00", "12"]),
    "jira": (["Summary", "Issue key", "Issue Type", "Status", "Reporter", "Created", "Votes", "Comment", "Comment"],
             ["Dark mode", "APP-1", "Bug", "In Progress", "Ada", "21/May/26 3:04 PM", "12",
              "22/May/26 9:00 AM;Bo;Us too", "23/May/26 9:00 AM;Cy;Me; too"]),
    "productboard": (["title", "note_text", "user_email", "tags", "status"],
                     ["Dark mode", "<p>At <b>night</b></p>", "ada@brand.test", "ui", "In progress"]),
    "aha": (["Idea reference #", "Idea name", "Idea description", "Idea status", "Idea votes"],
            ["APP-I-1", "Dark mode", "<p>At night</p>", "In development", "12"]),
    "ideascale": (["Idea Id", "Idea Title", "Idea Description", "Idea Submitter Email", "Stage"],
                  ["1", "Dark mode", "At night", "ada@brand.test", "In Progress"]),
    "trello": (["Card ID", "Card Name", "Card URL", "Card Description", "Labels", "List Name"],
               ["1", "Dark mode", "https://x.test/1", "At night", "ui", "Doing"]),
}  # fmt: skip


@pytest.mark.parametrize("tool", READY)
def test_a_table_is_recognised_by_its_documented_columns(app: Flask, tmp_path: Path, tool: str) -> None:
    report = told(app, table(tmp_path / "export.csv", *READY[tool]))
    assert (report["tool"], report["ideas"], report["refused"]) == (tool, 1, 0)
    assert only("Dark mode").status.kind == "started"
    assert "<" not in only("Dark mode").body
    assert report["comments"] == (2 if tool == "jira" else 0)


def test_a_table_with_semicolons_and_umlauts_in_windows_1252_comes_in(app: Flask, tmp_path: Path) -> None:
    names = ["Nummer", "Titel", "Beschreibung", "Autor", "Erstellt am", "Stimmen", "Zustand", "Raumtemperatur"]
    row = ["1", "Nachtmodus für Köche", "Größer; bitte", "Jürgen", "31.12.2025", "1.234", "in Prüfung", "21"]
    report = told(app, table(tmp_path / "wünsche.csv", names, row, delimiter=";", encoding="cp1252"))
    assert (report["tool"], report["ideas"], report["imported_support"]) == ("csv", 1, 1234)
    idea = only("Nachtmodus für Köche")
    assert (idea.status.kind, idea.author.own_name) == ("under_review", "Jürgen")
    assert f"{idea.created_at:%Y-%m-%d}" == "2025-12-31"
    assert "8 columns, separated by semicolons, in Windows-1252" in report["notes"][0]
    assert any("Raumtemperatur" in note for note in report["notes"])
    assert any("taken to be in the portal's own, en" in note for note in report["notes"])


def test_dates_that_could_be_either_are_asked_about(app: Flask, tmp_path: Path) -> None:
    wishes = table(tmp_path / "wishes.csv", ["Title", "Created"], ["Dark mode", "03/04/2025"])
    result = run(app, wishes)
    assert (result.exit_code, held()["ideas"]) == (2, 0)
    assert "--dates day-first or --dates month-first" in result.output
    told(app, wishes, "--dates", "day-first")
    assert f"{only('Dark mode').created_at:%Y-%m-%d}" == "2025-04-03"


def test_no_address_is_kept_and_two_of_one_name_stay_two(app: Flask, tmp_path: Path) -> None:
    rows = [["Dark mode", "ada@one.test"], ["Night mode", "ada@two.test"], ["Light mode", "Bo <bo@one.test>"]]
    told(app, table(tmp_path / "wishes.csv", ["Title", "Author"], *rows))
    assert only("Dark mode").author.own_name == only("Night mode").author.own_name == "ada"
    assert only("Dark mode").author_id != only("Night mode").author_id
    assert only("Light mode").author.own_name == "Bo"
    assert not db.session.scalars(select(User.id).where(User.imported_key.contains("@"))).all()
    assert db.session.scalar(select(func.count()).where(User.imported_key.is_not(None), User.email.is_not(None))) == 0


def test_a_board_that_is_not_here_is_asked_about_and_may_be_left_out(app: Flask, tmp_path: Path) -> None:
    wishes = table(tmp_path / "wishes.csv", ["Title", "Board"], ["Dark mode", "Apps"])
    result = run(app, wishes, "--dry-run")
    assert (result.exit_code, held()["ideas"]) == (2, 0)
    assert "'Apps' (1)" in result.output
    told(app, wishes, "--map", written(tmp_path / "map.json", {"boards": None}))
    assert only("Dark mode").board is None


def test_votes_of_named_people_in_the_backup_are_votes(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    post = {"id": 1, "number": 1, "title": "Dark mode", "user_id": 1, "created_at": "2026-01-01T09:00:00Z", "status": 2}
    answer = {"response": "It is there", "response_user_id": 2, "response_date": "2026-02-01T09:00:00Z"}
    twin = {"id": 2, "number": 2, "title": "Night", "user_id": 1, "status": 5, "original_id": 1}
    written(folder / "posts.json", [post | answer, twin, {"id": 3, "title": "Gone", "status": 6}])
    written(folder / "users.json", [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Ada"}])
    written(folder / "post_votes.json", [{"user_id": id, "post_id": 1} for id in (1, 2)])
    written(folder / "tags.json", [{"id": 5, "name": "ui"}])
    written(folder / "post_tags.json", [{"post_id": 1, "tag_id": 5}])
    report = told(app, folder)
    dark = only("Dark mode")
    assert (report["votes"], report["comments"], dark.votes_count, dark.status.kind) == (2, 1, 2, "shipped")
    assert report["duplicates"] == [{"id": "2", "of": "1", "idea": only("Night").id, "into": dark.id}]
    assert [tag.name for tag in dark.tags] == ["ui"]
    assert db.session.scalar(select(func.count()).select_from(Vote).where(Vote.idea_id == dark.id)) == 2
