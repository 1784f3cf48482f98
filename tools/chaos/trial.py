"""One trial: a stand, a load, a fault in the middle of it, a rest, and the checker's verdict."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from math import inf

from redis import Redis
from sqlalchemy.exc import DBAPIError

from tools.chaos.checker import SOON, Allowed, Database, Kind, Violation, check, in_time
from tools.chaos.history import UNAVAILABLE
from tools.chaos.load import Load, Size, get, post
from tools.chaos.stand import Settings, Stand, standing, wait_until

STUCK = 30.0


class Trial:
    """What a fault may reach for, and what it leaves for the checker."""

    def __init__(self, stand: Stand, load: Load, kills: int) -> None:
        self.stand, self.load, self.kills = stand, load, kills
        self.postbox = stand.postbox
        self.database = Database(stand.url)
        self.allowed = Allowed()
        self.violations: list[Violation] = []
        self.held: dict[int, float] = {}
        self.poisoned = 0

    @property
    def mails(self) -> int:
        """How many mails the load is to cause: each status change is for all followers and the author."""
        return self.load.size.moves * (len(self.stand.people["followers"]) + 1)

    @property
    def bell(self) -> Redis:
        """The Valkey of the stand."""
        assert self.stand.valkey
        return Redis.from_url(self.stand.valkey.url)

    def at(self, progress: float) -> None:
        """Return once the load has come so far."""
        wait_until(lambda: self.load.progress >= progress or not any(t.is_alive() for t in self.load.threads), 600)

    def more_mails(self, number: int) -> bool:
        """Wait until so many more have come; False when no more are on their way."""
        wanted = len(self.postbox.ids) + number

        def over() -> bool:
            return self.load.progress >= 1 and not self.database.waiting()

        wait_until(lambda: len(self.postbox.ids) >= wanted or over(), 600)
        return len(self.postbox.ids) >= wanted

    def for_a_while(self, progress: float, seconds: float = 5.0) -> None:
        """Let the load come so far, and at least so many seconds pass."""
        start = time.monotonic()
        wait_until(lambda: self.load.progress >= progress, 20)
        time.sleep(max(0.0, seconds - (time.monotonic() - start)))

    def trouble(self, fault: Callable[[], object]) -> None:
        """Do something that requests may suffer from, until they are served again: within ten seconds of its end."""
        began = time.time()
        fault()
        self.served_since(time.time())
        self.allowed.troubled.append((began, time.time()))

    def served_since(self, moment: float) -> None:
        """Wait until a request that began after this moment is acknowledged; it is too late after ten seconds."""
        wait_until(lambda: self.load.history.first_acknowledged_since(moment), 60)
        served = self.load.history.first_acknowledged_since(moment)
        if served is None or served - moment > SOON:
            after = f"after {served - moment:.1f} s" if served else "not within 60 s"
            self.violations.append(Violation(Kind.LATE, f"requests were served again {after}"))

    def flowing_since(self, moment: float) -> None:
        """A mail that is new comes within ten seconds of this moment: one is sent for on purpose."""
        self.load.move(self.stand.people["moved"][0])
        wait_until(lambda: self.postbox.first_new_since(moment), 60)
        came = self.postbox.first_new_since(moment)
        if came is None or came - moment > SOON:
            after = f"after {came - moment:.1f} s" if came else "not within 60 s"
            self.violations.append(Violation(Kind.LATE, f"new mail was flowing again {after}"))

    def kill_worker(self) -> None:
        """kill -9 of every worker, and what they held noted: it is to be back within lease and sweep."""
        for worker in self.stand.workers:
            worker.kill()
        self.allowed.kills_of_worker += len(self.stand.workers)
        moment = time.time()
        for row in self.database.rows("SELECT id FROM delivery WHERE state = 'leased'"):
            self.held[row.id] = moment

    def rings_do(self) -> None:
        """Have everybody told by now, without a sweep."""
        wait_until(lambda: not self.database.count("event", "fanned_out_at IS NULL"), SOON)
        self.violations += in_time(self.database, self.stand.people)

    def without_space(self, seconds: float) -> None:
        """The disk of the database is full for so long; then PostgreSQL is started again where it gave up."""
        assert self.stand.disk
        began = time.time()
        if not self.stand.postgres:
            self.cut_the_log()
        with self.stand.disk.full(self.stand.database_processes()):
            if self.stand.postgres:
                self.use_up_the_log()
            time.sleep(seconds)
        if not any(attempt.answer == UNAVAILABLE and attempt.began > began for attempt in self.load.history.attempts):
            self.violations.append(Violation(Kind.VOID, "everything was still acknowledged"))
        if self.stand.postgres:
            self.stand.start_postgres()

    def cut_the_log(self) -> None:
        """Leave SQLite's log no room that it had before: it writes over what it has moved to the database."""
        with closing(sqlite3.connect(self.stand.data / "portal.db", timeout=5)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def use_up_the_log(self) -> None:
        """Write into PostgreSQL's log until it needs a new file: it has some room of its own."""
        with suppress(DBAPIError):
            for _ in range(200):
                self.database.write("SELECT pg_logical_emit_message(true, 'chaos', repeat('x', 1000000))")

    def poison(self) -> tuple[int, int]:
        """Put an event that cannot be fanned out and a letter that cannot be written among the others; their ids."""
        idea, to = self.stand.people["moved"][-1], f"user:{self.stand.people['followers'][0]}"
        columns = "action, subject_type, subject_id, facts, created_at, due_at, attempts, fanned_out_at"
        values = f":action, 'idea', :idea, '{{}}', {self.now}, {self.now}, 0"
        event = f"INSERT INTO event ({columns}) VALUES ({values}, NULL) RETURNING id"
        self.poisoned = self.database.write(event, action="comment_posted", idea=idea)
        event = f"INSERT INTO event ({columns}) VALUES ({values}, {self.now}) RETURNING id"
        told = self.database.write(event, action="status_changed", idea=idea)
        columns = "event_id, channel, recipient, state, attempts, next_attempt_at, message_id, created_at"
        values = f":told, 'mail', :to, 'pending', 0, {self.now}, '', {self.now}"
        letter = self.database.write(
            f"INSERT INTO delivery ({columns}) VALUES ({values}) RETURNING id", told=told, to=to
        )
        self.allowed.dead += 1
        return self.poisoned, letter

    @property
    def now(self) -> str:
        """This moment, as the database writes it."""
        return "now()" if self.stand.settings.database == "postgresql" else "strftime('%Y-%m-%d %H:%M:%f000', 'now')"

    def come_to_rest(self) -> None:
        """Return once nothing is on its way any more, or nothing has moved for long."""
        seen, since = (-1, -1), time.monotonic()
        while (waiting := self.database.waiting()) and time.monotonic() - since < STUCK + self.stand.settings.lease:
            if (waiting, len(self.postbox.taken)) != seen:
                seen, since = (waiting, len(self.postbox.taken)), time.monotonic()
            self.turn_the_clock()
            time.sleep(0.2)

    def turn_the_clock(self) -> None:
        """What was put off after a failed try is due now: a minute of back-off is not waited for."""
        put_off = f"state = 'pending' AND next_attempt_at > {self.now}"
        if self.database.count("delivery", put_off):
            self.database.write(f"UPDATE delivery SET next_attempt_at = {self.now} WHERE {put_off}")
        put_off = f"fanned_out_at IS NULL AND attempts BETWEEN 1 AND 4 AND due_at > {self.now}"
        for event in self.database.rows(f"SELECT id, error FROM event WHERE {put_off}"):
            self.database.write(f"UPDATE event SET due_at = {self.now} WHERE id = :id", id=event.id)
            if event.id != self.poisoned:
                self.violations.append(Violation(Kind.LATE, f"event {event.id} was put off: {event.error}"))

    def held_are_back(self) -> list[Violation]:
        """Whether what a killed worker had claimed was finished within lease and sweep, and ten seconds of work."""
        settings = self.stand.settings
        limit = settings.lease + settings.sweep + SOON
        done = self.database.done()
        late = {
            id: done.get(id, inf) - moment for id, moment in self.held.items() if done.get(id, inf) - moment > limit
        }
        return [Violation(Kind.LATE, f"delivery {id} was held for {seconds:.1f} s") for id, seconds in late.items()]

    def read(self, path: str) -> str:
        """A page as staff see it."""
        return get(self.stand.port, path, self.stand.people["staff"]["cookie"])[1]

    def press(self, path: str, **form: str) -> int:
        """A button that staff press."""
        staff = self.stand.people["staff"]
        return post(self.stand.port, path, {**form, "csrf_token": staff["token"]}, staff["cookie"])[0]


@dataclass(frozen=True)
class Scale:
    """How large a trial is."""

    size: Size
    kills: int
    followers: int


FULL = Scale(Size(votes=2000, comments=200, moves=100), kills=20, followers=50)
QUICK = Scale(Size(votes=400, comments=40, moves=20), kills=5, followers=20)
SHORT = Scale(Size(votes=160, comments=16, moves=8), kills=3, followers=8)


@dataclass
class Outcome:
    """What one trial has shown."""

    did: str
    acknowledged: str
    violations: list[Violation] = field(default_factory=list)
    seconds: float = 0.0
    printed: str = ""

    def has(self, kinds: frozenset[Kind]) -> bool:
        """Whether something of these kinds is wrong."""
        return any(violation.kind in kinds for violation in self.violations)


def run(act: Callable[[Trial], str], settings: Settings, scale: Scale, seed: int, rest: bool = True) -> Outcome:
    """Let a load meet a fault, and say what came of it."""
    began = time.monotonic()
    settings.people["followers"] = scale.followers
    with standing(settings) as stand:
        load = Load(stand.port, stand.people, scale.size, seed)
        trial = Trial(stand, load, scale.kills)
        load.start()
        try:
            did = act(trial)
            load.join()
            trial.flowing_since(time.time())
            trial.come_to_rest()
        finally:
            load.stop()
        found = trial.violations + check(trial.database, stand.people, load.history, stand.postbox, trial.allowed)
        found += trial.held_are_back()
        found += [
            Violation(Kind.REFUSED, f"{step.act} on idea {step.idea} never went through") for step in load.given_up
        ]
        trial.database.close()
        mails = f"{len(stand.postbox.taken):,} mails, {len(stand.postbox.taken) - len(stand.postbox.ids)} copies"
        return Outcome(did, f"{load.history.summary()}; {mails}", found, time.monotonic() - began, stand.lines())
