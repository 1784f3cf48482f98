"""The servers that are measured: the portal as `bin/run` starts it, and a bare Flask on the same web server."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.children import ROOT
from launcher.serving import web_command

PATIENCE = 120
OURS = ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "PUBLIC_URL", "HOST", "SECRET_KEY", "PROXY_HOPS", "DATA_DIR")


class Server:
    """A process of ours that answers on this port, and those below it."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    @property
    def web(self) -> list[int]:
        """The processes of the web server."""
        return [pid for top in self._children("granian") for pid in (top, *_below(top))]

    @property
    def worker(self) -> list[int]:
        """The processes of the worker that does the jobs."""
        return [pid for top in self._children("flask") for pid in (top, *_below(top))]

    def _children(self, program: str) -> list[int]:
        pids = (self.process.pid, *_below(self.process.pid))
        tops = [pid for pid in pids if program in _command(pid)]
        return tops[:1]

    def cpu(self) -> float:
        """Seconds of CPU that the web server has used so far."""
        return sum(_cpu(pid) for pid in self.web)

    def memory(self) -> dict[str, float]:
        """MB of the web server and of the worker (PSS: shared pages are divided among those who share them)."""
        return {"web": sum(map(_pss, self.web)), "worker": sum(map(_pss, self.worker))}


@contextmanager
def portal(folder: Path, settings: dict[str, str]) -> Iterator[Server]:
    """`bin/run` on this folder, with its worker and its Valkey, until the block ends."""
    port = free_port()
    env = {**_environment(), **settings, "DATA_DIR": str(folder), "PORT": str(port), "SEED": "none"}
    env["RATE_LIMITS"] = "off"
    with _run([sys.executable, str(ROOT / "bin" / "serve.py")], env, folder / "run.log") as process:
        server = Server(process, port)
        _wait(server, "/healthz", folder / "run.log")
        deadline = time.monotonic() + PATIENCE
        while not server.worker and time.monotonic() < deadline:
            time.sleep(0.1)
        yield server


@contextmanager
def hello(folder: Path, workers: str) -> Iterator[Server]:
    """The bare Flask, with the same number of workers."""
    port = free_port()
    command = web_command("127.0.0.1", str(port), workers, "tools.bench.hello:app")
    with _run(command, _environment(), folder / "hello.log") as process:
        server = Server(process, port)
        _wait(server, "/", folder / "hello.log")
        yield server


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment() -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name not in OURS}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


@contextmanager
def _run(command: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as lines:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=lines, stderr=lines)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(server: Server, path: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"The server did not start:\n{log.read_text(errors='replace')[-3000:]}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=20).close()
            return
        except OSError:
            time.sleep(0.1)


def _below(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(word) for task in tasks for word in (task / "children").read_text().split()]
    except OSError:
        return []
    return [one for child in children for one in (child, *_below(child))]


def _command(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return " ".join(Path(word.decode(errors="replace")).name for word in words[:3])


def _cpu(pid: int) -> float:
    """By the clock that Linux has for each process, to the nanosecond: `/proc` counts in hundredths of a second.

    Its number is made as clock_getcpuclockid(3) makes it.
    """
    try:
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:
        return 0.0


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
