"""Which goals a figure has, and whether it meets them."""

from typing import NamedTuple

from tools.bench import pages
from tools.bench.figures import Figure, Memory, Triage
from tools.bench.pages import Page

SEARCH_P99 = {10_000: 50.0, 100_000: 150.0}
MOST_KEYS, LONGEST_WAIT = 6, 300.0
CROWD_P99, MOST_MEMORY, MOST_GROWN, FLAT = 2000.0, 250.0, 1.3, 1.05


class Goal(NamedTuple):
    """What is wanted in words, whether it is met, what was found where the words do not say it, and what we aim at
    beyond: an aim that is missed holds up nothing.
    """

    words: str
    met: bool
    found: str = ""
    aim: str = ""

    def __str__(self) -> str:
        found = f" ({self.found})" if self.found else ""
        return f"{self.words}: {'met' if self.met else 'MISSED'}{found}{self.aim and ', '}{self.aim}"


def goals(figure: Figure) -> list[Goal]:
    """Each goal of this figure."""
    page = page_of(figure)
    found = [Goal("no errors", False, str(figure.errors))] if figure.errors else []
    if page:
        found += _goals_of(page, figure)
    if "people on one idea" in figure.page:
        found.append(Goal("no error, p99 ≤ 2 s", not figure.errors and figure.p99_ms <= CROWD_P99))
    return found


def page_of(figure: Figure) -> Page | None:
    """The page that the figure is of; a floor and a crowd are of none."""
    return next((page for page in pages.PAGES if (page.name, page.who) == (figure.page, figure.who)), None)


def misses_its_aim(figure: Figure) -> bool:
    page = page_of(figure)
    return bool(page and page.cpu and (figure.cpu_of_hello or 0) > page.cpu[1])


def memory_goals(memory: Memory) -> list[Goal]:
    """Each goal of memory."""
    total, before = sum(memory.last.values()), sum(memory.first.values())
    return [
        Goal(f"together {total:.0f} MB, ≤ {MOST_MEMORY:g}", total <= MOST_MEMORY),
        Goal(f"{before:.0f} to {total:.0f} MB over {memory.requests:,} requests: flat", total <= before * FLAT),
    ]


def triage_goals(triage: Triage) -> list[Goal]:
    """Each goal of triage by keyboard."""
    waited = f"{triage.median_ms:.0f} ms, p90 {triage.p90_ms:.0f}, a bare page {triage.bare_ms:.0f}"
    return [
        Goal(f"≤ {MOST_KEYS} keys an item beside text", triage.keys <= MOST_KEYS, str(triage.keys)),
        Goal(f"the next after ≤ {LONGEST_WAIT:g} ms", triage.median_ms <= LONGEST_WAIT, waited),
    ]


def _goals_of(page: Page, figure: Figure) -> list[Goal]:
    found = []
    if page.of_hello and figure.of_hello is not None:
        found.append(Goal(f"≥ {page.of_hello:g} of hello", figure.of_hello >= page.of_hello))
    if page.cpu and figure.cpu_of_hello is not None:
        (most, aim), cost = page.cpu, figure.cpu_of_hello
        aimed = f"aim {aim:g}: {'met' if cost <= aim else 'missed'}"
        found.append(Goal(f"≤ {most:g} × hello", cost <= most, f"{cost:.1f}", aimed))
    if page.is_search and figure.ideas in SEARCH_P99:
        most = SEARCH_P99[figure.ideas]
        found.append(Goal(f"p99 ≤ {most:g} ms", figure.p99_ms <= most))
    if figure.grown is not None:
        what = "CPU of making it" if page.is_kept else "CPU"
        words = f"{what} × {figure.grown:.2f} at ten times the data, ≤ {MOST_GROWN:g}"
        found.append(Goal(words, figure.grown <= MOST_GROWN))
    return found
