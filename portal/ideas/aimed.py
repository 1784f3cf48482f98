"""What has a target: an estimate of when it may be there, which staff change and everybody reads."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.activity.models import Action, record
from portal.ideas.statuses import Status
from portal.ideas.targets import UNDER_WAY, NotUnderWay, Target, TargetPast


class Aimed:
    """Keeps the code of the target, and its first month as a number, by which the roadmap tells near from far."""

    target: Mapped[str] = mapped_column(String(10), default="", server_default="")
    target_month: Mapped[int | None]

    if TYPE_CHECKING:
        __tablename__: str
        id: Mapped[int]
        status: Mapped[Status]

        def require_standing(self) -> None: ...

    @property
    def is_under_way(self) -> bool:
        """Whether it is planned, in progress or in testing."""
        return self.status.kind in UNDER_WAY

    @property
    def estimate(self) -> Target | None:
        """Its target while it is under way, also one that was taken back."""
        return Target.read(self.target) if self.is_under_way else None

    def aim(self, target: Target, by: Any) -> None:
        """Say when it may be there; the event keeps what was said before.

        Raises NotUnderWay, TargetPast, LivesElsewhere.
        """
        if target.code == self.target:
            return
        self.require_standing()
        if not self.is_under_way:
            raise NotUnderWay
        if target.is_over:
            raise TargetPast
        old, self.target, self.target_month = self.target, target.code, target.month
        slips = target.is_slip_of(Target.read(old))
        record(Action.TARGET_CHANGED, self, by=by, old=old, new=target.code, slips=slips)
