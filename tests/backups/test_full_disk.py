"""Backups and restores on a disk that is full: nothing changes, nothing half is left, and it is said in plain words."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from launcher.children import ROOT
from portal.extensions import db
from portal.pictures import uploads
from tests import archives
from tools.chaos.disk import SmallDisk

FULL = "the disk is full. Make room on it, then run the same command again"
TOO_LARGE = "its disk takes no file that large"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    (tmp_path / "disk").mkdir()
    disk = SmallDisk(tmp_path / "disk", 12)
    yield disk
    disk.unmount()


def run(data: Path, *arguments: object, limit: int = 0, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the portal of that folder; where `limit`, none of its files may grow larger."""
    known = {**os.environ, "DATA_DIR": str(data), "REDIS_URL": "none", "FLASK_APP": str(ROOT / "wsgi.py"), **env}
    shell = ["prlimit", f"--fsize={limit}"] if limit else []
    command = [*shell, sys.executable, "-m", "flask", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, timeout=60)


def fill_but(disk: SmallDisk, room: int) -> None:
    """Fill the disk, but for so many bytes."""
    free = shutil.disk_usage(disk.folder).free
    (disk.folder / "filler").write_bytes(b"\0" * (free - room))


def test_a_restore_on_a_full_disk_changes_nothing_and_completes_when_there_is_room(
    saved: Path, disk: SmallDisk, tmp_path: Path
) -> None:
    """Full before it begins, among the files of SQLite, among the rows."""
    data, before, after = disk.folder / "data", tmp_path / "before.zip", tmp_path / "after.zip"
    assert run(data, "restore", saved).returncode == 0
    assert run(data, "backup", before).returncode == 0
    for room in (0, 100_000, 500_000):
        if disk.is_real:
            fill_but(disk, room)
        full = run(data, "restore", saved, "--replace", limit=0 if disk.is_real else room or 1)
        assert full.returncode == 1 and "Traceback" not in full.stderr, (room, full.stderr)
        assert "Nothing was restored, all is as it was" in full.stderr, (room, full.stderr)
        assert not disk.is_real or "Make room on it, then run the same command" in full.stderr, (room, full.stderr)
        (disk.folder / "filler").unlink(missing_ok=True)
        assert not list((data / "uploads").rglob("*.part")), room
        assert run(data, "backup", after).returncode == 0
        assert archives.hashes(after) == archives.hashes(before), room
        after.unlink()
    again = run(data, "restore", saved, "--replace")
    assert again.returncode == 0 and run(data, "check").returncode == 0, again.stderr


@pytest.mark.parametrize("room", [0, 8_000])
@pytest.mark.both
def test_a_backup_on_a_full_disk_leaves_nothing_and_says_so(
    app: Flask, saved: Path, disk: SmallDisk, room: int
) -> None:
    if disk.is_real:
        fill_but(disk, room)
    db.engine.dispose()
    env = {"DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"], "SECRET_KEY": app.config["SECRET_KEY"]}
    target = disk.folder / "portal.zip"
    full = run(app.config["DATA_DIR"], "backup", target, limit=0 if disk.is_real else room or 1, **env)
    assert full.returncode == 1 and "No backup was written" in full.stderr, full.stderr
    assert (FULL if disk.is_real else TOO_LARGE) in full.stderr, full.stderr
    assert [file.name for file in disk.folder.iterdir()] == (["filler"] if disk.is_real else [])


def test_a_backup_of_a_portal_whose_own_disk_is_full_says_so_or_is_whole(
    saved: Path, disk: SmallDisk, flask: Callable[..., Result], tmp_path: Path
) -> None:
    data, target = disk.folder / "data", tmp_path / "backup.zip"
    assert run(data, "restore", saved).returncode == 0
    if disk.is_real:
        fill_but(disk, 0)
    made = run(data, "backup", target, limit=0 if disk.is_real else 1)
    assert "Traceback" not in made.stderr, made.stderr
    if made.returncode:
        assert "No backup was written" in made.stderr and not target.exists()
    else:
        assert flask("restore", target, "--replace").exit_code == 0 and uploads.folder().exists()
