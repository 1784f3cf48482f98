"""Runs faults and controls, one line each; the exit code is 1 where something was lost, or a control was not caught."""

import argparse
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from tools.chaos import trial
from tools.chaos.controls import CONTROLS, worsened
from tools.chaos.faults import BOTH, FAULTS
from tools.chaos.stand import Settings
from tools.chaos.trial import Outcome, Scale

SHOWN = 5


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # whatever ends this ends what it started too
    asked = arguments()
    scale = trial.QUICK if asked.quick else trial.FULL
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, seed {asked.seed}, {scale}", flush=True)
    wrong, count, began = 0, 0, time.monotonic()
    for database, name in chosen(asked.only, asked.database):
        count += 1
        try:
            outcome, fine = try_out(name, database, scale, asked.seed)
        except Exception:  # what could not be tried has shown nothing, and the others go on
            traceback.print_exc()
            print(f"WRONG {database:<10} {name:<20} could not be tried: the lines above say why", flush=True)
            wrong += 1
        else:
            wrong += not fine
            report(database, name, outcome, fine, asked.logs)
    print(f"{count - wrong} of {count} as they should be, in {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/chaos",
        description="Lets people vote, comment and move ideas along on a portal of its own, breaks it meanwhile, and "
        "checks that nothing that was acknowledged is lost and that everybody is told once. Then it breaks the code "
        "of the portal in a copy, where the same check must fail. All runs on this machine, in temporary folders.",
        epilog="Faults: " + ", ".join(FAULTS) + ". Controls: " + ", ".join(CONTROLS) + ". See docs/durability.md.",
    )
    parser.add_argument("--quick", action="store_true", help="a fifth of the load, and 5 kills instead of 20")
    parser.add_argument(
        "--only", action="append", choices=[*FAULTS, *CONTROLS, "faults", "controls"], metavar="NAME",
        help="one fault or control, or `faults` or `controls`; may be repeated",
    )  # fmt: skip
    parser.add_argument("--database", choices=BOTH, help="one engine; otherwise both, one after the other")
    parser.add_argument("--seed", type=int, default=1, help="what the load is drawn from (default 1)")
    parser.add_argument("--logs", type=Path, metavar="DIR", help="keep what the processes printed where it went wrong")
    return parser.parse_args()


def chosen(only: list[str] | None, database: str | None) -> Iterator[tuple[str, str]]:
    """Each engine with each fault and control that concerns it."""
    groups = {"faults": list(FAULTS), "controls": list(CONTROLS)}
    names = [name for asked in only or groups for name in groups.get(asked, [asked])]
    for engine in [database] if database else BOTH:
        for name in names:
            if engine in (FAULTS.get(name) or CONTROLS[name]).databases:
                yield engine, name


def try_out(name: str, database: str, scale: Scale, seed: int) -> tuple[Outcome, bool]:
    """What came of a fault or a control, and whether that is as it should be."""
    if name in FAULTS:
        fault = FAULTS[name]
        outcome = trial.run(fault.act, Settings(database, **fault.settings), scale, seed)
        return outcome, not outcome.violations
    control = CONTROLS[name]
    with worsened(control.changes) as root:
        outcome = trial.run(control.act, Settings(database, root=root, **control.settings), control.scale, seed)
    return outcome, outcome.has(control.caught_as)


def report(database: str, name: str, outcome: Outcome, fine: bool, logs: Path | None) -> None:
    """One line, and below it what was found."""
    found = f"{len(outcome.violations)} violations" if outcome.violations else "all well"
    if name in CONTROLS:
        found = f"caught: {found}" if fine else f"VOID, this had to be caught: {found}"
    print(f"{'ok' if fine else 'WRONG':<5} {database:<10} {name:<20} {outcome.did}; {outcome.acknowledged}: {found}"
          f" ({outcome.seconds:.0f} s)", flush=True)  # fmt: skip
    shown = outcome.violations[: 1 if fine else SHOWN]
    for violation in shown:
        print(f"{'':6}{violation}", flush=True)
    if logs and not fine:
        logs.mkdir(parents=True, exist_ok=True)
        (logs / f"{database}-{name}.log").write_text(outcome.printed)


if __name__ == "__main__":
    sys.exit(main())
