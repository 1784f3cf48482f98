"""Compares what was acknowledged with what the database and the postbox hold, by plain SQL: no code of the portal."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from math import inf
from typing import Any

from sqlalchemy import create_engine, text

from tools.chaos.history import ACKNOWLEDGED, UNANSWERED, UNAVAILABLE, Act, Attempt, History
from tools.chaos.postbox import Postbox

PLAIN = "Back in a moment"
SOON = 10.0
# What the portal says of a step that led back to where the idea stood, before anybody was mailed.
LED_BACK = "What it tells has been undone."


class Kind(StrEnum):
    """What can be wrong."""

    LOST = "acknowledged and lost"
    TWICE = "done twice"
    COUNTER = "a counter is not its rows"
    UNTOLD = "not told"
    TOLD_TWICE = "told twice"
    STATE = "a delivery is not what it says"
    OVERTURNED = "what was sent is not sent any more"
    COPIES = "too many copies"
    REFUSED = "refused without a fault"
    ANSWER = "a wrong answer"
    LATE = "too late"
    HIDDEN = "not shown to staff"
    VOID = "the fault did not strike"


@dataclass(frozen=True)
class Violation:
    """One thing that must not be."""

    kind: Kind
    said: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.said}"


@dataclass
class Allowed:
    """What the fault explains. `troubled` are spans of time in which requests may go unanswered or be answered 503."""

    kills_of_worker: int = 0
    troubled: list[tuple[float, float]] = field(default_factory=list)
    dead: int = 0

    def explains(self, attempt: Attempt) -> bool:
        return any(attempt.ended >= start and attempt.began <= end for start, end in self.troubled)


@dataclass(frozen=True)
class Happened:
    """An event as it stands; moments are seconds, and endless where they have not come."""

    id: int
    subject: int
    actor: int | None
    facts: dict[str, Any]
    created: float
    fanned_out: float


class Database:
    """The rows of the portal under test, as they are."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)

    def rows(self, statement: str, **values: Any) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(statement), values))

    def write(self, statement: str, **values: Any) -> int:
        """Change what is there; the id that the statement returns, if any."""
        # Every engine of a process that has imported the portal reads, unless told to write.
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            done = connection.execute(text(statement), values)
            return int(done.scalar_one()) if "RETURNING" in statement else 0

    def count(self, table: str, condition: str, **values: Any) -> int:
        return int(self.rows(f"SELECT count(*) FROM {table} WHERE {condition}", **values)[0][0])

    def waiting(self) -> int:
        """How many events and deliveries are on their way."""
        events = self.count("event", "fanned_out_at IS NULL AND attempts < 5")
        return events + self.count("delivery", "state IN ('pending', 'leased')")

    def events(self, action: str) -> list["Happened"]:
        """All events of this action, in order."""
        columns = "id, subject_id, actor_id, facts, created_at, fanned_out_at"
        rows = self.rows(f"SELECT {columns} FROM event WHERE action = :action ORDER BY id", action=action)
        return [
            Happened(
                id, subject, actor, json.loads(facts) if isinstance(facts, str) else facts, *map(_seconds, moments)
            )
            for id, subject, actor, facts, *moments in rows
        ]

    def sent(self, ids: list[int]) -> set[int]:
        """Which of these deliveries say that they were sent."""
        return {row.id for row in self.rows("SELECT id FROM delivery WHERE state = 'sent'")} & set(ids)

    def done(self) -> dict[int, float]:
        """When each delivery came to its end."""
        rows = self.rows("SELECT id, done_at FROM delivery WHERE done_at IS NOT NULL")
        return {row.id: _seconds(row.done_at) for row in rows}

    def close(self) -> None:
        self.engine.dispose()


def check(
    database: Database, people: dict[str, Any], history: History, postbox: Postbox, allowed: Allowed
) -> list[Violation]:
    """Everything that is wrong after a load and a fault, once all has come to rest."""
    return [
        *answers(history, allowed),
        *votes(database, history),
        *counters(database),
        *comments(database, history),
        *moves(database, history),
        *told(database, people),
        *mailed(database, postbox, allowed),
    ]


def answers(history: History, allowed: Allowed) -> Iterator[Violation]:
    """An answer is an acknowledgement; or, as long as the fault explains it, none at all or 503 with a plain page."""
    for attempt in history.attempts:
        if attempt.acknowledged:
            continue
        what = f"{attempt.act} on idea {attempt.idea}: {attempt.answer or 'no answer'} {_title(attempt.said)}"
        if attempt.answer not in (UNANSWERED, UNAVAILABLE):
            yield Violation(Kind.ANSWER, what)
        elif attempt.answer == UNAVAILABLE and PLAIN not in attempt.said:
            yield Violation(Kind.ANSWER, f"{what}, which is not the plain page")
        elif not allowed.explains(attempt):
            yield Violation(Kind.REFUSED, what)


def votes(database: Database, history: History) -> Iterator[Violation]:
    """Each person's vote on an idea is what they were last told that it is, and there is at most one."""
    held = Counter((row.user_id, row.idea_id) for row in database.rows("SELECT user_id, idea_id FROM vote"))
    asked: dict[tuple[int, int], list[Attempt]] = defaultdict(list)
    for attempt in history.of(Act.VOTE):
        asked[attempt.who, attempt.idea].append(attempt)
    for pair, number in held.items():
        if number > 1:
            yield Violation(Kind.TWICE, f"person {pair[0]} has {number} votes on idea {pair[1]}")
    for pair, attempts in asked.items():
        may_be = _may_be(attempts)
        if may_be and str(min(held[pair], 1)) not in may_be:
            yield Violation(Kind.LOST, f"the vote of person {pair[0]} on idea {pair[1]} is not {' or '.join(may_be)}")


def _may_be(attempts: list[Attempt]) -> set[str]:
    """What was acknowledged last, and what was asked after it without an answer; nothing where nothing is known."""
    known = [attempt for attempt in attempts if attempt.acknowledged]
    if not known:
        return set()
    last = max(known, key=lambda attempt: attempt.began)
    return {last.wanted} | {a.wanted for a in attempts if not a.acknowledged and a.ended > last.began}


def counters(database: Database) -> Iterator[Violation]:
    """What an idea says of its votes and comments is what its rows give."""
    shown = "AND NOT r.is_note AND r.hidden_at IS NULL"
    kept = (("vote", "votes_count", "AND r.is_counted", "imported_support"), ("comment", "comments_count", shown, "0"))
    for table, column, rule, more in kept:
        counted = f"SELECT count(*) FROM {table} r WHERE r.idea_id = i.id {rule}"
        rows = database.rows(f"SELECT id, {column} AS says, {more} + ({counted}) AS gives FROM idea i")
        for row in rows:
            if row.says != row.gives:
                yield Violation(Kind.COUNTER, f"idea {row.id} says {row.says} {table}s, its rows give {row.gives}")


def comments(database: Database, history: History) -> Iterator[Violation]:
    """A comment is there once when it was acknowledged, at most once when it was not, and has its event."""
    rows = database.rows("SELECT id, body FROM comment")
    found = Counter(row.body for row in rows)
    yield from _once(history.of(Act.COMMENT), found)
    recorded = Counter(row.subject for row in database.events("comment_posted") if "idea" in row.facts)
    for row in rows:
        if recorded[row.id] != 1:
            yield Violation(Kind.LOST, f"comment {row.id} has {recorded[row.id]} events")


def moves(database: Database, history: History) -> Iterator[Violation]:
    """A status change has its event once when it was acknowledged, and the idea is where its last event says."""
    events = database.events("status_changed")
    yield from _once(history.of(Act.MOVE), Counter(row.facts.get("reason", "") for row in events))
    stands = {row.id: row.status_id for row in database.rows("SELECT id, status_id FROM idea")}
    last = {row.subject: row.facts.get("new") for row in events}
    for idea, status in last.items():
        if status is not None and stands.get(idea) != status:
            yield Violation(Kind.LOST, f"idea {idea} is at status {stands.get(idea)}, its last event says {status}")


def _once(attempts: list[Attempt], found: Counter[str]) -> Iterator[Violation]:
    for attempt in attempts:
        number = found[attempt.wanted]
        if number > 1:
            yield Violation(Kind.TWICE, f"{number} times «{attempt.wanted}»")
        elif number == 0 and attempt.answer == ACKNOWLEDGED:
            yield Violation(Kind.LOST, f"«{attempt.wanted}»")


def told(database: Database, people: dict[str, Any]) -> Iterator[Violation]:
    """Whoever is to hear of an event was told of it in the portal, once."""
    notified: dict[int, Counter[int]] = defaultdict(Counter)
    for row in database.rows("SELECT event_id, user_id FROM notification"):
        notified[row.event_id][row.user_id] += 1
    for event in _of_the_load(database, people):
        heard, owed = notified[event.id], _owed(event, people)
        twice = [user for user, number in heard.items() if number > 1]
        if twice:
            yield Violation(Kind.TOLD_TWICE, f"{len(twice)} people of event {event.id}")
        if owed - set(heard):
            yield Violation(Kind.UNTOLD, f"{len(owed - set(heard))} of {len(owed)} people of event {event.id}")


def _of_the_load(database: Database, people: dict[str, Any]) -> list[Happened]:
    moved = [row for row in database.events("status_changed") if " of the load." in row.facts.get("reason", "")]
    return moved + [row for row in database.events("comment_posted") if row.facts.get("idea") in people["voted"]]


def _owed(event: Happened, people: dict[str, Any]) -> set[int]:
    """Who followed before the load began, and the author; those who commented meanwhile may hear of it too."""
    followers = people["followers"] if "reason" in event.facts else people["followers"][:5]
    return {people["author"], *followers} - {event.actor}


def mailed(database: Database, postbox: Postbox, allowed: Allowed) -> Iterator[Violation]:
    """Every mail arrived, once; one more copy a kill or a connection that was dropped, with the same Message-ID."""
    rows = database.rows(
        "SELECT id, event_id, recipient, state, folded_into, message_id, last_error FROM delivery "
        "WHERE channel = 'mail'"
    )
    for (event, recipient), number in Counter((row.event_id, row.recipient) for row in rows).items():
        if number > 1:
            yield Violation(Kind.TOLD_TWICE, f"{number} mails to {recipient} about event {event}")
    copies = Counter(message.id for message in postbox.taken)
    sent = {row.message_id for row in rows if row.state == "sent"}
    telling = {row.id for row in rows if row.state in ("sent", "dead")}
    dead = sum(row.state == "dead" for row in rows)
    for row in rows:
        told = row.state == "folded" and row.folded_into in telling
        if row.state not in ("sent", "dead") and not told and row.last_error != LED_BACK:
            yield Violation(Kind.STATE, f"delivery {row.id} to {row.recipient} is {row.state}: {row.last_error}")
        elif row.state == "sent" and not copies[row.message_id]:
            yield Violation(Kind.LOST, f"delivery {row.id} to {row.recipient} is sent, and never arrived")
    if dead != allowed.dead:
        yield Violation(Kind.STATE, f"{dead} deliveries are dead, {allowed.dead} should be")
    for id in copies.keys() - sent:
        yield Violation(Kind.STATE, f"message {id} arrived, and no delivery says that it was sent")
    yield from _copies(copies, postbox, allowed)
    yield from _unmailed(database, {(row.event_id, row.recipient) for row in rows})


def _copies(copies: Counter[str], postbox: Postbox, allowed: Allowed) -> Iterator[Violation]:
    extra = {id: number - 1 - postbox.dropped[id] for id, number in copies.items()}
    more = sum(number for number in extra.values() if number > 0)
    if more > allowed.kills_of_worker:
        yield Violation(Kind.COPIES, f"{more} extra copies, {allowed.kills_of_worker} kills")


def _unmailed(database: Database, mails: set[tuple[int, str]]) -> Iterator[Violation]:
    """Who was to be mailed at once of an event, and has no delivery."""
    for row in database.rows("SELECT event_id, user_id FROM notification WHERE mail = 'at_once'"):
        if (row.event_id, f"user:{row.user_id}") not in mails:
            yield Violation(Kind.UNTOLD, f"person {row.user_id} has no mail about event {row.event_id}")


def in_time(database: Database, people: dict[str, Any]) -> Iterator[Violation]:
    """Where nothing fails, rings alone have everybody told at once: nothing waits for a sweep."""
    for row in _of_the_load(database, people):
        if row.fanned_out - row.created > SOON:
            yield Violation(Kind.LATE, f"event {row.id} waited for {row.fanned_out - row.created:.0f} s")


def _seconds(moment: str | datetime | None) -> float:
    if moment is None:
        return inf
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _title(page: str) -> str:
    return page.partition("<title>")[2].partition("</title>")[0] or page[:80]
