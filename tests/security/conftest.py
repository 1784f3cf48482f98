"""One portal for all attacks on a process, on SQLite only: what is refused depends on no database."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.target import Target


@pytest.fixture(scope="session")
def standing_target() -> Iterator[Target]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="atelier-target-", dir=memory if memory.is_dir() else None) as folder:
        target = Target(Path(folder))
        yield target
        target.close()


@pytest.fixture
def target(standing_target: Target) -> Target:
    """The portal as it was at first."""
    standing_target.restore()
    return standing_target
