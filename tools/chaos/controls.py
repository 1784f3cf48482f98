"""What the checker must catch: the portal made worse in a temporary copy, where a trial without a violation is void."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher.children import ROOT
from tools.chaos import faults
from tools.chaos.checker import Kind
from tools.chaos.faults import BOTH
from tools.chaos.load import Size
from tools.chaos.stand import POSTGRES
from tools.chaos.trial import QUICK, Scale, Trial

COPIED = ("portal", "launcher", "templates", "migrations", "tools/chaos", "wsgi.py", "pyproject.toml")


class Outdated(Exception):
    """What a control replaces is not there any more: the control has to follow the code."""


@dataclass(frozen=True)
class Change:
    """One exact replacement in one file."""

    file: str
    old: str
    new: str

    def made_in(self, root: Path) -> str:
        """The file with the change; raises Outdated where it does not fit exactly once."""
        text = (root / self.file).read_text()
        if text.count(self.old) != 1:
            raise Outdated(f"{self.file} contains {self.old!r} {text.count(self.old)} times, not once")
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Control:
    """How the portal is made worse, what is done to it, and as what the checker must catch it."""

    changes: tuple[Change, ...]
    act: Callable[[Trial], str]
    caught_as: frozenset[Kind]
    databases: tuple[str, ...] = BOTH
    settings: dict[str, Any] = field(default_factory=dict)
    scale: Scale = QUICK


def together(trial: Trial) -> str:
    """Nothing fails, and several workers sweep all the time, so that one event is fanned out by two of them at once."""
    trial.load.join()
    return "nothing failed, three workers at once"


CONTROLS: dict[str, Control] = {
    "deferred-begin": Control(
        (Change("portal/database/writing.py", '"BEGIN IMMEDIATE" if writes else "BEGIN"', '"BEGIN"'),),
        faults.calm,
        frozenset({Kind.REFUSED}),
        ("sqlite",),
    ),
    "no-vote-key": Control(
        (
            Change(
                "migrations/versions/0001_the_first_tables.py",
                'sa.PrimaryKeyConstraint("idea_id", "user_id", name=op.f("pk_vote")),',
                "",
            ),
            # What refers to that key.
            Change(
                "migrations/versions/0015_votes_set_aside.py",
                '["idea_id", "user_id"], ["vote.idea_id", "vote.user_id"], name="fk_vote_network_vote"',
                '["idea_id"], ["idea.id"], name="fk_vote_network_vote"',
            ),
        ),
        faults.calm,
        frozenset({Kind.TWICE}),
        # On SQLite the lock of the one writer alone keeps votes single.
        ("postgresql",),
    ),
    "no-notification-key": Control(
        (
            Change(
                "migrations/versions/0001_the_first_tables.py",
                'sa.UniqueConstraint("user_id", "event_id", name=op.f("uq_notification_user_id_event_id")),',
                "",
            ),
        ),
        together,
        frozenset({Kind.TOLD_TWICE}),
        settings={"workers": 3, "sweep": 0},
    ),
    "no-lease-check": Control(
        (
            Change(
                "portal/notifications/leases.py",
                ".where(Delivery.id == id, Delivery.lease_token == token, Delivery.state == State.LEASED)",
                ".where(Delivery.id == id)",
            ),
        ),
        faults.stall_worker,
        frozenset({Kind.OVERTURNED}),
        settings=faults.FAULTS["stalled-worker"].settings,
    ),
    "ring-before-commit": Control(
        (
            Change(
                "portal/jobs.py",
                'db.session.info.setdefault("rings", []).append((job, id, first, at))',
                "(bell := doorbell()) and bell.ring(job, id, first)",
            ),
        ),
        faults.calm,
        frozenset({Kind.LATE}),
        # PostgreSQL takes its time to commit, so that a worker on any machine hears the ring before there is an event.
        settings={"sweep": 120, "workers": 2, "postgres": (*POSTGRES, "commit_delay=50000", "commit_siblings=0")},
        # Workers with nothing else to do hear a ring at once, and after it a comment has still to be followed.
        scale=Scale(Size(votes=40, comments=300, moves=0), kills=0, followers=20),
    ),
    "read-then-count": Control(
        (
            Change(
                "portal/voting/counting.py",
                "column.key: column + alone(_number(name))",
                'column.key: _number(name) if name == "more" else column + alone(_number(name))',
            ),
            Change(
                "portal/voting/counting.py",
                '{"of": idea.id, **UNCHANGED, **by}',
                '{"of": idea.id, **UNCHANGED, **by, "more": idea.votes_count + by.get("more", 0)}',
            ),
        ),
        faults.calm,
        frozenset({Kind.COUNTER}),
        ("postgresql",),
    ),
    "commit-not-on-disk": Control(
        (Change("portal/database/writing.py", "set_config('synchronous_commit', 'on', false)", "1"),),
        faults.crash_postgres,
        frozenset({Kind.LOST, Kind.COUNTER}),
        ("postgresql",),
        {"postgres": (*POSTGRES, "synchronous_commit=off", "wal_writer_delay=1s")},
    ),
}


@contextmanager
def worsened(changes: tuple[Change, ...]) -> Iterator[Path]:
    """A copy of the portal with these changes; raises Outdated where one does not fit."""
    with tempfile.TemporaryDirectory(prefix="chaos-copy-") as folder:
        copy = Path(folder)
        for name in COPIED:
            _copy(ROOT / name, copy / name)
        for change in changes:
            (copy / change.file).write_text(change.made_in(copy))
        yield copy


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)
