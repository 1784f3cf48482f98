"""What a run found, for people and for machines: a table with each goal met or missed, Markdown, or JSON."""

import json
import platform
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tools.bench import pages
from tools.bench.measure import Figure, Memory, Report

KEYS = ("page", "who", "database", "ideas", "rps", "of_hello", "p50_ms", "p99_ms", "cpu_ms", "queries", "bytes")
HEADS = ("page", "who", "req/s", "of hello", "p50 ms", "p99 ms", "CPU ms", "queries", "bytes", "goals")
FLAT = 1.05


def as_json(report: Report) -> list[dict[str, Any]]:
    """One object a figure; `queries` is what it takes where nothing is kept from a request before."""
    return [{key: _rounded(asdict(figure)[key]) for key in KEYS} for figure in report.figures]


def write_json(report: Report, file: Path) -> None:
    file.write_text(json.dumps(as_json(report), ensure_ascii=False, indent=1) + "\n")


def goals(figure: Figure) -> list[tuple[str, bool]]:
    """Each goal of this figure in words, and whether it is met."""
    page = next((p for p in pages.PAGES if (p.name, p.who) == (figure.page, figure.who)), None)
    found = [("no errors", figure.errors == 0)] if figure.errors else []
    if page and page.of_hello and figure.of_hello is not None:
        found.append((f"≥ {page.of_hello:g} of hello", figure.of_hello >= page.of_hello))
    if page and page.is_search and figure.ideas in pages.SEARCH_P99:
        most = pages.SEARCH_P99[figure.ideas]
        found.append((f"p99 ≤ {most:g} ms", figure.p99_ms <= most))
    if page and page.grows and figure.slower is not None:
        found.append((f"p50 × {figure.slower:.2f} at ten times the data, ≤ 1.3", figure.slower <= pages.MOST_SLOWER))
    if "people on one idea" in figure.page:
        found.append(("no error, p99 ≤ 2 s", not figure.errors and figure.p99_ms <= pages.CROWD_P99))
    return found


def memory_goals(memory: Memory) -> list[tuple[str, bool]]:
    """Each goal of memory in words, and whether it is met."""
    total, before = sum(memory.last.values()), sum(memory.first.values())
    return [
        (f"together {total:.0f} MB, ≤ {pages.MOST_MEMORY:g}", total <= pages.MOST_MEMORY),
        (f"{before:.0f} to {total:.0f} MB over {memory.requests:,} requests: flat", total <= before * FLAT),
    ]


def as_text(report: Report) -> str:
    """A table for a terminal."""
    rows = [HEADS, *(_cells(figure) for figure in report.figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADS))]
    lines = []
    for at, row in enumerate(rows):
        if at and _place(report.figures[at - 1]) != (_place(report.figures[at - 2]) if at > 1 else None):
            lines += ["", _title(report.figures[at - 1])]
        cells = [
            cell.ljust(w) if n in (0, 1, 9) else cell.rjust(w)
            for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([*lines, "", *_memory_lines(report), "", _summary(report)])


def as_markdown(report: Report) -> str:
    """The same as Markdown."""
    lines: list[str] = []
    for at, figure in enumerate(report.figures):
        if at == 0 or _place(figure) != _place(report.figures[at - 1]):
            lines += ["", f"**{_title(figure)}**", "", f"| {' | '.join(HEADS)} |", "|---|---|" + "--:|" * 7 + "---|"]
        lines.append(f"| {' | '.join(_cells(figure))} |")
    lines += ["", *(f"- {line}" for line in _memory_lines(report)), "", _summary(report)]
    return "\n".join(lines).strip() + "\n"


def _cells(figure: Figure) -> tuple[str, ...]:
    numbers = (
        f"{figure.rps:,.0f}",
        "" if figure.of_hello is None else f"{figure.of_hello:.3f}",
        f"{figure.p50_ms:.1f}",
        f"{figure.p99_ms:.1f}",
        "" if figure.cpu_ms is None else f"{figure.cpu_ms:.2f}",
        "" if figure.queries is None else str(figure.queries),
        f"{figure.bytes:,}" if figure.bytes else "",
    )
    return figure.page, figure.who, *numbers, "; ".join(_said(goals(figure)))


def _said(found: list[tuple[str, bool]]) -> Iterator[str]:
    for words, met in found:
        yield f"{words}: {'met' if met else 'MISSED'}"


def _memory_lines(report: Report) -> list[str]:
    lines = []
    for memory in report.memory:
        web, worker = memory.last["web"], memory.last["worker"]
        said = "; ".join(_said(memory_goals(memory)))
        failed = f"; {memory.errors} errors" if memory.errors else ""
        lines.append(
            f"Memory (PSS), {memory.database}: web server {web:.0f} MB, job worker {worker:.0f} MB; {said}{failed}"
        )
    return lines


def _summary(report: Report) -> str:
    found = [goal for figure in report.figures for goal in goals(figure)]
    found += [goal for memory in report.memory for goal in memory_goals(memory)]
    met = sum(1 for _, is_met in found if is_met)
    return f"{met} of {len(found)} goals met, on {platform.machine()} with Python {platform.python_version()}."


def _place(figure: Figure) -> tuple[str, int]:
    return figure.database, figure.ideas


def _title(figure: Figure) -> str:
    return f"{ {'sqlite': 'SQLite', 'postgresql': 'PostgreSQL'}[figure.database] }, {figure.ideas:,} ideas"


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
