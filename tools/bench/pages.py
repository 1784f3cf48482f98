"""What is measured, and the goals: one row a page and reader."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.admin.asked import SORTS
from portal.admin.lanes import QUEUES
from tools.bench.readers import VISITOR, Portal, Reader
from tools.bench.shape import DISCUSSED, FAMILY

CONNECTIONS = 8
NEIGHBOUR = "board, beside a hostile neighbour"
NOT_KEPT = "anew=1"


@dataclass(frozen=True)
class Page:
    """A page as somebody asks for it: one list of requests for each connection.

    `of_hello` is the goal of what is kept: how many requests a second, of those of hello. `cpu` is that of what is made
    for each reader: the CPU of one request in that of hello, at most, and what we aim at. With `once` no request comes
    a second time.
    """

    name: str
    who: str
    requests: Callable[[Portal], list[list[str]]]
    of_hello: float | None = None
    cpu: tuple[float, float] | None = None
    once: bool = False

    @property
    def is_search(self) -> bool:
        return self.name in ("search", "similar")

    @property
    def is_kept(self) -> bool:
        """Whether most of its readers get what was made for another."""
        return self.who == "visitor" and self.cpu is None and not self.is_search

    def anew(self, portal: Portal) -> list[list[str]]:
        """The requests by which it is made each time: no view knows the word, and with such a word nothing is kept."""
        asked = self.requests(portal)
        return [[_with(NOT_KEPT, one) for one in some] for some in asked] if self.is_kept else asked


def _with(word: str, request: str) -> str:
    method, path, rest = request.split(" ", 2)
    return f"{method} {path}{'&' if '?' in path else '?'}{word} {rest}"


def _visitor(*paths: str, part: bool = False) -> list[list[str]]:
    return _asked(VISITOR, *paths, part=part)


def _asked(reader: Reader, *paths: str, part: bool = False) -> list[list[str]]:
    return [[reader.get(path, part) for path in paths]] * CONNECTIONS


def _member(portal: Portal, *paths: str) -> list[list[str]]:
    return _asked(portal.member, *paths)


def _votes(portal: Portal, ideas: list[int]) -> list[list[str]]:
    """Each person goes from idea to idea and votes, then takes the votes back: every request changes something."""
    each = []
    for number, reader in enumerate(portal.crowd[:CONNECTIONS]):
        turned = ideas[number:] + ideas[:number]
        each.append([reader.post(f"/ideas/{id}/vote", voted=voted) for voted in "10" for id in turned])
    return each


def _first_asked(portal: Portal) -> list[list[str]]:
    """Each connection has ideas of its own, so that none is asked for twice."""
    return [[VISITOR.get(path) for path in portal.others[first::CONNECTIONS]] for first in range(CONNECTIONS)]


def _family_anew(portal: Portal) -> list[list[str]]:
    """The largest family, as if nobody had asked for it: with a word that no view knows nothing is kept."""
    return _visitor(f"{portal.family}?{NOT_KEPT}")


# What a page of staff may cost, and what we aim at.
DESK = (100, 60)


def _desk(name: str, path: str, part: bool = False) -> Page:
    """A page of staff, or a part of it as htmx asks."""
    return Page(
        name, "staff", lambda p: _asked(p.staff, path.format(first=p.waiting, discussed=DISCUSSED), part=part), cpu=DESK
    )


# The inbox, by lane and by order, with what is open in it; and the other pages of the desk that are about many things.
INBOX = (
    _desk("inbox", "/admin"),
    *(_desk(f"inbox, {lane}", f"/admin?queue={lane}") for lane in QUEUES if lane != "all"),
    *(_desk(f"inbox, by {sort}", f"/admin?sort={sort}") for sort in SORTS),
    _desk("inbox, one open", "/admin?idea={first}"),
    _desk("inbox, 50 comments open", "/admin?idea={discussed}"),
    _desk("inbox, fetched ahead", "/admin?idea={first}", part=True),
)
OF_STAFF = (
    _desk("all ideas", "/admin/ideas"),
    _desk("audit", "/admin/audit"),
    _desk("audit, searched", "/admin/audit?q=schedule"),
    _desk("bulk, preview", "/admin/bulk?ids=1&ids=2&ids=3&ids=4&ids=5"),
    _desk("boards", "/admin/boards"),
    _desk("deliveries", "/admin/deliveries"),
    _desk("figures", "/admin/figures"),
    _desk("members", "/admin/members"),
    _desk("members, to welcome", "/admin/members?state=new"),
    _desk("moderation", "/admin/moderation"),
    _desk("partners", "/admin/partners"),
    _desk("promises, kept by staff", "/admin/promises"),
    _desk("promises, slipped", "/admin/promises?show=slipped"),
    _desk("releases", "/admin/releases"),
    _desk("snippets", "/admin/snippets"),
    _desk("tags", "/admin/tags"),
    _desk("workflow", "/admin/statuses"),
)
# A family of twenty with fifty comments: an idea that is read with all that lives in it costs what an idea does.
FAMILIES = (
    Page("family", "member", lambda p: _member(p, p.family), cpu=(90, 50)),
    Page("family, first asked", "visitor", _family_anew, cpu=(60, 40)),
    Page("family, merged idea", "member", lambda p: _member(p, p.lives_elsewhere), cpu=(90, 50)),
    Page("family, vote on a merged idea", "member", lambda p: _votes(p, p.merged), cpu=(50, 30)),
    Page(
        "family, merge preview", "staff",
        lambda p: _asked(p.staff, f"/admin/ideas/{p.apart}/merge?with={FAMILY}"), cpu=DESK,
    ),
)  # fmt: skip
PAGES = (
    Page("board", "visitor", lambda p: _visitor("/"), 0.5),
    Page("board", "member", lambda p: _member(p, "/"), cpu=(60, 35)),
    Page("board, 400th page", "visitor", lambda p: _visitor(p.far)),
    Page("board, 400th page", "member", lambda p: _member(p, p.far), cpu=(60, 35)),
    Page("board, filtered", "visitor", lambda p: _visitor(*p.narrowed)),
    Page("board, filtered", "member", lambda p: _member(p, *p.narrowed), cpu=(60, 35)),
    Page("idea with 50 comments", "visitor", lambda p: _visitor(p.discussed), 0.4),
    Page("idea with 50 comments", "member", lambda p: _member(p, p.discussed), cpu=(90, 50)),
    Page("idea, first asked", "visitor", _first_asked, cpu=(60, 40), once=True),
    Page("vote", "member", lambda p: _votes(p, p.open_ideas), cpu=(50, 30)),
    Page("search", "visitor", lambda p: _visitor(*p.searches)),
    Page("similar", "visitor", lambda p: _visitor(*p.titles, part=True)),
    Page("notifications", "member", lambda p: _member(p, "/notifications"), cpu=(90, 50)),
    Page("feed", "visitor", lambda p: _visitor("/feed.atom")),
    Page("roadmap", "member", lambda p: _member(p, "/roadmap"), cpu=(75, 40)),
    *FAMILIES,
    *INBOX,
    *OF_STAFF,
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
