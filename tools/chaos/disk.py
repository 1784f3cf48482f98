"""A disk that is full for a while: a small one where one may be mounted, else a limit on what processes may write."""

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

CHUNK = b"\0" * 65536


class SmallDisk:
    """`folder` on a tmpfs of so many MB; `is_real` where this machine let us mount it."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder)]
        self.is_real = os.geteuid() == 0 and subprocess.run(command, capture_output=True).returncode == 0

    def __str__(self) -> str:
        return "a tmpfs" if self.is_real else "RLIMIT_FSIZE, as no tmpfs may be mounted here"

    @contextlib.contextmanager
    def full(self, writers: list[int]) -> Iterator[None]:
        """Nothing more can be written: by anybody, or where the disk is no small one by these processes."""
        with self._filled() if self.is_real else _limited(writers):
            yield

    @contextlib.contextmanager
    def _filled(self) -> Iterator[None]:
        filler = self.folder / "filler"
        with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(CHUNK)
        try:
            yield
        finally:
            filler.unlink()

    def unmount(self) -> None:
        if self.is_real:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


@contextlib.contextmanager
def _limited(writers: list[int]) -> Iterator[None]:
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in writers}
    for pid, (_soft, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (len(CHUNK), hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
