"""`flask backup` and `flask restore`: all comes back as it was, or nothing is touched; and nobody gets old mail."""

import json
import resource
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, inspect, select, text

from launcher.serving import only_one
from portal import fanout
from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.app import create_app
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.notifications.leases import claim
from portal.notifications.models import Delivery, Notification, State
from portal.pictures import uploads
from portal.recognition.models import PointEntry
from portal.schedule import ScheduleRun, run_due, weekly_on_monday_at_six
from portal.settings import Settings
from portal.voting.models import Vote
from portal.worker import sweep
from tests import archives
from tests.accounts import letters
from tests.backups.conftest import KEY, same_content
from tests.browser import Browser
from tests.conftest import act
from tests.ideas.pictures import picture as drawn
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]


def test_everything_comes_back_as_it_was(
    flask: Callable[..., Result], saved: Path, picture: Path, offline: Idea, lea: User, tmp_path: Path
) -> None:
    content, title = picture.read_bytes(), offline.title
    with act():
        offline.title = "Something else"
        offline.change_status(Status.first("idea", "planned"), by=lea)
        db.session.execute(text("DELETE FROM vote"))
    picture.write_bytes(b"damaged since")
    stray = uploads.path("cd" + "1" * 30 + ".png")
    stray.parent.mkdir()
    stray.write_bytes(drawn().getvalue())

    restored = flask("restore", saved, "--replace")
    assert restored.exit_code == 0, restored.output
    assert "every count and hash was right" in restored.output
    assert db.session.scalar(select(Idea.title).where(Idea.id == offline.id)) == title
    assert picture.read_bytes() == content and not stray.exists()
    again = tmp_path / "again.zip"
    assert flask("backup", again).exit_code == 0
    assert same_content(saved, again)
    assert flask("check").exit_code == 0
    assert not db.session.scalar(select(func.count()).select_from(Event).where(Event.fanned_out_at.is_(None)))


def test_what_is_made_after_a_restore_gets_a_number_of_its_own(
    flask: Callable[..., Result], saved: Path, offline: Idea, tom: User
) -> None:
    highest = db.session.scalar(select(func.max(Comment.id))) or 0
    restored = flask("restore", saved, "--replace")
    assert restored.exit_code == 0, restored.output
    with act():
        added = Comment.post(db.session.get_one(Idea, offline.id), "Yes.", by=db.session.get_one(User, tom.id))
        db.session.flush()
        assert added.id == highest + 1


def test_a_backup_moves_to_another_portal_and_back(
    flask: Callable[..., Result], saved: Path, picture: Path, tmp_path: Path
) -> None:
    """The other one runs on SQLite: where this one runs on PostgreSQL, a backup crosses over from each to the other."""
    url = f"sqlite:///{tmp_path / 'small.db'}"
    small = create_app(DATA_DIR=tmp_path / "small", SQLALCHEMY_DATABASE_URI=url, REDIS_URL=None, SECRET_KEY="k" * 32)
    (tmp_path / "small").mkdir()
    with small.app_context():
        runner = small.test_cli_runner()
        moved = runner.invoke(args=["restore", str(saved)])
        assert moved.exit_code == 0, moved.output
        assert runner.invoke(args=["backup", str(tmp_path / "small.zip")]).exit_code == 0
    assert same_content(saved, tmp_path / "small.zip")
    back = flask("restore", tmp_path / "small.zip", "--replace")
    assert back.exit_code == 0, back.output
    assert flask("backup", tmp_path / "back.zip").exit_code == 0
    assert same_content(saved, tmp_path / "back.zip") and flask("check").exit_code == 0


def columns_at(revision: str, folder: Path) -> dict[str, set[str]]:
    """The columns that every table had at this revision."""
    url = f"sqlite:///{folder / 'old.db'}"
    old = create_app(DATA_DIR=folder, SQLALCHEMY_DATABASE_URI=url, REDIS_URL=None, SECRET_KEY="k" * 32)
    with old.app_context():
        upgrade(revision=revision)
        tables = inspect(db.engine)
        return {name: {column["name"] for column in tables.get_columns(name)} for name in tables.get_table_names()}


def test_a_backup_of_older_tables_is_brought_up_to_date(
    flask: Callable[..., Result], saved: Path, offline: Idea, tmp_path: Path
) -> None:
    before = columns_at("0001", tmp_path)

    def age(files: archives.Files, said: dict[str, Any]) -> None:
        said["schema"] = "0001"
        for table in set(said["tables"]) - set(before):
            del said["tables"][table], said["files"][f"tables/{table}.jsonl"], files[f"tables/{table}.jsonl"]
        for table in said["tables"]:
            names = set(said["tables"][table]["columns"]) - before[table]
            columns = said["tables"][table]["columns"]
            gone = {list(columns).index(name) for name in names}
            rows = [json.loads(line) for line in files[f"tables/{table}.jsonl"].splitlines()]
            kept = [[value for place, value in enumerate(row) if place not in gone] for row in rows]
            lacks = sorted(name for name in before[table] - set(columns) if name[-3:] in ("_en", "_fr"))
            kept = [[*row, *(f"{table} {name}" for name in lacks)] for row in kept]
            files[f"tables/{table}.jsonl"] = "".join(f"{json.dumps(row)}\n" for row in kept).encode()
            columns = {n: kind for n, kind in columns.items() if n not in names} | dict.fromkeys(lacks, "plain")
            said["tables"][table]["columns"] = columns

    votes = offline.votes_count
    restored = flask("restore", archives.forged(saved, tmp_path / "old.zip", age), "--replace")
    assert restored.exit_code == 0, restored.output
    assert "The tables were brought from 0001 to" in restored.output
    assert flask("check").exit_code == 0
    assert db.session.scalar(select(func.count()).select_from(Vote).where(Vote.idea_id == offline.id)) == votes
    assert db.session.scalars(select(User.theme)).first() == "auto"
    assert db.session.scalars(select(Board)).first().names == {"en": "board name_en", "fr": "board name_fr"}  # type: ignore[union-attr]
    assert not db.session.scalars(select(User.id).where(User.mailbox.is_distinct_from(User.email))).all()


def flipped(file: Path, target: Path) -> None:
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:  # amid what is packed: nobody reads all that zip writes around it
        largest = max(archive.infolist(), key=lambda entry: entry.compress_size)
    content[largest.header_offset + 30 + len(largest.filename) + largest.compress_size // 2] ^= 0xFF
    target.write_bytes(content)


def cut(file: Path, target: Path) -> None:
    target.write_bytes(file.read_bytes()[:-500])


def another(file: Path, target: Path) -> None:
    archives.write(target, {"holiday.txt": b"sun"})


def with_a_row_less(file: Path, target: Path) -> None:
    files = archives.read(file)
    files["tables/vote.jsonl"] = files["tables/vote.jsonl"].partition(b"\n")[2]
    archives.write(target, files)


def with_another_word(file: Path, target: Path) -> None:
    """As long as before, and sound as an archive: only the hash can tell."""
    files = archives.read(file)
    files["tables/idea.jsonl"] = files["tables/idea.jsonl"].replace(b"a", b"e", 1)
    archives.write(target, files)


def with_another_count(file: Path, target: Path) -> None:
    files = archives.read(file)
    said = archives.manifest(files)
    said["tables"]["vote"]["rows"] += 1
    archives.write(target, {**files, "manifest.json": json.dumps(said).encode()})


def with_a_table_that_is_a_statement(file: Path, target: Path) -> None:
    def change(_: archives.Files, said: dict[str, Any]) -> None:
        said["tables"]['vote"; DROP TABLE "vote'] = said["tables"]["vote"]

    archives.forged(file, target, change)


def with_a_file_more(file: Path, target: Path) -> None:
    archives.write(target, {**archives.read(file), "uploads/extra.png": b""})


def with_a_picture_named(name: str) -> Callable[[Path, Path], None]:
    def harm(file: Path, target: Path) -> None:
        def change(files: archives.Files, said: dict[str, Any]) -> None:
            files[name] = files.pop(f"uploads/{KEY}")
            said["files"][name] = said["files"].pop(f"uploads/{KEY}")

        archives.forged(file, target, change)

    harm.__name__ = name
    return harm


def of_a_newer_format(file: Path, target: Path) -> None:
    archives.forged(file, target, lambda _, said: said.update(format=99))


def of_newer_tables(file: Path, target: Path) -> None:
    archives.forged(file, target, lambda _, said: said.update(schema="9999"))


def with_a_row_twice(file: Path, target: Path) -> None:
    def change(files: archives.Files, said: dict[str, Any]) -> None:
        rows = files["tables/vote.jsonl"]
        files["tables/vote.jsonl"] = rows + rows.partition(b"\n")[0] + b"\n"

    archives.forged(file, target, change)


def with_a_row_of_nobody(file: Path, target: Path) -> None:
    def change(files: archives.Files, said: dict[str, Any]) -> None:
        rows = files["tables/revision.jsonl"].splitlines()
        place = list(said["tables"]["revision"]["columns"]).index("idea_id")
        row = json.loads(rows[-1])
        row[place] = 99999
        files["tables/revision.jsonl"] = b"\n".join([*rows[:-1], json.dumps(row).encode(), b""])

    archives.forged(file, target, change)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (flipped, "Take another copy"),
        (cut, "Take another copy"),
        (another, "Check which file you named"),
        (with_a_row_less, "vote.jsonl is not what was saved"),
        (with_another_word, "idea.jsonl is not what was saved"),
        (with_another_count, "vote.jsonl holds"),
        (with_a_table_that_is_a_statement, "does not hold the tables that it lists"),
        (with_a_file_more, "does not hold the files that it lists"),
        (with_a_picture_named("uploads/../../../escaped.png"), "nothing of it is used"),
        (with_a_picture_named(f"/tmp/{KEY}"), "nothing of it is used"),
        (with_a_picture_named("uploads/page.html"), "nothing of it is used"),
        (of_a_newer_format, "made by a newer portal"),
        (of_newer_tables, "made by a newer one"),
        (with_a_row_twice, "the database did not take it"),
        (with_a_row_of_nobody, "Nothing was"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_be_restored_changes_nothing(
    flask: Callable[..., Result], saved: Path, picture: Path, tmp_path: Path, harm: Any, words: str
) -> None:
    harm(saved, tmp_path / "harmed.zip")
    picture.unlink()
    result = flask("restore", tmp_path / "harmed.zip", "--replace")
    assert result.exit_code == 1 and words in result.output, result.output
    assert "Traceback" not in result.output
    assert not list(uploads.folder().glob("??/*")), "a file that was not there before is not left behind"
    picture.write_bytes(drawn().getvalue())
    assert flask("backup", tmp_path / "after.zip").exit_code == 0
    assert archives.hashes(tmp_path / "after.zip") == archives.hashes(saved)


@pytest.fixture
def waiting(copy_week: Idea, rest_warning: Idea, lea: User, ines: User, app: Flask) -> Iterator[None]:
    """Mail on its way to Inès, news for the next digest of an author, and an event that nobody was told of yet."""
    with act():
        ines.mail_progress = MailWhen.AT_ONCE
        rest_warning.author.mail_progress = MailWhen.DAILY
        rest_warning.change_status(Status.first("idea", "planned"), by=lea)
        event = db.session.scalar(select(func.max(Event.id)))
    with app.app_context():
        fanout.fan_out(event or 0)
    with act():
        copy_week.change_status(Status.first("idea", "planned"), by=lea)
    db.session.rollback()
    yield


@pytest.mark.jobs
def test_nobody_gets_old_mail(
    flask: Callable[..., Result], app: Flask, waiting: None, run_jobs: Callable[[], None], mailbox: Mailbox,
    browser: Opens, hugo: User, nora: User, copy_week: Idea, tmp_path: Path,
) -> None:  # fmt: skip
    assert db.session.scalar(select(func.count()).select_from(Delivery)), "there is mail to hold back"
    daily = select(func.count()).select_from(Notification).where(Notification.mail == MailWhen.DAILY)
    assert db.session.scalar(daily), "there is news for a digest"
    letters.ask(browser(), "someone@example.com")
    before = now()
    flask("backup", tmp_path / "portal.zip")
    restored = flask("restore", tmp_path / "portal.zip", "--replace")
    assert restored.exit_code == 0, restored.output

    with act():  # next Monday's partners would be news
        next_week = weekly_on_monday_at_six(before + timedelta(days=7))
        db.session.add(ScheduleRun(name="partners", slot=next_week, finished_at=before))
    for later in (timedelta(), timedelta(days=1), timedelta(days=2)):
        with time_machine.travel((before + later).replace(hour=12), tick=True):
            run_jobs()
            sweep(app)
    assert mailbox.messages == []
    db.session.rollback()
    assert set(db.session.scalars(select(Delivery.state))) == {State.CANCELLED}
    told = select(func.count()).select_from(Notification).join(Notification.event)
    assert db.session.scalar(told.where(Event.subject_id == copy_week.id, Event.action == "status_changed"))
    assert "old news is not mailed" in browser(hugo).get("/admin/deliveries").text
    assert "The portal was restored from the backup of" in browser(nora).get("/admin/audit").text
    assert flask("check").exit_code == 0


def test_a_restore_that_fails_among_the_pictures_leaves_none_of_them(
    flask: Callable[..., Result], picture: Path, offline: Idea, tom: User, tmp_path: Path
) -> None:
    other = uploads.path("cd" + KEY[2:])
    with act():
        db.session.add(Attachment(key=other.name, width=8, height=8, size=9, idea_id=offline.id, owner_id=tom.id))
    other.parent.mkdir(parents=True)
    other.write_bytes(picture.read_bytes())
    assert flask("backup", tmp_path / "portal.zip").exit_code == 0
    picture.unlink()
    other.unlink()
    other.parent.rmdir()
    other.parent.write_text("in the way of the second picture")
    failed = flask("restore", tmp_path / "portal.zip", "--replace")
    assert failed.exit_code == 1 and "Nothing was restored, all is as it was" in failed.output, failed.output
    assert not picture.exists()


@pytest.mark.jobs
def test_what_a_worker_held_as_the_backup_was_made_is_not_mailed_either(
    flask: Callable[..., Result], app: Flask, waiting: None, mailbox: Mailbox, tmp_path: Path
) -> None:
    """Its lease has run out by the time of the restore: a sweep would find it."""
    held = claim()
    assert held
    with act():
        held.lease_until = now() - timedelta(minutes=1)
    assert flask("backup", tmp_path / "portal.zip").exit_code == 0
    assert flask("restore", tmp_path / "portal.zip", "--replace").exit_code == 0
    sweep(app)
    db.session.rollback()
    assert mailbox.messages == []
    assert set(db.session.scalars(select(Delivery.state))) == {State.CANCELLED}


def test_recurring_jobs_begin_with_their_next_turn(flask: Callable[..., Result], saved: Path) -> None:
    """No digest and no top partners at once, at whatever hour the portal came back."""
    with time_machine.travel(now().replace(minute=1), tick=True):
        restored = flask("restore", saved, "--replace")
        assert restored.exit_code == 0, restored.output
        assert run_due() == []
    with time_machine.travel(now() + timedelta(days=7), tick=True):
        assert "partners" in run_due()


def test_news_after_a_restore_is_mailed(
    flask: Callable[..., Result], saved: Path, run_jobs: Callable[[], None], mailbox: Mailbox, rest_warning: Idea
) -> None:
    flask("restore", saved, "--replace")
    with act():
        lea = db.session.scalars(select(User).where(User.display_name.startswith("Léa"))).one()
        db.session.get_one(Idea, rest_warning.id).change_status(Status.first("idea", "planned"), by=lea)
    run_jobs()
    assert mailbox.messages


def test_what_was_not_told_yet_still_pays_its_points(
    flask: Callable[..., Result], tom: User, copy_week: Idea, lea: User, tmp_path: Path
) -> None:
    paid = select(func.count()).select_from(PointEntry)
    with act():
        copy_week.change_status(Status.first("idea", "planned"), by=lea)
    before = db.session.scalar(paid) or 0
    flask("backup", tmp_path / "portal.zip")
    flask("restore", tmp_path / "portal.zip", "--replace")
    assert (db.session.scalar(paid) or 0) > before


def test_everybody_signs_in_again(flask: Callable[..., Result], browser: Opens, tom: User, tmp_path: Path) -> None:
    here, asking = browser(tom), browser()
    letters.ask(asking, "tom@example.com")
    link = letters.link("tom@example.com")
    assert letters.is_signed_in(here)
    flask("backup", tmp_path / "portal.zip")
    result = flask("restore", tmp_path / "portal.zip", "--replace")
    assert "Sessions ended: 1. Sign-in messages voided: 1." in result.output
    assert not letters.is_signed_in(here)
    assert browser().get(link).status == 410


def test_a_backup_is_sound_while_everybody_votes(
    flask: Callable[..., Result], app: Flask, offline: Idea, rest_warning: Idea, tmp_path: Path
) -> None:
    ideas, people = (offline.id, rest_warning.id), list(db.session.scalars(select(User.id)))
    db.session.rollback()
    stop, votes = threading.Event(), [0, 0]

    def vote(number: int) -> None:
        with app.app_context():
            while not stop.is_set():
                for id in people[number::2]:
                    with act():
                        user, idea = db.session.get_one(User, id), db.session.get_one(Idea, ideas[votes[number] % 2])
                        (Vote.withdraw if votes[number] % 3 else Vote.cast)(idea, by=user)
                    votes[number] += 1

    threads = [threading.Thread(target=vote, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    while not all(votes):
        pass
    during = 0
    for number in range(20):  # a machine that is busy elsewhere may let a backup through without a vote
        begun, busy = sum(votes), tmp_path / f"busy{number}.zip"
        made = flask("backup", busy)
        during = sum(votes) - begun
        if during >= 3:
            break
    stop.set()
    for thread in threads:
        thread.join()
    assert made.exit_code == 0 and during >= 3, (made.output, during)
    assert flask("restore", busy, "--replace").exit_code == 0
    checked = flask("check")
    assert checked.exit_code == 0, checked.output


def test_a_portal_in_use_is_not_restored_over(
    flask: Callable[..., Result], saved: Path, app: Flask, tmp_path: Path
) -> None:
    people = flask("restore", saved)
    assert people.exit_code == 1 and "has people or ideas in it" in people.output and "--replace" in people.output
    with db.engine.connect() as server:
        server.detach()
        server.execute(text("SELECT count(*) FROM vote"))
        reading = flask("restore", saved, "--replace")
    assert reading.exit_code == 1 and "Stop its web servers and workers" in reading.output
    with only_one(app.config["DATA_DIR"]):
        running = flask("restore", saved, "--replace")
    assert running.exit_code == 1 and "already running" in running.output
    assert flask("restore", saved, "--replace").exit_code == 0


def test_a_backup_is_its_owner_s_alone_and_never_written_over(flask: Callable[..., Result], saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    content = saved.read_bytes()
    again = flask("backup", saved)
    assert again.exit_code == 1 and "choose another name" in again.output
    assert saved.read_bytes() == content


def test_the_secrets_are_not_in_a_backup(saved: Path, app: Flask) -> None:
    content = b"".join(archives.read(saved).values())
    assert str(app.config["SECRET_KEY"]).encode() not in content


def test_a_disk_that_is_full_leaves_no_half_backup(flask: Callable[..., Result], picture: Path, tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, limits[1]))
    try:
        result = flask("backup", tmp_path / "portal.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert result.exit_code == 1 and "No backup was written" in result.output, result.output
    assert not list(tmp_path.iterdir())


def test_the_brand_s_logos_come_back_too(flask: Callable[..., Result], tmp_path: Path) -> None:
    light, dark = (uploads.path(f"{letter * 32}.png") for letter in "ef")
    with act():
        Settings.current().logo_light, Settings.current().logo_dark = light.name, dark.name
    for logo in (light, dark):
        logo.parent.mkdir(parents=True)
        logo.write_bytes(drawn().getvalue())
    flask("backup", tmp_path / "portal.zip")
    light.unlink()
    dark.unlink()
    flask("restore", tmp_path / "portal.zip", "--replace")
    assert light.exists() and dark.exists()


def test_an_event_that_cannot_be_told_keeps_no_backup_from_being_restored(
    flask: Callable[..., Result], offline: Idea, lea: User, tmp_path: Path
) -> None:
    with act():
        poison = record(Action.COMMENT_POSTED, offline, by=lea).id
    flask("backup", tmp_path / "portal.zip")
    restored = flask("restore", tmp_path / "portal.zip", "--replace")
    assert restored.exit_code == 0, restored.output
    assert [event.id for event in fanout.set_aside()] == [poison], "staff see it"


def test_a_picture_whose_file_is_gone_is_named(flask: Callable[..., Result], picture: Path, tmp_path: Path) -> None:
    picture.unlink()
    made = flask("backup", tmp_path / "portal.zip")
    assert made.exit_code == 0 and f"The file of image {KEY} is gone" in made.output
