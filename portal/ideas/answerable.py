"""What waits for an answer of the brand, and since when."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.models import User
from portal.activity.models import Action
from portal.clock import now
from portal.ideas.statuses import Status, StatusKind
from portal.triage.owing import fulfil

# What of a member's acts is one for the idea; whatever staff do with it is.
ACTS_OF_MEMBERS = frozenset({Action.IDEA_EDITED, Action.PICTURES_CHANGED, Action.COMMENT_POSTED, Action.COMMENT_EDITED})


def _since_it_was_made(context: Any) -> datetime:
    made: datetime = context.get_current_parameters()["created_at"]
    return made


class Answerable:
    """Something that people send in, and that waits until the brand moves it, responds or comments in public.

    `here_since`: since when it is a matter of this portal; None for what was imported and nobody here has touched.
    """

    waiting_since: Mapped[datetime | None] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]
    here_since: Mapped[datetime | None] = mapped_column(default=_since_it_was_made)

    if TYPE_CHECKING:
        id: Mapped[int]
        status: Mapped[Status]

    def heard_from_staff(self) -> None:
        """The brand answered, and it waits no more."""
        self.waiting_since = None
        self.answered_at = self.answered_at or now()
        fulfil(self.id)

    def touched(self, action: Action, by: User) -> None:
        """Somebody did something with it, or with a comment on it: what was imported begins to wait for an answer."""
        if by.is_staff or action in ACTS_OF_MEMBERS:
            self.begin_here()

    def begin_here(self) -> None:
        """Make what was imported a matter of this portal, once; it waits unless somebody has answered it."""
        if self.here_since is None:
            self.here_since = now()
            if self.status.kind == StatusKind.OPEN and self.answered_at is None:
                self.waiting_since = self.here_since
