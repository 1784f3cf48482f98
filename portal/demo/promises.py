"""What the brand of the demo promised, and who answers on its boards."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.settings import settings
from portal.triage import obligations
from portal.triage.ledger import Outcome, Promise, PromiseDay, today


@dataclass(frozen=True)
class Vow:
    """A promise of the demo: so many days ago somebody named a day, so many days from now; later they named others.

    `slips`: how many days ago, the day, and why; `taken_back`: how many days ago, and why.
    """

    idea: str
    by: str
    ago: int
    day: int
    text: str = ""
    slips: tuple[tuple[int, int, str], ...] = ()
    taken_back: tuple[int, str] | None = None


VOWS = (
    Vow("undo", "lea", 100, -60),
    Vow("print_week", "lea", 87, -27),
    Vow(
        "calendars", "hugo", 87, -27,
        slips=((39, 0, "Outlook asked us for a review that takes four weeks. We learned of it in October."),),
    ),
    Vow(
        "managers_app", "lea", 80, -42,
        taken_back=(47, "Most of you never wanted two apps. We should have asked you first, and we are sorry."),
    ),
    Vow("copy_week", "lea", 74, 65, "The whole week, with the exceptions that you tick"),
    Vow("holidays", "nora", 25, 11),
    Vow(
        "offline", "lea", 18, 3, "Today and tomorrow, read-only",
        slips=(
            (
                7, 21,
                "Two phones changing the same shift could lose one of them. We would rather be late than lose a shift.",
            ),
        ),
    ),
)  # fmt: skip


def promise_all(ideas: dict[str, Idea], people: dict[str, User]) -> None:
    """Make the promises of the demo, dated as they were said. What has a release is kept as that ships."""
    for vow in VOWS:
        _promise(vow, ideas[vow.idea], people[vow.by])


def kept_on(idea: Idea, moment: datetime) -> None:
    """What was kept as this shipped was kept then."""
    db.session.flush()
    for promise in db.session.scalars(select(Promise).where(Promise.idea_id == idea.id)):
        promise.settled_at, promise.settled_on = moment, moment.date()


def answer_on_boards(people: dict[str, User], boards: dict[str, Board]) -> None:
    """Somebody answers on each of some boards, and the answers that are owed there are theirs; promises are public."""
    chosen = settings()
    chosen.promises_public, chosen.support_id = True, people["hugo"].id
    boards["planning"].owner_id, boards["planning"].answer_threshold = people["lea"].id, 15
    boards["mobile"].owner_id, boards["mobile"].answer_days = people["nora"].id, 5
    db.session.flush()
    obligations.owe_what_is_not(tell=False)


def _promise(vow: Vow, idea: Idea, by: User) -> None:
    made, day = _ago(vow.ago), _day(vow.day)
    said = {"idea_id": idea.id, "text": vow.text, "lang": "en", "created_at": made, "first_day": day, "day": day}
    promise = Promise(**said, owner_id=by.id, made_by_id=by.id)
    db.session.add(promise)
    db.session.flush()
    _say(promise, day, "", by, made)
    _record(Action.PROMISE_MADE, promise, idea, by, made)
    for ago, moved, why in vow.slips:
        old, promise.day = promise.day, _day(moved)
        facts = {"said": _say(promise, promise.day, why, by, _ago(ago)), "old": old.isoformat()}
        _record(Action.PROMISE_MOVED, promise, idea, by, _ago(ago), **facts)
    if vow.taken_back:
        ago, promise.reason = vow.taken_back
        promise.outcome, promise.settled_by_id = Outcome.TAKEN_BACK, by.id
        promise.settled_at, promise.settled_on = _ago(ago), _ago(ago).date()
        _record(Action.PROMISE_TAKEN_BACK, promise, idea, by, _ago(ago))


def _say(promise: Promise, day: date, reason: str, by: User, moment: datetime) -> int:
    said = PromiseDay(promise_id=promise.id, day=day, reason=reason, by_id=by.id, created_at=moment)
    db.session.add(said)
    db.session.flush()
    return said.id


def _record(action: Action, promise: Promise, idea: Idea, by: User, moment: datetime, **facts: Any) -> None:
    told = record(action, idea, by=by, promise=promise.id, day=promise.day.isoformat(), **facts)
    told.created_at = told.fanned_out_at = moment


def _ago(days: int) -> datetime:
    return now() - timedelta(days=days)


def _day(days: int) -> date:
    return today() + timedelta(days=days)
