"""The walk: every sample opened, and looked at in one mix of language, theme and width. On SQLite only.

The mixes take turns from one sample to the next, so that each stands in all of its parts; with WALK=all every sample
is looked at in every mix.
"""

import os
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.conftest import DATABASE
from tests.walk.pages import SAMPLES, Sample
from tests.walk.walker import DESK, LOCALES, PHONE, Served, Walker, portals

ALL = os.environ.get("WALK") == "all"
# Languages change slowest: what stands in the second half is French.
MIXES = tuple(product(LOCALES, ("light", "dark"), (PHONE, DESK)))
# In turns: every mix, and those in French twice more, as what only they are asked finds their samples open.
TURNS = (*MIXES, *MIXES[len(MIXES) // 2 :], *MIXES[len(MIXES) // 2 :])

collect_ignore_glob = ["test_*.py"] if DATABASE == "postgresql" else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that is asked of one page comes in a row, so that it is loaded once."""
    ours = [item for item in items if "walk" in item.path.parts]
    for item in ours:
        if "walker" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    order = {(sample, lang): n for n, (sample, lang) in enumerate(product(SAMPLES, LOCALES))}
    first = next((n for n, item in enumerate(items) if item in ours), 0)
    places = sorted(ours, key=lambda item: order.get(_looks_at(item), -1))
    items[:] = [item for item in items if item not in ours]
    items[first:first] = places


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    asked = set(metafunc.fixturenames)
    if {"sample", "theme", "size"} <= asked:
        mixes = [
            (sample, *mix) for n, sample in enumerate(SAMPLES) for mix in (MIXES if ALL else (TURNS[n % len(TURNS)],))
        ]
        ids = [f"{sample.name}-{lang}-{theme}-{size['width']}" for sample, lang, theme, size in mixes]
        metafunc.parametrize(("sample", "lang", "theme", "size"), mixes, ids=ids)
    elif {"sample", "lang"} <= asked:
        # Where only the length of words matters, French has the longer ones.
        long = any(mark.name == "longest" for mark in metafunc.definition.iter_markers())
        pages = list(product(SAMPLES, ("fr",) if long else LOCALES))
        metafunc.parametrize(("sample", "lang"), pages, ids=[f"{sample.name}-{lang}" for sample, lang in pages])


def _looks_at(item: pytest.Item) -> Any:
    """The sample that this test looks at, and in which language."""
    params: dict[str, Any] = item.callspec.params if hasattr(item, "callspec") else {}
    return params.get("sample"), params.get("lang")


@pytest.fixture(scope="session")
def served_portals() -> Iterator[dict[str, Served]]:
    with portals() as served:
        yield served


@pytest.fixture(scope="session")
def walker(chromium: Chromium, served_portals: dict[str, Served]) -> Iterator[Walker]:
    walker = Walker(chromium, served_portals)
    yield walker
    walker.close()


@pytest.fixture
def opened(walker: Walker, sample: Sample, lang: str) -> Page:
    """The page of the sample, on a phone and light; loaded only when the test before looked at another."""
    return walker.keep_open(sample, lang)
