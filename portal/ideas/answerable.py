"""What waits for an answer of the brand, and since when."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.models import User
from portal.activity.models import Action
from portal.clock import now
from portal.ideas.statuses import Status, StatusKind

# A question mark that ends a word, also those of Arabic and of Chinese; not one within an address.
ASKS = re.compile(r"[?؟？](?=[\s\"»”’)*_]|$)")
# What of a member's acts is one for the idea; whatever staff do with it is.
ACTS_OF_MEMBERS = frozenset({Action.IDEA_EDITED, Action.PICTURES_CHANGED, Action.COMMENT_POSTED, Action.COMMENT_EDITED})


def _since_it_was_made(context: Any) -> datetime:
    made: datetime = context.get_current_parameters()["created_at"]
    return made


class Answerable:
    """Something that people send in, and that waits until the brand moves it, responds or comments in public.

    `here_since`: since when it is a matter of this portal; None for what was imported and nobody here has touched.
    `quiet_since`: when somebody last said or did something with it; a vote is no word. `said_at`: when a member last
    said something; `unread_since`: since when words of members stand there to which the team has done nothing;
    `asked_since`: since when the team's last word is a question, and no member has come back.
    """

    waiting_since: Mapped[datetime | None] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]
    here_since: Mapped[datetime | None] = mapped_column(default=_since_it_was_made)
    quiet_since: Mapped[datetime | None] = mapped_column(default=_since_it_was_made)
    said_at: Mapped[datetime | None]
    unread_since: Mapped[datetime | None]
    asked_since: Mapped[datetime | None]

    if TYPE_CHECKING:
        status: Mapped[Status]

    def heard_from_staff(self, words: str = "") -> None:
        """The brand answered, and it waits no more; where its words ask something, it is the others' turn."""
        self.waiting_since = None
        self.answered_at = self.answered_at or now()
        if words:
            self.asked_since = now() if ASKS.search(words) else None

    def touched(self, action: Action, by: User) -> None:
        """Somebody did something with it, or with a comment on it: what was imported begins to wait for an answer."""
        if by.is_staff or action in ACTS_OF_MEMBERS:
            self.begin_here()
            self.quiet_since = now()
        if by.is_staff:
            self.unread_since = None
        elif action in ACTS_OF_MEMBERS:
            self.said_at, self.asked_since = now(), None
            if action == Action.COMMENT_POSTED:
                self.unread_since = self.unread_since or self.said_at

    def begin_here(self) -> None:
        """Make what was imported a matter of this portal, once; it waits unless somebody has answered it."""
        if self.here_since is None:
            self.here_since = now()
            if self.status.kind == StatusKind.OPEN and self.answered_at is None:
                self.waiting_since = self.here_since
