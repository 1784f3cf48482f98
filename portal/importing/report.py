"""What an import did: every line is new, here already, refused, or (a vote that counts for nobody) counted only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.importing.readers.items import Told

MOST_KEPT = 100_000
MOST_SHOWN = 5
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
    tool: str = "jsonl"
    run: int | None = None
    foresees: bool = False
    votes: int = 0
    imported_support: int = 0
    stopped: str = ""
    notes: list[str] = field(default_factory=list)
    columns: dict[str, str | None] = field(default_factory=dict)
    became: dict[str, dict[str, str | None]] = field(default_factory=dict)
    unknown: dict[str, dict[str, int]] = field(default_factory=dict)
    left_behind: dict[str, int] = field(default_factory=dict)
    duplicates: list[dict[str, Any]] = field(default_factory=list)
    first: list[dict[str, Any]] = field(default_factory=list)
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
        ranks = {kind: rank for rank, kind in enumerate(kinds)}
        self.refused_lines.sort(key=lambda one: (ranks.get(one.file.partition(".")[0], 0), one.file, one.line))

    def told(self, told: Told, became: Mapping[str, dict[str, str | None]], unknown: dict[str, dict[str, int]]) -> None:
        """Take over what a reader said besides its records."""
        self.notes += told.notes
        self.columns, self.unknown = told.columns, unknown
        self.became = {kind: words for kind, words in became.items() if words}
        self.left_behind = dict(told.left_behind.most_common())
        self.duplicates = [{"id": id, "of": of} for id, of in told.duplicates]

    def find_duplicates(self, ids: Mapping[str, int]) -> None:
        """Say of each pair of duplicates which ideas they are here: they are to be merged, by a person."""
        for pair in self.duplicates:
            here, there = ids.get(pair["id"], 0), ids.get(pair["of"], 0)
            pair |= {"idea": here if here > 0 else None, "into": there if there > 0 else None}

    def show(self, row: dict[str, Any]) -> None:
        """Keep the first rows, as they would become."""
        if len(self.first) < MOST_SHOWN:
            self.first.append(row)

    def counts(self) -> dict[str, Any]:
        """What is remembered of a run."""
        return {name: getattr(self, name) for name in (*NUMBERS, "differs")}

    def differ(self, found: list[Differs]) -> None:
        """Note fields that are left as they are here."""
        self.differs += len(found)
        self.differing += found[: MOST_KEPT - len(self.differing)]

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values; `refused` is how many, `refused_lines` which and why."""
        told = ("columns", "became", "unknown", "left_behind", "duplicates", "first")
        names = ("source", "tool", "run", *NUMBERS, "differs", "stopped", "notes", *told)
        return {name: getattr(self, name) for name in names} | {
            "dry_run": self.foresees,
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
        head = ["Nothing was written. This is what an import would come to:"] if self.foresees else []
        return "\n".join(
            [*head, *lines, *(f"  {note}" for note in self.notes), *self._told(most), *self._details(most)]
        )

    def details(self) -> Iterator[str]:
        """Every refused line, then every field that differs."""
        yield from map(str, self.refused_lines)
        yield from map(str, self.differing)
        left = self.refused + self.differs - len(self.refused_lines) - len(self.differing)
        if left:
            yield f"... and {left:,} more"

    def _told(self, most: int) -> Iterator[str]:
        """What became what, what was left behind, and what is to be merged."""
        for kind, words in (("columns", self.columns), *self.became.items()):
            if words:
                yield f"What {kind} became:"
                yield from (f"  {word} -> {ours or '(left out)'}" for word, ours in [*words.items()][:most])
                yield from [f"  ... and {len(words) - most:,} more"] if len(words) > most else []
        for row in self.first:
            yield f"  {row['id']}: {row['title']} ({row['status']}, {row['author']}, {row['votes_count'] or 0} votes)"
        if self.left_behind:
            yield "Left behind:"
            yield from (f"  {count:,} {what}" for what, count in [*self.left_behind.items()][:most])
        if self.duplicates:
            yield f"Duplicates where they come from, to be merged: {len(self.duplicates):,}"
            yield from (f"  {one['id']} is the same as {one['of']}" for one in self.duplicates[:most])

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
