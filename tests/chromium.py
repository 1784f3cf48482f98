"""Debian’s Chromium, started once for all tests of a process."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright

# The same browser without its windows and menus, where it is there: the journeys take half the time.
SHELL, WHOLE = "/usr/bin/chromium-headless-shell", "/usr/bin/chromium"
PATH = SHELL if os.access(SHELL, os.X_OK) else WHOLE
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
    # Fewer processes: a window opens in two thirds of the time.
    "--in-process-gpu", "--process-per-site", "--disable-site-isolation-trials",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS)
        yield chromium
        chromium.close()
