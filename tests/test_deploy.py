"""What is copied to a server: the settings file is read as systemd reads it and never run, and what Compose is told."""

import getpass
import json
import os
import re
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from portal.config import ROOT

SCRIPT = ROOT / "deploy" / "atelier"


@pytest.fixture(scope="module")
def atelier() -> ModuleType:
    loader = SourceFileLoader("atelier", str(SCRIPT))
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    module = module_from_spec(spec_from_loader("atelier", loader))  # type: ignore[arg-type]
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("A=plain", "plain"),
        ("A=a b  ", "a b"),
        ("A =  a", "a"),
        ("A=", ""),
        ("A=$(touch /tmp/x) `id` $HOME ~", "$(touch /tmp/x) `id` $HOME ~"),
        ("A=a#b ;c", "a#b ;c"),
        ("A='single \\ $x \" #'", 'single \\ $x " #'),
        ('A="double \\" \\\\ \\$x \\` \\n $y"', 'double " \\ $x ` \\n $y'),
        ('A=it\'s "so"', 'it\'s "so"'),
        ("A='a b' \"c d\"e 'f'", "a bc de 'f'"),
        ("A=a\\ b\\\\c\\'d\\ ", "a b\\c'd "),
        ("A=one\\\ntwo", "onetwo"),
        ('A="one\\\ntwo\nthree"', "onetwo\nthree"),
        ("A='one\ntwo'", "one\ntwo"),
        ("A=é€", "é€"),
        ("A=1\nA=2", "2"),
        ("A=a\r\nB=b", "a"),
        ("A=x=y", "x=y"),
        ("A='open", "open"),
        ("A=end\\", "end"),
    ],
)
def test_a_value_is_what_systemd_takes_it_for(atelier: ModuleType, written: str, value: str) -> None:
    assert atelier.read(written)["A"] == value


@pytest.mark.parametrize(
    "written", ["# A=1", "; A=1", "A", "export A=1", "1A=1", "# a \\\nA=1", "; a \\\nA=1", "=1", "A\n=1"]
)
def test_what_sets_nothing_for_systemd_sets_nothing(atelier: ModuleType, written: str) -> None:
    assert atelier.read(written) == {}


def test_the_settings_of_the_service_arrive_as_they_are_and_are_never_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    odd = f'$(touch {trap}) `touch {trap}` it\'s; touch {trap} & "$HOME" #5 a\\\\b'
    (tmp_path / "settings").write_text(f"# of the service\nPUBLIC_URL=https://a.example\nSECRET_KEY={odd}\n")
    flask = tmp_path / ".venv" / "bin" / "flask"
    flask.parent.mkdir(parents=True)
    flask.write_text(f"#!{sys.executable}\nimport json, os, sys\nprint(json.dumps([sys.argv[1:], dict(os.environ)]))\n")
    flask.chmod(0o755)
    places = {"SETTINGS": tmp_path / "settings", "CODE": tmp_path, "DATA": "/data", "USER": getpass.getuser()}
    script = SCRIPT.read_text()
    for name, place in places.items():
        script = re.sub(rf'^{name} = ".*"$', f'{name} = "{place}"', script, flags=re.MULTILINE)
    copy = tmp_path / "atelier"
    copy.write_text(script)
    known = {"PATH": os.environ["PATH"], "SECRET_KEY": "of root", "LD_PRELOAD": ""}
    ran = subprocess.run([sys.executable, copy, "check", "--json"], env=known, capture_output=True, text=True)
    arguments, env = json.loads(ran.stdout)
    assert arguments == ["check", "--json"] and not trap.exists()
    assert env["SECRET_KEY"] == odd.replace("\\\\", "\\") and env["PUBLIC_URL"] == "https://a.example"
    assert env["DATA_DIR"] == "/data" and "LD_PRELOAD" not in env


def test_compose_puts_the_password_of_the_database_into_no_address() -> None:
    """Any letter may be in it: libpq takes it as it is (tests/test_servers.py tries that on a real PostgreSQL)."""
    compose = (ROOT / "compose.yaml").read_text()
    given = re.findall(r"^ +(\w+): .*\$\{POSTGRES_PASSWORD", compose, re.MULTILINE)
    assert sorted(given) == ["PGPASSWORD", "POSTGRES_PASSWORD"]
    assert "DATABASE_URL: postgresql://portal@postgres/portal\n" in compose


def test_a_container_runs_what_checks_its_settings_and_begins_its_figures_anew() -> None:
    """tests/launcher/test_serving.py starts that very command."""
    assert '\nCMD ["python", "bin/serve.py", "web"]\n' in (ROOT / "Dockerfile").read_text()


def test_a_proxy_compresses_nothing_that_the_portal_does_not() -> None:
    """The length of what is sent as it is tells nothing; compressed on its way it might (docs/security.md)."""
    assert re.findall(r"^ +gzip\b.*$", (ROOT / "deploy" / "nginx.conf").read_text(), re.MULTILINE) == ["    gzip off;"]
    assert "encode" not in (ROOT / "deploy" / "Caddyfile").read_text()
