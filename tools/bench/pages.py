"""What is measured, and the goals: one row a page and reader."""

from collections.abc import Callable
from dataclasses import dataclass

from tools.bench.readers import VISITOR, Portal, Reader

SEARCH_P99 = {10_000: 50.0, 100_000: 150.0}
CROWD_P99, MOST_MEMORY, MOST_SLOWER = 2000.0, 250.0, 1.3
CONNECTIONS = 8
NEIGHBOUR = "board, beside a hostile neighbour"


@dataclass(frozen=True)
class Page:
    """A page as somebody asks for it: one list of requests for each connection. `of_hello` is the goal."""

    name: str
    who: str
    requests: Callable[[Portal], list[list[str]]]
    of_hello: float | None = None
    grows: bool = True

    @property
    def is_search(self) -> bool:
        return self.name in ("search", "similar")


def _visitor(*paths: str, part: bool = False) -> list[list[str]]:
    return _asked(VISITOR, *paths, part=part)


def _asked(reader: Reader, *paths: str, part: bool = False) -> list[list[str]]:
    return [[reader.get(path, part) for path in paths]] * CONNECTIONS


def _member(portal: Portal, *paths: str) -> list[list[str]]:
    return _asked(portal.member, *paths)


def _votes(portal: Portal) -> list[list[str]]:
    """Each person goes from idea to idea and votes, then takes the votes back: every request changes something."""
    each = []
    for number, reader in enumerate(portal.crowd[:CONNECTIONS]):
        ideas = portal.open_ideas[number:] + portal.open_ideas[:number]
        each.append([reader.post(f"/ideas/{id}/vote", voted=voted) for voted in "10" for id in ideas])
    return each


PAGES = (
    Page("board", "visitor", lambda p: _visitor("/"), 0.5),
    Page("board", "member", lambda p: _member(p, "/"), 0.15),
    Page("board, 400th page", "visitor", lambda p: _visitor(p.far)),
    Page("board, 400th page", "member", lambda p: _member(p, p.far)),
    Page("board, filtered", "visitor", lambda p: _visitor(*p.narrowed)),
    Page("board, filtered", "member", lambda p: _member(p, *p.narrowed)),
    Page("idea with 50 comments", "visitor", lambda p: _visitor(p.discussed), 0.4),
    Page("idea with 50 comments", "member", lambda p: _member(p, p.discussed), 0.1),
    Page("vote", "member", _votes, 0.15),
    Page("search", "visitor", lambda p: _visitor(*p.searches), grows=False),
    Page("similar", "visitor", lambda p: _visitor(*p.titles, part=True), grows=False),
    Page("notifications", "member", lambda p: _member(p, "/notifications")),
    Page("feed", "visitor", lambda p: _visitor("/feed.atom")),
    Page("roadmap", "member", lambda p: _member(p, "/roadmap")),
    Page("inbox", "staff", lambda p: _asked(p.staff, "/admin")),
    Page("audit", "staff", lambda p: _asked(p.staff, "/admin/audit")),
)


def crowd(portal: Portal, voted: str) -> list[list[str]]:
    """Everybody votes for the same idea at the same moment, each over a connection of their own."""
    idea = portal.open_ideas[-1]
    return [[reader.post(f"/ideas/{idea}/vote", once=True, voted=voted)] for reader in portal.crowd]


def hostile(portal: Portal) -> list[list[str]]:
    """One person's eight connections, each with previews of the texts that take most work; no text comes twice."""
    reader, texts = portal.crowd[0], ("![", "a\n\n", "- a\n  - ", "[a](")
    numbers = [range(first, 20 * CONNECTIONS, CONNECTIONS) for first in range(CONNECTIONS)]
    return [
        [reader.post("/preview", text=f"{n} {(texts[n % len(texts)] * 10_000)[:19_000]}") for n in some]
        for some in numbers
    ]


def a_day(portal: Portal) -> list[list[str]]:
    """What people do all day: nine of ten read without an account."""
    reads = [
        VISITOR.get(path) for path in ("/", portal.discussed, *portal.narrowed[:4], *portal.searches[:2], "/feed.atom")
    ]
    return [[*reads, portal.member.get(path)] for path in ("/", portal.discussed, "/notifications", portal.far) * 2]
