"""CSS that is a template: while oxfmt lays it out, a name of CSS stands for what Jinja fills in."""

import re
import subprocess
import tempfile
from pathlib import Path

from tools.format.commands import OXFMT

STATEMENT, EXPRESSION = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL), re.compile(r"\{\{.*?\}\}")
STANDS_FOR = re.compile(r"/\*jinja-(\d+)\*/|jinja-(\d+)-x*")


def laid_out(folder: Path) -> dict[Path, str]:
    """What stands in each sheet once it is laid out, for those where that is something else."""
    sheets = sorted(folder.rglob("*.css"))
    with tempfile.TemporaryDirectory(prefix="format-") as copy:
        kept = {number: _without_jinja(path, Path(copy, f"{number}.css")) for number, path in enumerate(sheets)}
        subprocess.run([*OXFMT, copy], check=True, stdout=subprocess.DEVNULL)
        texts = {path: _filled(Path(copy, f"{number}.css"), kept[number]) for number, path in enumerate(sheets)}
    return {path: text for path, text in texts.items() if text != path.read_text()}


def _without_jinja(path: Path, copy: Path) -> list[str]:
    """Write the sheet with a name or a comment in place of each expression and statement, and return these."""
    kept: list[str] = []

    def name(found: re.Match[str]) -> str:
        kept.append(found[0])
        stem = f"jinja-{len(kept) - 1}-"
        return f"/*{stem[:-1]}*/" if found[0][1] != "{" else stem.ljust(len(found[0]), "x")

    copy.write_text(EXPRESSION.sub(name, STATEMENT.sub(name, path.read_text())))
    return kept


def _filled(copy: Path, kept: list[str]) -> str:
    return STANDS_FOR.sub(lambda found: kept[int(found[1] or found[2])], copy.read_text())
