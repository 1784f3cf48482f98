"""Importing what strangers wrote: complete, safe to repeat, and telling nobody."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Event
from portal.extensions import db
from portal.ideas.models import Idea
from portal.importing.jsonl import import_folder
from portal.operations import checking
from portal.voting.models import Vote
from portal.voting.setting_aside import set_aside
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both

SAMPLE = Path(__file__).parent / "sample"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample that a test may break."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "sample"))


def imported(id: str) -> Idea:
    return db.session.scalars(select(Idea).where(Idea.imported_key == f"sample:{id}")).one()


def test_everything_in_the_folder_is_there(app: Flask, folder: Path) -> None:
    report = import_folder(folder)
    assert (report.ideas, report.comments, report.votes, report.imported_support, report.refused) == (6, 4, 3, 12, 0)


def test_voters_are_never_invented(app: Flask, folder: Path) -> None:
    import_folder(folder)
    idea = imported("1")
    rows = db.session.scalar(select(func.count()).where(Vote.idea_id == idea.id))
    assert (rows, idea.imported_support, idea.votes_count) == (2, 5, 7)


@pytest.mark.parametrize(
    ("id", "kind", "status"),
    [
        ("1", "idea", "open"),
        ("2", "idea", "open"),
        ("3", "idea", "shipped"),
        ("4", "idea", "declined"),
        ("6", "issue", "planned"),
    ],
)
def test_statuses_find_their_place(app: Flask, folder: Path, id: str, kind: str, status: str) -> None:
    import_folder(folder)
    assert (imported(id).kind, imported(id).status.kind) == (kind, status)


def test_a_rejected_idea_is_hidden_from_readers(folder: Path, visitor: Browser) -> None:
    import_folder(folder)
    assert visitor.get(f"/ideas/{imported('5').id}").status == 404


def test_a_declined_import_says_why(folder: Path, visitor: Browser) -> None:
    import_folder(folder)
    assert "Imported" in visitor.get(f"/ideas/{imported('4').id}").text


def test_a_second_run_adds_nothing(app: Flask, folder: Path) -> None:
    first = import_folder(folder)
    second = import_folder(folder)
    assert (second.new_ideas, second.new_comments, second.new_votes) == (0, 0, 0)
    assert (second.ideas, second.comments, second.votes, second.imported_support) == (
        first.ideas, first.comments, first.votes, first.imported_support,
    )  # fmt: skip


def test_a_run_that_was_cut_off_is_finished_by_the_next(app: Flask, folder: Path) -> None:
    whole = (folder / "ideas.jsonl").read_text()
    (folder / "ideas.jsonl").write_text("".join(whole.splitlines(keepends=True)[:2]))
    import_folder(folder)
    (folder / "ideas.jsonl").write_text(whole)
    report = import_folder(folder)
    assert (report.new_ideas, report.ideas, report.votes, report.imported_support) == (4, 6, 3, 12)


def test_a_vote_cast_here_survives_a_second_import(folder: Path, tom: User) -> None:
    import_folder(folder)
    with act():
        Vote.cast(imported("1"), by=tom)
    import_folder(folder)
    assert imported("1").votes_count == 8


def test_a_vote_that_was_set_aside_stays_so_after_a_second_import(folder: Path, lea: User) -> None:
    import_folder(folder)
    idea = imported("1")
    with act():
        voters = list(db.session.scalars(select(Vote.user_id).where(Vote.idea_id == idea.id)))
        set_aside(idea, voters[:1], by=lea, reason="One person.")
    import_folder(folder)
    assert (imported("1").votes_count, imported("1").imported_support, imported("1").votes_set_aside) == (6, 5, 1)
    assert not any(checking.findings().values())


def test_counters_agree_with_rows_afterwards(app: Flask, folder: Path) -> None:
    import_folder(folder)
    assert not any(checking.findings().values())


def test_importing_tells_nobody(folder: Path, mailbox: Mailbox, run_jobs: Callable[[], None]) -> None:
    before = db.session.scalar(select(func.count()).select_from(Event))
    import_folder(folder)
    run_jobs()
    assert mailbox.messages == []
    assert db.session.scalar(select(func.count()).select_from(Event)) == before


def test_what_was_answered_elsewhere_waits_for_no_second_answer(app: Flask, folder: Path, tom: User) -> None:
    import_folder(folder)
    with act():
        for id in ("1", "2"):
            Vote.cast(imported(id), by=tom)
    assert imported("1").waiting_since is None
    assert imported("2").waiting_since is not None


def test_imported_people_cannot_sign_in(app: Flask, folder: Path) -> None:
    import_folder(folder)
    ada = db.session.scalars(select(User).where(User.imported_key == "sample:Ada")).one()
    assert ada.email is None and ada.is_imported


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"id": "9", "title": "cut off', "not JSON"),
        ("[1, 2]", "one object"),
        ('{"id": "9", "title": ""}', "title is empty"),
        ('{"title": "No id"}', "id is missing"),
        ('{"id": "9", "title": "' + "x" * 501 + '"}', "shorten it to 500"),
        ('{"id": "9", "title": "Bad date", "created_at": "yesterday"}', "write a date such as"),
        ('{"id": "9", "title": "Bad votes", "votes_count": -3}', "whole number"),
        ('{"id": "9", "title": "Bad tags", "tags": "a, b"}', "list of words"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_broken_line_is_refused_with_its_number_and_the_rest_goes_on(
    app: Flask, folder: Path, line: str, why: str
) -> None:
    file = folder / "ideas.jsonl"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], line, *lines[1:]]) + "\n")
    report = import_folder(folder)
    assert report.ideas == 6
    assert [(r.file, r.line) for r in report.refused_lines] == [("ideas.jsonl", 2)]
    assert why in report.refused_lines[0].why


def test_bytes_that_are_not_utf8_are_refused(app: Flask, folder: Path) -> None:
    with (folder / "comments.jsonl").open("ab") as file:
        file.write('{"idea_id": "1", "author": "É", "body": "x"}\n'.encode("latin-1"))
    assert "UTF-8" in import_folder(folder).refused_lines[0].why


def test_a_vote_for_an_unknown_idea_is_refused(app: Flask, folder: Path) -> None:
    with (folder / "votes.jsonl").open("a") as file:
        file.write('{"idea_id": "99", "voter": "Bo", "value": 1}\n')
    assert "no such idea" in import_folder(folder).refused_lines[0].why


def test_line_separators_and_nul_do_not_get_in(app: Flask, folder: Path) -> None:
    with (folder / "ideas.jsonl").open("a") as file:
        file.write(json.dumps({"id": "7", "title": "A\u2028title\x00 in two", "author": "A\u2029b"}) + "\n")
    import_folder(folder)
    assert imported("7").title == "A title in two"


def test_the_command_prints_one_json_object(app: Flask, folder: Path) -> None:
    result = app.test_cli_runner().invoke(args=["import", str(folder), "--json"])
    report = json.loads(result.stdout)
    assert {k: report[k] for k in ("ideas", "comments", "votes", "imported_support", "refused")} == {
        "ideas": 6, "comments": 4, "votes": 3, "imported_support": 12, "refused": 0,
    }  # fmt: skip
