"""The short edition of `bin/chaos`: real processes meet a few faults, and the checker is shown to see what is wrong."""

import pytest
from flask import Flask

from launcher.children import ROOT
from tests.conftest import DATABASE
from tools.chaos import trial
from tools.chaos.checker import Kind
from tools.chaos.controls import CONTROLS, worsened
from tools.chaos.stand import Settings
from tools.chaos.trial import SHORT, Trial

pytestmark = pytest.mark.both

# A control for each engine: what is dangerous on one of them is harmless on the other.
CONTROL = {"sqlite": "deferred-begin", "postgresql": "read-then-count"}[DATABASE]


def one_after_another(trial: Trial) -> str:
    """Web and worker killed twice each; meanwhile neither mail nor the doorbell answers for a while."""
    valkey = trial.stand.valkey
    assert valkey
    trial.at(0.2)
    trial.trouble(trial.stand.web.kill)
    trial.at(0.4)
    trial.kill_worker()
    trial.postbox.close()
    valkey.kill()
    trial.at(0.6)
    trial.trouble(trial.stand.web.kill_below)
    trial.postbox.open()
    valkey.start()
    trial.at(0.8)
    trial.kill_worker()
    return "web and worker killed, SMTP and Valkey away"


def test_what_is_acknowledged_survives_and_everybody_is_told_once(app: Flask) -> None:
    settings = Settings(DATABASE, lease=6, sweep=1, fold=1, url=app.config["SQLALCHEMY_DATABASE_URI"])
    outcome = trial.run(one_after_another, settings, SHORT, seed=1)
    # How soon it all comes back is measured by `bin/chaos`: a test asserts no timing.
    wrong = [str(found) for found in outcome.violations if found.kind != Kind.LATE]
    assert not wrong, (wrong, outcome.acknowledged, outcome.printed)


def test_the_checker_sees_what_a_worse_portal_does(app: Flask) -> None:
    control = CONTROLS[CONTROL]
    with worsened(control.changes) as root:
        settings = Settings(DATABASE, root=root, url=app.config["SQLALCHEMY_DATABASE_URI"])
        outcome = trial.run(control.act, settings, SHORT, seed=1)
    assert outcome.has(control.caught_as), (outcome.violations, outcome.acknowledged)


def test_every_control_still_fits_the_code_that_it_makes_worse() -> None:
    for change in [change for control in CONTROLS.values() for change in control.changes]:
        assert change.made_in(ROOT) != (ROOT / change.file).read_text()
