"""What is deleted after how long: one row for each period, read by the hourly job and by what is said of privacy."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func

from portal.accounts.email_tokens import PENDING_LIFE, EmailToken
from portal.accounts.jobs import drop_tokens
from portal.accounts.moving import A_WEEK, AddressChange
from portal.clock import now
from portal.extensions import db
from portal.i18n import _l, duration
from portal.ideas.attachments import Attachment
from portal.ideas.questions import DONE, KEPT
from portal.merging.conversions import Conversion
from portal.moderation import networks
from portal.pictures import uploads
from portal.schedule import ScheduleRun
from portal.triage.acts import LONGEST, Act
from portal.web.idempotency import SentForm

Gone = tuple[list[str], int]


@dataclass(frozen=True)
class Retention:
    """How long rows of a table are kept: they go once `since` is longer ago than `after`, where `only` holds.

    `discard` deletes those of a condition, and gives the keys of files that go with them, and how many rows there were;
    where it is None, the rows are deleted and nothing else. `since` is None for files that no row names.
    """

    model: Any
    since: Any
    after: timedelta
    only: Any = None
    discard: Callable[[Any], Gone] | None = None
    told: Any = _l("After %(time)s")

    @property
    def words(self) -> str:
        """When that is, in the reader's language."""
        return str(self.told) % {"time": duration(self.after)}

    def delete_old(self) -> Gone:
        """Delete what is over. The caller has begun the write, commits, and then removes the files of these keys."""
        over = self.since < now() - self.after
        return (self.discard or self._delete)(over if self.only is None else over & self.only)

    def _delete(self, over: Any) -> Gone:
        gone = delete(self.model).where(over).returning(*self.model.__table__.primary_key.columns)
        return [], len(db.session.execute(gone, execution_options={"synchronize_session": False}).all())


SIGN_IN_MESSAGES = Retention(EmailToken, EmailToken.created_at, PENDING_LIFE, discard=drop_tokens)
ENDED_ADDRESS_CHANGES = Retention(
    AddressChange,
    func.coalesce(AddressChange.undone_at, AddressChange.done_at, AddressChange.ended_at),
    timedelta(days=30),
    told=_l("%(time)s after it is over"),
)
UNANSWERED_ADDRESS_CHANGES = Retention(
    AddressChange,
    AddressChange.asked_at,
    2 * A_WEEK,
    only=AddressChange.waits() & ~(AddressChange.lost_old.is_(True) & AddressChange.new_confirmed_at.is_not(None)),
    told=_l("Unanswered: after %(time)s"),
)
VOTE_NETWORKS = Retention(networks.VoteNetwork, networks.VoteNetwork.created_at, networks.KEPT)
UNSENT_PICTURES = Retention(
    Attachment, None, timedelta(seconds=uploads.DAY), told=_l("Added and never sent: after %(time)s")
)
QUESTIONS = Retention(
    Conversion,
    Conversion.created_at,
    KEPT,
    only=Conversion.outcome != DONE,
    told=_l("Without your consent: after %(time)s"),
)
ACTS = Retention(Act, Act.created_at, LONGEST)
SENT_FORMS = Retention(SentForm, SentForm.created_at, timedelta(days=7))
SCHEDULE_RUNS = Retention(ScheduleRun, ScheduleRun.started_at, timedelta(days=30))

RETENTION = (
    SIGN_IN_MESSAGES,
    ENDED_ADDRESS_CHANGES,
    UNANSWERED_ADDRESS_CHANGES,
    VOTE_NETWORKS,
    UNSENT_PICTURES,
    QUESTIONS,
    ACTS,
    SENT_FORMS,
    SCHEDULE_RUNS,
)
