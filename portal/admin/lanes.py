"""The lanes of the inbox: what waits in each, in which order, and how much of it there is."""

from datetime import timedelta
from functools import cache
from math import log
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import Date, and_, bindparam, exists, func, literal, literal_column, select, union_all

from portal.accounts.models import User
from portal.activity.models import Event
from portal.clock import now
from portal.database.reading import rows as read
from portal.database.types import UTCDateTime
from portal.i18n import _l, num
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.owed import WAITS
from portal.ideas.ranking import age
from portal.ideas.statuses import CLOSED, Kind, Status, StatusKind
from portal.middleware.caching import for_everybody
from portal.moderation.models import Flag
from portal.permissions import me
from portal.recognition.regulars import gone_quiet, span
from portal.recognition.welcoming import NEW_FOR, newcomers
from portal.triage.assigning import Assignment
from portal.triage.assignments import has_an_owner, is_owned_by
from portal.triage.ledger import Promise, today
from portal.triage.owing import Obligation
from portal.triage.promises import SOON
from portal.triage.snoozing import Snooze, is_snoozed, may_sleep

# Nobody reads further, so nothing is counted further.
MOST = 1_000
# As if so many people had voted just now: older votes weigh half after a week, a quarter after two.
RISES = 5
QUIET = timedelta(days=30)
MOMENT = UTCDateTime()

TO_CONFIRM = select(Status.id).where(Status.for_kind == Kind.ISSUE, Status.kind == StatusKind.OPEN)
DONE = select(Status.id).where(Status.kind.in_(CLOSED))
OPEN = Idea.status_id.not_in(DONE)
OURS = Idea.here_since.is_not(None)
AWAKE = ~is_snoozed()
HIDDEN = select(Idea.id).where(Idea.hidden_at.is_not(None))
ON_A_CLOSED_BOARD = (
    exists()
    .where(Idea.id == Obligation.idea_id, Idea.board_id.in_(select(Board.id).where(Board.is_over())))
    .correlate(Obligation)
)
OWED = select(Obligation.idea_id).where(Obligation.is_open())
OWED_SINCE = Obligation.due_at.label("owed_since")
# The word stands in the statement itself: SQLite would not know that the index of issues has what is given to it later.
AN_ISSUE = Idea.kind == literal_column(f"'{Kind.ISSUE}'")
# Those of which a day is known come first, by that day; the others by when they began to wait.
DUE = func.coalesce(Assignment.due_at, Idea.waiting_since, Idea.here_since, Idea.created_at).label("due")


class Lane(NamedTuple):
    """What waits there (a condition on Idea), in which order, and whether its rows are due by a day.

    A lane without `waits` leads to another page of the desk: `place` is its endpoint, with what is asked of it.
    """

    label: Any
    icon: str
    waits: Any = None
    order: Any = Idea.waiting_since
    descending: bool = False
    is_due: bool = False
    place: tuple[str, dict[str, Any]] | None = None

    @property
    def is_owed(self) -> bool:
        """Whether it lists the answers that are owed, in their own order."""
        return self.order is OWED_SINCE

    @property
    def folds(self) -> bool:
        """Whether it is in the order in which things began to wait, so that what is late stands together."""
        return self.is_due and self.order is not DUE and not self.is_owed


# By group, in the order in which they stand. Another kind of what waits is a line here, and nothing else.
GROUPS: tuple[tuple[Any, dict[str, Lane]], ...] = (
    (
        _l("Waiting for us"),
        {
            "all": Lane(_l("Everything"), "inbox", and_(WAITS, AWAKE), is_due=True),
            "unanswered": Lane(
                _l("Unanswered ideas"), "lightbulb", and_(WAITS, Idea.kind == Kind.IDEA, AWAKE), is_due=True
            ),
            "issues": Lane(
                _l("Issues to confirm"), "bug", and_(AN_ISSUE, Idea.status_id.in_(TO_CONFIRM), OURS, AWAKE),
                Idea.here_since, is_due=True,
            ),
            "owed": Lane(_l("Answers owed"), "bell", AWAKE, OWED_SINCE, is_due=True),
            "promises": Lane(_l("Promises due or late"), "calendar", place=("admin.promises", {})),
            "private": Lane(
                _l("Private issues"), "lock", and_(Idea.is_private.is_(True), OPEN, OURS, AWAKE),
                Idea.here_since, is_due=True,
            ),
        },
    ),
    (
        _l("Whose"),
        {
            "mine": Lane(_l("Mine"), "user", and_(is_owned_by(), OPEN, AWAKE), DUE, is_due=True),
            "nobody": Lane(_l("Nobody’s"), "user-plus", and_(WAITS, ~has_an_owner(), AWAKE), is_due=True),
            "theirs": Lane(
                _l("Their turn"), "clock", and_(Idea.asked_since.is_not(None), OPEN, AWAKE), Idea.asked_since
            ),
            "snoozed": Lane(_l("Snoozed"), "bell-off", and_(may_sleep(), is_snoozed(), OPEN), Snooze.until),
        },
    ),
    (
        _l("Worth a look"),
        {
            "comments": Lane(
                _l("New comments"), "message-circle", and_(Idea.unread_since.is_not(None), AWAKE), Idea.unread_since
            ),
            "rising": Lane(
                _l("Rising fast"), "arrow-up",
                and_(Idea.heat > bindparam("hot"), Idea.is_private.is_(False), OPEN, AWAKE),
                Idea.heat, descending=True,
            ),
            "quiet": Lane(
                _l("Stale for 30 days"), "history",
                and_(Idea.quiet_since < bindparam("still", type_=MOMENT), OURS, OPEN, AWAKE), Idea.quiet_since,
            ),
            "flagged": Lane(_l("Reported texts"), "flag", place=("admin.moderation", {})),
            "first": Lane(_l("To welcome"), "hand-heart", place=("admin.members", {"state": "new"})),
            "regulars": Lane(_l("Regulars gone quiet"), "users", place=("admin.members", {"state": "quiet"})),
        },
    ),
)  # fmt: skip
LANES: dict[str, Lane] = {name: lane for _label, lanes in GROUPS for name, lane in lanes.items()}
QUEUES: dict[str, Lane] = {name: lane for name, lane in LANES.items() if lane.place is None}
# What is counted without looking at the ideas one by one.
ELSEWHERE: dict[str, Any] = {
    "owed": select(Obligation.idea_id).where(
        Obligation.is_open(),
        Obligation.idea_id.not_in(HIDDEN),
        ~ON_A_CLOSED_BOARD,
        ~is_snoozed(Obligation.idea_id),
    ),
    "promises": select(Promise.id).where(Promise.is_open(), Promise.day <= bindparam("near", type_=Date)),
    "flagged": select(Flag.subject_type, Flag.subject_id).where(Flag.judged_at.is_(None)).distinct(),
    "first": select(User.id).where(newcomers(bindparam("new", type_=MOMENT))),
    "regulars": select(User.id).where(gone_quiet(bindparam("gone", type_=MOMENT), bindparam("lost", type_=MOMENT))),
}


class Shown(NamedTuple):
    """A lane as the list of lanes shows it, with how many wait in it: MOST and one where they are more."""

    name: str
    label: str
    icon: str
    url: str
    number: int
    said: str

    @property
    def is_due(self) -> bool:
        return LANES[self.name].is_due


def said(count: int) -> str:
    """How many wait: 12, or 1,000+."""
    return num(count) if count <= MOST else f"{num(MOST)}+"


def groups() -> tuple[tuple[str, tuple[Shown, ...]], ...]:
    """The lanes by group, each with its count: a lane with nothing in it stays, so that nothing jumps."""
    counts = dict(zip(LANES, _tallies(me().id, newest()), strict=True))
    return tuple(
        (str(label), tuple(_shown(name, lane, counts[name]) for name, lane in lanes.items())) for label, lanes in GROUPS
    )


def moments(person: int | None = None) -> dict[str, Any]:
    """What the conditions of the lanes ask for: who looks, and what is old, hot and new at this moment."""
    at = now()
    return {
        "me": person or me().id,
        "now": at,
        "still": at - QUIET,
        "hot": age(at) + log(RISES),
        "new": at - NEW_FOR,
        "near": today() + SOON,
        **span(),
    }


def in_sight(name: str, beside_owed: bool = False) -> tuple[Any, ...]:
    """The conditions on Idea of what a lane shows: what lives in another one waits there, and nothing waits on a closed
    board. `beside_owed`: where it is joined with the answers that are owed.
    """
    lane = QUEUES[name]
    owed = [Idea.id.in_(OWED)] if lane.is_owed and not beside_owed else []
    return (Idea.hidden_at.is_(None), Idea.stands(), Board.keeps_open(Idea.board_id), lane.waits, *owed)


def _shown(name: str, lane: Lane, count: int) -> Shown:
    return Shown(name, str(lane.label), lane.icon, _url_of(name), count, said(count))


@cache
def _url_of(name: str) -> str:
    endpoint, asked = LANES[name].place or ("admin.inbox", {"queue": name})
    return url_for(endpoint, **asked)


def newest() -> int:
    """The number of the last event: whatever anybody does makes it another one."""
    return read(_newest(), {}).scalar() or 0


@for_everybody
def _tallies(person: int, newest: int) -> tuple[int, ...]:
    """How much waits for this person in each lane, in one question. It counts no further than anybody would read.

    Kept for a second under the last event, so that whoever acts sees at once what came of it.
    """
    return tuple(count for _place, count in read(_counted(), {**moments(person), "most": MOST + 1}))


@cache
def _newest() -> Any:
    return select(func.max(Event.id))


@cache
def _counted() -> Any:
    each = []
    for place, name in enumerate(LANES):
        some = ELSEWHERE[name] if name in ELSEWHERE else select(Idea.id).where(*in_sight(name))
        waiting = some.limit(bindparam("most")).subquery()
        each.append(select(literal(place).label("place"), func.count()).select_from(waiting))
    return union_all(*each).order_by("place")
