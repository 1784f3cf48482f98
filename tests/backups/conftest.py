"""A portal with a picture, its backup, and what runs an operator's commands."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.pictures import uploads
from portal.triage.ledger import Promise, today
from tests import archives
from tests.conftest import act
from tests.ideas.pictures import picture as drawn

KEY = "ab" + "0" * 30 + ".png"
# What a restore changes: who was told, and that nobody is signed in any more.
TOLD = {f"tables/{name}.jsonl" for name in ("delivery", "email_token", "event", "notification", "point_entry")}
TOLD |= {f"tables/{name}.jsonl" for name in ("promise", "obligation", "signed_in", "schedule_run")}


@pytest.fixture
def flask(app: Flask) -> Callable[..., Result]:
    """Runs an operator's command."""

    def run(*arguments: object) -> Result:
        db.session.rollback()
        return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])

    return run


@pytest.fixture
def picture(offline: Idea, tom: User) -> Path:
    """A picture on an idea, as its file."""
    with act():
        db.session.add(Attachment(key=KEY, width=8, height=8, size=9, idea_id=offline.id, owner_id=tom.id))
    file = uploads.path(KEY)
    file.parent.mkdir(parents=True)
    file.write_bytes(drawn().getvalue())
    return file


@pytest.fixture
def saved(flask: Callable[..., Result], picture: Path, offline: Idea, lea: User, tmp_path: Path) -> Path:
    """A backup of the cast with one picture, and a day that was promised."""
    with act():
        Promise.make(offline, today(), by=lea)
    made = flask("backup", tmp_path / "portal.zip")
    assert made.exit_code == 0, made.output
    return tmp_path / "portal.zip"


def same_content(one: Path, other: Path) -> bool:
    first, second = archives.hashes(one), archives.hashes(other)
    return {n: h for n, h in first.items() if n not in TOLD} == {n: h for n, h in second.items() if n not in TOLD}
