"""What one of the team has done today: they alone see it, and nobody is compared."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, bindparam, func, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.database.reading import rows
from portal.database.types import UTCDateTime
from portal.i18n import choose_timezone

ANSWERS = (Action.RESPONSE_POSTED, Action.COMMENT_POSTED)
SORTED = (
    Action.IDEA_TAGGED, Action.IDEA_MOVED, Action.IDEA_ASSIGNED, Action.NOTE_POSTED, Action.IDEA_HIDDEN,
    Action.VISIBILITY_CHANGED,
)  # fmt: skip


class Done(NamedTuple):
    """How often they answered, moved something on, sorted something, and put something off."""

    answered: int
    moved: int
    sorted: int
    put_off: int

    @property
    def all(self) -> int:
        return sum(self)


def done_today(person: User) -> Done:
    """What this person did since midnight where they are."""
    local: datetime = now().astimezone(ZoneInfo(choose_timezone()))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return Done(*rows(_counted(), {"me": person.id, "since": midnight}).one())


@cache
def _counted() -> Any:
    def number(*actions: Action) -> Any:
        return func.count().filter(Event.action.in_(actions))

    mine = Event.actor_id == bindparam("me", type_=Integer), Event.created_at >= bindparam("since", type_=UTCDateTime())
    numbers = (ANSWERS, (Action.STATUS_CHANGED,), SORTED, (Action.IDEA_SNOOZED,))
    return select(*(number(*actions) for actions in numbers)).where(*mine)
