"""The controls that docs/security.md names, and what taking each of them out looks like in the code."""

import re
from dataclasses import dataclass
from pathlib import Path

from portal.config import ROOT

CONTROLS = Path(__file__).with_name("controls.txt")
DOCS = "docs/security.md"
_TEST = re.compile(r"tests/[\w/]*test_\w+\.py")


class Outdated(Exception):
    """The table does not fit the code or the document any more; the message names the line."""


@dataclass(frozen=True)
class Mutation:
    """One exact replacement in one file, and what it lets through."""

    line: int
    file: str
    there: str
    instead: str
    lets: str

    def made_in(self, root: Path) -> str:
        """The file without the control; raises Outdated where its text does not stand there exactly once."""
        file = root / self.file
        text = file.read_text() if file.is_file() else ""
        if text.count(self.there) != 1:
            found = text.count(self.there)
            raise Outdated(f"controls.txt:{self.line}: {self.file} holds {self.there!r} {found} times, not once")
        return text.replace(self.there, self.instead)


@dataclass(frozen=True)
class Control:
    """A row of the document: what it promises, the tests that hold it, and the ways to take it out."""

    name: str
    tests: tuple[str, ...]
    mutations: tuple[Mutation, ...]


def rows(document: str) -> dict[str, tuple[str, ...]]:
    """Each control of the document's table, and the test files that its row names."""
    found = {}
    for line in document.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 3 and cells[0] not in ("control", "---"):
            found[cells[0]] = tuple(_TEST.findall(cells[2]))
    return found


def mutations(table: str) -> dict[str, list[Mutation]]:
    """The changes under each heading of the table."""
    found: dict[str, list[Mutation]] = {}
    under: list[Mutation] = []
    for number, line in enumerate(table.splitlines(), 1):
        if line.startswith("## "):
            under = found.setdefault(line.removeprefix("## "), [])
        elif line and not line.startswith("#"):
            parts = [part.replace("⏎", "\n") for part in line.split(" :: ")]
            if len(parts) != 4:
                raise Outdated(f"controls.txt:{number}: write file :: there :: instead :: what that lets through")
            under.append(Mutation(number, *parts))
    return found


def controls(root: Path = ROOT) -> list[Control]:
    """Every row with its mutations, in the order of the document; raises Outdated where the two do not fit."""
    named, changes = rows((root / DOCS).read_text()), mutations(CONTROLS.read_text())
    for heading in changes:
        if sum(name.startswith(heading) for name in named) != 1:
            raise Outdated(f"controls.txt: “{heading}” begins no row of {DOCS}, or several")
    found = []
    for name, tests in named.items():
        of_row = [change for heading in changes if name.startswith(heading) for change in changes[heading]]
        if not of_row:
            raise Outdated(f"{DOCS}: nothing in controls.txt takes out “{name}”")
        if missing := [test for test in tests if not (root / test).is_file()] or ["any test"] * (not tests):
            raise Outdated(f"{DOCS}: “{name}” names {', '.join(missing)}, which there is not")
        found.append(Control(name, tests, tuple(of_row)))
    return found
