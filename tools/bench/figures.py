"""What one run found: a line a page, and what it took of memory."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One line of the report. `cpu_ms` is that of the web server for one request, `cpu_of_hello` the same in requests
    of the bare Flask. `errors` and `grown` (the latter against a tenth of the data) stay out of the JSON.
    """

    page: str
    who: str
    database: str
    ideas: int
    rps: float
    of_hello: float | None
    p50_ms: float
    p99_ms: float
    cpu_ms: float | None
    cpu_of_hello: float | None
    queries: int | None
    bytes: int
    errors: int = 0
    grown: float | None = None


@dataclass
class Memory:
    """MB of one web worker and the job worker, early and at the end of so many requests."""

    database: str
    requests: int
    first: dict[str, float]
    last: dict[str, float]
    errors: int = 0


@dataclass(frozen=True)
class Profile:
    """Where the time of a page goes: what part of so many samples fell to what, the largest first."""

    page: str
    who: str
    database: str
    samples: int
    shares: dict[str, float]


@dataclass(frozen=True)
class Triage:
    """So many items of the inbox dealt with by keyboard: the most keys that one took beside what was typed, and how
    long the next was waited for, by the median and at most nine times of ten; beside it how long that browser takes for
    a bare page.
    """

    database: str
    ideas: int
    items: int
    keys: int
    median_ms: float
    p90_ms: float
    bare_ms: float


@dataclass
class Report:
    """Everything that one run found."""

    figures: list[Figure] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)
    profiles: list[Profile] = field(default_factory=list)
    triages: list[Triage] = field(default_factory=list)
