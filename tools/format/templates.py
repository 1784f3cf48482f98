"""The HTML templates, laid out by djangofmt and then, where an expression is too long for it, by `expressions`."""

import subprocess
import tempfile
from pathlib import Path

from tools.format import blanks
from tools.format.commands import DJANGOFMT
from tools.format.expressions import broken, flat

# Three files make one page: alone they are no whole HTML.
PARTS = {Path("privacy/export", name) for name in ("begin.html", "parts.html", "end.html")}


def laid_out(folder: Path) -> dict[Path, str]:
    """What stands in each template once it is laid out, for those where that is something else."""
    names = [path.relative_to(folder) for path in sorted(folder.rglob("*.html"))]
    names = [name for name in names if name not in PARTS]
    with tempfile.TemporaryDirectory(prefix="format-") as copy:
        for name in names:
            Path(copy, name).parent.mkdir(parents=True, exist_ok=True)
            Path(copy, name).write_text(flat((folder / name).read_text()))
        subprocess.run([*DJANGOFMT, copy], check=True)
        texts = {folder / name: _whole(Path(copy, name).read_text()) for name in names}
    return {path: text for path, text in texts.items() if text != path.read_text()}


def _whole(text: str) -> str:
    return broken(blanks.kept(text)).rstrip() + "\n"
