"""No file ends in a traceback, whatever stands in it and whatever it is called; and no file takes much memory."""

import json
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.importing import mapping, records, spool
from portal.importing.readers import html, rows
from portal.importing.readers.catalogue import READERS, reader_of
from portal.importing.readers.opened import opened
from portal.importing.reading import NotImported
from portal.importing.report import Report
from portal.text import render_markdown as drawn_from
from tests.importing.exports import held, run, table, written
from tests.importing.test_anything import ANYTHING

NAMES = (
    "id", "iid", "number", "title", "body", "description", "user", "author", "created_at", "status", "state",
    "labels", "tags", "comments", "cards", "lists", "actions", "idList", "name", "data", "card", "type",
    "post_stream", "posts", "topic_list", "topics", "latest_posts", "category_list", "categories", "topic_id",
    "post_number", "cooked", "stream", "reactions", "issue", "discussion", "comment", "repository", "notes",
    "noteable_type", "user_id", "post_id", "original_id", "response", "issue_url", "replies", "details",
    "created_by", "posters", "actions_summary",
)  # fmt: skip
OBJECTS = st.recursive(
    ANYTHING,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=12,
)
CELLS = st.text(st.characters(), max_size=8) | st.sampled_from(["1", "03/04/2025", '"', "\ufffd", "<p>a</p>"])
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=5)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-32", "cp037"])


def read(path: Path, tool: str | None) -> None:
    """Everything that a reader finds, checked as an import does, unless it says in words why there is nothing."""
    try:
        found = reader_of(path, tool)
        if found:
            with spool.room() as folder:
                files, _, _ = spool.write(*found, mapping.Mapping(), folder)
                for kind, check in (("ideas", records.idea), ("comments", records.comment), ("votes", records.vote)):
                    list(records.read(files[kind], check, kind, Report(), show=False))
    except NotImported as refusal:
        assert str(refusal)


@given(OBJECTS, st.sampled_from([None, "github", "gitlab", "discourse", "trello", "fider"]))
def test_no_json_ends_in_a_traceback(app: Flask, tmp_path: Path, value: Any, tool: str | None) -> None:
    folder = tmp_path / "answers"
    folder.mkdir(exist_ok=True)
    for name in ("answer.json", "posts.json", "users.json", "post_votes.json", "comments.json"):
        (folder / name).write_text(json.dumps(value), encoding="utf-8")
    read(folder, tool)


@given(
    TABLES, ENCODINGS, st.sampled_from([",", ";", "\t"]), st.binary(max_size=8), st.sampled_from([None, "csv", "jira"])
)
def test_no_table_ends_in_a_traceback(
    app: Flask, tmp_path: Path, cells: list[list[str]], encoding: str, between: str, end: bytes, tool: str | None
) -> None:
    text = "\r\n".join(between.join(row) for row in [["Title", "Created", "Comment", "Votes"], *cells])
    file = tmp_path / "table.csv"
    file.write_bytes(text.encode(encoding, errors="replace") + end)
    read(file, tool)


@given(st.binary(max_size=60), st.sampled_from(["a.zip", "a.csv", "a.json", "a"]), st.sampled_from([None, *READERS]))
def test_no_bytes_end_in_a_traceback(app: Flask, tmp_path: Path, content: bytes, name: str, tool: str | None) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    read(file, tool)
    file.write_bytes(b"PK\x03\x04" + content)
    read(file, tool)


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def lying(path: Path) -> Path:
    """A bomb whose entry says that it is small."""
    packed(path, {"posts.json": b" " * (64 << 20), "post_votes.json": b"[]"})
    content = path.read_bytes()
    path.write_bytes(content.replace((64 << 20).to_bytes(4, "little"), (1 << 20).to_bytes(4, "little")))
    return path


BOMBS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a bomb": (lambda path: packed(path, {"posts.json": b" " * (64 << 20)}), "200 times as large"),
    "a zip within": (lambda path: packed(path, {"a.zip": b"PK\x03\x04"}), "packed once more"),
    "a hidden zip within": (
        lambda path: packed(path, {"posts.json": b"PK\x03\x04", "post_votes.json": b"[]"}),
        "a ZIP within the ZIP",
    ),
    "a bomb that lies": (lying, "is broken"),
    "too many": (lambda path: packed(path, dict.fromkeys(map(str, range(10_001)), b"")), "more than 10,000 files"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_zip_that_no_tool_wrote_is_refused_in_words(app: Flask, tmp_path: Path, bomb: str) -> None:
    made, why = BOMBS[bomb]
    result = run(app, made(tmp_path / "bomb.zip"), "--from", "fider")
    assert (result.exit_code, held()["ideas"]) == (2, 0)
    assert why in result.output


def test_paths_in_a_zip_are_only_names(app: Flask, tmp_path: Path) -> None:
    posts = json.dumps([{"id": 1, "title": "Dark mode", "user_id": 1, "status": 0}]).encode()
    members = {"../../posts.json": posts, "/etc/post_votes.json": b"[]"}
    assert run(app, packed(tmp_path / "backup.zip", members)).exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"backup.zip"}


def test_a_link_in_a_folder_is_refused(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "answer.json").symlink_to(
        written(tmp_path / "secret.json", [{"number": 1, "title": "x", "state": "open"}])
    )
    result = run(app, folder, "--from", "github")
    assert (result.exit_code, "a link to elsewhere" in result.output) == (2, True)


def test_a_million_columns_are_refused(app: Flask, tmp_path: Path) -> None:
    wide = tmp_path / "wide.csv"
    wide.write_text("Title" + ",a" * 1_000_000 + "\nDark mode\n")
    result = run(app, wide)
    assert (result.exit_code, held()["ideas"]) == (2, 0)


def test_a_cell_of_any_size_takes_little_memory_and_the_next_row_is_read(app: Flask, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("w") as file:
        file.write('Title,Body\nDark mode,"')
        for _ in range(24):
            file.write(("a" * 2_000 + "\n") * 250)
        file.write('"\nNight mode,At night\n')
    tracemalloc.start()
    try:  # of 12 MB
        export = opened(large)
        found = list(rows.rows(export.files[0], rows.Form("utf-8", ",")))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    assert [row.cells for row in found] == [["Title", "Body"], [], ["Night mode", "At night"]]
    assert "longer than" in found[1].fault


def test_rows_that_are_broken_are_refused_by_their_line_and_the_others_come_in(app: Flask, tmp_path: Path) -> None:
    lines = [
        b"Title,Votes",
        b"Dark mode,3",
        b"R\xffgler,1",
        b"Nul\x00,1",
        b"Wide,1,2,3",
        b",4",
        "Über,5".encode(),
        b"Odd,many",
    ]
    file = tmp_path / "wishes.csv"
    file.write_bytes(b"\r\n".join(lines))
    result = run(app, file, "--encoding", "utf-8", "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["ideas"]) == (1, 2)
    assert [one["line"] for one in report["refused_lines"]] == [3, 4, 5, 6, 8]
    assert all(one["file"] == "wishes.csv" for one in report["refused_lines"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_show(app: Flask, tmp_path: Path, encoding: str) -> None:
    file = table(tmp_path / "a.csv", ["Title", "Body"], ["Café", "Zürich"], encoding=encoding)
    export = opened(file)
    form = rows.form_of(export.files[0])
    assert [row.cells for row in rows.rows(export.files[0], form)][1] == ["Café", "Zürich"]


HOSTILE = (
    '<p>Hello <b>you</b><script>alert(1)</script><img src=x onerror=alert(1)> <a href="javascript:alert(1)">a</a>'
    '<a href="https://good.test/x" onclick="b()">good</a> &lt;script&gt;alert(2)&lt;/script&gt;'
    "<iframe src=https://bad.test></iframe><style>p{}</style></p>"
)


def test_html_becomes_markdown_and_nothing_hostile_comes_through() -> None:
    text = html.to_markdown(HOSTILE)
    assert text.startswith("Hello **you**")
    assert "[good](https://good.test/x)" in text
    drawn = str(drawn_from(text))
    for bad in ("<script", "javascript:", "onerror=", "onclick", "<iframe", "<style", "<img"):
        assert bad not in drawn


@given(st.text(st.sampled_from("<>/abp\"'= &;:[]()!\\`*_#\n-"), max_size=60))
def test_no_html_ends_in_a_traceback_or_is_drawn_with_a_script(words: str) -> None:
    drawn = str(drawn_from(html.to_markdown(f"<p>{words}<script>bad()</script></p>")))
    assert "<script" not in drawn


def test_html_that_nobody_wrote_is_refused() -> None:
    with pytest.raises(html.TooMuch):
        html.to_markdown("<blockquote>" * 2_000 + "deep")
    with pytest.raises(html.TooMuch):
        html.to_markdown("<p>" + "a" * (html.LONGEST + 1))


def test_what_is_read_is_not_left_on_the_disk(app: Flask, tmp_path: Path) -> None:
    run(app, table(tmp_path / "a.csv", ["Title"], ["Dark mode"]))
    with spool.room() as folder:
        imports = folder.parent
        assert [path.name for path in imports.iterdir()] == [folder.name]
    killed = imports / "reading-killed"
    killed.mkdir()
    os.utime(killed, (0, 0))
    with spool.room():
        assert not killed.exists()
