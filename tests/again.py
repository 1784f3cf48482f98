"""Runs a suite; browser tests that fail in it run once more, in a fresh browser and on a portal of their own.

`python -m tests.again NAME ARGUMENTS`: pytest with these; what it found is in `test-results/NAME.xml` and
`test-results/NAME/`. A test that passes the second time is FLAKY: a defect of the portal or of the test, which is to be
understood and mended, and no failure of this run.
"""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

from tests.evidence import FAILED

RESULTS = Path("test-results")
FLAKY = "flaky.txt"
# More than that at once are no accident.
MOST = 10
SOME_FAILED = 1


def run(name: str, arguments: list[str]) -> int:
    """The exit code of the suite, once what failed in a browser had its second chance."""
    code = _pytest(RESULTS / name, RESULTS / f"{name}.xml", arguments)
    if code != SOME_FAILED:
        return code
    failed: dict[str, bool] = json.loads((RESULTS / name / FAILED).read_text())
    in_browser = [test for test, browser in failed.items() if browser]
    if not in_browser or len(in_browser) > MOST:
        return code
    print(f"\n== {name}: once more, in a fresh browser: {len(in_browser)}", flush=True)
    again = RESULTS / f"{name}-again"
    options = [word for word in arguments if not word.startswith("tests/")]
    ran = _pytest(again, again / "again.xml", [*_without_processes(options), *in_browser]) in (0, SOME_FAILED)
    still: dict[str, bool] = json.loads((again / FAILED).read_text()) if ran else failed
    flaky = [test for test in in_browser if test not in still]
    (RESULTS / name / FLAKY).write_text("".join(f"{test}\n" for test in flaky))
    _count_as_passed(RESULTS / f"{name}.xml", flaky)
    return 0 if flaky and len(flaky) == len(failed) else code


def _pytest(results: Path, report: Path, arguments: list[str]) -> int:
    results.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pytest", "--junitxml", str(report), *arguments]
    return subprocess.run(command, env={**os.environ, "TEST_RESULTS": str(results)}).returncode


def _without_processes(options: list[str]) -> list[str]:
    """The same words without those that share the tests out, or choose among them by path."""
    kept, skip = [], False
    for word, before in zip(options, ["", *options], strict=False):
        skip = word in ("-n", "--dist", "--ignore")
        if not skip and before not in ("-n", "--dist", "--ignore"):
            kept.append(word)
    return kept


def _count_as_passed(report: Path, flaky: list[str]) -> None:
    """Take the failures of these tests out of the report."""
    tree = xml.parse(report)
    names = {(path.removesuffix(".py").replace("/", "."), name) for path, _, name in (t.partition("::") for t in flaky)}
    for suite in tree.iter("testsuite"):
        for case in suite.iter("testcase"):
            if (case.get("classname"), case.get("name")) in names:
                for kind in ("failure", "error"):
                    for found in case.findall(kind):
                        case.remove(found)
                        total = "failures" if kind == "failure" else "errors"
                        suite.set(total, str(int(suite.get(total, 1)) - 1))
    tree.write(report)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2:]))
