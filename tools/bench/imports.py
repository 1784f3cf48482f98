"""How fast a table comes in, and with how much memory: `bin/bench import`. With `--gigabytes 2` one is only read, to
see that memory does not grow with the file.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

WORDS = [
    "plan",
    "week",
    "shift",
    "team",
    "kitchen",
    "terrace",
    "holiday",
    "export",
    "print",
    "phone",
    "swap",
    "night",
    "early",
    "late",
    "report",
    "badge",
    "rest",
]
NAMES = "Number;Title;Description;Author;Created at;Votes;Status;Tags\n"
STATUSES = ("open", "under review", "planned", "in progress", "done", "declined")


@dataclass(frozen=True)
class Run:
    """One run of `flask import`: how many rows came in, in how long, and with how much memory at most."""

    rows: int
    bytes: int
    seconds: float
    memory: int

    def said(self, what: str) -> str:
        return (
            f"{what}: {self.rows:,} rows ({self.bytes / 1e6:,.0f} MB) in {self.seconds:,.1f} s, "
            f"{self.rows / self.seconds:,.0f} a second, at most {self.memory / 1e6:,.0f} MB of memory"
        )


def write_rows(file: Path, rows: int, longest: int = 60) -> int:
    """A table of so many wishes; how large it is."""
    with file.open("w", encoding="utf-8") as table:
        table.write(NAMES)
        table.writelines(line for line, _ in zip(_lines(longest), range(rows), strict=False))
    return file.stat().st_size


def write_bytes(file: Path, size: int) -> int:
    """A table of so many bytes, in rows of about 20 KB; how many rows."""
    written, rows = 0, 0
    with file.open("w", encoding="utf-8") as table:
        table.write(NAMES)
        for line in _lines(3_300):
            written += table.write(line)
            rows += 1
            if written >= size:
                return rows
    return rows


def run_import(environment: dict[str, str], file: Path, *options: str) -> Run:
    """Run `flask import` on it, in a process of its own."""
    command = [sys.executable, "-m", "flask", "import", str(file), "--json", "--source", file.stem, *options]
    started = time.monotonic()
    with subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.PIPE) as process:
        out = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"flask import ended with {process.returncode}: {out[-500:]!r}")
    report = json.loads(out)
    return Run(report["ideas"], file.stat().st_size, time.monotonic() - started, usage.ru_maxrss * 1024)


def _lines(longest: int) -> Iterator[str]:
    random = Random(1)
    for number in count(1):
        title = " ".join(random.choices(WORDS, k=6)).capitalize()
        body = " ".join(random.choices(WORDS, k=random.randint(longest // 2, longest)))
        at = f"2025-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        status, votes = random.choice(STATUSES), random.randint(0, 300)
        yield f'{number};"{title} {number}";"{body};";Person {random.randint(1, 5_000)};{at};{votes};{status};"a, b"\n'
