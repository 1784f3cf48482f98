"""`bin/mutate` takes out every control that docs/security.md names: the table says how, and fits the code."""

import re
import subprocess
import sys

import pytest

from portal.config import ROOT
from tools.mutate.reach import Reach
from tools.mutate.table import Control, Mutation, Outdated, controls, mutations, rows

ALL = controls()


def test_every_control_has_its_tests_and_ways_to_take_it_out() -> None:
    assert len(ALL) > 20 and sum(len(control.mutations) for control in ALL) > 200
    assert all(control.tests and control.mutations for control in ALL)


def test_what_is_taken_out_stands_in_the_code_once_and_what_is_left_still_compiles() -> None:
    for control in ALL:
        for mutation in control.mutations:
            worse = mutation.made_in(ROOT)
            assert mutation.lets and mutation.there != mutation.instead
            if mutation.file.endswith(".py"):
                compile(worse, f"controls.txt:{mutation.line}", "exec")


def test_a_table_that_the_code_has_left_behind_is_refused() -> None:
    with pytest.raises(Outdated, match=re.escape("controls.txt:3: portal/text.py holds 'no such text' 0 times")):
        Mutation(3, "portal/text.py", "no such text", "", "anything").made_in(ROOT)
    with pytest.raises(Outdated, match="not once"):
        Mutation(3, "portal/no_such_file.py", "a", "", "anything").made_in(ROOT)
    with pytest.raises(Outdated, match=re.escape("controls.txt:2: write")):
        mutations("## A row\nportal/text.py :: too :: short")


def test_a_row_is_read_with_the_tests_that_it_names() -> None:
    line = "| Cookies: Secure | `portal/config.py` | tests/test_config.py, tests/security/test_headers.py, tests/browser.py |"
    table = f"| control | where it is | held by |\n|---|---|---|\n{line}\n\nNo row."
    assert rows(table) == {"Cookies: Secure": ("tests/test_config.py", "tests/security/test_headers.py")}


def test_a_control_that_is_taken_out_is_caught_by_a_test_of_its_row() -> None:
    """One of them, from the command to the line that it prints."""
    command = [sys.executable, "-m", "tools.mutate", "--trust", "--jobs", "1", "--only", "links of any kind"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "caught" in ran.stdout and "tests/test_text.py::test_nothing_that_runs_survives" in ran.stdout
    assert "1 controls taken out, 1 caught" in ran.stdout


def test_the_tests_that_run_through_a_control_are_known() -> None:
    mutation = next(mutation for control in ALL for mutation in control.mutations if mutation.file == "portal/text.py")
    text = (ROOT / mutation.file).read_text()
    line = text[: text.index(mutation.there)].count("\n") + 1
    reach = Reach()
    assert reach.through(mutation) == []
    for context, lines in (("tests/a.py::test_it[x|y]|run", [line]), ("tests/a.py::test_it|setup", [line]), ("", [1])):
        reach.data.set_context(context)
        reach.data.add_lines({mutation.file: lines})
    assert reach.through(mutation) == ["tests/a.py::test_it[x|y]"]


def test_the_rows_of_the_document_are_the_controls() -> None:
    assert [control.name for control in ALL] == list(rows((ROOT / "docs" / "security.md").read_text()))
    assert isinstance(ALL[0], Control)
