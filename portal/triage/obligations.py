"""The answers that are owed, as the inbox and the jobs read them: what is open, whose it is, and what comes next."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, or_, select, update

from portal.accounts.models import User
from portal.clock import now
from portal.database.holding import hold_all
from portal.database.reading import rows
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.owed import UNDECIDED, WAITS, became_late
from portal.ideas.statuses import Kind, Status
from portal.triage.assigning import Assignment, in_hand_of, put_in_hand
from portal.triage.owing import QUIET, Obligation, Why, owe, support_of

# What lives in another idea waits for nobody, nor does what stands on a closed board; once it leaves, or the board is
# opened again, it is owed what it was.
IN_SIGHT = and_(Idea.hidden_at.is_(None), Idea.stands(), Board.keeps_open(Idea.board_id))
CHUNK = 200


def is_nobodys() -> ColumnElement[bool]:
    """The condition of obligations of ideas that nobody has in hand, or nobody who is at work here any more."""
    return ~_in_hand().where(User.is_staff, User.is_here)


def _in_hand() -> Any:
    theirs = exists().where(Assignment.idea_id == Obligation.idea_id, Assignment.user_id == User.id)
    return theirs.correlate(Obligation)


def is_late() -> ColumnElement[bool]:
    """The condition of obligations whose day is over."""
    return and_(Obligation.is_open(), Obligation.due_at < now())


def owed() -> Select[Obligation]:
    """Every answer that is owed to what is in sight, the longest due first: a lane of the inbox."""
    found = select(Obligation).join(Idea, Idea.id == Obligation.idea_id)
    return found.where(Obligation.is_open(), IN_SIGHT).order_by(Obligation.due_at, Obligation.id)


def open_for(person: User) -> Select[Obligation]:
    """Those that this person owes, having the ideas in hand."""
    return owed().where(_in_hand().where(User.id == person.id))


def open_for_nobody() -> Select[Obligation]:
    """Those that nobody owes: the team takes them up."""
    return owed().where(is_nobodys())


class Owed(NamedTuple):
    """An answer that is owed, as far as the tools of staff say it; `owner` is empty where it is nobody's."""

    due_at: datetime
    owner: str


def owed_to(idea_id: int) -> Owed | None:
    """What is owed to this idea, if anything."""
    found = rows(_owed_to(), {"idea": idea_id}).first()
    return Owed(*found) if found else None


@cache
def _owed_to() -> Any:
    name = case((and_(User.is_staff, User.is_here), User.display_name), else_="")
    found = select(Obligation.due_at, func.coalesce(name, ""))
    found = found.outerjoin(Assignment, Assignment.idea_id == Obligation.idea_id)
    found = found.outerjoin(User, User.id == Assignment.user_id)
    return found.where(Obligation.idea_id == bindparam("idea"), Obligation.is_open())


def count(which: Select[Obligation]) -> int:
    """How many there are."""
    found = which.order_by(None).with_only_columns(Obligation.id).subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0


def bring_about(tell: bool = True) -> int:
    """Let an answer be owed to whatever has waited too long, and to what has more support than its board asks for and
    was never answered. Returns how many; commits some at a time.
    """
    brought = 0
    while db.session.scalar(_not_owed_yet().limit(1)) is not None:
        begin_write()
        now_owed = owe_what_is_not(tell, CHUNK)
        db.session.commit()
        brought += now_owed
        if not now_owed:
            break
    return brought


def owe_what_is_not(tell: bool, most: int | None = None) -> int:
    """Let an answer be owed to these ideas, at most so many. The caller has begun the write. Returns how many."""
    found = list(db.session.scalars(_not_owed_yet().limit(most)))
    # Held, so that of an answer that comes just now one of us sees what the other did.
    ideas = hold_all(Idea, Idea.id.in_(found), WAITS, IN_SIGHT) if found else []
    return sum(owe(idea, _why(idea), tell) for idea in ideas)


def hand_over() -> int:
    """Give each issue that nobody answered in time to who is named as support. Commits; returns how many."""
    late = owed().where(is_late(), Obligation.handed_over_at.is_(None), Idea.kind == Kind.ISSUE)
    handed = 0
    for id in db.session.scalars(late.with_only_columns(Obligation.id)).all():
        begin_write()
        _hold_idea_of(id)
        for obligation in hold_all(Obligation, Obligation.id == id, is_late(), Obligation.handed_over_at.is_(None)):
            support = support_of(obligation.idea)
            if support is not None and support != in_hand_of(obligation.idea_id):
                obligation.hand_over(support)
                handed += 1
        db.session.commit()
    return handed


def remind() -> int:
    """Remind whoever has the idea in hand once of what they owe, while they are at work. Commits one by one; returns
    how many.
    """
    waits = Obligation.is_open(), Obligation.remind_at <= now(), Obligation.reminded_at.is_(None), ~is_nobodys()
    reminded = 0
    for id in db.session.scalars(owed().where(*waits).with_only_columns(Obligation.id)).all():
        begin_write()
        _hold_idea_of(id)
        for obligation in hold_all(Obligation, Obligation.id == id, *waits):
            obligation.remind()
            reminded += 1
        db.session.commit()
    return reminded


def give_to(board: Board, person_id: int) -> int:
    """What is owed an answer on this board, and is nobody's, is in this person's hands from now on; nobody is told.
    The caller has begun the write. Returns how many.
    """
    nobodys = select(Obligation.idea_id).where(Obligation.is_open(), is_nobodys())
    ideas = hold_all(Idea, Idea.board_id == board.id, Idea.id.in_(nobodys))
    for idea in ideas:
        put_in_hand(idea.id, person_id)
    return len(ideas)


def quieten() -> None:
    """A portal that was restored reminds nobody of what fell due while it was away. The caller has begun the write."""
    due = Obligation.is_open(), Obligation.remind_at <= now(), Obligation.reminded_at.is_(None)
    db.session.execute(update(Obligation).where(*due).values(reminded_at=now()), execution_options=QUIET)
    late = is_late(), Obligation.handed_over_at.is_(None)
    db.session.execute(update(Obligation).where(*late).values(handed_over_at=now()), execution_options=QUIET)
    owe_what_is_not(tell=False)


def _hold_idea_of(id: int) -> None:
    """Hold the idea before its obligation, as whoever answers it or gives it away does."""
    hold_all(Idea, Idea.id.in_(select(Obligation.idea_id).where(Obligation.id == id)))


def _not_owed_yet() -> Select[int]:
    """The ids of ideas that wait, are owed an answer, and are not in the table."""
    there = exists().where(Obligation.idea_id == Idea.id, Obligation.is_open())
    for_support = exists().where(Obligation.idea_id == Idea.id, Obligation.why == Why.SUPPORT)
    of_boards = select(Board.id).where(Board.id == Idea.board_id, Idea.votes_count >= Board.answer_threshold)
    undecided = Idea.status_id.in_(select(Status.id).where(Status.kind.in_(UNDECIDED)))
    supported = and_(of_boards.exists(), undecided, ~for_support)
    due = or_(became_late(None, now()), supported)
    return select(Idea.id).where(WAITS, IN_SIGHT, due, ~there).order_by(Idea.waiting_since, Idea.id)


def _why(idea: Idea) -> Why:
    board = idea.board
    asked = board.answer_threshold if board is not None else None
    return Why.SUPPORT if asked and idea.votes_count >= asked and not _is_late(idea) else Why.LATE


def _is_late(idea: Idea) -> bool:
    late = select(Idea.id).where(Idea.id == idea.id, became_late(None, now()))
    return db.session.scalar(late) is not None
