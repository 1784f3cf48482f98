"""Which tests pass through the lines of a control: they are asked first, since one of them likely fails without it."""

from pathlib import Path

from coverage import CoverageData

from portal.config import ROOT
from tools.mutate.table import Mutation

MEASURED = ("--cov=launcher", "--cov=portal", "--cov-context=test", "--cov-report=")
# More than so many pass through whatever every request does: then their files say as much.
MOST = 40


class Reach:
    """The lines of the portal, and the tests that pass through each."""

    def __init__(self) -> None:
        self.data = CoverageData(no_disk=True)

    def take(self, copy: Path) -> None:
        """Add what the last run of tests in this copy passed through, and take its file away."""
        for file in copy.glob(".coverage*"):
            run = CoverageData(str(file))
            run.read()
            self.data.update(run, map_path=lambda path: path.removeprefix(f"{copy.resolve()}/"))
            run.close()
            file.unlink()

    def through(self, mutation: Mutation, root: Path = ROOT) -> list[str]:
        """The ids of the tests that reach the lines of this control; none where that tells nothing."""
        text = (root / mutation.file).read_text()
        first = text[: text.index(mutation.there)].count("\n") + 1
        lines = range(first, first + mutation.there.count("\n") + 1)
        contexts = self.data.contexts_by_lineno(str(mutation.file))
        tests = {
            name.removesuffix("|run") for line in lines for name in contexts.get(line, ()) if name.endswith("|run")
        }
        return sorted(tests) if len(tests) <= MOST else []
