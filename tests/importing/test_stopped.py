"""An import that a full disk or a person stops: it says so in words, keeps what it had, and goes on when run again."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from launcher.children import ROOT
from portal.app import create_app
from portal.extensions import db
from tests.importing.exports import all_is_well, comment, export, held, idea
from tools.chaos.disk import SmallDisk

KEY = "k" * 32


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    (tmp_path / "disk").mkdir()
    disk = SmallDisk(tmp_path / "disk", 24)
    yield disk
    disk.unmount()


@pytest.fixture
def small(disk: SmallDisk) -> Iterator[Flask]:
    """A portal whose data are on that disk."""
    url = f"sqlite:///{disk.folder / 'portal.db'}"
    made = create_app(DATA_DIR=disk.folder, SQLALCHEMY_DATABASE_URI=url, REDIS_URL=None, SECRET_KEY=KEY)
    with made.app_context():
        assert made.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
        yield made
        db.session.remove()
        db.engine.dispose()


def flask_import(folder: Path, data: Path, limit: int = 0) -> subprocess.CompletedProcess[str]:
    """Run it as an operator does; where `limit`, none of its files may grow larger."""
    known = {**os.environ, "DATA_DIR": str(data), "REDIS_URL": "none", "FLASK_APP": str(ROOT / "wsgi.py")}
    known |= {"DATABASE_URL": f"sqlite:///{data / 'portal.db'}", "SECRET_KEY": KEY}
    shell = ["prlimit", f"--fsize={limit}"] if limit else []
    command = [*shell, sys.executable, "-m", "flask", "import", str(folder)]
    return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, timeout=120)


def test_an_import_on_a_full_disk_says_so_and_goes_on_when_there_is_room(
    small: Flask, disk: SmallDisk, tmp_path: Path
) -> None:
    ideas = [idea(n, f"Idea {n}", body=f"{n} " * 700, author=f"Author {n}") for n in range(300)]
    folder = export(tmp_path / "export", ideas=ideas, comments=[comment(n, "Yes") for n in range(300)])
    db.session.remove()
    db.engine.dispose()
    if disk.is_real:
        (disk.folder / "filler").write_bytes(b"\0" * (shutil.disk_usage(disk.folder).free - 1_000_000))
    full = flask_import(folder, disk.folder, limit=0 if disk.is_real else 900_000)
    assert full.returncode == 2 and "Traceback" not in full.stderr, full.stderr
    assert "The import stopped" in full.stderr and "the next run goes on from there" in full.stderr, full.stderr
    assert not disk.is_real or "disk" in full.stderr, full.stderr
    assert held()["ideas"] < 300
    assert all_is_well()
    (disk.folder / "filler").unlink(missing_ok=True)
    again = flask_import(folder, disk.folder)
    assert again.returncode == 0, again.stderr
    assert (held()["ideas"], held()["comments"]) == (300, 300)
    assert all_is_well()
