import contextlib
import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from launcher.children import ROOT, Child, Refusal, start_valkey, stop_all
from launcher.serving import Portal, check_port, is_new, only_one, wait_until, web_command

SETTINGS = {"PUBLIC_URL": "http://127.0.0.1:8000", "SMTP_URL": None, "PRODUCTION": False}
SETTINGS |= {"HOST": "127.0.0.1", "PORT": 8000, "SEED": "demo", "WEB_WORKERS": 1}
NEVER_ENDS = "import time; time.sleep(60)"


def python(name: str, program: str) -> Child:
    return Child(name, [sys.executable, "-c", program])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def gone(pid: int) -> bool:
    """Has the process ended? One that only waits for its parent to notice has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait(what, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def child() -> Iterator[Child]:
    child = python("tale", NEVER_ENDS)
    child.start()
    yield child
    child.kill()


def test_a_port_in_use_is_named_with_the_setting_that_changes_it():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        with pytest.raises(Refusal, match=rf"Port {port} is in use.*PORT=\d+ bin/run"):
            check_port("127.0.0.1", port)


@pytest.mark.parametrize("port", ["", "abc", "0", "65536", "-1", "²"])
def test_a_port_that_is_no_port_is_refused(port):
    with pytest.raises(Refusal, match="PORT is"):
        check_port("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_a_host_of_another_machine_is_refused(host):
    with pytest.raises(Refusal, match="HOST is"):
        check_port(host, str(free_port()))


def test_a_second_run_on_the_same_data_is_refused(tmp_path):
    with (
        only_one(tmp_path),
        pytest.raises(Refusal, match=rf"already running \(process {os.getpid()}\)"),
        only_one(tmp_path),
    ):
        pass


def test_the_lock_of_a_run_that_died_is_void(tmp_path):
    (tmp_path / "run.lock").write_text("999999")
    with only_one(tmp_path):
        assert (tmp_path / "run.lock").read_text() == str(os.getpid())


def test_a_process_prints_its_lines_behind_its_name(capsys):
    child = python("tale", "print('once upon a time')")
    child.start()
    child.process.wait()
    child.kill()
    assert "tale   | once upon a time" in capsys.readouterr().out


def test_a_process_that_ends_is_started_again_and_that_is_said(child, capsys):
    first = child.process.pid
    child.signal(signal.SIGKILL)
    child.process.wait()
    child.look_after(pause=0.01)
    assert "tale stopped (exit code -9); starting it again in 0.01 s." in capsys.readouterr().out
    time.sleep(0.02)
    child.look_after(pause=0.01)
    assert child.running
    assert child.process.pid != first


def test_a_process_that_never_stays_ends_the_run_with_what_to_do():
    child = Child("tale", [sys.executable, "-c", "raise SystemExit(3)"], on_exit="read the story")
    child.start()

    def look_after_for_ever():
        while True:
            child.look_after(pause=0.001)

    with pytest.raises(Refusal, match=r"tale stopped 5 times in a row \(exit code 3\): read the story"):
        look_after_for_ever()


def test_stopping_ends_a_process_that_will_not_and_what_it_started(capsys):
    child = python(
        "tale",
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"grandchild = subprocess.Popen([sys.executable, '-c', {NEVER_ENDS!r}], start_new_session=True)\n"
        "print(grandchild.pid, flush=True)\n"
        "time.sleep(60)\n",
    )
    child.start()
    printed = ""

    def told() -> bool:
        nonlocal printed
        printed += capsys.readouterr().out
        return printed.endswith("\n")

    wait(told)
    stop_all([child], grace=0.2)
    assert not child.running
    wait(lambda: gone(int(printed.split("|")[1])))


def test_waiting_for_the_first_answer_ends_when_a_process_does():
    child = python("tale", "raise SystemExit('no such story')")
    child.start()
    with pytest.raises(Refusal, match="tale stopped while starting"):
        wait_until(lambda: False, 10, [child])


def test_waiting_for_the_first_answer_ends(child):
    with pytest.raises(Refusal, match=r"did not answer within 0\.1 s"):
        wait_until(lambda: False, 0.1, [child])


def test_valkey_answers_on_its_socket_and_leaves_nothing_behind(tmp_path):
    valkey = start_valkey(tmp_path)
    assert Redis.from_url(valkey.url).ping()
    valkey.stop()
    assert not valkey.socket.exists()
    assert not valkey.running


def test_valkey_in_a_folder_with_a_long_name_has_a_short_socket(tmp_path):
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    valkey = start_valkey(folder)
    try:
        assert Redis.from_url(valkey.url).ping()
        assert len(os.fsencode(valkey.socket)) < 108
    finally:
        valkey.stop()
    assert not valkey.socket.parent.exists()


def test_without_valkey_the_worker_polls_and_that_is_said(tmp_path, capsys):
    (tmp_path / "valkey.sock" / "in the way").mkdir(parents=True)
    portal = Portal({}, {**SETTINGS, "DATA_DIR": tmp_path})
    portal.ring_with_valkey()
    assert portal.env["REDIS_URL"] == "none"
    assert portal.children == []
    assert "The worker polls the database instead" in capsys.readouterr().out


def test_a_redis_of_ones_own_is_used_in_place_of_valkey(tmp_path):
    portal = Portal({"REDIS_URL": "redis://queue.example"}, {**SETTINGS, "DATA_DIR": tmp_path})
    portal.ring_with_valkey()
    assert portal.env["REDIS_URL"] == "redis://queue.example"
    assert portal.children == []


def test_a_database_is_new_until_its_first_migration(tmp_path):
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    assert is_new(url)
    with contextlib.closing(sqlite3.connect(tmp_path / "portal.db")) as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
    assert not is_new(url)


def test_a_database_out_of_reach_is_named_by_its_setting_in_one_sentence(tmp_path):
    with pytest.raises(Refusal, match="DATABASE_URL: the database cannot be reached") as refusal:
        is_new(f"postgresql+psycopg://postgres:mark-of-a-secret@/postgres?host={tmp_path}")
    assert "\n" not in str(refusal.value) and "mark-of-a-secret" not in str(refusal.value)


def test_a_flask_command_that_fails_shows_what_it_printed(tmp_path):
    portal = Portal(dict(os.environ), {**SETTINGS, "DATA_DIR": tmp_path})
    with pytest.raises(Refusal, match=r"No such command 'dance'(.|\n)*`flask dance` failed"):
        portal.flask("dance")


def test_a_public_portal_with_the_demo_asks_for_the_first_admin(tmp_path):
    """Somebody who fills it with the demo in public gets no links that open its accounts, and no failure."""
    public = {"PUBLIC_URL": "https://ideas.example.com", "SECRET_KEY": "k" * 40, "SEED": "demo"}
    ours = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    settings = {**SETTINGS, "DATA_DIR": tmp_path, "SEED": "demo", "PRODUCTION": True}
    portal = Portal({**ours, **public, "REDIS_URL": "none"}, settings)
    assert "https://ideas.example.com/set-up/" in portal.links()


class Run:
    """One `bin/run` in a folder of its own."""

    def __init__(self, data_dir: Path, *arguments: str, python: str = sys.executable, **environ: str) -> None:
        self.port = environ.setdefault("PORT", str(free_port()))
        self.log = data_dir.parent / "run.log"
        ours = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [python, str(ROOT / "bin" / "serve.py"), *arguments],
                env={**ours, "DATA_DIR": str(data_dir), "SEED": "none", **environ},
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )

    @property
    def printed(self) -> str:
        return self.log.read_text()

    def status(self, path: str = "/healthz", at: str = "127.0.0.1", **headers: str) -> int:
        return self.answer(path, at, **headers).status

    def answer(self, path: str, at: str = "127.0.0.1", **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(at, int(self.port), timeout=5)
        connection.request("GET", path, headers=headers)
        return connection.getresponse()

    def wait(self) -> None:
        """Until it serves, or has ended."""
        wait(lambda: self.process.poll() is not None or "Ctrl-C stops everything" in self.printed, 120)


@pytest.fixture
def run(tmp_path):
    """Starts `bin/run`s, and ends those that a test left."""
    runs: list[Run] = []

    def start(*arguments: str, **environ: str) -> Run:
        runs.append(Run(tmp_path / f"data{len(runs)}", *arguments, **environ))
        return runs[-1]

    yield start
    for one in runs:
        if one.process.poll() is None:
            one.process.terminate()
            one.process.wait(30)


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_ctrl_c_stops_everything_that_a_run_started(run, tmp_path):
    portal = run()
    portal.wait()
    assert portal.status() == 200, portal.printed
    assert f"http://127.0.0.1:{portal.port}/" in portal.printed
    started = children(portal.process.pid)
    assert len(started) == 3
    assert Redis.from_url((tmp_path / "data0" / "valkey.url").read_text()).ping()

    portal.process.send_signal(signal.SIGINT)
    assert portal.process.wait(30) == 0
    assert all(gone(pid) for pid in started)
    assert not (tmp_path / "data0" / "valkey.url").exists()


def test_a_run_stopped_while_it_sets_up_leaves_nothing_behind(run, tmp_path):
    portal = run()
    wait((tmp_path / "data0" / "valkey.url").exists)
    started = children(portal.process.pid)
    portal.process.send_signal(signal.SIGTERM)
    assert portal.process.wait(30) == 0
    assert all(gone(pid) for pid in started)
    assert not (tmp_path / "data0" / "valkey.sock").exists()


INTERRUPTED = """
import os, pathlib, subprocess
from launcher import serving
real = subprocess.Popen._execute_child
def interrupted(self, *given):
    real(self, *given)
    print(self.pid, flush=True)
    raise serving.Stop
subprocess.Popen._execute_child = interrupted
serving.BIN = pathlib.Path(os.environ["BIN"])
portal = object.__new__(serving.Portal)
portal.env = dict(os.environ)
try:
    portal.flask("db", "upgrade")
except serving.Stop:
    serving.time.sleep(1)
"""


def test_a_command_that_was_just_being_started_ends_with_the_run(tmp_path):
    slow = tmp_path / "flask"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    env = {**os.environ, "BIN": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], cwd=ROOT, env=env, capture_output=True, text=True, timeout=30
    )
    assert not ran.stderr
    wait(lambda: gone(int(ran.stdout)))


def test_a_run_that_cannot_start_names_the_setting_at_fault(run):
    portal = run(DATABASE_URL="mysql://somewhere")
    assert portal.process.wait(20) == 1
    assert "DATABASE_URL" in portal.printed
    assert "Traceback" not in portal.printed


def test_a_port_in_use_ends_a_run_before_it_starts_anything(run, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        portal = run(PORT=str(other.getsockname()[1]))
        assert portal.process.wait(20) == 1
    assert portal.printed.startswith("Port ")
    assert not (tmp_path / "data0" / "portal.db").exists()


@pytest.mark.parametrize(
    "environ",
    [
        {"DATABASE_URL": "postgresql://portal:mark/of#secret@db.example/portal"},
        {"DATABASE_URL": "postgresql://portal:mark-of-secret@127.0.0.1:1/portal", "SEED": "demo"},
        {"DATABASE_URL": "postgresql://portal:mark-of-secret@127.0.0.1:1/portal"},
        {"REDIS_URL": "redis://:mark@of#secret@127.0.0.1:1/0", "SMTP_URL": "smtp://portal:mark/of-secret@127.0.0.1"},
        {"SECRET_KEY": "mark-of-secret", "METRICS_TOKEN": "of-secret", "WEB_WORKERS": "two"},
    ],
    ids=lambda environ: "+".join(environ),
)
def test_whatever_fails_at_the_start_is_one_sentence_each_without_a_secret(run, tmp_path, environ):
    portal = run(**environ)
    assert portal.process.wait(60) == 1
    said = portal.printed.removesuffix("\n").splitlines()
    assert {line.split()[0].rstrip(":") for line in said} <= set(environ) and said
    assert "secret" not in portal.printed and "mark" not in portal.printed and "Traceback" not in portal.printed
    assert not (tmp_path / "data0" / "portal.db").exists()


def test_a_portal_on_a_number_of_ipv6_keeps_its_secrets_while_all_is_away(run, tmp_path):
    """Nothing that it prints, logs, keeps or is called with holds a secret; links lead to its number."""
    secrets = {"SECRET_KEY": "mark1" * 8, "METRICS_TOKEN": "mark2" * 4}
    urls = {"REDIS_URL": "redis://:mark3%40x@127.0.0.1:1/0", "SMTP_URL": "smtp://portal:mark4%2Fx@127.0.0.1:1"}
    portal = run(HOST="::1", LOG_LEVEL="debug", **secrets, **urls)
    portal.wait()
    assert portal.process.poll() is None, portal.printed
    link = next(word for word in portal.printed.split() if "/set-up/" in word)
    assert link.startswith(f"http://[::1]:{portal.port}/set-up/")
    ours = f"[::1]:{portal.port}"
    shown = [
        portal.answer(path, "::1", Host=ours) for path in (link.partition(ours)[2], "/", "/readyz", "/metrics", "/x")
    ]
    assert [answer.status for answer in shown] == [200, 200, 200, 200, 404]
    pages = b"".join(answer.read() + str(answer.headers).encode() for answer in shown)
    assert portal.status("/", "::1", Host="evil.example") == 400
    assert portal.status("/", "::1", Host="[::2]") == 400
    commands = b"".join(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in family(portal.process.pid))
    portal.process.send_signal(signal.SIGTERM)
    assert portal.process.wait(30) == 0
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data0").rglob("*") if path.is_file())
    everything = pages + commands + kept + portal.printed.encode()
    assert b"granian" in commands and b"alembic_version" in kept
    assert [mark for mark in (b"mark1", b"mark2", b"mark3", b"mark4") if mark in everything] == []


def family(pid: int) -> list[int]:
    return [pid, *(one for child in children(pid) for one in family(child))]


def test_the_web_server_of_a_container_starts_with_empty_figures(run, tmp_path, monkeypatch):
    figures = tmp_path / "metrics"
    figures.mkdir()
    left = "from prometheus_client import Counter; Counter('atelier_votes', 'Votes', ['act']).labels('cast').inc(7)"
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(figures)}
    subprocess.run([sys.executable, "-c", left], env=env, check=True)
    port = str(free_port())
    settings = {"PORT": port, "PUBLIC_URL": f"http://127.0.0.1:{port}", "WEB_WORKERS": "1"}
    web = run("web", PROMETHEUS_MULTIPROC_DIR=str(figures), **settings)

    def serves() -> bool:
        with contextlib.suppress(OSError):
            return web.status() == 200
        return web.process.poll() is not None

    wait(serves, 120)
    shown = web.answer("/metrics").read().decode()
    assert "atelier_requests_total" in shown and "atelier_votes_total" not in shown, web.printed


def test_a_container_without_an_address_does_not_start(run):
    web = run("web")
    assert web.process.wait(20) == 1
    assert web.printed == "PUBLIC_URL is missing: write the address that people type.\n"


def test_a_web_server_started_by_hand_says_what_is_wrong_without_a_traceback(tmp_path):
    env = {**os.environ, "DATA_DIR": str(tmp_path), "SMTP_URL": "smtp://portal:mark/secret@mail.example"}
    command = web_command("127.0.0.1", str(free_port()))
    ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    said = ran.stdout + ran.stderr
    assert ran.returncode and "Error: SMTP_URL has characters" in said and "as %2F" in said
    assert "Traceback" not in said and "secret" not in said
