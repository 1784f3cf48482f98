"""A copy of the portal in which one control at a time is missing, and what the tests of its row say."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.children import leashed
from portal.config import ROOT
from tools.mutate.table import Mutation

SECONDS = 900
# A test chooses its own settings, whatever the shell that starts it has set.
OURS = ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "PUBLIC_URL", "DATA_DIR", "PORT", "HOST", "SEED", "SECRET_KEY",
        "TEST_DATABASE", "TEST_REDIS_URL", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "CI")  # fmt: skip
_FAILED = re.compile(r"^(FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """What a run of tests came to: `passed`, `failed`, or `broke` where it could not even be tried; by which test."""

    what: str
    by: str
    seconds: float
    printed: str


@contextmanager
def copied() -> Iterator[Path]:
    """The files that git knows or would add, as they are now, in a folder of their own."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    with tempfile.TemporaryDirectory(prefix="atelier-mutate-") as folder:
        copy = Path(folder)
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
        (copy / ".venv").symlink_to(ROOT / ".venv")
        subprocess.run(["git", "init", "-q"], cwd=copy, check=True)
        subprocess.run(["git", "add", "--all"], cwd=copy, check=True)
        yield copy


@contextmanager
def without(mutation: Mutation, root: Path) -> Iterator[None]:
    """The control is missing in this copy, for as long as it is looked at."""
    file = root / mutation.file
    before, worse = file.read_text(), mutation.made_in(root)
    try:
        _write(file, worse)
        yield
    finally:
        _write(file, before)


def tried(root: Path, tests: tuple[str, ...], *options: str) -> Answer:
    """Run these tests up to the first that fails."""
    env = {name: value for name, value in os.environ.items() if name not in OURS}
    # A folder of its own for what tests write: runs beside each other tidy up the common one.
    own = ["--basetemp", str(root / "var" / "tests"), "-p", "no:cacheprovider"]
    (root / "var").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-rfE", "--tb=short", *own, *options, *tests]
    began = time.monotonic()
    try:
        ran = subprocess.run(leashed(command), cwd=root, env=env, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as problem:
        printed = (problem.stdout or b"").decode("utf-8", "replace")
        return Answer("broke", f"no end after {SECONDS} s", time.monotonic() - began, printed)
    found = _FAILED.search(ran.stdout)
    what = "passed" if ran.returncode == 0 else "failed" if found and found[1] == "FAILED" else "broke"
    return Answer(what, found[2] if found else "", time.monotonic() - began, ran.stdout + ran.stderr)


def _write(file: Path, text: str) -> None:
    """What was compiled goes too: a change of the same length within the same second would not be seen."""
    for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*"):
        compiled.unlink()
    file.write_text(text)
