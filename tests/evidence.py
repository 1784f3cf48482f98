"""What a browser test that fails leaves behind: its trace, a screenshot, and what the server said.

Loaded into every run. `TEST_RESULTS` names the folder; each failed test has one of its own in there.
"""

import json
import os
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Error, Page

FAILED = "failed.json"
_failed: dict[str, bool] = {}


def results() -> Path:
    """Where this run leaves what it found."""
    return Path(os.environ.get("TEST_RESULTS", "test-results/last"))


def folder_of(nodeid: str) -> Path:
    """Where what is known of this failed test lies."""
    return results() / re.sub(r"[^\w.-]+", "-", nodeid.removeprefix("tests/"))[-150:].strip("-")


def traced(context: BrowserContext) -> BrowserContext:
    """The same context, whose steps are written down from now on.

    What the page held at each step costs a third of a journey's time: it is written down where a test runs by itself,
    as it does when it is asked for by name or has its second chance. Pictures would cost half as much again.
    """
    context.tracing.start(snapshots="PYTEST_XDIST_WORKER" not in os.environ)
    return context


def trace_anew(context: BrowserContext) -> None:
    """Forget the steps so far: a window that many tests share has those of the one that is asked."""
    context.tracing.stop_chunk()
    context.tracing.start_chunk()


def keep(chromium: Chromium, nodeid: str) -> None:
    """Write down what every open window shows and did. What can't be had is left out: the test has failed already."""
    folder = folder_of(nodeid)
    folder.mkdir(parents=True, exist_ok=True)
    for number, context in enumerate(chromium.contexts, 1):
        _or_say(folder, context.tracing.stop_chunk, path=folder / f"trace-{number}.zip")
        _or_say(folder, context.tracing.start_chunk)
        for part, page in enumerate(context.pages, 1):
            _or_say(folder, page.screenshot, path=folder / f"window-{number}-{part}.png", timeout=5_000)
            _or_say(folder, _write_what_it_holds, page=page, path=folder / f"window-{number}-{part}.html")


def _write_what_it_holds(page: Page, path: Path) -> None:
    path.write_text(page.content())


def _or_say(folder: Path, do: Any, **options: Any) -> None:
    try:
        do(**options)
    except Error as problem:
        with (folder / "not-kept.txt").open("a") as file:
            file.write(f"{problem}\n")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    chromium = getattr(item, "funcargs", {}).get("chromium")
    if report.failed and chromium is not None:
        keep(chromium, item.nodeid)
        said = "\n".join(f"--- {name}\n{text}" for name, text in report.sections)
        (folder_of(item.nodeid) / f"server-{report.when}.log").write_text(f"{report.longreprtext}\n{said}\n")
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _failed[report.nodeid] = "browser" in report.keywords


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Say which tests failed, and whether in a browser. Of several processes only the one that hears all says it."""
    if not hasattr(session.config, "workerinput") and "TEST_RESULTS" in os.environ:
        results().mkdir(parents=True, exist_ok=True)
        (results() / FAILED).write_text(json.dumps(_failed, indent=1))
