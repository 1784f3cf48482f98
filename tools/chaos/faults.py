"""What is done to the portal while people use it. Each fault acts on a trial, and says what it did."""

import itertools
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tools.chaos.checker import Kind, Violation
from tools.chaos.postbox import Mood
from tools.chaos.stand import wait_until
from tools.chaos.trial import Trial

BOTH = ("sqlite", "postgresql")
POSTGRESQL = ("postgresql",)


@dataclass(frozen=True)
class Fault:
    """A fault, the databases that it concerns, and settings of the stand that it needs."""

    act: Callable[[Trial], str]
    databases: tuple[str, ...] = BOTH
    settings: dict[str, Any] = field(default_factory=dict)


def calm(trial: Trial) -> str:
    """Nothing fails, and no sweep comes to help: the rings alone have to do."""
    trial.load.join()
    trial.rings_do()
    return "nothing failed, no sweep came to help"


def kill_web(trial: Trial) -> str:
    """kill -9, of the whole server and of its serving process alone in turn."""
    web = trial.stand.web
    for number in range(trial.kills):
        trial.at((number + 1) / (trial.kills + 1))
        trial.trouble(web.kill_below if number % 2 else web.kill)
    return f"kill -9 of web {trial.kills} times"


def kill_worker(trial: Trial) -> str:
    """kill -9 each time that some more mails have come."""
    apart = trial.mails // (trial.kills + 1)
    for number in itertools.count():
        if number == trial.kills or not trial.more_mails(apart):
            break
        # Half of them the moment a mail has come, before its delivery can say so.
        time.sleep(trial.load.random.random() * (number % 2))
        trial.kill_worker()
    if number < trial.kills:
        trial.violations.append(Violation(Kind.VOID, f"{number} kills of {trial.kills}: no more mails came"))
    return f"kill -9 of worker {number} times"


def terminate(trial: Trial) -> str:
    """SIGTERM to web and worker in turn: what is in hand is finished, and no mail goes twice."""
    for number, process in enumerate([trial.stand.web, *trial.stand.workers] * 3):
        trial.at((number + 1) / 7)
        trial.trouble(process.ends_in_peace if process is trial.stand.web else lambda: None)
        if process is not trial.stand.web and not process.ends_in_peace():
            trial.violations.append(Violation(Kind.LATE, f"{process.name} did not end on SIGTERM"))
    return "SIGTERM to web and worker, 3 times each"


def stop_valkey(trial: Trial) -> str:
    valkey = trial.stand.valkey
    assert valkey
    for start in (0.2, 0.6):
        trial.at(start)
        valkey.kill()
        trial.for_a_while(start + 0.2)
        valkey.start()
        valkey.wait_until_ready()
    return "Valkey killed twice, and away for five seconds each time"


def hang_valkey(trial: Trial) -> str:
    valkey = trial.stand.valkey
    assert valkey
    trial.at(0.2)
    valkey.signal(signal.SIGSTOP)
    trial.for_a_while(0.6, 10)
    valkey.signal(signal.SIGCONT)
    return "Valkey stopped answering (SIGSTOP) for ten seconds"


def flush_valkey(trial: Trial) -> str:
    """Every ring and every note of RQ is gone, again and again."""
    times = 20
    for number in range(times):
        trial.at((number + 1) / (times + 1))
        trial.bell.flushall()
    return f"Valkey flushed {times} times"


def restart_postgres(trial: Trial) -> str:
    return _postgres_away(trial, (signal.SIGINT,) * 3, "PostgreSQL restarted")


def crash_postgres(trial: Trial) -> str:
    return _postgres_away(
        trial, (signal.SIGQUIT, signal.SIGKILL) * 2, "PostgreSQL crashed (SIGQUIT and kill -9 in turn)"
    )


def _postgres_away(trial: Trial, signals: tuple[int, ...], what: str) -> str:
    for turn, number in enumerate(signals):
        trial.at((turn + 1) / (len(signals) + 1))
        trial.trouble(lambda number=number: trial.stand.restart_postgres(number))  # type: ignore[misc]
    return f"{what} {len(signals)} times"


def refuse_mail(trial: Trial) -> str:
    trial.at(0.2)
    trial.postbox.close()
    trial.for_a_while(0.6)
    trial.postbox.open()
    return "SMTP refused connections"


def mail_answers(mood: Mood) -> Callable[[Trial], str]:
    """SMTP answers so for a while, then well again."""

    def act(trial: Trial) -> str:
        trial.at(0.2)
        trial.postbox.mood = mood
        trial.for_a_while(0.6, 8)
        trial.postbox.mood = Mood.WELL
        return f"SMTP was in the mood «{mood}»"

    return act


def refuse_people(trial: Trial) -> str:
    """What can never arrive is a dead letter that staff see, and send again with one button."""
    said = mail_answers(Mood.NEVER)(trial)
    trial.load.join()
    trial.come_to_rest()
    dead = trial.database.count("delivery", "state = 'dead'")
    if not dead or "550 5.1.1" not in trial.read("/admin/deliveries"):
        trial.violations.append(Violation(Kind.HIDDEN, f"{dead} dead letters, not on the page of deliveries"))
    while trial.database.count("delivery", "state = 'dead'"):
        assert trial.press("/admin/deliveries/tries", kind="status_changed") == 303
    return f"{said}; {dead} dead letters seen by staff and sent again"


def fill_disk(trial: Trial) -> str:
    trial.at(0.3)
    trial.trouble(lambda: trial.without_space(5))
    return f"disk full for five seconds ({trial.stand.disk})"


def poison(trial: Trial) -> str:
    """An event that cannot be fanned out, and a mail that cannot be written, among all the others."""
    trial.at(0.2)
    event, letter = trial.poison()
    trial.for_a_while(0.6)
    trial.load.join()
    trial.come_to_rest()
    page = trial.read("/admin/deliveries")
    if trial.database.count("event", f"id = {event} AND attempts = 5 AND error LIKE 'KeyError%'") != 1:
        trial.violations.append(Violation(Kind.STATE, "the event is not set aside"))
    if trial.database.count("delivery", f"id = {letter} AND state = 'dead'") != 1:
        trial.violations.append(Violation(Kind.STATE, "the letter is not dead"))
    if f"/admin/events/{event}/tries" not in page or f"/admin/deliveries/{letter}/tries" not in page:
        trial.violations.append(Violation(Kind.HIDDEN, "what was set aside is not on the page of deliveries"))
    return "an event without facts and a letter that cannot be written"


def stall_worker(trial: Trial) -> str:
    """A worker is stopped while it sends, its lease runs out, another one sends, and the first goes on."""
    trial.at(0.3)
    trial.postbox.mood = Mood.HOLDING
    if not trial.postbox.held.wait(60):
        trial.violations.append(Violation(Kind.VOID, "no mail came"))
    [first] = trial.stand.workers
    first.signal(signal.SIGSTOP)
    trial.stand.add_worker()
    lease = trial.stand.settings.lease + trial.stand.settings.sweep
    held = [row.id for row in trial.database.rows("SELECT id FROM delivery WHERE state = 'leased'")]
    wait_until(lambda: trial.database.sent(held) == set(held), lease + 30)
    sent = trial.database.sent(held)
    trial.postbox.let_go.set()
    time.sleep(0.5)
    first.signal(signal.SIGCONT)
    wait_until(lambda: trial.database.sent(held) != sent, 5)
    for id in sent - trial.database.sent(held):
        trial.violations.append(Violation(Kind.OVERTURNED, f"delivery {id}"))
    return "a worker was stopped (SIGSTOP) while it sent, for longer than its lease, and went on"


FAULTS: dict[str, Fault] = {
    "calm": Fault(calm, settings={"sweep": 120}),
    "kill-web": Fault(kill_web),
    "kill-worker": Fault(kill_worker),
    "sigterm": Fault(terminate),
    "valkey-stopped": Fault(stop_valkey),
    "valkey-hung": Fault(hang_valkey),
    "valkey-flushed": Fault(flush_valkey),
    "postgres-restarted": Fault(restart_postgres, POSTGRESQL),
    "postgres-crashed": Fault(crash_postgres, POSTGRESQL),
    "smtp-refusing": Fault(refuse_mail),
    "smtp-slow": Fault(mail_answers(Mood.SLOW)),
    "smtp-421": Fault(mail_answers(Mood.BUSY)),
    "smtp-451": Fault(mail_answers(Mood.LATER)),
    "smtp-550": Fault(refuse_people),
    "smtp-dropping": Fault(mail_answers(Mood.DROPPING)),
    "disk-full": Fault(fill_disk, settings={"small_disk": True}),
    "poison": Fault(poison),
    "stalled-worker": Fault(stall_worker, settings={"lease": 4}),
}
