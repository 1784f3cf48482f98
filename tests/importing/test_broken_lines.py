"""Lines that nobody can import: each is refused with its file, number, id and reason, and all others come in."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.tag_merging import merge
from portal.ideas.tags import Tag
from portal.importing.reading import LONGEST_LINE
from tests.conftest import act
from tests.importing.exports import all_is_well, comment, export, held, idea, run, said, told, vote

pytestmark = pytest.mark.both

GOOD = [idea(1, "Dark mode"), idea(2, "Print the plan")]
DEEP = "[" * 90_000 + "]" * 90_000

IDEAS: list[tuple[Any, str, str]] = [
    ('{"id": "9", "title": "Half an emoji \\ud83d"}', "9", "half a character"),
    ('{"id": "9\\udc00", "title": "Half an id"}', "9?", "half a character"),
    (idea("9", "Half a tag", tags=["\ud83d"]), "9", "half a character"),
    (idea("9", "Early", created_at="0001-01-01T00:00:00+14:00"), "9", "from 1900 on"),
    (idea("9", "Unknown", created_at="0001-01-01T00:00:00Z"), "9", "from 1900 on"),
    (idea("9", "Late", created_at="9999-12-31T23:59:59-14:00"), "9", "from 1900 on"),
    (idea("9", "A number", created_at=1700000000), "9", "write a date such as"),
    (idea("9", "A list", created_at=[2026]), "9", "write a date such as"),
    (idea("9", "Many", votes_count=10**30), "9", "from 0 to 1,000,000,000"),
    (idea("9", "Many", votes_count=2**31), "9", "from 0 to 1,000,000,000"),
    ('{"id": "9", "title": "Infinite", "votes_count": 1e400}', "9", "whole number"),
    ('{"id": "9", "title": "None", "votes_count": NaN}', "", "no number of JSON"),
    (f'{{"id": "9", "title": "Long", "votes_count": {"9" * 5000}}}', "", "not JSON"),
    (idea("9", "Half", votes_count=1.5), "9", "whole number"),
    (idea("9", "True", votes_count=True), "9", "whole number"),
    (idea("9", "Below", votes_count=-1), "9", "whole number"),
    (idea("9", ["a", "list"]), "9", "title must be text"),  # type: ignore[arg-type]
    (idea("9", "\u200b\x00"), "9", "title is empty"),
    (idea("9", "x" * 501), "9", "shorten it to 500"),
    (idea("9", "Long", body="x" * 100_001), "9", "shorten it to 100000"),
    (idea("9", "Long", author="x" * 201), "9", "shorten it to 200"),
    (idea("9", "Long", source="https://example.org/" + "x" * 500), "9", "shorten it to 500"),
    (idea("9", "Tags", tags={"a": 1}), "9", "list of words"),
    (idea("9", "Tags", tags=[str(n) for n in range(51)]), "9", "50 that matter"),
    (idea("9", "Lang", lang=5), "9", "lang must be text"),
    (idea("9", "Kind", kind=["bug"]), "9", "kind must be text"),
    (idea("9", "Status", status=7), "9", "status must be text"),
    (idea(True, "True"), "", "id is true"),
    (idea(1.5, "A half"), "", "id is 1.5"),
    (idea("\x00", "Nothing"), "", "id is empty"),
    (idea("x" * 101, "Long"), "x" * 100, "shorten it to 100"),
    (idea(None, "None"), "", "id is missing"),
    ('{"id": "9", "title": "One", "title": "Two"}', "", '"title" stands twice'),
    ('{"id": "9", "title": "Deep", "tags": ' + DEEP + "}", "", "not JSON"),
    ('"a text"', "", "one object in braces"),
    ("null", "", "one object in braces"),
    ('{"id": "9", "title": "cut o', "", "not JSON"),
    (b"\x00\x00\x00\x00", "", "not JSON"),
    ('{"id": "9", "title": "É"}'.encode("latin-1"), "", "UTF-8"),
    (b'{"id": "9", "title": "' + b"\xed\xa0\xbd" + b'"}', "", "UTF-8"),
    ("{" + " " * LONGEST_LINE + "}", "", "longer than"),
]
COMMENTS: list[tuple[Any, str, str]] = [
    (comment("77", "Where?"), "77", "no such idea in this folder"),
    (comment("9", "On one that was refused"), "9", "the idea 9 was refused (line"),
    (comment("1", "\ud83d"), "1", "half a character"),
    (comment("1", "x", official="yes"), "1", "true or false"),
    (comment("1", "x", author=5), "1", "author must be text"),
    (comment("1", "x" * 100_001), "1", "shorten it to 100000"),
    (comment(["1"], "x"), "", "idea_id is a list"),
]
VOTES: list[tuple[Any, str, str]] = [
    (vote("77", "Bo"), "77", "no such idea in this folder"),
    (vote("1", "Bo", value=2), "1", "write 1, 0 or -1"),
    (vote("1", "Bo", value=True), "1", "write 1, 0 or -1"),
    (vote("1", "Bo", value={"deep": 1}), "1", "write 1, 0 or -1"),
    (vote("1", "\udc00"), "1", "half a character"),
    (vote("1", "Bo", created_at="0001-01-01T00:00:00+14:00"), "1", "from 1900 on"),
]


def refusals(report: dict[str, Any], file: str) -> list[tuple[int, str, str]]:
    return [(r["line"], r["id"], r["why"]) for r in report["refused_lines"] if r["file"] == file]


def test_every_broken_line_is_refused_with_number_id_and_reason(app: Flask, tmp_path: Path) -> None:
    folder = export(
        tmp_path / "export",
        ideas=[GOOD[0], *(line for line, _, _ in IDEAS), GOOD[1]],
        comments=[comment("1", "Us too"), *(line for line, _, _ in COMMENTS), comment("2", "Yes")],
        votes=[vote("1", "Bo"), *(line for line, _, _ in VOTES), vote("2", "Bo")],
    )
    report = told(app, folder)
    for file, broken in (("ideas", IDEAS), ("comments", COMMENTS), ("votes", VOTES)):
        found = refusals(report, f"{file}.jsonl")
        expected = [(number, id) for number, (_, id, _) in enumerate(broken, 2)]
        assert [(line, id) for line, id, _ in found] == expected, found
        assert all(why in said for (_, _, why), (_, _, said) in zip(broken, found, strict=True)), found
        assert report["lines"][file] | {"uncounted": 0} == {
            "read": len(broken) + 2, "new": 2, "here": 0, "refused": len(broken), "uncounted": 0,
        }  # fmt: skip
    assert held() == {"ideas": 2, "comments": 2, "votes": 2, "counted": 2}
    assert all_is_well()


def test_the_same_id_twice_in_a_file_is_reported_and_the_first_counts(app: Flask, tmp_path: Path) -> None:
    folder = export(tmp_path / "export", ideas=[*GOOD, idea(1, "Another")], comments=[comment(1, "Us too")])
    assert refusals(told(app, folder), "ideas.jsonl") == [
        (3, "1", "the idea in line 1 has the id 1 already: give this one an id of its own")
    ]
    assert said("Dark mode")["comments"] == ["Us too"]
    again = told(app, folder)
    assert (again["refused"], again["differs"]) == (1, 0)


def test_a_line_that_was_mended_comes_in_with_the_next_run(app: Flask, tmp_path: Path) -> None:
    folder = export(tmp_path / "export", ideas=[*GOOD, idea(3, "")], comments=[comment(3, "Yes")])
    assert run(app, folder).exit_code == 1
    export(folder, ideas=[*GOOD, idea(3, "Weekly view")])
    assert run(app, folder).exit_code == 0
    assert said("Weekly view")["comments"] == ["Yes"]


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\n\r\n\xef\xbb\xbf"])
def test_a_byte_order_mark_and_the_ends_of_lines_are_no_fault(app: Flask, tmp_path: Path, mark: bytes) -> None:
    folder = export(tmp_path / "export", ideas=GOOD)
    content = (folder / "ideas.jsonl").read_bytes().replace(b"\n", b"\r\n")
    (folder / "ideas.jsonl").write_bytes(mark + content)
    result = run(app, folder)
    assert result.exit_code == 0, result.stdout
    assert held()["ideas"] == 2


def wrecked(folder: Path, how: str) -> str:
    """Break the folder in this way, and give what is to be said of it."""
    file = folder / "ideas.jsonl"
    content = file.read_bytes()
    file.unlink()
    if how == "a folder":
        file.mkdir()
        return "is no file that can be read"
    if how == "a link to nowhere":
        file.symlink_to("gone.jsonl")
        return "is no file that can be read"
    if how == "UTF-16":
        file.write_bytes(content.decode().encode("utf-16"))
        return "save it as UTF-8"
    if how == "gzip":
        file.write_bytes(gzip.compress(content))
        return "without .gz at the end of its name"
    if how == "both":
        file.write_bytes(content)
        (folder / "ideas.jsonl.gz").write_bytes(gzip.compress(content))
        return "leave the one that counts"
    if how == "blank":
        file.write_bytes(b"\n\r\n \n")
        return "is empty"
    return "holds no ideas.jsonl"


@pytest.mark.parametrize("how", ["missing", "a folder", "a link to nowhere", "UTF-16", "gzip", "both", "blank"])
def test_a_folder_that_cannot_be_read_is_an_error_before_anything_is_imported(
    app: Flask, tmp_path: Path, how: str
) -> None:
    folder = export(tmp_path / "export", ideas=GOOD, comments=[comment(1, "Us too")])
    words = wrecked(folder, how)
    result = run(app, folder)
    assert result.exit_code == 2 and words in result.stderr, result.stderr
    assert held()["ideas"] == 0


def test_a_packed_file_that_is_broken_in_the_middle_is_read_up_to_there(app: Flask, tmp_path: Path) -> None:
    many = [vote(1, f"Voter {n}") for n in range(3000)]
    folder = export(tmp_path / "export", ideas=GOOD)
    packed = gzip.compress(b"".join(json.dumps(one).encode() + b"\n" for one in many))
    (folder / "votes.jsonl.gz").write_bytes(packed[: len(packed) * 2 // 3])
    report = told(app, folder)
    [(line, _, why)] = refusals(report, "votes.jsonl.gz")
    assert "broken from here on" in why
    assert 0 < held()["votes"] == line - 1 < 3000
    (folder / "votes.jsonl.gz").write_bytes(packed)
    assert told(app, folder)["refused"] == 0 and held()["votes"] == 3000


@pytest.fixture
def strict_database(app: Flask) -> Iterator[None]:
    """A database that takes no title and no comment twice."""
    with act():
        db.session.execute(text("CREATE UNIQUE INDEX strict_title ON idea (title)"))
        db.session.execute(text("CREATE UNIQUE INDEX strict_comment ON comment (body)"))
    yield
    with act():
        db.session.execute(text("DROP INDEX strict_title"))
        db.session.execute(text("DROP INDEX strict_comment"))


def test_one_record_that_the_database_refuses_is_left_out_alone(
    app: Flask, strict_database: None, tmp_path: Path
) -> None:
    many = [idea(n, "Idea 5" if n == 30 else f"Idea {n}", author=f"Author {n}") for n in range(40)]
    words = [comment(n, "Words 3" if n == 7 else f"Words {n}", author=f"Reader {n}") for n in range(10)]
    folder = export(tmp_path / "export", ideas=many, comments=[*words, comment(30, "Hangs on it")])
    report = told(app, folder)
    assert [(line, id) for line, id, _ in refusals(report, "ideas.jsonl")] == [(31, "30")]
    assert [(line, id) for line, id, _ in refusals(report, "comments.jsonl")] == [(8, "7"), (11, "30")]
    assert all("the database did not take it" in r["why"] for r in report["refused_lines"][:1])
    assert (held()["ideas"], held()["comments"]) == (39, 9)
    assert all_is_well()


def test_two_spellings_of_one_tag_are_one(app: Flask, tmp_path: Path) -> None:
    folder = export(tmp_path / "export", ideas=[idea(1, "Dark mode", tags=["Menu", "menu", "MENU!"])])
    assert run(app, folder).exit_code == 0
    assert [tag.name for tag in db.session.scalars(select(Idea).where(Idea.title == "Dark mode")).one().tags] == [
        "Menu"
    ]


def test_a_tag_that_was_renamed_or_merged_here_is_put_on_as_what_it_is_now(
    app: Flask, tmp_path: Path, hugo: User
) -> None:
    with act():
        old, night, late = (Tag.add(name, by=hugo) for name in ("Old", "Night", "Late"))
        old.write(hugo, "New", "", False, {})
        merge(night, late, by=hugo)
    folder = export(tmp_path / "export", ideas=[idea(1, "Dark mode", tags=["old", "night", "Late"])])
    told(app, folder)
    assert [tag.name for tag in db.session.scalars(select(Idea).where(Idea.title == "Dark mode")).one().tags] == [
        "Late", "New",
    ]  # fmt: skip
    assert not told(app, folder)["differs"], "it says the same as before"


@pytest.mark.parametrize("date", [None, "2999-01-01T00:00:00Z"])
def test_a_comment_without_a_date_or_of_tomorrow_comes_in_once(app: Flask, tmp_path: Path, date: str | None) -> None:
    folder = export(tmp_path / "export", ideas=GOOD, comments=[comment(1, "Us too", created_at=date)])
    told(app, folder)
    assert told(app, folder)["new_comments"] == 0
    assert said("Dark mode")["comments"] == ["Us too"]


def test_a_vote_twice_counts_once_and_every_line_is_accounted_for(app: Flask, tmp_path: Path) -> None:
    votes = [vote(1, "Bo"), vote(1, "Bo", created_at=None), vote(1, None), vote(1, "Cy", value=-1), vote(2, "Bo")]
    report = told(app, export(tmp_path / "export", ideas=GOOD, votes=votes))
    assert report["lines"]["votes"] == {"read": 5, "new": 2, "here": 1, "refused": 0, "uncounted": 2}
    assert said("Dark mode")["votes"] == 1


def test_a_long_list_is_cut_on_the_terminal_and_whole_in_a_file(app: Flask, tmp_path: Path) -> None:
    broken = [idea(n, "") for n in range(10, 60)]
    result = run(app, export(tmp_path / "export", ideas=[*GOOD, *broken]))
    assert result.exit_code == 1
    assert result.stdout.count("title is empty") == 20 and "... and 30 more" in result.stdout
    file = Path(result.stdout.split("The whole list is in ")[1].strip())
    assert file.read_text().count("title is empty") == 50
    file.unlink()


def test_a_reason_quotes_nothing_that_a_terminal_obeys(app: Flask, tmp_path: Path) -> None:
    broken = idea("9\x1b[2J", "Dark", created_at="\x1b]0;gone\x07", author="x")
    result = run(app, export(tmp_path / "export", ideas=[*GOOD, broken]))
    assert "id 9[2J" in result.stdout and "\x1b" not in result.stdout


def test_names_that_differ_only_late_are_two_people(app: Flask, tmp_path: Path) -> None:
    names = ["x" * 199 + end for end in "ab"]
    run(app, export(tmp_path / "export", ideas=[idea(n, f"Idea {n}", author=name) for n, name in enumerate(names)]))
    assert len(db.session.scalars(select(User).where(User.imported_key.is_not(None))).all()) == 2
