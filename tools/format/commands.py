"""The tools that lay out, as they stand in the environment that runs this."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
WIDTH = 120
RUFF = BIN / "ruff"
OXFMT: list[str | Path] = [BIN / "oxfmt", f"--config={ROOT / '.oxfmtrc.json'}"]
DJANGOFMT: list[str | Path] = [
    BIN / "djangofmt", "--quiet", "--profile=jinja", f"--line-length={WIDTH}", "--indent-width=2",
]  # fmt: skip
