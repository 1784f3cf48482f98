"""Lines that can be read: of every template, sheet and script of ours, mails included."""

from pathlib import Path

from tools.format.expressions import MOST

ROOT = Path(__file__).parents[2]
KINDS = {".html", ".txt", ".xml", ".css", ".js"}
WRITTEN = ("templates", "portal/static/css", "portal/static/dev", "portal/static/js", "tests/walk")
FILES = sorted(path for folder in WRITTEN for path in (ROOT / folder).rglob("*") if path.suffix in KINDS)
# A template longer than this shows more than one thing, and so does a sheet.
LONGEST = {".html": 150, ".css": 300}


def test_no_line_is_longer_than_can_be_read() -> None:
    lines = [(path, line) for path in FILES for line in path.read_text().splitlines()]
    assert [f"{path.relative_to(ROOT)}: {line.strip()[:60]}" for path, line in lines if len(line) > MOST] == []


def test_no_template_and_no_sheet_shows_everything() -> None:
    long = [path for path in FILES if path.read_text().count("\n") > LONGEST.get(path.suffix, 300)]
    assert [str(path.relative_to(ROOT)) for path in long] == []
