"""What a run found, for people and for machines: a table with each goal met or missed, Markdown, or JSON."""

import json
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tools.bench.figures import Figure, Profile, Report
from tools.bench.goals import goals, memory_goals, triage_goals

KEYS = ("page", "who", "database", "ideas", "rps", "of_hello", "p50_ms", "p99_ms", "cpu_ms", "cpu_of_hello",
        "queries", "bytes")  # fmt: skip
HEADS = ("page", "who", "req/s", "of hello", "p50 ms", "p99 ms", "CPU ms", "CPU of hello", "queries", "bytes", "goals")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
SMALL = 0.01


def as_json(report: Report) -> list[dict[str, Any]]:
    """One object a figure; `queries` is what it takes where nothing is kept from a request before."""
    return [{key: _rounded(asdict(figure)[key]) for key in KEYS} for figure in report.figures]


def write_json(report: Report, file: Path) -> None:
    file.write_text(json.dumps(as_json(report), ensure_ascii=False, indent=1) + "\n")


def as_text(report: Report) -> str:
    """A table for a terminal, where pages were measured, and what stands below it."""
    table = [*_table(report), ""] if report.figures else []
    return "\n".join([*table, *_lines_below(report), "", _summary(report)])


def _table(report: Report) -> list[str]:
    rows = [HEADS, *(_cells(figure) for figure in report.figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADS))]
    lines = []
    for at, row in enumerate(rows):
        if at and _place(report.figures[at - 1]) != (_place(report.figures[at - 2]) if at > 1 else None):
            lines += ["", _title(report.figures[at - 1])]
        cells = [
            cell.ljust(w) if HEADS[n] in ("page", "who", "goals") else cell.rjust(w)
            for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def as_markdown(report: Report) -> str:
    """The same as Markdown."""
    lines: list[str] = []
    for at, figure in enumerate(report.figures):
        if at == 0 or _place(figure) != _place(report.figures[at - 1]):
            lines += ["", f"**{_title(figure)}**", "", f"| {' | '.join(HEADS)} |", "|---|---|" + "--:|" * 8 + "---|"]
        lines.append(f"| {' | '.join(_cells(figure))} |")
    lines += ["", *(f"- {line}" for line in _lines_below(report)), "", _summary(report)]
    return "\n".join(lines).strip() + "\n"


def _cells(figure: Figure) -> tuple[str, ...]:
    numbers = (
        f"{figure.rps:,.0f}",
        "" if figure.of_hello is None else f"{figure.of_hello:.3f}",
        f"{figure.p50_ms:.1f}",
        f"{figure.p99_ms:.1f}",
        "" if figure.cpu_ms is None else f"{figure.cpu_ms:.2f}",
        "" if figure.cpu_of_hello is None else f"{figure.cpu_of_hello:.1f}",
        "" if figure.queries is None else str(figure.queries),
        f"{figure.bytes:,}" if figure.bytes else "",
    )
    return figure.page, figure.who, *numbers, "; ".join(map(str, goals(figure)))


def _lines_below(report: Report) -> list[str]:
    return [*_memory_lines(report), *_triage_lines(report), *map(_line_of, report.profiles)]


def _line_of(profile: Profile) -> str:
    """Where the time goes, the largest first; what is less than a hundredth stands together at the end."""
    large = {name: share for name, share in profile.shares.items() if share >= SMALL}
    parts = [f"{100 * share:.0f} % {name}" for name, share in large.items()]
    if len(large) < len(profile.shares):
        parts.append(f"{100 * (1 - sum(large.values())):.0f} % {len(profile.shares) - len(large)} smaller ones")
    where = f"{profile.page}, {profile.who}, {NAMES[profile.database]}"
    return f"{where} misses its aim; of {profile.samples:,} samples {', '.join(parts)}"


def _memory_lines(report: Report) -> list[str]:
    lines = []
    for memory in report.memory:
        web, worker = memory.last["web"], memory.last["worker"]
        said = "; ".join(map(str, memory_goals(memory)))
        failed = f"; {memory.errors} errors" if memory.errors else ""
        lines.append(
            f"Memory (PSS), {memory.database}: web server {web:.0f} MB, job worker {worker:.0f} MB; {said}{failed}"
        )
    return lines


def _triage_lines(report: Report) -> list[str]:
    return [
        f"Triage of {triage.items} items by keyboard, {NAMES[triage.database]}, {triage.ideas:,} ideas: "
        + "; ".join(map(str, triage_goals(triage)))
        for triage in report.triages
    ]


def _summary(report: Report) -> str:
    found = [goal for figure in report.figures for goal in goals(figure)]
    found += [goal for memory in report.memory for goal in memory_goals(memory)]
    found += [goal for triage in report.triages for goal in triage_goals(triage)]
    met = sum(goal.met for goal in found)
    return f"{met} of {len(found)} goals met, on {platform.machine()} with Python {platform.python_version()}."


def _place(figure: Figure) -> tuple[str, int]:
    return figure.database, figure.ideas


def _title(figure: Figure) -> str:
    return f"{NAMES[figure.database]}, {figure.ideas:,} ideas"


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
