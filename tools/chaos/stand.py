"""The portal under test: its processes as `bin/run` starts them, in a folder of its own, and kept running."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher.children import ROOT, Valkey, start_valkey
from launcher.serving import web_command, worker_command
from tests.engines import LocalPostgres
from tools.chaos.disk import SmallDisk
from tools.chaos.postbox import Postbox

# Room for the database, in MB, on a disk that is to be full.
DISK = {"sqlite": 64, "postgresql": 400}
# As durable as a server that nobody has tuned.
POSTGRES = ("max_connections=60", "shared_buffers=64MB")
PATIENCE = 60.0


class NotServed(Exception):
    """The portal under test does not start; the message says where its lines are."""


class Process:
    """One process of the portal, in a session of its own, its lines kept in a file."""

    def __init__(self, name: str, command: list[str], root: Path, env: Mapping[str, str], log: Path) -> None:
        self.name, self.command, self.root, self.env, self.log = name, command, root, dict(env), log
        self.wanted = True
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it ends with the thread that started it, however that ends."""
        leash = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        with open(self.log, "ab") as lines:
            self.running = subprocess.Popen(
                [*leash, *self.command],
                cwd=self.root,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=lines,
                stderr=lines,
                start_new_session=True,
            )

    @property
    def has_ended(self) -> bool:
        return self.running is not None and self.running.poll() is not None

    def signal(self, number: int) -> None:
        """Send a signal to it and to the processes that it started."""
        if self.running is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, number)

    def kill(self) -> None:
        """kill -9 of all of it."""
        self.signal(signal.SIGKILL)

    def ends_in_peace(self, seconds: float = 15.0) -> bool:
        """Ask it to end; True when it did so by itself."""
        ending = self.running
        assert ending
        self.signal(signal.SIGTERM)
        try:
            ending.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        return True

    def kill_below(self) -> None:
        """kill -9 of the processes that it started, but not of itself."""
        leader = self.running.pid if self.running else 0
        for pid in session(leader):
            if pid != leader:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def session(leader: int) -> list[int]:
    """Every process of the session that this one began."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _session_of(pid) == leader]


def _session_of(pid: int) -> int:
    with contextlib.suppress(OSError):
        return os.getsid(pid)
    return -1


@dataclass
class Settings:
    """How the stand is set up. `root` is the clone, or a changed copy of it; `url` a database that is there already.

    `fold`: for how many seconds mails about one idea wait to be one; 0: each is sent by itself.
    """

    database: str = "sqlite"
    root: Path = ROOT
    workers: int = 1
    lease: int = 8
    sweep: int = 2
    fold: int = 0
    postgres: tuple[str, ...] = POSTGRES
    small_disk: bool = False
    url: str = ""
    people: dict[str, int] = field(default_factory=lambda: {"voters": 40, "followers": 50, "ideas": 12, "moving": 4})


class Stand:
    """Web server, workers, Valkey, database and postbox; `people` is who is there."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = Path(tempfile.mkdtemp(prefix="chaos-"))
        self.disk = SmallDisk(self.folder, DISK[settings.database]) if settings.small_disk else None
        self.data = self.folder / "data"
        self.data.mkdir()
        self.port = _free_port()
        self.postbox = Postbox(_free_port())
        self.postgres: LocalPostgres | None = None
        self.valkey: Valkey | None = None
        self.people: dict[str, Any] = {}
        self.processes: list[Process] = []
        self.ending = threading.Event()
        self.keeper = threading.Thread(target=self._keep, name="keeper")

    @property
    def url(self) -> str:
        made = self.postgres.url if self.postgres else f"sqlite:///{self.data / 'portal.db'}"
        return self.settings.url or made

    @property
    def workers(self) -> list[Process]:
        return [process for process in self.processes if process.name.startswith("worker")]

    @property
    def web(self) -> Process:
        return next(process for process in self.processes if process.name == "web")

    def start(self) -> None:
        """Start everything and return once the web server answers."""
        if self.settings.database == "postgresql" and not self.settings.url:
            self.postgres = LocalPostgres(self.settings.postgres, self.folder if self.disk else None)
        self.valkey = start_valkey(self.folder)
        self.postbox.open()
        self.people = self._fill()
        self.processes = [self._process("web", web_command("127.0.0.1", str(self.port)))]
        self.processes += [self._process(f"worker{n}", worker_command()) for n in range(self.settings.workers)]
        self.keeper.start()
        if not wait_until(self.answers, PATIENCE):
            raise NotServed(f"the web server does not answer: {self.lines()}")

    def stop(self) -> None:
        """End everything, and leave nothing behind."""
        self.ending.set()
        if self.keeper.is_alive():
            self.keeper.join()
        if self.valkey:
            self.valkey.signal(signal.SIGCONT)
            self.valkey.stop()
        self.postbox.let_go.set()
        self.postbox.close()
        if self.postgres:
            self.postgres.stop()
        if self.disk:
            self.disk.unmount()
        shutil.rmtree(self.folder, ignore_errors=True)

    def answers(self) -> bool:
        """Does the web server take connections?"""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def add_worker(self) -> Process:
        """One more worker; it is started at once."""
        self.processes.append(self._process(f"worker{len(self.workers)}", worker_command()))
        return self.processes[-1]

    def restart_postgres(self, number: int) -> None:
        """Stop PostgreSQL by this signal and start it again, as soon as what a crash left behind is gone."""
        assert self.postgres and self.postgres.process
        self.postgres.process.send_signal(number)
        self.postgres.process.wait(30)
        self.start_postgres()

    def start_postgres(self) -> None:
        """Start it where it has ended."""
        assert self.postgres and self.postgres.process
        while self.postgres.process.poll() is not None:
            with contextlib.suppress(OSError):
                self.postgres.start()

    def database_processes(self) -> list[int]:
        """Who writes to the disk of the database: its server or, for SQLite, all that has it open."""
        if self.postgres and self.postgres.process:
            return session(self.postgres.process.pid)
        return [pid for one in self.processes if one.running for pid in session(one.running.pid)]

    def lines(self, most: int = 300_000) -> str:
        """The last lines that the processes printed."""
        logs = [log.read_text(errors="replace") for log in sorted(self.folder.glob("*.log"))]
        return "\n".join(logs)[-most:]

    def _keep(self) -> None:
        """Start what is to run and does not: what a service manager does. Ends what it started."""
        while not self.ending.wait(0.1):
            for process in list(self.processes):
                if process.wanted and (process.running is None or process.has_ended):
                    process.start()
        for process in self.processes:
            process.signal(signal.SIGKILL)
            if process.running:
                process.running.wait()

    def _process(self, name: str, command: list[str]) -> Process:
        return Process(name, command, self.settings.root, self._env(), self.folder / f"{name}.log")

    def _fill(self) -> dict[str, Any]:
        command = [sys.executable, "-m", "tools.chaos.people", json.dumps(self.settings.people)]
        ran = subprocess.run(command, cwd=self.settings.root, env=self._env(), capture_output=True, text=True)
        if ran.returncode:
            raise NotServed(f"the portal cannot be filled: {ran.stderr[-2000:]}")
        people: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
        return people

    def _env(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "DATA_DIR": str(self.data),
            "DATABASE_URL": self.url,
            "UNDO_SECONDS": "0",
            "FOLD_SECONDS": str(self.settings.fold),
            "FLASK_APP": str(self.settings.root / "wsgi.py"),
            "LEASE_SECONDS": str(self.settings.lease),
            "MAIL_FROM": "portal@chaos.example",
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "PYTHONUNBUFFERED": "1",
            "RATE_LIMITS": "off",
            "REDIS_URL": self.valkey.url if self.valkey else "none",
            "SECRET_KEY": "a key that only the portal under test has",
            "SMTP_URL": self.postbox.url,
            "SWEEP_SECONDS": str(self.settings.sweep),
        }


@contextlib.contextmanager
def standing(settings: Settings) -> Iterator[Stand]:
    """A stand that is started, and stopped however this ends."""
    stand = Stand(settings)
    try:
        stand.start()
        yield stand
    finally:
        stand.stop()


def wait_until(ready: Callable[[], object], seconds: float, pause: float = 0.05) -> bool:
    """Wait for `ready`; False when it was not within so many seconds."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
