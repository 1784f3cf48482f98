"""Lay out Python, templates, CSS and JavaScript; with `--check` only say what is not laid out, and fail."""

import argparse
import subprocess
import sys
from pathlib import Path

from tools.format import styles, templates
from tools.format.commands import OXFMT, ROOT, RUFF

TEMPLATES = ROOT / "templates"
# oxfmt leaves out what the repository ignores; what comes from elsewhere stays as it came.
SCRIPTS = ["portal/static/css", "portal/static/dev", "portal/static/js", "tests/walk"]


def main() -> int:
    """The exit code is 1 where something was not laid out and was only looked at."""
    check = _parser().parse_args().check
    failed = [subprocess.run(command, cwd=ROOT).returncode for command in _commands(check)]
    changed = templates.laid_out(TEMPLATES) | styles.laid_out(TEMPLATES)
    for path, text in changed.items():
        print(f"{'Would lay out' if check else 'Laid out'} {path.relative_to(ROOT)}")
        if not check:
            path.write_text(text)
    return int(any(failed) or (check and bool(changed)))


def _commands(check: bool) -> list[list[str | Path]]:
    ruff: list[str | Path] = [RUFF, "format", "--quiet", *(["--check"] if check else []), "."]
    return [ruff, [*OXFMT, *(["--list-different"] if check else []), *SCRIPTS]]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/format", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())
