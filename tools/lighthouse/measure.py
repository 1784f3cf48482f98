"""Runs Lighthouse over a demo that `bin/serve.py` serves, and prints the medians; exits 1 below the bar."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent.parent
TOOL = ROOT / "tools" / "lighthouse" / "node_modules" / ".bin" / "lighthouse"
SUBJECTS = ("accessibility", "best-practices", "seo", "performance")
PROFILES: dict[str, list[str]] = {"phone": [], "desktop": ["--preset=desktop"]}
LEAST_PERFORMANCE = {"phone": 95, "desktop": 100}
PATIENCE = 180


def main() -> int:
    """Measure; the argument is the number of runs."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # whatever ends this ends the portal too
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as folder:
        port = _free_port()
        env = {**os.environ, "DATA_DIR": folder, "PORT": str(port), "SEED": "demo", "RATE_LIMITS": "off"}
        with open(Path(folder) / "run.log", "w") as log:
            portal = subprocess.Popen([sys.executable, str(ROOT / "bin" / "serve.py")], env=env, stdout=log, stderr=log)
        try:
            return _measure(_pages(f"http://127.0.0.1:{port}", portal), runs, Path(folder))
        finally:
            portal.terminate()
            portal.wait(30)


def _measure(pages: dict[str, str], runs: int, folder: Path) -> int:
    below = []
    print(f"{'page':10} {'profile':8} " + " ".join(f"{subject:>15}" for subject in SUBJECTS) + "   failing")
    for name, url in pages.items():
        for profile, options in PROFILES.items():
            reports = [_run(url, options, folder) for _ in range(runs)]
            scores = {s: median(100 * (r["categories"][s]["score"] or 0) for r in reports) for s in SUBJECTS}
            print(f"{name:10} {profile:8} " + " ".join(f"{scores[s]:15.0f}" for s in SUBJECTS), end="   ")
            print(", ".join(_failing(reports[-1])), flush=True)
            for subject, score in scores.items():
                if score < (LEAST_PERFORMANCE[profile] if subject == "performance" else 100):
                    below.append(f"{name}, {profile}: {subject} {score:.0f}")
    for line in below:
        print(f"BELOW THE BAR: {line}")
    return 1 if below else 0


def _run(url: str, options: list[str], folder: Path) -> dict:
    out = folder / "report.json"
    command = [str(TOOL), url, "--quiet", "--output=json", f"--output-path={out}", *options]
    command += [f"--only-categories={','.join(SUBJECTS)}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
    subprocess.run(command, env={**os.environ, "CHROME_PATH": "/usr/bin/chromium"}, check=True, timeout=PATIENCE)
    report: dict = json.loads(out.read_text())
    return report


def _failing(report: dict) -> list[str]:
    """The audits of one run that are not full marks, performance’s own measures left out."""
    wanted = [ref["id"] for s in SUBJECTS[:3] for ref in report["categories"][s]["auditRefs"] if ref["weight"]]
    return sorted({id for id in wanted if report["audits"][id]["score"] not in (1, None)})


def _pages(address: str, portal: subprocess.Popen) -> dict[str, str]:
    deadline = time.monotonic() + PATIENCE
    while True:
        if portal.poll() is not None or time.monotonic() > deadline:
            raise SystemExit("The portal did not start: try bin/run.")
        try:
            board = urllib.request.urlopen(f"{address}/", timeout=20).read().decode()
            news = urllib.request.urlopen(f"{address}/changelog", timeout=20).read().decode()
            break
        except OSError:
            time.sleep(0.3)
    idea, release = (
        re.search(r'href="(/ideas/\d+-[^"#?]+)"', board),
        re.search(r'href="(/changelog/\d+-[^"#?]+)"', news),
    )
    assert idea and release, "the demo has ideas and releases"
    paths = {"board": "/", "idea": idea[1], "propose": "/ideas/new", "release": release[1]}
    return {name: address + path for name, path in paths.items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
