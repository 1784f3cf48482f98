"""The hooks of `.pre-commit-config.yaml`: what is refused before it is a commit."""

import subprocess
from pathlib import Path

import pytest
import yaml

from launcher.children import ROOT


def refused(message: str, folder: Path) -> str:
    """What the hook says against this message; nothing where it is good."""
    file = folder / "COMMIT_EDITMSG"
    file.write_text(message, encoding="utf-8")
    ran = subprocess.run([ROOT / "tools" / "commits" / "subject", file], capture_output=True, text=True)
    assert bool(ran.returncode) == bool(ran.stderr)
    return ran.stderr


def test_a_subject_has_at_most_72_characters(tmp_path: Path) -> None:
    assert "73 characters" in refused("é" * 73, tmp_path)
    assert not refused("é" * 72 + "\n\nThe why, which may be as long as it needs.\n", tmp_path)
    assert "second line" in refused("Say it\nand go on", tmp_path)


def test_hooks_are_ours_and_there() -> None:
    """Nothing is fetched when somebody installs them."""
    repos = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    assert {hook["language"] for hook in repos[0]["hooks"]} == {"system"}
    for hook in repos[0]["hooks"]:
        assert (ROOT / hook["entry"]).stat().st_mode & 0o100, hook["entry"]


@pytest.mark.parametrize("needed", ['ruff" check', "bin/format --check", 'mypy" portal launcher'])
def test_one_list_says_what_style_is(needed: str) -> None:
    assert needed in (ROOT / "bin" / "lint").read_text()
    assert "bin/lint" in (ROOT / "bin" / "test").read_text() and "ruff" not in (ROOT / "bin" / "test").read_text()
