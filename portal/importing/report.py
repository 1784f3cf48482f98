"""What an import did: every line is new, here already, refused, or (a vote that counts for nobody) counted only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MOST_KEPT = 100_000
NUMBERS = ("ideas", "comments", "votes", "imported_support", "new_ideas", "new_comments", "new_votes", "refused")


@dataclass(frozen=True)
class Refused:
    """A line that was left out."""

    file: str
    line: int
    id: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}{f', id {self.id}' if self.id else ''}: {self.why}"


@dataclass(frozen=True)
class Differs:
    """A field of which the file says something else than what is here; what is here stays."""

    what: str
    id: str
    field: str
    here: str
    file: str

    def __str__(self) -> str:
        return f"{self.what} {self.id}, {self.field}: here {self.here!r}, in the file {self.file!r}"


@dataclass
class Tally:
    """What became of the lines of one file: read = new + here + refused + uncounted."""

    read: int = 0
    new: int = 0
    here: int = 0
    refused: int = 0
    uncounted: int = 0


@dataclass
class Report:
    """Totals of the folder that are in the portal after this run; `new_*` are those that this run added."""

    source: str = ""
    votes: int = 0
    imported_support: int = 0
    stopped: str = ""
    notes: list[str] = field(default_factory=list)
    lines: dict[str, Tally] = field(default_factory=lambda: {k: Tally() for k in ("ideas", "comments", "votes")})
    refused_lines: list[Refused] = field(default_factory=list)
    differing: list[Differs] = field(default_factory=list)
    differs: int = 0

    @property
    def ideas(self) -> int:
        return self.lines["ideas"].new + self.lines["ideas"].here

    @property
    def comments(self) -> int:
        return self.lines["comments"].new + self.lines["comments"].here

    @property
    def new_ideas(self) -> int:
        return self.lines["ideas"].new

    @property
    def new_comments(self) -> int:
        return self.lines["comments"].new

    @property
    def new_votes(self) -> int:
        return self.lines["votes"].new

    @property
    def refused(self) -> int:
        return sum(tally.refused for tally in self.lines.values())

    def refuse(self, kind: str, file: str, line: int, id: str, why: str) -> None:
        """Note a line that cannot be imported."""
        self.lines[kind].refused += 1
        if len(self.refused_lines) < MOST_KEPT:
            self.refused_lines.append(Refused(file, line, id, why))

    def put_in_order(self) -> None:
        """The refused lines in the order of the files: some were found out earlier than those before them."""
        kinds = list(self.lines)
        self.refused_lines.sort(key=lambda refused: (kinds.index(refused.file.partition(".")[0]), refused.line))

    def differ(self, found: list[Differs]) -> None:
        """Note fields that are left as they are here."""
        self.differs += len(found)
        self.differing += found[: MOST_KEPT - len(self.differing)]

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values; `refused` is how many, `refused_lines` which and why."""
        return {name: getattr(self, name) for name in ("source", *NUMBERS, "differs", "stopped", "notes")} | {
            "lines": {kind: vars(tally) for kind, tally in self.lines.items()},
            "refused_lines": [vars(refused) for refused in self.refused_lines],
            "differing": [vars(differs) for differs in self.differing],
        }

    def as_text(self, most: int) -> str:
        """The report for a person, with at most so many details of a kind."""
        uncounted = self.lines["votes"].uncounted
        lines = [
            f"source            {self.source}",
            f"ideas             {self.ideas:>9,}  ({self.new_ideas:,} new)",
            f"comments          {self.comments:>9,}  ({self.new_comments:,} new)",
            f"votes             {self.votes:>9,}  ({self.new_votes:,} new)",
            f"imported support  {self.imported_support:>9,}",
            f"refused           {self.refused:>9,}",
            f"differing         {self.differs:>9,}",
        ]
        if uncounted:
            lines.append(f"  {uncounted:,} lines of votes say no, or do not say who voted: no vote is made of them.")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes), *self._details(most)])

    def details(self) -> Iterator[str]:
        """Every refused line, then every field that differs."""
        yield from map(str, self.refused_lines)
        yield from map(str, self.differing)
        left = self.refused + self.differs - len(self.refused_lines) - len(self.differing)
        if left:
            yield f"... and {left:,} more"

    def _details(self, most: int) -> Iterator[str]:
        for title, there, count in (
            ("Refused:", self.refused_lines, self.refused),
            ("Not changed, as what is here stays:", self.differing, self.differs),
        ):
            if there:
                yield title
                yield from (f"  {one}" for one in there[:most])
                if count > most:
                    yield f"  ... and {count - most:,} more"
