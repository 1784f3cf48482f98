"""The worker: does what the tables say is due, woken by RQ or by its own watch."""

import logging
import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from portal import fanout, jobs, schedule
from portal.notifications import delivering, leases

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
LONGEST_WAIT = 30.0
Done = TypeVar("Done")


class RingWorker(SimpleWorker):
    """RQ's worker without forks: each job has an app context of its own, and nobody can command it through Redis."""

    app: Flask

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        with self.app.app_context():
            return super().perform_job(job, queue, execution)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Log that it failed as everything is logged here: RQ would quote the words of the error."""
        log.error("job %s failed: the sweep finds what it was for", job.id, exc_info=exc_info[1])

    def subscribe(self) -> None:
        """Listen to no channel."""

    def unsubscribe(self) -> None:
        """There was none."""


class BurstWorker(RingWorker):
    """The same, inside a process that handles its own signals."""

    def _install_signal_handlers(self) -> None:
        pass


def work_off(app: Flask) -> None:
    """Do all that is due and return: by the real queue where there is one, else by looking into the tables."""
    bell: jobs.Doorbell | None = app.extensions["doorbell"]
    if bell is None:
        while poll(app):
            pass
        return
    bell.wait_until_rung()
    while bell.queue.count:
        _worker(BurstWorker, app, bell.redis).work(burst=True, logging_level="WARNING")
        bell.wait_until_rung()


def poll(app: Flask, stop: Callable[[], bool] = lambda: False) -> bool:
    """One look into the tables: fan out what waits, deliver what is due longest. True when there was something.

    One delivery a look, so that nobody is told later because of the mails that wait.
    """
    worked = False
    for id in _do(app, fanout.waiting):
        worked |= not stop() and _do(app, partial(fanout.fan_out, id))
    return worked | (not stop() and _do(app, delivering.deliver))


def sweep(app: Flask, stop: Callable[[], bool] = lambda: False) -> None:
    """Find what nobody rang for: leases that ran out, recurring jobs that are due, events and deliveries that wait."""
    _do(app, leases.take_back)
    _do(app, schedule.run_due)
    while not stop() and poll(app, stop):
        pass


def _do(app: Flask, job: Callable[[], Done]) -> Done:
    """Do a job in an app context of its own, so that no two share a session or what is kept in `g`."""
    with app.app_context():
        return job()


def work(app: Flask) -> None:
    """Work until SIGTERM or Ctrl-C: the job in hand is finished first."""
    stopping = threading.Event()
    bell: jobs.Doorbell | None = app.extensions["doorbell"]
    if bell is None:
        click.echo(f"Working by polling: the tables are looked into every {POLL_SECONDS:g} s (there is no REDIS_URL).")
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        _sweep_until(stopping, app, POLL_SECONDS)
    else:
        click.echo(f"Working with RQ: woken by the queue «{jobs.QUEUE}», and a sweep every {_pause(app):g} s.")
        sweeper = threading.Thread(target=_sweep_until, args=(stopping, app, _pause(app)), name="sweeper")
        sweeper.start()
        try:
            _answer_rings(app, app.config["REDIS_URL"], stopping)
        finally:
            stopping.set()
            sweeper.join()
    click.echo("The worker has stopped.")


def _pause(app: Flask) -> float:
    return max(POLL_SECONDS, float(app.config["SWEEP_SECONDS"]))


def _sweep_until(stopping: threading.Event, app: Flask, pause: float) -> None:
    while not stopping.is_set():
        try:
            sweep(app, stopping.is_set)
        except Exception:  # a database that is away comes back: the next sweep finds all that waits
            log.exception("this sweep failed, the next one tries again in %g s", pause)
        stopping.wait(pause)


def _answer_rings(app: Flask, url: str, stopping: threading.Event) -> None:
    """Run RQ's worker, and again after Redis was away, later each time."""
    wait = 1.0

    def stop(*_: Any) -> None:
        stopping.set()

    while not stopping.is_set():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        try:
            worker = _worker(RingWorker, app, Redis.from_url(url, health_check_interval=30))
            worker.work(logging_level="WARNING")
            wait = 1.0
            if worker._shutdown_requested_date is not None:
                return
        except RedisError as problem:
            log.warning("Redis is away (%s): the sweep goes on, trying again in %g s", problem, wait)
        stopping.wait(wait)
        wait = min(wait * 2, LONGEST_WAIT)


def _worker(kind: type[RingWorker], app: Flask, redis: Redis) -> RingWorker:
    queue = Queue(jobs.QUEUE, connection=redis, serializer=JSONSerializer)
    worker = kind([queue], connection=redis, serializer=JSONSerializer)
    worker.app = app
    worker.log_job_description = False
    return worker
