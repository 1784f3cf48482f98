"""What an import did: how much is in the portal now, and which lines were refused, and why."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Refused:
    """A line that was left out."""

    file: str
    line: int
    why: str


@dataclass
class Report:
    """Totals of the folder that are in the portal after this run; `new_*` are those that this run added."""

    ideas: int = 0
    comments: int = 0
    votes: int = 0
    imported_support: int = 0
    new_ideas: int = 0
    new_comments: int = 0
    new_votes: int = 0
    refused_lines: list[Refused] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return len(self.refused_lines)

    def refuse(self, file: str, line: int, why: str) -> None:
        """Note a line that cannot be imported."""
        self.refused_lines.append(Refused(file, line, why))

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values; `refused` is how many, `refused_lines` which and why."""
        numbers = (
            "ideas",
            "comments",
            "votes",
            "imported_support",
            "new_ideas",
            "new_comments",
            "new_votes",
            "refused",
        )
        return {name: getattr(self, name) for name in numbers} | {
            "refused_lines": [vars(refused) for refused in self.refused_lines]
        }

    def as_text(self) -> str:
        """The report for a person."""
        lines = [
            f"ideas             {self.ideas:>9,}  ({self.new_ideas:,} new)",
            f"comments          {self.comments:>9,}  ({self.new_comments:,} new)",
            f"votes             {self.votes:>9,}  ({self.new_votes:,} new)",
            f"imported support  {self.imported_support:>9,}",
            f"refused           {self.refused:>9,}",
        ]
        return "\n".join(lines + [f"  {r.file}, line {r.line}: {r.why}" for r in self.refused_lines])
