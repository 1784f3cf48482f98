"""What the picture shows: the packages by floor and rung, what each is, and which imports which."""

import ast
import re
from collections import Counter
from pathlib import Path

from launcher.children import ROOT
from tests.test_architecture import LADDER, PORTAL, PRODUCT, RUNGS, dotted, imports, modules

FILE = ROOT / "docs" / "architecture.svg"
LONGEST = 60
Rung = tuple[str, ...]


def floors() -> dict[str, list[Rung]]:
    """The rungs of each floor, from the roof down."""
    web, first, after = RUNGS["web"], PRODUCT[0], PRODUCT[-1] + 1
    ends = {"Roof": (after, len(LADDER)), "Product": (first, after), "Pages": (web, first), "Foundation": (0, web)}
    return {name: list(reversed(LADDER[begin:end])) for name, (begin, end) in ends.items()}


def imported() -> Counter[tuple[str, str]]:
    """In how many files of a package another one is imported."""
    return Counter(pair for path in modules() for pair in pairs(path))


def pairs(path: Path) -> set[tuple[str, str]]:
    """What of the ladder a file belongs to, with each that it imports."""
    own = place(dotted(path))
    targets = {place(name.removeprefix("portal.")) for name in imports(path)} & set(RUNGS) - {own}
    return {(own, target) for target in targets if own in RUNGS}


def place(name: str) -> str:
    """A module by its name under `portal`: its file where that has a rung of its own, else its package."""
    file = ".".join(name.split(".")[:2])
    return file if file in RUNGS else name.partition(".")[0]


def said_of(package: str) -> str:
    """How the docstring of a package or module begins: its first sentence, or what of it a line holds."""
    path = PORTAL / package.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    sentence = re.split(r"\.(?:\s|$)", ast.get_docstring(ast.parse(file.read_text())) or "")[0]
    shorter = (sentence, re.split(r"[:;(]", sentence)[0].strip(), sentence.split(",")[0])
    return next((words for words in shorter if len(words) <= LONGEST), shorter[-1])
