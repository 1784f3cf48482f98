"""What staff do to several ideas at once: each act says what it does to one, why it may not, and what is told of it."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from sqlalchemy import func, select

from portal import permissions
from portal.accounts.models import User
from portal.activity.models import Action
from portal.extensions import db
from portal.i18n import _
from portal.ideas.boards import Board
from portal.ideas.closing import takes_nothing
from portal.ideas.models import Idea
from portal.ideas.statuses import Status, StatusKind
from portal.ideas.tags import Tag
from portal.ideas.transitions import Tells, way_between
from portal.moderation import judging
from portal.triage.undoing import SIGHT
from portal.voting.models import Vote

AT_MOST = 100
TAGS_MOST = 12


class Bulk(Protocol):
    """One act, with what was chosen for all. `told_by`: the actions that say who changed what it changes."""

    rule: ClassVar[Callable[[Any, Any], bool]]
    told_by: ClassVar[Collection[Action]]
    tells: ClassVar[Action | None]

    def why_not(self, idea: Idea) -> str:
        """Why this idea is left out; empty where nothing speaks against it."""

    def do(self, idea: Idea, by: User) -> None:
        """Do it to this idea, which is held."""

    def stands(self, idea: Idea) -> str:
        """What the act changes of an idea, as it stands: somebody else may have changed it since it was shown."""


@dataclass(frozen=True)
class Move:
    """To another status, with one reason for all."""

    status: Status | None
    reason: str = ""
    quietly: bool = False

    rule = staticmethod(permissions.change_status)
    told_by = (Action.STATUS_CHANGED,)
    tells = Action.STATUS_CHANGED

    @property
    def owes_reason(self) -> bool:
        return self.status is not None and self.status.kind == StatusKind.DECLINED and not self.reason.strip()

    def why_not(self, idea: Idea) -> str:
        new = self.status
        if new is None:
            return ""
        if new.id == idea.status_id:
            return _("It is there already.")
        if new.for_kind != idea.kind:
            return _("It is an issue, and this is no status of issues.") if idea.is_issue else _("It is no issue.")
        way = way_between(idea.status_id, new.id)
        if way is None:
            return _("%(new)s cannot follow %(old)s.", new=new.name, old=idea.status.name)
        return ""

    def lacks(self, idea: Idea) -> str:
        """What its way owes, and nobody has written."""
        way = way_between(idea.status_id, self.status.id) if self.status else None
        owed = way is not None and way.owes_reason and not self.reason.strip()
        return _("From %(old)s this owes a public reason.", old=idea.status.name) if owed else ""

    def do(self, idea: Idea, by: User) -> None:
        if self.status is not None:
            idea.change_status(self.status, by=by, reason=self.reason, quietly=self.quietly)

    @staticmethod
    def stands(idea: Idea) -> str:
        return str(idea.status_id)


def facts_of(bulk: Bulk, ideas: list[Idea]) -> dict[int, dict[str, Any]]:
    """What the events would say of whom they tell, by the ids of the ideas of which that is not everybody."""
    if not isinstance(bulk, Move) or bulk.status is None:
        return {}
    ways = {idea.id: way_between(idea.status_id, bulk.status.id) for idea in ideas}
    told = {id: Tells.NOBODY if bulk.quietly else Tells(way.tells) for id, way in ways.items() if way}
    return {id: {"tells": str(tells)} for id, tells in told.items() if tells != Tells.EVERYONE}


@dataclass(frozen=True)
class Answer:
    """One official response to all; what has one keeps it."""

    text: str = ""

    rule = staticmethod(permissions.respond_to_idea)
    told_by = (Action.RESPONSE_POSTED, Action.RESPONSE_EDITED)
    tells = Action.RESPONSE_POSTED

    def why_not(self, idea: Idea) -> str:
        return _("It has an official response already: change that one on its own page.") if idea.response else ""

    def do(self, idea: Idea, by: User) -> None:
        idea.respond(self.text, by=by)

    @staticmethod
    def stands(idea: Idea) -> str:
        return hashlib.sha256(idea.response.body.encode()).hexdigest()[:16] if idea.response else ""


@dataclass(frozen=True)
class ToBoard:
    """To another board, or to none."""

    board: Board | None

    rule = staticmethod(permissions.move_idea)
    told_by = (Action.IDEA_MOVED,)
    tells = None

    def why_not(self, idea: Idea) -> str:
        if idea.board_id == (self.board.id if self.board else None):
            return _("It is there already.")
        return takes_nothing(self.board) if self.board is not None and self.board.is_closed else ""

    def do(self, idea: Idea, by: User) -> None:
        idea.move(self.board, by=by)

    @staticmethod
    def stands(idea: Idea) -> str:
        return str(idea.board_id or "")


@dataclass(frozen=True)
class AddTag:
    """One tag more."""

    tag: str = ""

    rule = staticmethod(permissions.tag_idea)
    told_by = (Action.IDEA_TAGGED,)
    tells = None

    def why_not(self, idea: Idea) -> str:
        slugs = [tag.slug for tag in idea.tags]
        if self.tag and Tag.slug_of(self.tag) in slugs:
            return _("It has this tag already.")
        return _("It has %(num)s tags already, which is the most.", num=TAGS_MOST) if len(slugs) >= TAGS_MOST else ""

    def do(self, idea: Idea, by: User) -> None:
        idea.tag([*(tag.name for tag in idea.tags), self.tag], by=by)

    @staticmethod
    def stands(idea: Idea) -> str:
        """Nothing that anybody could lose: other tags stay as they are."""
        return ""


@dataclass(frozen=True)
class TakeTagOff:
    """One tag less."""

    tag: str = ""

    rule = staticmethod(permissions.tag_idea)
    told_by = (Action.IDEA_TAGGED,)
    tells = None

    def why_not(self, idea: Idea) -> str:
        has = not self.tag or Tag.slug_of(self.tag) in [tag.slug for tag in idea.tags]
        return "" if has else _("It does not have this tag.")

    def do(self, idea: Idea, by: User) -> None:
        slug = Tag.slug_of(self.tag)
        idea.tag([tag.name for tag in idea.tags if tag.slug != slug], by=by)

    @staticmethod
    def stands(idea: Idea) -> str:
        return ""


@dataclass(frozen=True)
class Hide:
    """Out of sight, with one reason for all."""

    reason: str = ""

    rule = staticmethod(permissions.hide_idea)
    told_by = SIGHT
    tells = Action.IDEA_HIDDEN

    def why_not(self, idea: Idea) -> str:
        if idea.is_held:
            return _("It waits in moderation, where you decide who sees it.")
        return _("It is hidden already.") if idea.hidden_at else ""

    def do(self, idea: Idea, by: User) -> None:
        judging.hide(idea, by=by, reason=self.reason)

    @staticmethod
    def stands(idea: Idea) -> str:
        return "hidden" if idea.hidden_at else ""


def people_behind(ideas: list[int]) -> int:
    """How many people the votes for these ideas come from."""
    voted = select(func.count(Vote.user_id.distinct())).where(Vote.idea_id.in_(ideas), Vote.counted())
    return db.session.scalar(voted) or 0
