"""What `bin/dev` starts: `bin/run` for who changes the portal. Its web server shows where an error came up, and what
is changed (Python, templates, styles, scripts, words) is there at the next load, and in the worker."""

import contextlib
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from launcher.children import ROOT, Child, Refusal, say, stop_all
from launcher.serving import BIN, Portal, main

SOURCES = ("portal", "templates")
KINDS = {".css", ".html", ".js", ".json", ".md", ".po", ".py", ".svg", ".txt", ".xml"}
# So long a saved file waits for others that are saved with it, and so long who works may finish.
TOGETHER, GRACE = 0.1, 3.0


class Development(Portal):
    """A portal that begins anew with every change. What asks for it meanwhile waits, as its socket stays open."""

    def __init__(self, environ: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        if settings["PRODUCTION"]:
            raise Refusal(
                f"PUBLIC_URL is {settings['PUBLIC_URL']}: bin/dev shows the code and runs what is typed beside it, so"
                " it serves this machine alone. Leave PUBLIC_URL out, or use bin/run."
            )
        super().__init__(environ, settings)
        self.seen = stamps()
        self.ended: set[str] = set()

    def web(self) -> Child:
        """Werkzeug's server with its debugger. It takes our socket, and itself for one that a reloader started: so an
        error in a module that is loaded is shown in the browser too."""
        command = [str(BIN / "flask"), "run", "--debug", "--no-reload", "--host", self.host, "--port", self.port]
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self.socket = socket.create_server((self.host, int(self.port)), family=family)
        taken = {"WERKZEUG_RUN_MAIN": "true", "WERKZEUG_SERVER_FD": str(self.socket.fileno())}
        child = Child("web", command, {**self.env, **taken})
        child.shares = (self.socket.fileno(),)
        return child

    def look_around(self) -> None:
        """Begin anew where a file has changed. What ended by itself waits for that: its lines say why it did."""
        if changed := self.changed():
            say(f"Changed: {', '.join(changed[:3])}{' …' if len(changed) > 3 else ''}")
            for child in self.ours:  # the web server first: somebody waits for its page
                stop_all([child], GRACE)
                child.start()
            self.ended.clear()
        for child in self.children:
            if child not in self.ours:
                child.look_after()
            elif not child.running and child.name not in self.ended:
                self.ended.add(child.name)
                say(f"{child.name} stopped: the lines above say why. It starts again once a file is saved.")

    @property
    def ours(self) -> list[Child]:
        """Those who run what is changed."""
        return [child for child in self.children if child.name in ("web", "worker")]

    def changed(self) -> list[str]:
        """The files that have changed, come or gone since the last look."""
        before, found = self.seen, stamps()
        while found != self.seen:
            time.sleep(TOGETHER)
            self.seen, found = found, stamps()
        return sorted({path.relative_to(ROOT).as_posix() for path, _ in before.items() ^ found.items()})


def stamps() -> dict[Path, int]:
    """When each file that the portal is made of was last written."""
    found = {}
    for path in [ROOT / "wsgi.py", *(path for name in SOURCES for path in (ROOT / name).rglob("*"))]:
        if path.suffix in KINDS:
            with contextlib.suppress(OSError):  # an editor is just putting another one in its place
                found[path] = path.stat().st_mtime_ns
    return found


if __name__ == "__main__":
    sys.exit(main(kind=Development))
