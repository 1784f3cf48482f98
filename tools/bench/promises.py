"""The days that a portal of any size promised, and the answers that it owes."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from portal.ideas.statuses import StatusKind
from tools.bench.bulk import Row
from tools.bench.shape import STAFF, Drawn

UNDER_WAY = (StatusKind.PLANNED, StatusKind.STARTED, StatusKind.TESTING)
# Of what is under way, and of what shipped, one in so many was promised; one in so many of these slipped once.
PROMISED, SLIPPED = 3, 4
REASON = "It takes longer than we thought."


def promises(ideas: list[Drawn], today: datetime) -> dict[str, Any]:
    """A promise of some ideas, with every day that was said."""
    made, said, ids = [], [], count(1)
    for idea in ideas:
        kind, id = idea.path[-1:] and idea.path[-1], idea.row["id"]
        if id % PROMISED == 0 and kind in (*UNDER_WAY, StatusKind.SHIPPED):
            promise = _promise(len(made) + 1, idea, today, settled=kind == StatusKind.SHIPPED)
            made.append(promise)
            said += [{"id": next(ids), **row} for row in _days(promise)]
    return {"promise": (made, len(made)), "promise_day": (said, len(said))}


def obligations(ideas: list[Drawn], today: datetime) -> dict[str, Any]:
    """The answers that are owed to what has waited for more than two days."""
    late = [idea.row for idea in ideas if idea.row["waiting_since"] and not idea.row["hidden_at"]]
    late = [row for row in late if row["waiting_since"] < today - timedelta(days=2)]
    rows = [_owed(id, row) for id, row in enumerate(late, 1)]
    return {"obligation": (rows, len(rows))}


def _promise(id: int, idea: Drawn, today: datetime, settled: bool) -> Row:
    born = idea.row["created_at"]
    day = (born + timedelta(days=60) if settled else today + timedelta(days=id % 200)).date()
    slipped = id % SLIPPED == 0
    done = idea.row["status_since"] if settled else None
    return {
        "id": id,
        "idea_id": idea.row["id"],
        "text": "",
        "lang": "en",
        "owner_id": 1 + id % STAFF,
        "made_by_id": 1 + id % STAFF,
        "created_at": born,
        "first_day": day,
        "day": day + timedelta(days=30) if slipped else day,
        "outcome": "kept" if settled else "",
        "reason": "",
        "settled_at": done,
        "settled_on": done.date() if done else None,
        "settled_by_id": 1 if settled else None,
        "settled_by_status": settled,
    }


def _days(promise: Row) -> list[Row]:
    said = {"promise_id": promise["id"], "by_id": promise["made_by_id"], "created_at": promise["created_at"]}
    first = {**said, "day": promise["first_day"], "reason": ""}
    return (
        [first]
        if promise["day"] == promise["first_day"]
        else [first, {**said, "day": promise["day"], "reason": REASON}]
    )


def _owed(id: int, row: Row) -> Row:
    since = row["waiting_since"] + timedelta(days=2)
    moments = {"arose_at": since, "due_at": since, "remind_at": since + timedelta(days=2)}
    return {"id": id, "idea_id": row["id"], "why": "late", **moments}
