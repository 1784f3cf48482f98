"""What a reader gives: neutral records with the place where each stood, and what it left behind."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

MOST_WORDS = 1_000


class Item(NamedTuple):
    """A record of `ideas`, `comments` or `votes`, and where it stood; or the fault for which there is none."""

    kind: str
    record: dict[str, Any]
    file: str
    line: int
    fault: str = ""


@dataclass
class Told:
    """What a reader says besides its records: for the report, and for whoever looks before importing."""

    notes: list[str] = field(default_factory=list)
    columns: dict[str, str | None] = field(default_factory=dict)
    left_behind: Counter[str] = field(default_factory=Counter)
    duplicates: list[tuple[str, str]] = field(default_factory=list)

    def note(self, words: str) -> None:
        """Say this once."""
        if words not in self.notes and len(self.notes) < MOST_WORDS:
            self.notes.append(words)

    def leave(self, what: str, number: int = 1) -> None:
        """Count what the file has, and the portal has no place for."""
        if number > 0 and (what in self.left_behind or len(self.left_behind) < MOST_WORDS):
            self.left_behind[what] += number

    def duplicate(self, id: object, of: object) -> None:
        """Note that one idea was the same as another, where it comes from."""
        if len(self.duplicates) < 100 * MOST_WORDS:
            self.duplicates.append((str(id), str(of)))
