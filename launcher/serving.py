"""What `bin/run` starts: Valkey, the web server and the worker, watched, started again and stopped together."""

import contextlib
import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from launcher.children import ROOT, Child, Refusal, Valkey, leashed, say, start_valkey, stop_all
from portal import config
from portal.servers import unreachable

# Where it really is: another version may be set up under the same name while this one runs.
BIN = Path(sys.prefix).resolve() / "bin"
# Each request that is still being sent takes one; how many are worked on at a time says portal/middleware/admission.py.
WEB_THREADS = "32"


class Stop(BaseException):
    """Somebody pressed Ctrl-C, or sent SIGTERM."""


def check_port(host: str, port: str) -> int:
    """Return the port as a number; raise Refusal when nothing can listen there."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Refusal(f"PORT is {port!r}: write a number from 1 to 65535, such as PORT=8000.")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            message = (
                f"Port {port} is in use. Choose another, PORT={int(port) % 65535 + 1} bin/run, or stop what uses it."
            )
        elif problem.errno in (errno.EACCES, errno.EPERM):
            message = f"Port {port} needs privileges that you do not have. Choose one above 1023 with PORT."
        else:
            message = f"HOST is {host!r}, which this machine cannot listen on ({problem}). Try HOST=127.0.0.1."
        raise Refusal(message) from problem
    return int(port)


@contextlib.contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for this process; raise Refusal when another one has it. A dead owner's lock is void."""
    with open(data_dir / "run.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            raise Refusal(
                f"The portal in {data_dir} is already running (process {owner}). "
                "Stop it with Ctrl-C there, or give this one a folder of its own with DATA_DIR."
            ) from taken
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


class Portal:
    """One `bin/run`: its settings, its set-up steps and the children it looks after."""

    def __init__(self, environ: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        self.env = {**environ, "PYTHONUNBUFFERED": "1", "FLASK_APP": str(ROOT / "wsgi.py")}
        # One thread of a process runs Python at a time: one arena does, and gives back what is free at its end. With
        # glibc's own choice, one for each thread, the web server takes half as much again.
        self.env.setdefault("MALLOC_ARENA_MAX", "1")
        self.env.setdefault("MALLOC_TRIM_THRESHOLD_", "131072")
        self.settings = settings
        self.data_dir: Path = settings["DATA_DIR"]
        self.env["DATA_DIR"] = str(self.data_dir)
        self.env.setdefault("LOG_FORMAT", "text" if sys.stdout.isatty() else "json")
        self.host, self.port, self.seed = settings["HOST"], str(settings["PORT"]), settings["SEED"]
        self.children: list[Child] = []
        self.valkey: Valkey | None = None

    def run(self) -> NoReturn:
        """Set up, start everything, and look after it until Stop; raise Refusal when that cannot be."""
        with only_one(self.data_dir):
            check_port(self.host, self.port)
            try:
                self.ring_with_valkey()
                self.prepare_database()
                self.introduce(self.serve())
                while True:
                    self.look_around()
                    time.sleep(0.2)
            except Stop:
                say("\nStopping.")
                raise
            finally:
                self.stop()

    def ring_with_valkey(self) -> None:
        """Start Valkey unless REDIS_URL says otherwise, and leave its address for `flask`; without one, poll."""
        address = self.data_dir / "valkey.url"
        address.unlink(missing_ok=True)
        if self.env.get("REDIS_URL", "").strip():
            return
        try:
            self.valkey = start_valkey(self.data_dir)
        except OSError as problem:
            say(f"Valkey could not start ({problem}). The worker polls the database instead; all else is the same.")
            self.env["REDIS_URL"] = "none"
            return
        self.children.append(self.valkey)
        self.env["REDIS_URL"] = self.valkey.url
        address.write_text(self.valkey.url)

    def prepare_database(self) -> None:
        """Bring the tables up to date; a new database gets the demo, unless SEED=none."""
        unfinished = self.data_dir / "seed.unfinished"
        if is_new(self.settings["SQLALCHEMY_DATABASE_URI"]) and self.seed != "none":
            unfinished.touch()
        self.flask("db", "upgrade")
        if self.seed != "none" and unfinished.exists():
            say("Filling the new portal with the demo (SEED=none starts an empty one).")
            self.flask("seed")
        unfinished.unlink(missing_ok=True)

    def flask(self, *arguments: str) -> str:
        """Run one `flask` command and return what it printed; raise Refusal with its lines when it fails."""
        ran = subprocess.run(
            leashed([str(BIN / "flask"), *arguments]),
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if ran.returncode:
            raise Refusal(f"{ran.stdout}{ran.stderr}\n`flask {' '.join(arguments)}` failed: the lines above say why.")
        return ran.stdout.strip("\n")

    def serve(self) -> str:
        """Start the web server and, once it has answered, the worker; return the links to sign in with."""
        self.look_after(self.web())
        links = self.links()
        wait_until(self.answers, 60, self.children)
        self.look_after(Child("worker", worker_command(), self.env))
        return links

    def web(self) -> Child:
        """The web server."""
        web = web_command(self.host, self.port, str(self.settings["WEB_WORKERS"]))
        folder = counting_anew(self.data_dir / "metrics")
        return Child("web", web, {**self.env, "PROMETHEUS_MULTIPROC_DIR": str(folder)})

    def look_around(self) -> None:
        """See to every child, again and again."""
        for child in self.children:
            child.look_after()

    def look_after(self, child: Child) -> None:
        """Start one more child of the group."""
        self.children.append(child)
        child.start()

    def links(self) -> str:
        """How to sign in: as somebody of the demo, or as the first admin."""
        demo = self.flask("demo-links") if self.seed == "demo" and not self.settings["PRODUCTION"] else ""
        return demo or self.flask("setup")

    def answers(self) -> bool:
        """Does /healthz answer, asked as the address that people type?"""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        connection = http.client.HTTPConnection(host, int(self.port), timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": urlsplit(self.settings["PUBLIC_URL"]).netloc})
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if status != 200:
            raise Refusal(f"The web server answers with {status}: the lines above say why.")
        return True

    def introduce(self, links: str) -> None:
        """Say where the portal is, how to sign in, and where mail goes."""
        url = self.settings["PUBLIC_URL"]
        say(f"\nThe portal is at {url}/\n\n{links}\n")
        if not self.settings["SMTP_URL"]:
            outbox = self.data_dir / "outbox"
            say(f"Mail is kept in {outbox}" + ("." if self.settings["PRODUCTION"] else f": read it at {url}/dev/mail"))
        say("Ctrl-C stops everything.")

    def stop(self) -> None:
        """Stop what was started; a second Ctrl-C does not wait."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._hurry)
        stop_all(self.children)
        if self.valkey:
            self.valkey.stop()
            (self.data_dir / "valkey.url").unlink(missing_ok=True)

    def _hurry(self, *_: object) -> None:
        for child in self.children:
            child.kill()


def web_command(host: str, port: str, workers: str = "1", app: str = "wsgi:app") -> list[str]:
    """The web server as the portal runs it; `bin/bench` gives it a bare application to compare with."""
    web = [str(BIN / "granian"), "--interface", "wsgi", "--host", host, "--port", port]
    web += ["--workers", workers, "--blocking-threads", WEB_THREADS, "--backpressure", "128", "--no-ws"]
    return [*web, "--log-level", "error", "--workers-kill-timeout", "5", app]


def counting_anew(folder: Path) -> Path:
    """The folder where the web processes add up what they count (see `metrics.py`), without the last run's."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()
    return folder


def worker_command() -> list[str]:
    """What starts a worker."""
    return [str(BIN / "flask"), "worker"]


def wait_until(ready: Callable[[], bool], seconds: float, children: list[Child]) -> None:
    """Wait for `ready`; raise Refusal when a child ends before, or after `seconds`."""
    deadline = time.monotonic() + seconds
    while not ready():
        for child in children:
            if not child.running:
                child.kill()
                raise Refusal(f"{child.name} stopped while starting: the lines above say why.")
        if time.monotonic() > deadline:
            raise Refusal(f"The web server did not answer within {seconds:g} s: the lines above say why.")
        time.sleep(0.1)


def is_new(database_url: str) -> bool:
    """Has no migration ever run here? Raise Refusal where the database cannot be reached."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(database_url)
    try:
        return not sqlalchemy.inspect(engine).has_table("alembic_version")
    except sqlalchemy.exc.SQLAlchemyError as problem:
        raise Refusal(unreachable(problem, database_url)) from problem
    finally:
        engine.dispose()


def _stop(*_: object) -> NoReturn:
    raise Stop


def main(*asked: str, kind: type[Portal] = Portal) -> int:
    """Run the portal until it is stopped; the exit code is 0 when somebody asked for that. `web` serves pages alone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        try:
            settings = config.read()
        except config.ConfigError as problem:
            raise Refusal(str(problem)) from problem
        if asked == ("web",):
            serve_alone(os.environ, settings)
        kind(os.environ, settings).run()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except Stop:
        return 0


def serve_alone(environ: Mapping[str, str], settings: Mapping[str, Any]) -> NoReturn:
    """Become the web server of a container, which is watched from outside: its figures begin anew."""
    if not environ.get("PUBLIC_URL"):
        # Without its address a portal takes itself for one of this machine, with everybody's mail to read.
        raise Refusal("PUBLIC_URL is missing: write the address that people type.")
    if folder := environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counting_anew(Path(folder))
    host = settings["HOST"] if environ.get("HOST") else "0.0.0.0"
    workers = str(settings["WEB_WORKERS"]) if environ.get("WEB_WORKERS") else "2"
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.chdir(ROOT)
    command = web_command(host, str(settings["PORT"]), workers)
    os.execv(command[0], [*command[:-1], "--respawn-failed-workers", command[-1]])
