"""`bin/set-up`: another lock never takes away what a portal runs from, and what nobody runs from goes in the end."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from launcher.children import ROOT

# Stands in for the registry, which is far away: whatever is asked of it is there.
NO_PIP = '#!/bin/sh\n[ "$1 $2" = "-m pip" ] || exec "{python}" "$@"\n'
SERVING = """
import subprocess, sys
from pathlib import Path
def main():
    print("ready", flush=True)
    sys.stdin.readline()
    import late
    again = [str(Path(sys.prefix) / "bin" / "python"), "-c", "import late; print(late.WORD)"]
    print(late.WORD, subprocess.run(again, capture_output=True, text=True).stdout.strip(), flush=True)
    sys.stdin.readline()
    return 0
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with two empty locks, and a portal that only waits."""
    for name in ("set-up", "serve.py"):
        (tmp_path / "bin").mkdir(exist_ok=True)
        shutil.copy(ROOT / "bin" / name, tmp_path / "bin")
    (tmp_path / "launcher").mkdir()
    (tmp_path / "launcher" / "__init__.py").touch()
    (tmp_path / "launcher" / "serving.py").write_text(SERVING)
    for lock in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / lock).write_text(f"# {lock}\n")
    python = tmp_path / "python"
    python.write_text(NO_PIP.format(python=sys.executable))
    python.chmod(0o755)
    return tmp_path


@pytest.fixture
def set_up(clone: Path) -> Callable[..., Path]:
    """Sets up a lock; the environment that .venv names then."""

    def run(lock: str = "requirements.txt") -> Path:
        env = {**os.environ, "PYTHON": str(clone / "python")}
        ran = subprocess.run([clone / "bin" / "set-up", lock], env=env, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        return (clone / ".venv").resolve()

    return run


def age(environment: Path) -> None:
    """As if it had been set up a week ago."""
    for path in (environment / "installed", environment):
        os.utime(path, (time.time() - 7 * 86_400,) * 2)


def test_a_portal_goes_on_while_another_lock_is_set_up(clone: Path, set_up: Callable[..., Path]) -> None:
    ours = set_up()
    [packages] = ours.glob("lib/python3*/site-packages")
    (packages / "late.py").write_text("WORD = 'here'\n")
    command = [clone / ".venv" / "bin" / "python", clone / "bin" / "serve.py"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as portal:
        assert portal.stdin and portal.stdout and portal.stdout.readline() == "ready\n"
        age(ours)
        assert set_up("requirements-dev.txt") != ours
        print(file=portal.stdin, flush=True)
        assert portal.stdout.readline() == "here here\n", "it, and a process that it starts, find what they need"
        print(file=portal.stdin, flush=True)
    set_up("requirements-dev.txt")
    assert not ours.exists(), "nobody runs from it any more"


def test_whoever_has_the_tools_for_testing_has_all_that_running_needs(set_up: Callable[..., Path]) -> None:
    assert set_up("requirements-dev.txt") == set_up("requirements.txt")


def test_an_environment_that_was_asked_for_today_is_kept(clone: Path, set_up: Callable[..., Path]) -> None:
    first = set_up()
    (clone / "requirements.txt").write_text("# another version\n")
    assert set_up() != first and first.exists()
    (clone / "requirements.txt").write_text("# requirements.txt\n")
    assert set_up() == first, "back again without installing"


def test_a_folder_that_was_the_environment_itself_becomes_a_name(clone: Path, set_up: Callable[..., Path]) -> None:
    (clone / ".venv" / "bin").mkdir(parents=True)
    assert set_up().parent == clone / ".venvs" and (clone / ".venv").is_symlink()
