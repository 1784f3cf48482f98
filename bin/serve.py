"""Starts launcher/serving.py, which knows only the settings of the portal: it stays small, and starts at once.

`bin/serve.py web` becomes the web server alone, as in a container.
"""

import fcntl
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    stay_where_it_is()
    sys.path[0] = str(ROOT)
    from launcher import serving

    return serving.main(*sys.argv[1:])


def stay_where_it_is() -> None:
    """Run from the folder that `.venv` names now, whatever it names later, and keep `bin/set-up` from removing it."""
    here = Path(sys.prefix).resolve()
    if str(here) != sys.prefix and (here / "bin" / "python").exists():
        os.execv(here / "bin" / "python", [str(here / "bin" / "python"), *sys.argv])
    if (here / "installed").exists():
        # Never closed: it is held for as long as this process lives.
        fcntl.flock(os.open(here / "installed", os.O_RDONLY), fcntl.LOCK_SH)


if __name__ == "__main__":
    sys.exit(main())
