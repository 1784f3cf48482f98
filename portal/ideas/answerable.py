"""What waits for an answer of the brand, and since when."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import false, func, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.types import when_made
from portal.extensions import db
from portal.ideas.responses import OfficialResponse, ResponseKind, ResponseRevision
from portal.ideas.statuses import Status, StatusKind
from portal.ideas.transitions import Transition
from portal.triage.owing import fulfil

# A question mark that ends a word, also those of Arabic and of Chinese; not one within an address.
ASKS = re.compile(r"[?؟？](?=[\s\"»”’)*_]|$)")
# What of a member's acts is one for the idea; whatever staff do with it is.
ACTS_OF_MEMBERS = frozenset({Action.IDEA_EDITED, Action.PICTURES_CHANGED, Action.COMMENT_POSTED, Action.COMMENT_EDITED})


class Reason(NamedTuple):
    """That a response says why something moves: its words, which of its versions this is, and whether it tells."""

    words: str
    version: int | None
    tells: bool


class Answerable:
    """Something that people send in, and that waits until the brand moves it, responds or comments in public.

    `here_since`: since when it is a matter of this portal; None for what was imported and nobody here has touched.
    `quiet_since`: when somebody last said or did something with it; a vote is no word. `said_at`: when a member last
    said something; `unread_since`: since when words of members stand there to which the team has done nothing;
    `asked_since`: since when the brand waits for a word of its author.
    """

    waiting_since: Mapped[datetime | None] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]
    here_since: Mapped[datetime | None] = mapped_column(default=when_made)
    quiet_since: Mapped[datetime | None] = mapped_column(default=when_made)
    said_at: Mapped[datetime | None]
    unread_since: Mapped[datetime | None]
    asked_since: Mapped[datetime | None]

    if TYPE_CHECKING:
        __tablename__: str
        id: Mapped[int]
        author_id: Mapped[int]
        status: Mapped[Status]
        status_id: Mapped[int]
        response: Mapped[OfficialResponse | None]

        def way_to(self, status: Status) -> Transition: ...
        def require_standing(self) -> None: ...
        def change_status(self, status: Status, by: User, *, answer: "Reason") -> None: ...

    def respond(
        self, text: str, by: User, kind: str = ResponseKind.ANSWER, anew: bool = False, status: Status | None = None
    ) -> None:
        """Publish the official response, or replace it, keeping what it said before; the same words change nothing.

        Other words of the same kind put right what was said, and tell nobody; another kind, or `anew`, is told. With
        `status` it moves there in the same act, and one message tells of both. Raises TransitionRefused and
        LivesElsewhere.
        """
        self.require_standing()
        step = None if status is None or status.id == self.status_id else status
        way = self.way_to(step) if step else None
        said, is_told = self._say(text, by, kind, anew)
        if said and is_told:
            self.heard_from_staff()
            self.asked_since = now() if kind == ResponseKind.QUESTION else None
            moves: dict[str, Any] = {"old": self.status_id, "new": step.id, "tells": way.tells} if step and way else {}
            record(Action.RESPONSE_POSTED, self, by=by, kind=str(kind), **moves)
        elif said:
            record(Action.RESPONSE_EDITED, self, by=by)
        if step:
            self.change_status(step, by=by, answer=Reason(text, self._said_last(), is_told))

    def _say(self, text: str, by: User, kind: str, anew: bool) -> tuple[bool, bool]:
        """Let the response say this; whether it says anything else than before, and whether that is to be told."""
        response = self.response
        if response is not None and (response.body, response.kind) == (text, kind):
            return False, False
        anew = anew or response is None or response.kind != kind
        if response is None:
            response = self.response = OfficialResponse(author_id=by.id, body=text, kind=kind)
        else:
            response.author_id, response.body, response.kind = by.id, text, kind
            response.edited_at = None if anew else now()
            response.said_at = now() if anew else response.said_at
        db.session.flush()
        db.session.add(ResponseRevision(response_id=response.id, editor_id=by.id, kind=kind, body=text))
        return True, anew

    def _said_last(self) -> int | None:
        """The id of the version of the response that stands there."""
        db.session.flush()
        own = ResponseRevision.response_id == self.response.id if self.response else false()
        return db.session.scalar(select(func.max(ResponseRevision.id)).where(own))

    def heard_from_staff(self, words: str = "") -> None:
        """The brand answered, and it waits no more; where its `words` ask something, it waits for its author."""
        self.waiting_since = None
        self.answered_at = self.answered_at or now()
        fulfil(self.id)
        if words:
            self.asked_since = now() if ASKS.search(words) else None

    @property
    def waits_for_author(self) -> bool:
        """Whether the brand asked its author something, and has no word of theirs yet."""
        return self.asked_since is not None and not self.status.is_closed

    def touched(self, action: Action, by: User) -> None:
        """Somebody did something with it, or with a comment on it: what was imported begins to wait for an answer, and
        once its author has said what they were asked, the brand is to answer again."""
        if by.is_staff or action in ACTS_OF_MEMBERS:
            self.begin_here()
            self.quiet_since = now()
        if by.is_staff:
            self.unread_since = None
        elif action in ACTS_OF_MEMBERS:
            self._hear(action, by)

    def _hear(self, action: Action, by: User) -> None:
        """A member said something: whoever of the team looks next has not read it."""
        self.said_at = now()
        if action == Action.COMMENT_POSTED:
            self.unread_since = self.unread_since or self.said_at
        if self.asked_since is not None and by.id == self.author_id:
            self.asked_since, self.waiting_since = None, now()

    def begin_here(self) -> None:
        """Make what was imported a matter of this portal, once; it waits unless somebody has answered it."""
        if self.here_since is None:
            self.here_since = now()
            if self.status.kind == StatusKind.OPEN and self.answered_at is None:
                self.waiting_since = self.here_since
