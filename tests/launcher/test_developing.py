"""`bin/dev`, in a copy of the portal: what is saved is there at the next load."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from launcher.children import ROOT, Refusal
from launcher.developing import Development
from tests.launcher.test_serving import SETTINGS, free_port, wait

OURS = ("launcher", "migrations", "portal", "templates", "pyproject.toml", "wsgi.py")
SAVED = 'app.add_url_rule("/saved", "saved", lambda: "Python too")'
WITHOUT = ("_URL", "SECRET_KEY", "HOST", "PYTHONPATH")


class Dev:
    """One `bin/dev` in a copy of the portal."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log, self.port = folder, folder / "log", free_port()
        for name in OURS:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, folder / name)
        env = {name: value for name, value in os.environ.items() if not name.endswith(WITHOUT)}
        env |= {"DATA_DIR": str(folder / "var"), "PORT": str(self.port), "SEED": "none", "LOG_FORMAT": "text"}
        command = [sys.executable, "-m", "launcher.developing"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)

    @property
    def printed(self) -> str:
        return self.log.read_text()

    def page(self, path: str = "/") -> str:
        """What a visitor gets, errors too; who comes while it begins anew waits. Nothing where it ended under way."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            return str(error.read().decode())
        except (ConnectionError, HTTPException):
            return ""

    def change(self, file: str, old: str, new: str) -> None:
        """Save the file with other words in it."""
        path = self.folder / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    def shows(self, words: str, path: str = "/") -> Callable[[], bool]:
        return lambda: words in self.page(path)


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[Dev]:
    started = Dev(tmp_path)
    wait(lambda: started.process.poll() is not None or "Working" in started.printed, 120)
    assert started.process.poll() is None, started.printed
    yield started
    started.process.terminate()
    assert started.process.wait(30) == 0


def test_what_is_saved_is_there_at_the_next_load(dev: Dev) -> None:
    sheet = str(re.findall(r"/assets/app\.\w+\.css", dev.page())[0])

    dev.change("templates/layout/_footer.html", "Ideas and answers", "Wishes and answers")
    dev.change("portal/static/css/tokens.css", "--brand-h:", "--just-saved: 1; --brand-h:")
    dev.change("wsgi.py", "gc.collect()", SAVED)
    wait(dev.shows("Wishes and answers, in the open."), 120)
    wait(dev.shows("Python too", "/saved"), 120)
    fresh = str(re.findall(r"/assets/app\.\w+\.css", dev.page())[0])
    assert fresh != sheet and "--just-saved" in dev.page(fresh)
    wait(lambda: dev.printed.count("| Working") >= 2, 120)  # the worker began anew too

    dev.change("wsgi.py", '"Python too"', "no_such_name")
    wait(dev.shows("NameError", "/saved"), 120)
    assert "Werkzeug Debugger" in dev.page("/saved")


def test_it_serves_this_machine_alone(tmp_path: Path) -> None:
    public = {**SETTINGS, "DATA_DIR": tmp_path, "PUBLIC_URL": "https://ideas.example.com", "PRODUCTION": True}
    with pytest.raises(Refusal, match=r"PUBLIC_URL is https://ideas\.example\.com: bin/dev shows the code"):
        Development({}, public)
