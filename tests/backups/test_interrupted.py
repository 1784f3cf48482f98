"""Backups and restores that are cut off: real processes, killed at exact places or on a disk that is full."""

import contextlib
import os
import pty
import re
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from launcher.children import ROOT
from portal.backups import archive
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.pictures import uploads
from portal.privacy.purging import purge
from portal.privacy.retention import UNSENT_PICTURES
from tests import archives
from tests.backups.conftest import same_content
from tests.backups.struck import struck
from tests.conftest import act
from tests.ideas.pictures import picture as drawn

pytestmark = pytest.mark.both

SECOND = "cd" + "1" * 30 + ".png"
# The whole of `flask restore`, place by place, and what is there after a kill.
PLACES = {
    "half-of-a-picture": ("shutil:copyfileobj:after", 1, "before"),
    "tables-dropped": ("portal.backups.restoring:_drop_tables:after", 1, "before"),
    "loading-rows": ("portal.backups.restoring:_fill", 12, "before"),
    "before-the-switch": ("portal.backups.quieting:quieten:after", 1, "before"),
    "after-the-switch": ("portal.backups.restoring:_clear_away", 1, "restored"),
}


@pytest.fixture
def env(app: Flask) -> dict[str, str]:
    """What a process needs to be the same portal."""
    names = {"DATA_DIR": "DATA_DIR", "DATABASE_URL": "SQLALCHEMY_DATABASE_URI", "SECRET_KEY": "SECRET_KEY"}
    ours = {name: str(app.config[key]) for name, key in names.items()}
    return {**os.environ, **ours, "REDIS_URL": "none", "FLASK_APP": str(ROOT / "wsgi.py")}


@pytest.fixture
def process(env: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command as a process of its own; no connection of this one is in its way."""

    def run(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
        db.session.rollback()
        db.engine.dispose()
        command = [sys.executable, "-m", *map(str, arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.run(command, cwd=ROOT, env=env, text=True, timeout=60, **pipes)

    return run


@pytest.fixture
def changed(saved: Path, picture: Path, offline: Idea) -> Iterator[None]:
    """A portal that went on after its backup: other words, no votes, and other pictures."""
    with act():
        offline.title = "Something else"
        db.session.execute(text("DELETE FROM vote"))
        db.session.execute(text("UPDATE idea SET votes_count = imported_support"))
        db.session.execute(text("DELETE FROM attachment"))
        owner = offline.author_id
        db.session.add(Attachment(key=SECOND, width=8, height=8, size=9, idea_id=offline.id, owner_id=owner))
    picture.unlink()
    uploads.path(SECOND).parent.mkdir()
    uploads.path(SECOND).write_bytes(drawn(9, 9).getvalue())
    yield


@pytest.fixture
def two_pictures(picture: Path, offline: Idea) -> Path:
    key = "ef" + "2" * 30 + ".png"
    with act():
        db.session.add(Attachment(key=key, width=8, height=8, size=9, idea_id=offline.id, owner_id=offline.author_id))
    uploads.path(key).parent.mkdir()
    uploads.path(key).write_bytes(drawn(9, 9).getvalue())
    return picture


def content(flask: Callable[..., Result], file: Path) -> dict[str, str]:
    """The hash of every table and picture of the portal, by way of a backup; none of them may be missing."""
    made = flask("backup", file)
    assert made.exit_code == 0 and "is gone" not in made.output, made.output
    return archives.hashes(file)


@pytest.mark.parametrize(("place", "number", "left"), PLACES.values(), ids=PLACES)
def test_a_restore_that_is_killed_leaves_all_as_before_or_all_as_in_the_backup_and_completes_when_run_again(
    two_pictures: Path, saved: Path, changed: None, flask: Callable[..., Result], place: str, number: int, left: str,
    process: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path,
) -> None:  # fmt: skip
    before = content(flask, tmp_path / "before.zip")
    killed = process("tests.backups.struck", "KILL", place, number, "restore", saved, "--replace")
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    if left == "before":
        assert content(flask, tmp_path / "after.zip") == before
    else:
        content(flask, tmp_path / "after.zip")
        assert same_content(saved, tmp_path / "after.zip")

    if left == "restored":
        told = flask("restore", saved)
        assert told.exit_code == 1 and "was restored here already, all of it" in told.output, told.output
    again = flask("restore", saved, "--replace")
    assert again.exit_code == 0, again.output
    content(flask, tmp_path / "again.zip")
    assert same_content(saved, tmp_path / "again.zip")
    assert not list(uploads.folder().rglob("*.part")) and not uploads.path(SECOND).exists()
    assert flask("check").exit_code == 0


def test_what_a_killed_restore_left_among_the_pictures_is_discarded_by_a_job(
    saved: Path,
    changed: None,
    process: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    process("tests.backups.struck", "KILL", "shutil:copyfileobj:after", 1, "restore", saved, "--replace")
    [half] = uploads.folder().rglob("*.part")
    purge(UNSENT_PICTURES)
    assert half.exists(), "another may be at it"
    os.utime(half, (0, 0))
    purge(UNSENT_PICTURES)
    assert not half.exists() and uploads.path(SECOND).exists()


@pytest.fixture(params=["INT", "TERM", "HUP"])
def signal_to_stop(request: pytest.FixtureRequest) -> Iterator[str]:
    """Ctrl-C, the end of a service or container, a terminal that went away: deadly, where a command does not mind."""

    def die(number: int, _: object) -> NoReturn:
        raise SystemExit(128 + number)

    number = signal.Signals[f"SIG{request.param}"]
    before = signal.signal(number, die)
    yield request.param
    signal.signal(number, before)


@pytest.mark.parametrize("place", ["shutil:copyfileobj:after", "portal.backups.restoring:_number_on"])
def test_a_restore_that_is_stopped_says_that_nothing_was_restored(
    saved: Path, changed: None, flask: Callable[..., Result], tmp_path: Path, signal_to_stop: str, place: str
) -> None:
    before = content(flask, tmp_path / "before.zip")
    with struck(signal_to_stop, place):
        stopped = flask("restore", saved, "--replace")
    assert stopped.exit_code == 1 and "nothing was restored, all is as it was" in stopped.output, stopped.output
    assert content(flask, tmp_path / "after.zip") == before
    assert {file.name for file in uploads.folder().glob("??/*")} == {SECOND}


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C as a terminal gives it: tests that were started in the background have it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("place", ["portal.backups.restoring:_commit:after", "portal.backups.restoring:_take_away"])
def test_ctrl_c_when_all_is_kept_already_comes_too_late(
    saved: Path, changed: None, flask: Callable[..., Result], tmp_path: Path, place: str
) -> None:
    """No picture is taken from the tables that were just committed, and nobody reads that nothing was restored."""
    with struck("INT", place):
        restored = flask("restore", saved, "--replace")
    assert restored.exit_code == 0 and "Restored" in restored.output, restored.output
    content(flask, tmp_path / "after.zip")
    assert same_content(saved, tmp_path / "after.zip")


def test_a_backup_that_is_stopped_leaves_nothing_and_says_so(
    picture: Path, flask: Callable[..., Result], tmp_path: Path, signal_to_stop: str
) -> None:
    with struck(signal_to_stop, "portal.backups.saving:_save_table", 5):
        stopped = flask("backup", tmp_path / "portal.zip")
    assert stopped.exit_code == 1 and "Stopped: no backup was written" in stopped.output, stopped.output
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("ctrl_c")
def test_a_backup_that_has_its_name_is_not_called_stopped(
    picture: Path, flask: Callable[..., Result], tmp_path: Path
) -> None:
    with struck("INT", "portal.backups.archive:_sync_folder"):
        made = flask("backup", tmp_path / "portal.zip")
    assert made.exit_code == 0 and (tmp_path / "portal.zip").exists(), made.output


STRUCK_WHILE_SAVING = [("portal.backups.saving:_save_table", 5), ("portal.backups.archive:finish:after", 1)]


@pytest.mark.parametrize(("place", "number"), STRUCK_WHILE_SAVING)
def test_a_backup_that_is_killed_leaves_no_file_of_that_name_and_the_next_clears_what_it_left(
    picture: Path, process: Callable[..., subprocess.CompletedProcess[str]], flask: Callable[..., Result],
    tmp_path: Path, place: str, number: int,
) -> None:  # fmt: skip
    folder = tmp_path / "backups"
    folder.mkdir()
    killed = process("tests.backups.struck", "KILL", place, number, "backup", folder / "portal.zip")
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    [half] = folder.iterdir()
    assert not list(folder.glob("*.zip"))
    refused = flask("restore", half, "--replace")
    assert refused.exit_code == 1 and "or it was cut short" in refused.output, refused.output
    made = flask("backup", folder / "portal.zip")
    assert made.exit_code == 0, made.output
    assert [file.name for file in folder.iterdir()] == ["portal.zip"]


def test_a_backup_leaves_another_that_is_under_way_alone(
    saved: Path, flask: Callable[..., Result], tmp_path: Path
) -> None:
    with archive.begun(tmp_path / "other.zip") as other:
        assert flask("backup", tmp_path / "second.zip").exit_code == 0
        other.writestr("word", b"")
    assert (tmp_path / "other.zip").exists()


def test_of_two_backups_with_one_name_the_first_to_end_has_it(tmp_path: Path) -> None:
    file = tmp_path / "portal.zip"
    refused = pytest.raises(FileExistsError, match="came to be meanwhile")
    with refused, archive.begun(file), archive.begun(file) as first:
        first.writestr("word", b"first")
    assert archives.read(file) == {"word": b"first"}
    assert [file.name for file in tmp_path.iterdir()] == ["portal.zip"]


class Terminal:
    """A terminal to which a command says its errors."""

    def __init__(self) -> None:
        self.reads, self.writes = pty.openpty()
        termios.tcsetwinsize(self.writes, (24, 80))

    def said(self) -> str:
        """All of it, once everybody else has closed it."""
        os.close(self.writes)
        words = b""
        with contextlib.suppress(OSError):
            while part := os.read(self.reads, 4096):
                words += part
        os.close(self.reads)
        return words.decode()


def test_backup_and_restore_show_on_a_terminal_how_far_they_have_come(
    saved: Path,
    process: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
) -> None:
    terminal = Terminal()
    process("flask", "backup", tmp_path / "seen.zip", stderr=terminal.writes)
    assert {"Saving"} == shown(terminal.said())
    terminal = Terminal()
    process("flask", "restore", saved, "--replace", stderr=terminal.writes)
    assert {"Verifying", "Restoring"} == shown(terminal.said())


def shown(said: str) -> set[str]:
    """The words of the bars that were drawn."""
    return set(re.findall(r"(\w+): +0%", said))


def test_to_a_pipe_backup_and_restore_say_nothing_but_what_they_did(
    saved: Path,
    process: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
) -> None:
    for command in (("backup", tmp_path / "piped.zip"), ("restore", saved, "--replace")):
        done = process("flask", *command)
        assert done.returncode == 0 and done.stderr == "" and "%" not in done.stdout, done.stderr
