"""A browser test that fails is run once more by `bin/test`; everything else that fails has failed."""

import os
import subprocess
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS = "[pytest]\naddopts = -p no:playwright -p tests.evidence\nmarkers = browser: needs Chromium\n"
# What it is asked the second time it knows from the file beside it.
ONCE_BROKEN = """
import pathlib, pytest
@pytest.mark.browser
def test_hangs_on_time():
    seen = pathlib.Path(__file__).with_name("seen")
    before = seen.exists()
    seen.touch()
    assert before
"""
BROKEN_IN_BROWSER = "import pytest\n@pytest.mark.browser\ndef test_broken():\n    assert False\n"
BROKEN = "def test_broken():\n    assert False\n"
WINDOW = """
import pytest
from tests.chromium import chromium
from tests.evidence import traced
@pytest.mark.browser
def test_window(chromium):
    page = traced(chromium.new_context()).new_page()
    page.set_content('<h1>Here</h1>')
    assert False
"""
SOUND = "def test_sound():\n    pass\n"


def outcome(folder: Path, processes: int = 0, **files: str) -> int:
    """The exit code of a suite of these files."""
    for name, source in files.items():
        (folder / f"test_{name}.py").write_text(source)
    (folder / "pytest.ini").write_text(SETTINGS)
    command = [sys.executable, "-m", "tests.again", "some", "-q", "-n", str(processes)]
    return subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}).returncode


def flaky(folder: Path) -> list[str]:
    return (folder / "test-results" / "some" / "flaky.txt").read_text().splitlines()


def test_what_passes_in_a_fresh_browser_is_flaky_and_no_failure(tmp_path: Path) -> None:
    assert outcome(tmp_path, processes=2, once=ONCE_BROKEN, sound=SOUND) == 0
    assert flaky(tmp_path) == ["test_once.py::test_hangs_on_time"]
    suite = xml.parse(tmp_path / "test-results" / "some.xml").getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "0")


@pytest.mark.parametrize("broken", [BROKEN, BROKEN_IN_BROWSER], ids=["anywhere", "in the browser too"])
def test_what_fails_for_good_fails_the_suite(tmp_path: Path, broken: str) -> None:
    assert outcome(tmp_path, broken=broken, once=ONCE_BROKEN) == 1


def test_nothing_is_run_again_where_much_is_broken(tmp_path: Path) -> None:
    many = BROKEN_IN_BROWSER.replace(
        "def test_broken()", "@pytest.mark.parametrize('n', range(11))\ndef test_broken(n)"
    )
    assert outcome(tmp_path, many=many, once=ONCE_BROKEN) == 1
    assert not (tmp_path / "test-results" / "some-again").exists()


@pytest.mark.browser
def test_a_window_of_a_failed_test_leaves_its_trace_a_picture_and_what_it_held(tmp_path: Path) -> None:
    assert outcome(tmp_path, window=WINDOW) == 1
    kept = list((tmp_path / "test-results" / "some").glob("test_window*/*"))
    assert sorted(file.suffix for file in kept) == [".html", ".log", ".png", ".zip"]
