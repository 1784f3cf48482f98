"""Takes every control out once and prints by which test that was caught; the exit code is 1 where one was not."""

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

from tools.mutate.reach import MEASURED, Reach
from tools.mutate.table import DOCS, Control, Mutation, Outdated, controls
from tools.mutate.trial import Answer, copied, tried, without

CAUGHT = {"failed": "caught", "passed": "NOT CAUGHT", "broke": "BROKE"}
Trial = tuple[Control, Mutation, Answer]


class Copies:
    """Copies of the portal, each used by one trial at a time."""

    def __init__(self, number: int, stack: ExitStack) -> None:
        self.free: SimpleQueue[Path] = SimpleQueue()
        for _ in range(number):
            self.free.put(stack.enter_context(copied()))

    @contextmanager
    def one(self) -> Iterator[Path]:
        copy = self.free.get()
        try:
            yield copy
        finally:
            self.free.put(copy)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # whatever ends this ends what it started too
    asked = arguments()
    try:
        wanted = chosen(asked.only, asked.start)
    except Outdated as problem:
        print(problem, file=sys.stderr)
        return 2
    began = time.monotonic()
    with ExitStack() as stack:
        copies = Copies(asked.jobs, stack)
        crew = ThreadPoolExecutor(asked.jobs)
        stack.callback(crew.shutdown, cancel_futures=True)  # whoever stops this waits for no trial that has not begun
        reach = Reach()
        if not asked.trust:
            baseline(wanted, copies, crew, reach)
        trials = run(wanted, reach, copies, crew)
    return summary(trials, time.monotonic() - began)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/mutate",
        description=f"Takes out each control that {DOCS} names, one at a time, in copies of the portal, and runs the "
        "tests that its row names, on SQLite: one of them has to fail. What taking a control out looks like stands in "
        "tools/mutate/controls.txt, one line each.",
    )
    parser.add_argument("--only", metavar="TEXT", default="", help="rows and changes that hold this text")
    parser.add_argument(
        "--from", metavar="TEXT", default="", dest="start", help="begin at the row that holds this text"
    )
    parser.add_argument("--jobs", type=int, default=2, help="so many copies at a time (default 2)")
    parser.add_argument("--trust", action="store_true", help="do not first see that the tests pass with every control")
    return parser.parse_args()


def chosen(only: str, start: str = "") -> list[tuple[Control, Mutation]]:
    """What is to be taken out. Every change has to fit, also those that are not asked for."""
    found, begun = [], False
    for control in controls():
        begun = begun or start in control.name
        for mutation in control.mutations:
            mutation.made_in(Path())
            if begun and only in f"{control.name} {mutation.file} {mutation.lets}":
                found.append((control, mutation))
    if not found:
        raise Outdated(f"nothing in the table holds “{only or start}”")
    return found


def baseline(wanted: list[tuple[Control, Mutation]], copies: Copies, crew: ThreadPoolExecutor, reach: Reach) -> None:
    """Every test passes with all controls in place, or holds nothing; which lines it runs through is noted."""
    files = sorted({test for control, _ in wanted for test in control.tests})

    def one(file: str) -> Answer:
        with copies.one() as copy:
            answer = tried(copy, (file,), *MEASURED)
            with noting:
                reach.take(copy)
            return answer

    noting = Lock()
    for file, answer in zip(files, crew.map(one, files), strict=True):
        if answer.what != "passed":
            raise SystemExit(f"{answer.printed}\n{file} fails with every control in place: {answer.by}")
    print(f"{len(files)} files of tests pass with every control in place", flush=True)


def run(wanted: list[tuple[Control, Mutation]], reach: Reach, copies: Copies, crew: ThreadPoolExecutor) -> list[Trial]:
    """Every trial, printed as it ends; the tests of its row that pass through the control come first."""

    def one(what: tuple[Control, Mutation]) -> Trial:
        control, mutation = what
        first = [test for test in reach.through(mutation) if test.partition("::")[0] in control.tests]
        with copies.one() as copy, without(mutation, copy):
            answer = tried(copy, tuple(first)) if first else None
            if not answer or answer.what != "failed":
                answer = tried(copy, control.tests)
            return control, mutation, answer

    trials, before = [], ""
    for control, mutation, answer in crew.map(one, wanted):
        if control.name != before:
            print(f"\n{control.name}", flush=True)
        before = control.name
        how = f"{answer.by}  ({answer.seconds:.0f} s)"
        print(f"  {CAUGHT[answer.what]:<10}  {mutation.lets}: {mutation.file}\n              {how}", flush=True)
        trials.append((control, mutation, answer))
    return trials


def summary(trials: list[Trial], seconds: float) -> int:
    """Count, and repeat what nobody noticed."""
    missed = [trial for trial in trials if trial[2].what != "failed"]
    print(f"\n{len(trials)} controls taken out, {len(trials) - len(missed)} caught, in {seconds:.0f} s")
    for control, mutation, answer in missed:
        print(f"{CAUGHT[answer.what]}: controls.txt:{mutation.line}: {mutation.lets} ({control.name})")
        if answer.what == "broke":
            print("\n".join(answer.printed.splitlines()[-15:]))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
