"""The walk: every sample opened once a language, and looked at in every width and theme. On SQLite only."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.conftest import DATABASE
from tests.walk.pages import SAMPLES, Sample
from tests.walk.walker import LOCALES, Served, Walker, portals

collect_ignore_glob = ["test_*.py"] if DATABASE == "postgresql" else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that is asked of one page comes in a row, so that it is loaded once."""
    ours = [item for item in items if "walk" in item.path.parts]
    for item in ours:
        if "walker" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    order = {f"{sample.name}-{lang}": n for n, (sample, lang) in enumerate(_every())}
    first = next((n for n, item in enumerate(items) if item in ours), 0)
    places = sorted(ours, key=lambda item: order.get(item.name.partition("[")[2].rstrip("]"), -1))
    items[:] = [item for item in items if item not in ours]
    items[first:first] = places


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if {"sample", "lang"} <= set(metafunc.fixturenames):
        # Where only the length of words matters, French has the longer ones.
        long = any(mark.name == "longest" for mark in metafunc.definition.iter_markers())
        asked = [(sample, lang) for sample, lang in _every() if lang == "fr" or not long]
        metafunc.parametrize(("sample", "lang"), asked, ids=[f"{sample.name}-{lang}" for sample, lang in asked])


def _every() -> Iterator[tuple[Sample, str]]:
    return ((sample, lang) for sample in SAMPLES for lang in LOCALES)


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
