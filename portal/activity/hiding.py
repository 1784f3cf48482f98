"""What is out of sight: seen by its author and staff, until it is restored."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.activity.models import Action, record
from portal.clock import now


class Hideable:
    """A text that can be taken out of sight: by staff with a reason, or by the portal until staff have looked."""

    hidden_as: ClassVar[Action]
    restored_as: ClassVar[Action]

    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str] = mapped_column(String(500), default="")

    @property
    def is_held(self) -> bool:
        """Whether the portal hid it until staff have looked: only people give a reason."""
        return self.hidden_at is not None and not self.hidden_reason

    @property
    def event_facts(self) -> dict[str, Any]:
        """What readers of its events need besides its id."""
        return {}

    def hold(self) -> None:
        """Take it out of sight until staff have looked. Whoever asks for it records why."""
        if self.hidden_at is None:
            self.hidden_at = now()
            self._out_of_sight()

    def hide(self, by: Any, reason: str) -> None:
        """Take it out of sight of all but its author and staff; the author is told this reason."""
        if self.hidden_at is None or self.is_held:
            self.hold()
            self.hidden_reason = reason
            record(self.hidden_as, self, by=by, reason=reason, **self.event_facts)  # type: ignore[arg-type]

    def restore(self, by: Any) -> None:
        """Show it again."""
        if self.hidden_at is not None:
            self.hidden_at, self.hidden_reason = None, ""
            self._in_sight()
            record(self.restored_as, self, by=by, **self.event_facts)  # type: ignore[arg-type]

    def _out_of_sight(self) -> None:
        """What else changes when others see it no more."""

    def _in_sight(self) -> None:
        """What else changes when others see it again."""
