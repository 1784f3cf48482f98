"""A comment becomes an idea of its own, with its writer's consent, and a comment alone again.

The comment stays where it is, with its pictures and the replies to it; the idea is its writer's, dated now. Of a
private issue it becomes a private issue: only its writer makes that public.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.comments.models import Comment
from portal.comments.splits import Split
from portal.extensions import db
from portal.ideas import questions
from portal.ideas.boards import Board, at_last, merged_boards
from portal.ideas.captured import Captured
from portal.ideas.models import TITLE_MAX, Began, Idea
from portal.ideas.questions import DONE, REFUSED, WAITS, WITHDRAWN
from portal.ideas.statuses import Kind, StatusKind
from portal.ideas.stopwords import guess
from portal.ideas.tags import Tag
from portal.merging.links import Link
from portal.moderation import judging
from portal.moderation.flagging import hold_for
from portal.moderation.spam import signs_of
from portal.text import excerpt, plain
from portal.triage.ledger import open_of
from portal.voting.models import Vote


class IsOne(Exception):
    """It became an idea of its own already."""


class AskedAlready(Exception):
    """Its writer was asked, and has not answered yet."""


class AskedBefore(Exception):
    """Its writer was asked once, and it came to nothing: they are not asked again."""


class CannotBeAsked(Exception):
    """Its writer cannot be asked: it is done at once, or not at all."""


class IsWanted(Exception):
    """Others support the idea, or spoke of it: it is not only its writer's any more."""


class HasMovedOn(Exception):
    """The team has done something with the idea: answered it, moved it on, merged or linked it."""


@dataclass(frozen=True)
class Proposal:
    """What a comment would be as an idea of its own."""

    title: str
    body: str
    kind: str = Kind.IDEA
    board_id: int | None = None
    tags: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, question: Split, **others: Any) -> "Proposal":
        """What somebody is asked about, or what they make of it."""
        kept = question.proposed
        known = {"title": kept.get("title", ""), "body": kept.get("body", ""), "kind": question.kind}
        return cls(**{**known, "board_id": kept.get("board"), "tags": kept.get("tags", []), **others})

    @property
    def kept(self) -> dict[str, Any]:
        return {"title": self.title, "body": self.body, "board": self.board_id, "tags": self.tags}


def title_of(body: str) -> str:
    """The first sentence of a comment, as its title would be."""
    line = next((line for line in map(plain, body.splitlines()) if line), "")
    return excerpt(re.split(r"(?<=[.!?…])\s", line)[0].rstrip(" ."), TITLE_MAX)


def idea_of(comment: Comment) -> Idea | None:
    """The idea that it became, also where that is out of sight."""
    found = select(Idea).join(Split, Split.idea_id == Idea.id).where(Split.comment_id == comment.id)
    return db.session.scalars(found).first()


def needs_no_asking(comment: Comment, by: User) -> bool:
    """Whether this person may split it at once: they wrote it, a customer said it elsewhere, or nobody can be asked."""
    return by.id == comment.author_id or comment.captured is not None or not questions.can_be_asked(comment.author)


def require_splittable(comment: Comment) -> None:
    """Raises IsOne, AskedAlready or AskedBefore."""
    before = Split.latest(comment.id)
    if before is None:
        return
    if before.outcome == DONE:
        raise IsOne
    raise AskedAlready if before.waits else AskedBefore


def ask(comment: Comment, proposal: Proposal, by: User) -> Split:
    """Ask its writer whether it may become this. Raises IsOne, AskedAlready, AskedBefore, CannotBeAsked.

    The caller holds the comment.
    """
    require_splittable(comment)
    if not questions.can_be_asked(comment.author):
        raise CannotBeAsked
    question = _row(comment, by, proposal, asked_id=comment.author_id, until=now() + WAITS, proposed=proposal.kept)
    facts: dict[str, Any] = {"split": question.id, "until": question.until.isoformat()}
    record(Action.SPLIT_ASKED, comment, by=by, **comment.event_facts, **facts)
    return question


def agree(question: Split, comment: Comment, proposal: Proposal, by: User) -> Idea:
    """Its writer agrees, in these words, and it becomes an idea of theirs, with their vote. Raises NotAsked.

    The caller holds the comment.
    """
    question.require_waiting()
    _say(question, comment, by, agreed=True)
    return _become(question, comment, proposal, by)


def refuse(question: Split, comment: Comment, by: User) -> None:
    """Its writer says no, and it stays a comment. Raises NotAsked. The caller holds the comment."""
    question.end(REFUSED)
    _say(question, comment, by, agreed=False)


def withdraw(question: Split, comment: Comment, by: User) -> None:
    """Staff take the question back. Raises NotAsked. The caller holds the comment."""
    question.end(WITHDRAWN)
    record(Action.SPLIT_WITHDRAWN, comment, by=by, **comment.event_facts, split=question.id)


def split(comment: Comment, proposal: Proposal, by: User) -> Idea:
    """Make it an idea without asking anybody. Raises IsOne, AskedAlready, AskedBefore, CannotBeAsked.

    The caller holds the comment.
    """
    require_splittable(comment)
    if not needs_no_asking(comment, by):
        raise CannotBeAsked
    made = _row(comment, by, proposal, asked_id=None, until=now())
    return _become(made, comment, proposal, by)


def take_back(comment: Comment, idea: Idea, by: User, reason: str) -> None:
    """It is a comment alone again: the idea is out of sight, and its author is told why. Raises IsWanted or HasMovedOn.

    Whoever shows that again has both again. The caller holds the idea.
    """
    require_untouched(idea)
    judging.hide(idea, by=by, reason=reason)
    record(Action.SPLIT_TAKEN_BACK, comment, by=by, **comment.event_facts, made=idea.id)


def require_untouched(idea: Idea) -> None:
    """Raises IsWanted where anybody but its author votes for it or spoke of it, and HasMovedOn where the team did
    something with it."""
    others = select(Vote.user_id).where(Vote.idea_id == idea.id, Vote.user_id != idea.author_id)
    said = select(Comment.id).where(
        Comment.idea_id == idea.id, Comment.author_id != idea.author_id, Comment.deleted_at.is_(None)
    )
    if any(db.session.scalar(one.limit(1)) is not None for one in (others, said)):
        raise IsWanted
    linked = select(Link.id).where((Link.first_id == idea.id) | (Link.second_id == idea.id))
    is_linked = db.session.scalar(linked.limit(1)) is not None
    answered = idea.status.kind != StatusKind.OPEN or idea.answered_at is not None or idea.response is not None
    if answered or idea.has_family or is_linked or open_of(idea.id) is not None:
        raise HasMovedOn


def checked() -> list[str]:
    """Ideas that began as a comment of somebody else, or of a note."""
    wrong = select(Split.idea_id).join(Comment, Comment.id == Split.comment_id).join(Idea, Idea.id == Split.idea_id)
    others = (Comment.author_id != Idea.author_id) | Comment.is_note
    found = db.session.scalars(wrong.where(others).order_by(Split.idea_id))
    return [f"idea {id} began as a comment of somebody else" for id in found]


def _row(comment: Comment, by: User, proposal: Proposal, **others: Any) -> Split:
    made = Split(comment_id=comment.id, kind=_kind(comment, proposal), by_id=by.id, created_at=now(), **others)
    db.session.add(made)
    db.session.flush()
    return made


def _kind(comment: Comment, proposal: Proposal) -> str:
    """What is said of a private issue stays private, and so an issue."""
    return str(Kind.ISSUE if comment.idea.is_private else proposal.kind)


def _say(question: Split, comment: Comment, by: User, agreed: bool) -> None:
    facts: dict[str, Any] = {"split": question.id, "asker": question.by_id, "agreed": agreed}
    record(Action.SPLIT_ANSWERED, comment, by=by, **comment.event_facts, **facts)


def _become(made: Split, comment: Comment, proposal: Proposal, by: User) -> Idea:
    """The idea, as it stands now what it is a comment of: that may have become private since it was asked."""
    idea = _propose(comment, proposal, by)
    made.idea_id, made.outcome, made.kind, made.proposed = idea.id, DONE, str(idea.kind), {}
    record(Action.COMMENT_SPLIT, comment, by=by, **comment.event_facts, made=idea.id)
    return idea


def _propose(comment: Comment, proposal: Proposal, by: User) -> Idea:
    """In its writer's name, with their vote where it is their own doing; a customer's voice stays one."""
    author, private = comment.author, comment.idea.is_private
    details: dict[str, Any] = {"tags": Tag.all_named(proposal.tags), "is_private": private}
    if comment.captured:
        where = comment.captured
        details["captured"] = Captured(source=where.source, link=where.link, by_id=where.by_id)
    words, board = (proposal.title, proposal.body), _board(proposal)
    lang = guess(" ".join(words), comment.lang)
    began = Began(comment.idea_id, by)
    idea = Idea.propose(author, *words, _kind(comment, proposal), board, lang, began=began, **details)
    if by.id == author.id and not comment.captured:
        Vote.cast(idea, by=author)
    _hold_what_looks_like_spam(idea, comment, by)
    return idea


def _board(proposal: Proposal) -> Board | None:
    """The board that was chosen, or what it became, while that is open."""
    board = db.session.get(Board, at_last(proposal.board_id, merged_boards())) if proposal.board_id else None
    return board if board is not None and not board.is_closed else None


def _hold_what_looks_like_spam(idea: Idea, comment: Comment, by: User) -> None:
    """What a newcomer writes into it is looked at as if they proposed it; the words of the comment were."""
    changed = [text for text in idea.said if text and text != comment.body]
    signs = [] if idea.is_private else signs_of(by, changed, [], but=idea.id)
    if signs:
        hold_for(idea, signs)
