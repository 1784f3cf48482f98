"""An issue becomes an idea, or an idea an issue, with its author's consent: nothing is lost, and back it is as it was.

Votes, comments, followers and pictures stay where they are; what only an issue says (version, how much it hurts, what
was expected) stays in its columns, and is shown again once it is one.
"""

from datetime import datetime
from typing import Any

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.extensions import db
from portal.ideas import questions
from portal.ideas.models import Idea
from portal.ideas.questions import DONE, REFUSED, UNANSWERED, WAITS, WITHDRAWN
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.merging.conversions import Conversion
from portal.triage.ledger import open_of

# What is as it was once it is of its kind again.
RESTORED = ("status_id", "status_since", "status_reason", "is_private", "target", "target_month")


class Settled(Exception):
    """It has shipped or is not planned: what became of it stays said of what it was."""


class HasFamily(Exception):
    """Others live in it, and a family is of one kind."""


class Promised(Exception):
    """A day is promised for it: that promise is kept or taken back first."""


class CannotBeAsked(Exception):
    """It is private, and its author cannot be asked whether everyone may read it."""


class AskedAlready(Exception):
    """Its author was asked, and has not answered yet."""


def other_kind(idea: Idea) -> Kind:
    """What it would become."""
    return Kind.IDEA if idea.is_issue else Kind.ISSUE


def needs_no_asking(idea: Idea, by: User) -> bool:
    """Whether this person may convert it at once: it is theirs or the team's, or nobody can be asked and nothing
    private would be read by others."""
    if by.id == idea.author_id or idea.author.is_of_team:
        return True
    return not can_be_asked(idea) and not idea.is_private


def can_be_asked(idea: Idea) -> bool:
    """Whether its author is here, and may answer."""
    return questions.can_be_asked(idea.author)


def is_new(idea: Idea) -> bool:
    """Whether the brand has done nothing with it yet, so that its author may still say what it is."""
    return idea.status.kind == StatusKind.OPEN and idea.answered_at is None


def require_convertible(idea: Idea) -> None:
    """Raises LivesElsewhere, HasFamily, Settled or Promised."""
    idea.require_standing()
    if idea.merged_count:
        raise HasFamily
    if idea.status.is_closed:
        raise Settled
    if open_of(idea.id) is not None:
        raise Promised


def ask(idea: Idea, by: User) -> Conversion:
    """Ask its author whether it may become the other. Raises Settled, Promised, CannotBeAsked, AskedAlready.

    The caller holds the idea.
    """
    require_convertible(idea)
    if not can_be_asked(idea):
        raise CannotBeAsked
    if Conversion.asked_of(idea.id) is not None:
        raise AskedAlready
    Conversion.end_all(Conversion.about(idea.id), outcome=UNANSWERED)
    question = _row(idea, by, asked_id=idea.author_id, until=now() + WAITS)
    facts: dict[str, Any] = {"conversion": question.id, "kind": question.kind, "until": question.until.isoformat()}
    record(Action.CONVERSION_ASKED, idea, by=by, **facts)
    return question


def agree(question: Conversion, idea: Idea, by: User) -> None:
    """Its author agrees, and it becomes the other. Raises NotAsked, Settled, Promised. The caller holds both."""
    question.require_waiting()
    require_convertible(idea)
    _say(question, idea, by, agreed=True)
    _become(idea, question, by)


def refuse(question: Conversion, idea: Idea, by: User) -> None:
    """Its author says no, and it stays what it is. Raises NotAsked. The caller holds both."""
    question.end(REFUSED)
    _say(question, idea, by, agreed=False)


def withdraw(question: Conversion, idea: Idea, by: User) -> None:
    """Staff take the question back. Raises NotAsked. The caller holds both."""
    question.end(WITHDRAWN)
    record(Action.CONVERSION_WITHDRAWN, idea, by=by, conversion=question.id, kind=question.kind)


def convert(idea: Idea, by: User) -> Conversion:
    """Make it the other without asking anybody. Raises Settled, Promised, CannotBeAsked. The caller holds the idea."""
    require_convertible(idea)
    if not needs_no_asking(idea, by):
        raise CannotBeAsked
    Conversion.end_all(Conversion.about(idea.id), outcome=WITHDRAWN)
    made = _row(idea, by, asked_id=None, until=now())
    _become(idea, made, by)
    return made


def _row(idea: Idea, by: User, **others: Any) -> Conversion:
    made = Conversion(idea_id=idea.id, kind=str(other_kind(idea)), by_id=by.id, created_at=now(), **others)
    db.session.add(made)
    db.session.flush()
    return made


def _say(question: Conversion, idea: Idea, by: User, agreed: bool) -> None:
    facts: dict[str, Any] = {
        "conversion": question.id,
        "kind": question.kind,
        "asker": question.by_id,
        "agreed": agreed,
    }
    record(Action.CONVERSION_ANSWERED, idea, by=by, **facts)


def _become(idea: Idea, conversion: Conversion, by: User) -> None:
    """Let it be the other: as it stood when it was that the last time, or else at the first status of that kind."""
    kind, old = Kind(conversion.kind), idea.status
    before = Conversion.away_from(idea.id, kind)
    conversion.stood, conversion.outcome = {name: _plain(getattr(idea, name)) for name in RESTORED}, DONE
    stood = before.stood if before else {}
    status = status_of(stood, kind)
    fresh = {"status_since": now(), "status_reason": "", "is_private": False, "target": "", "target_month": None}
    back = {name: _value(name, stood[name]) for name in fresh} if stood and status.id == stood["status_id"] else fresh
    idea.kind, idea.status = kind, status
    for name, value in back.items():
        setattr(idea, name, value)
    db.session.flush()
    moved: dict[str, Any] = {"old": old.id, "new": status.id, "old_kind": old.kind, "new_kind": status.kind}
    record(Action.IDEA_CONVERTED, idea, by=by, kind=str(kind), **moved)


def status_of(stood: dict[str, Any], kind: Kind) -> Status:
    """The status that it had, where it is there still, or else the first of its kind."""
    kept = db.session.get(Status, stood["status_id"]) if stood else None
    return kept if kept is not None and kept.for_kind == kind else Status.first(kind)


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value.isoformat() if isinstance(value, datetime) else value


def _value(name: str, kept: Any) -> Any:
    return datetime.fromisoformat(kept) if name == "status_since" else kept
