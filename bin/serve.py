"""Starts portal.serving without the portal: the process that only watches stays small and starts at once."""

import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    sys.path[0] = str(ROOT)
    bare = types.ModuleType("portal")
    bare.__path__ = [str(ROOT / "portal")]
    sys.modules["portal"] = bare
    from portal import serving

    return serving.main()


if __name__ == "__main__":
    sys.exit(main())
